"""What looks like a cue of an English question and is none: free relatives, idioms, commands to do something."""

from sessions_app.domain.questions.english_words import (
    AUX,
    DO,
    PERSON,
    POINTER,
    START,
    WE,
    WH,
)
from sessions_app.domain.questions.rule import any_of, blank

_ASKS_NOTHING = any_of(
    rf"\b(?:neither|nor|as|than) {AUX} \w+",
    rf"\bso {AUX} \w+$",
    rf"(?<!do )(?<!did )\b{WE} (?:know|see|get|understand|remember)(?: exactly)? {WH}\b(?! {AUX} {PERSON} )",
    r"\b(?:that|this|it)(?:'s| is| was) (?:what|why|how|where|when)\b",
    r"\bno matter \w+",
    rf"n't (?:care|matter|mind) {WH} \w+",
    rf"\bhow (?:much|many|long|often|far|well) (?:{PERSON}|the \w+) \w+ (?:(?:is|was|does)(?:n't)?|depends|matters)\b",
    r"\bwhat(?:'s| is) (?:even |really |so )?(?:funn|interesting|craz|weird|amazing|cool|great|worse|more)\w*\b",
    r"\b(?:chances are|not only|little did) \w+",
    rf"{START}who (?:knows|knew|cares)(?=$| maybe\b| perhaps\b)",
    rf"{START}who would(?:'ve| have) (?:guessed|thought|known)(?=$| (?!that$))",
    r"\bwhy bother(?=$| (?:nobody|no one|it|they|he|she|we|i)\b)",
    r"\bwhat (?:matters|counts|remains|follows|worries \w+|bothers \w+)(?: most| now| here)? (?:is|was)\b"
    r"(?! (?:wh|how))",
    r"\bwhat (?:i|you|we) \w+\b",
    rf"\bwhich {AUX} (?!(?:the|more|most|best|better|\w+er|\w+est)\b)",
    rf"\b(?:can|could|would|will) (?:you|we) (?:(?:please|just) )?{DO} (?:me|it|an?|on|off|up|down|{POINTER})\b",
    r"\b(?:can|could|would|will) (?:you|we) (?:(?:please|just) )?set (?:an?|the|my)\b",
)


def readable(text: str) -> str:
    """The text with what asks nothing made unreadable for the rules, all positions kept."""
    return blank(_ASKS_NOTHING, text)
