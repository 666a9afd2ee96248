"""The HTTP API against its own document: schemathesis makes up requests, right or wrong, and reads the answers."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from rtrag_site.api import api
from rtrag_site.tests.servers import Server, starting_servers

REJECTIONS = ["400", "403", "404", "405", "409", "422"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 4,
        "generation": {"deterministic": True, "max-examples": 10, "database": "none"},
        "checks": {
            # What is too long gets the status that says so.
            "negative_data_rejection": {"expected-statuses": [*REJECTIONS, "413"]},
            # An `Idempotency-Key` may have been used before, and a batch be in another state.
            "positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]},
        },
        "operations": [
            {
                "include-path-regex": "preview|uploads",
                # In a form all is text, so a number is right where a text is wanted. Wrong forms must not end in 5xx.
                "checks": {"negative_data_rejection": {"enabled": False}},
            }
        ],
    }
)
LIST = "question,id\nwhy,row-1\nhow,row-2\n"
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema())), config=CONFIG)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, prepared_data: Path) -> Iterator[Server]:
    with starting_servers(tmp_path_factory.mktemp("fuzzing"), prepared_data) as start:
        yield start({"BATCH_MAX_QUEUE_SIZE": "1000000"})


@schema.parametrize()
def test_answers_are_as_documented(case: Any, site: Server) -> None:
    if case.meta and case.meta.generation.mode.is_positive:
        make_sensible(case, site)
    case.call_and_validate(base_url=site.url)


def make_sensible(case: Any, site: Server) -> None:
    """Give a request that fits the schema what no schema can ask for."""
    if "task_id" in case.path_parameters:
        case.path_parameters["task_id"] = new_batch(site.url, case.operation.label)
    if case.media_type == "multipart/form-data":
        case.body |= {"file": LIST, "kind": "csv", "column": "question", "id_column": "id"}
        make_options_sensible(case.body)
    elif case.operation.path == "/api/batch/tasks" and case.method == "POST":
        make_options_sensible(case.body.get("options") or {})
        for number, text in enumerate(case.body["texts"]):
            if isinstance(text, dict):
                text["custom_id"] = f"row-{number}"
    elif case.operation.path == "/api/ask":
        case.body |= {"provider": None}


def make_options_sensible(options: dict[str, Any]) -> None:
    """Nobody can be chosen, no other batch is known, and addresses are looked at."""
    options.pop("provider", None)
    options.pop("after", None)
    if options.get("webhook_url"):
        options["webhook_url"] = "https://example.com/"


@cache
def new_batch(site: str, operation: str) -> Any:
    """One for each operation, so that each finds one that may be paused or ended."""
    answer = httpx.post(f"{site}/api/batch/tasks", json={"name": "a", "texts": ["why", "how"]})
    return answer.json()["task_id"]
