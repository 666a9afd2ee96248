"""What is said at work: of no conversation that the weights were learnt from."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "at_work"


def _lines(name: str) -> list[str]:
    return (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


CHINESE_QUESTIONS = _lines("chinese_questions")
CHINESE_STATEMENTS = _lines("chinese_statements")
ENGLISH_QUESTIONS = _lines("english_questions")
ENGLISH_STATEMENTS = _lines("english_statements")
