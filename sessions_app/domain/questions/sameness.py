"""Whether two questions ask the same in nearly the same words, as a question that is repeated or corrected does."""

import re
from collections.abc import Sequence

from sessions_app.domain.questions import cues
from sessions_app.domain.questions.normalise import is_chinese, sentences

MAX_COMPARED = 80
"""Only so many words at the end of either question are compared."""
MAX_CHARACTERS = 600
"""And only so many characters are read."""
_LONG = 8
"""From so many words on one small word more or less makes no other question; so many letters make a word long."""
_SLIP = 2
"""So many letters may be wrong in a long word."""

_POLITE = re.compile(
    r"\b(?:(?:can|could|would|will) (?:you|someone|anyone) (?:please |just )?(?=tell|explain|show|say|describe)"
    r"|i was wondering|i(?:'d| would) like to (?:know|ask)|i want(?:ed)? to (?:know|ask)|do you know|tell me|let me ask"
    r"|(?:my|the) question is|i repeat|i said|i asked|please|again|once more|thanks|thank you|sorry|excuse me|i mean"
    r"|you know|actually|just|really|exactly)\b"
    r"|请问一?下?|我?想问一?下?|我?想知道|我?想请教一?下?|麻烦(?:你|您|问一?下?)?|劳驾|[你您]知道|告诉我|谢谢|不好意思"
    r"|请(?=介绍|解释|说明|讲|推荐|帮)|再[问说]一?[下遍次]|一下|到底|究竟|[啊呀呢哦哈嘛吧呐哎诶]"
)
_OURS = re.compile(r"(?:我们|咱们)的?|我的")
_WHERE = re.compile(r"(?:什么|啥|哪个)地方|哪儿")
_SPELLED_OUT = re.compile(r"(?<=[a-z])(?:'s|'re|'ve|'ll|'d|'m)\b")
_NOT = re.compile(r"\b(?:can't|won't)\b|n't\b")
_SAME_WORD = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "零": "0", "一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5",
    "六": "6", "七": "7", "八": "8", "九": "9", "啥": "什么", "咋": "怎么", "您": "你",
}  # fmt: skip
_PAST = frozenset(["was", "were", "did", *"了"])
_EMPTY = _PAST | frozenset(
    [
        *("a", "an", "the", "so", "and", "but", "well", "ok", "okay", "oh", "is", "are", "am", "be"),
        *("do", "does", "has", "have", "to", "of", "it", "s", "our", "my", "located", "situated"),
        *"的是就那",
    ]
)
_NEGATIONS = frozenset(["not", "no", "never", "without", "off", *"不没别无非未"])
_ASKING = frozenset(["what", "who", "whom", "whose", "where", "when", "why", "how", "which"])
_ASKED = re.compile(r"为什么|什么时候|什么|怎么样|怎么办|怎么|多少|多久|谁|哪|几|如何")
_PLURAL = re.compile(r"(?<=[a-z]{2}[a-rt-z])s$")
_A_NOT_A = re.compile(r"([是能会可要有行对在想用该好])[不没]\1")


def same_question(first: str, second: str) -> bool:
    """Whether nearly the same words ask nearly the same: fillers, politeness, stumbles, case and script do not count.

    Another number, a negation, another question word or another word of content makes another question.
    """
    one, other = _words(first), _words(second)
    if not one or not other or _decisive(one) != _decisive(other):
        return False
    mine, theirs = _content(one), _content(other)
    return "".join(mine) == "".join(theirs) or _are_alike(mine, theirs)


def same_words(first: str, second: str) -> bool:
    """Whether two questions have the same words but for fillers, politeness, stumbles, case, spacing and script.

    One letter makes another word, and another tense another question.
    """
    one, other = _words(first), _words(second)
    return bool(one) and "".join(_without(_EMPTY - _PAST, one)) == "".join(_without(_EMPTY - _PAST, other))


def _words(text: str) -> list[str]:
    """The words of a question without what is only said to be polite or to begin."""
    plain = " ".join(sentence.text for sentence in sentences(text[-MAX_CHARACTERS:])).replace(",", " ")
    plain = _POLITE.sub(" ", _A_NOT_A.sub(r"\1没\1", plain)).strip()
    plain = _WHERE.sub("哪里", _OURS.sub("", plain)) or plain
    plain = plain[min(cues.lead(plain), max(len(plain) - 1, 0)) :]
    plain = _SPELLED_OUT.sub(" ", _NOT.sub(" not ", plain))
    words = [word for sentence in sentences(plain) for token in sentence.tokens for word in token.word.split()]
    return [_SAME_WORD.get(word, word) for word in words if word != ","][-MAX_COMPARED:]


def _decisive(words: Sequence[str]) -> list[str]:
    """What makes another question: numbers, negations, and what is asked for."""
    chinese = "".join(word for word in words if is_chinese(word))
    plain = [word for word in words if word in _NEGATIONS or word in _ASKING or word[0].isdigit()]
    return sorted([*plain, *_ASKED.findall(chinese)])


def _content(words: Sequence[str]) -> list[str]:
    return [_PLURAL.sub("", word) for word in _without(_EMPTY, words)]


def _without(empty: frozenset[str], words: Sequence[str]) -> Sequence[str]:
    """The words that say something; all, where none of them does."""
    return [word for word in words if word not in empty] or words


def _are_alike(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether two sequences of words are the same but for slips, and long ones but for a small word."""
    longer, shorter = (mine, theirs) if len(mine) >= len(theirs) else (theirs, mine)
    spare = 1 if len(shorter) >= _LONG else 0
    if len(longer) - len(shorter) > spare:
        return False
    at = 0
    for word in longer:
        if at < len(shorter) and _is_slip(word, shorter[at]):
            at += 1
        elif spare and (is_chinese(word) or len(word) <= len("for")):
            spare -= 1
        else:
            return False
    return at == len(shorter)


def _is_slip(one: str, other: str) -> bool:
    """Whether a recogniser may have heard one long word as the other: two letters at most differ, none of the first."""
    if one == other:
        return True
    if min(len(one), len(other)) < _LONG or one[:3] != other[:3] or abs(len(one) - len(other)) > 1:
        return False
    ahead = next(at for at in range(len(one) + 1) if one[at : at + 1] != other[at : at + 1])
    rest, others = one[ahead:][::-1], other[ahead:][::-1]
    behind = next(at for at in range(len(rest) + 2) if rest[at : at + 1] != others[at : at + 1] or at >= len(rest))
    return max(len(rest), len(others)) - behind <= _SLIP
