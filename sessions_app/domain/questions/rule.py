"""What a rule is, and where one found its cue."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A cue of a question; a named group in the pattern marks where the question begins.

    `confidence` estimates the share of real questions among the texts that the rule fires on; below one half the
    cue alone decides nothing.
    """

    name: str
    confidence: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a sentence that a rule takes for a question."""

    rule: str
    confidence: float
    start: int
    end: int

    @property
    def is_request(self) -> bool:
        """Whether something is to be told or shown, rather than asked."""
        return self.rule.endswith("_request")

    @property
    def language(self) -> str:
        """The language of the rule."""
        return self.rule[:2]

    @property
    def log_odds(self) -> float:
        """How sure the rule is."""
        return math.log(self.confidence / (1 - self.confidence))


def table(*rows: tuple[str, float, str]) -> tuple[Rule, ...]:
    """Rules from rows of name, confidence and pattern."""
    return tuple(Rule(name, confidence, re.compile(pattern)) for name, confidence, pattern in rows)


def any_of(*patterns: str) -> re.Pattern[str]:
    """One pattern that matches where any of several does."""
    return re.compile("|".join(patterns))


def matches(rules: Iterable[Rule], text: str) -> Iterator[tuple[Rule, int]]:
    """Each rule that fires on a text, with the position where its question begins."""
    for rule in rules:
        match = rule.pattern.search(text)
        if match:
            yield rule, match.start(match.lastgroup or 0)


def blank(pattern: re.Pattern[str], text: str, group: str | int = 0) -> str:
    """The text with every match, or a group of it, made unreadable for the rules, all positions kept."""
    pieces, end = [], 0
    for match in pattern.finditer(text):
        pieces += [text[end : match.start(group)], "_" * len(match.group(group))]
        end = match.end(group)
    return "".join([*pieces, text[end:]])
