"""The whole wording of a question as one search term, for questions that are made of stop words."""

import re

from knowledge_app.analysis import normalised

MAX_WORDING_CHARS = 120

_CLAUSE_BORDER = re.compile(r"[()（）,，;；›]")
_WORD = re.compile(r"[^\W_]+")
_SAYS_NOTHING = frozenset("a an the is are am so ok okay hi hello hey um uh well please actually really".split())  # noqa: SIM905 - words read better than a list of strings
_CHINESE_OPENING = re.compile("^(?:请问|你好|您好|那么|那|嗯|呃|好的)+(?=..)")
_CHINESE_ENDING = re.compile("[的了呢吗啊呀吧嘛]+$")


def clauses(heading: str) -> list[str]:
    """The heading itself and what stands between its commas and brackets, for each may be what somebody asks."""
    return list(dict.fromkeys((heading, *_CLAUSE_BORDER.split(heading))))


def wording_term(question: str) -> str:
    """One term for the whole wording of a question, which no term of its words equals; empty where there is no word.

    It finds the heading that asks just this, even "What is this?", which is made of stop words. Fillers and final
    particles are left out, and so are "is" and "are", which speech hides in "what's".
    """
    words = "".join(word for word in _WORD.findall(normalised(question)) if word not in _SAYS_NOTHING)
    wording = _CHINESE_ENDING.sub("", _CHINESE_OPENING.sub("", words))
    return f"={wording}" if 0 < len(wording) <= MAX_WORDING_CHARS else ""


def wording_terms(heading: str) -> set[str]:
    """The wording terms of a heading's clauses."""
    return {term for clause in clauses(heading) if (term := wording_term(clause))}
