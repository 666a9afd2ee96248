"""What the rules of the two languages say of a sentence that may be in either of them, or in both."""

from types import ModuleType

from sessions_app.domain.questions import chinese, english
from sessions_app.domain.questions.language import languages_in
from sessions_app.domain.questions.normalise import Sentence
from sessions_app.domain.questions.rule import Hit
from sessions_app.domain.questions.verdict import BACKCHANNEL

_RULES: dict[str, ModuleType] = {"zh": chinese, "en": english}


def find(text: str) -> list[Hit]:
    """The questions and requests that the rules see in a sentence."""
    return [hit for language in languages_in(text) for hit in _RULES[language].find(text)]


def lead(text: str) -> int:
    """How many characters at the beginning belong to no question ("ok so", 嗯那个)."""
    return max(int(_RULES[language].lead(text)) for language in languages_in(text))


def trail(text: str) -> int:
    """How many characters at the end belong to no question ("you know", 谢谢)."""
    return max(int(_RULES[language].trail(text)) for language in languages_in(text))


def is_unfinished(text: str) -> bool:
    """Whether a sentence ends where none can: its rest is still to come."""
    return _any("is_unfinished", text)


def continues(text: str) -> bool:
    """Whether a sentence begins where none can: it belongs to what was said before."""
    return _any("continues", text)


def is_backchannel(text: str) -> bool:
    """Whether there is nothing but listening or seeking assent ("right", 对吧)."""
    return _any("is_backchannel", text)


def is_small_talk(text: str) -> bool:
    """Whether there is nothing but a greeting in the form of a question ("how are you")."""
    return _any("is_small_talk", text)


def reason_without(found: list[Sentence]) -> str:
    """Why sentences without a cue are no question."""
    if all(is_backchannel(sentence.text) for sentence in found):
        return BACKCHANNEL
    return "no_cue"


def _any(predicate: str, text: str) -> bool:
    return any(getattr(_RULES[language], predicate)(text) for language in languages_in(text))
