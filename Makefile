.DEFAULT_GOAL := help
.PHONY: help run test check lock bench bench-gateway bench-batches bench-detection train-detection clean environment environment-dev

BIN := .venv/bin
PYTHONS := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
SUITABLE := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

run: environment  ## start everything; HOST and PORT say where
	@exec $(BIN)/python manage.py serve

test: export PYTHONDONTWRITEBYTECODE =
test: environment-dev  ## run the tests; what needs a service that is missing is skipped, unless REQUIRE_SERVICES=1
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: export RTRAG_ENV_FILE = /dev/null
check: export RTRAG_DATA_DIR = var/check
check: environment-dev  ## lint, types, import rules, migrations, deployment settings
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@HTTPS_ONLY=1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

lock: environment-dev  ## pin the requirements anew
	@for name in requirements requirements-dev requirements-speech bench/questions/requirements; do \
		$(BIN)/uv pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 \
			--no-emit-index-url --no-header --no-annotate $$name.in -o $$name.txt || exit; \
	done

bench: environment-dev  ## measure speed and memory, and write bench/README.md
	@$(BIN)/python -m bench

bench-gateway: environment-dev  ## measure what the gateway adds beside LiteLLM's proxy, and write bench/gateway/README.md
	@test -x .venv-litellm/bin/litellm || { $(BIN)/python -m venv .venv-litellm && \
		.venv-litellm/bin/python -m pip install -qq --disable-pip-version-check -r bench/gateway/requirements.txt; }
	@$(BIN)/python -m bench.gateway --litellm .venv-litellm/bin/litellm

bench-batches: environment-dev  ## measure batches and live speech beside them, and write bench/batches/README.md
	@$(BIN)/python -m bench.batches

bench-detection: environment-dev  ## measure question detection on labelled speech in FOLDER, and write bench/questions/README.md
	@$(BIN)/python bench/questions/evaluate.py "$(FOLDER)" --write

train-detection: environment-dev  ## learn the weights of question detection from labelled speech in FOLDER
	@test -x .venv-training/bin/python || { $(BIN)/python -m venv .venv-training && \
		.venv-training/bin/python -m pip install -qq --disable-pip-version-check -r bench/questions/requirements.txt; }
	@.venv-training/bin/python bench/questions/train.py "$(FOLDER)"

clean:  ## delete the environment and every cache; the data in var/ stays
	@rm -rf .venv .venv-litellm .venv-training .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installs the requirements $(1), unless they are what was installed last, a copy of which is in .venv.
define install
	@for file in $(1); do \
		cmp -s $$file .venv/$$file || { \
			echo "Environment: installing $(1), which takes a minute"; \
			$(BIN)/python -m pip install -qq --disable-pip-version-check $(addprefix -r ,$(1)) && cp $(1) .venv; \
			exit; \
		}; \
	done
endef

environment: $(BIN)/python
	$(call install,requirements.txt)

environment-dev: $(BIN)/python
	$(call install,requirements.txt requirements-dev.txt)

$(BIN)/python:
	@for python in $(PYTHONS); do \
		if $$python -c '$(SUITABLE)' 2>/dev/null; then \
			echo "Environment: creating .venv with $$($$python --version)"; \
			exec $$python -m venv .venv; \
		fi; \
	done; \
	echo "Python 3.11 or newer with its venv module is needed: make PYTHON=/path/to/python" >&2; exit 2
