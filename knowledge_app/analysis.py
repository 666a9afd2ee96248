"""The one analysis of text into search terms, for documents and questions alike."""

import functools
import re
import threading
import unicodedata

import opencc
import Stemmer

MAX_WORD_CHARS = 64

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_KANA_AND_HANGUL = "\u3040-\u30ff\uac00-\ud7af"
_CJK_RUN = re.compile(f"[{_HAN}{_KANA_AND_HANGUL}]+")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_RUN = re.compile(f"(?P<cjk>{_CJK_RUN.pattern})|(?P<word>(?:(?![{_HAN}{_KANA_AND_HANGUL}])[^\\W_])+)")
_POSSESSIVE_OR_APOSTROPHE = re.compile(r"['’]s\b|(?<=[a-z])['’](?=[a-z])")

ENGLISH_STOP_WORDS = frozenset(
    """a about am an and are as at be been but by can could for from had has have if in into is it of on or such that
    the their then there these they this to was were will with would what who whom which how when where why do did does
    many much i me my we us our you your please tell actually really exactly basically just""".split()  # noqa: SIM905 - words read better than a list of strings
)
_CHINESE_STOP_PHRASES = re.compile(
    "你好|您好|为什么|是什么|有什么|什么样|什么|怎么样|怎么办|怎么|怎样|如何|哪里|哪儿|哪个|哪些|哪位|哪|谁|多少|是否|能不能|可不可以|是不是"
    "|有没有|请问|请|告诉我|介绍一下|解释一下|一下|这个|那个|它们|他们|我们|你们|[的了是吗呢吧啊呀嘛它他她我你这那]"
)

_local = threading.local()


def terms(text: str) -> list[str]:
    """The search terms of `text` in order, with repetitions.

    Chinese gives every character and every pair of neighbours, in simplified form; words of alphabetic scripts give
    their English stem. Stop words of both languages give nothing.
    """
    found: list[str] = []
    for run in _RUN.finditer(normalised(text)):
        if run["cjk"]:
            found += _characters_and_pairs(run["cjk"])
        elif len(word := run["word"]) <= MAX_WORD_CHARS and word not in ENGLISH_STOP_WORDS:
            found.append(_stemmer().stemWord(word))
    return found


def language_of(text: str) -> str:
    """Tell "zh" from "en": Chinese has at least as many characters as there are words of other scripts beside them."""
    runs = list(_RUN.finditer(text))
    characters = sum(len(_HAN_CHARACTER.findall(run["cjk"])) for run in runs if run["cjk"])
    return "zh" if characters and characters >= sum(1 for run in runs if run["word"]) else "en"


def normalised(text: str) -> str:
    text = _POSSESSIVE_OR_APOSTROPHE.sub("", unicodedata.normalize("NFKC", text).lower())
    return _to_simplified().convert(text) if _HAN_CHARACTER.search(text) else text


def _characters_and_pairs(run: str) -> list[str]:
    found: list[str] = []
    for piece in _CHINESE_STOP_PHRASES.split(run):
        found += piece
        found += (piece[at : at + 2] for at in range(len(piece) - 1))
    return found


@functools.cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _stemmer() -> Stemmer.Stemmer:
    # A Stemmer keeps state between calls and must not be shared between threads.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    return _local.stemmer
