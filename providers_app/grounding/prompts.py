"""What a model is told: templates of operators, filled with what was asked, said before and found."""

import re
from collections.abc import Mapping, Sequence

from django.utils import timezone

from providers_app.contract import AnswerRequest, ErrorReason, ProviderError, Source
from providers_app.definition import Prompt

PLACEHOLDERS = frozenset({"question", "context", "passages", "date"})
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DELIMITER = re.compile(r"<(?=\s*/?\s*(?:passage|said)\b)", re.IGNORECASE)


def placeholders(template: str) -> set[str]:
    """The names in braces, whether there is such a placeholder or not."""
    return set(_PLACEHOLDER.findall(template))


def choose(prompts: Sequence[Prompt], purpose: str, language: str) -> Prompt:
    """The template for "grounded" or "plain". Raises `ProviderError` where there is none."""
    for prompt in prompts:
        if (prompt.purpose, prompt.language) == (purpose, language):
            return prompt
    raise ProviderError(ErrorReason.NOT_CONFIGURED, may_pass=False, detail=f"no prompt: {purpose} {language}")


def filled(prompt: Prompt, request: AnswerRequest, passages: Sequence[str]) -> tuple[str, str]:
    """The system's message and the user's. `passages` are as `passage_text` gives them."""
    values = {
        "question": request.question,
        "context": "\n".join(said_text(said) for said in request.context),
        "passages": "\n".join(passages),
        "date": timezone.localdate().isoformat(),
    }
    return _filled(prompt.instructions, values), _filled(prompt.message, values)


def passage_text(source: Source) -> str:
    """A passage as it is sent: between delimiters that its own text cannot have."""
    return f'<passage id="{source.position}">\n{_data(source.title)}\n{_data(source.content)}\n</passage>'


def said_text(said: str) -> str:
    """Something said before the question as it is sent, delimited likewise."""
    return f"<said>{_data(said)}</said>"


def _data(text: str) -> str:
    return _DELIMITER.sub("‹", text)


def _filled(template: str, values: Mapping[str, str]) -> str:
    """Placeholders are filled in once, so that nobody's words are read as a template.

    A line of which no placeholder has a value is left out.
    """
    lines = (line for line in template.splitlines() if not _is_vacant(line, values))
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), "\n".join(lines))


def _is_vacant(line: str, values: Mapping[str, str]) -> bool:
    known = placeholders(line) & values.keys()
    return bool(known) and not any(values[name] for name in known)
