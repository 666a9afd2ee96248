"""Long texts are cut where sentences end."""

from hypothesis import given
from hypothesis import strategies as st

from sessions_app.domain.questions.windows import MAX_READ_CHARACTERS, WINDOW_CHARACTERS, windows
from sessions_app.tests.test_questions_detector import CHINESE_TALK, TALK


@given(st.lists(st.sampled_from(["?", "。", "，", " and ", " ", "speech", "什么", " " * 300, "a" * 300]), max_size=60))
def test_windows_leave_out_nothing_but_blanks(pieces: list[str]) -> None:
    text = "".join(pieces).strip()
    end = len(text)
    for start, stop in windows(text):
        assert 0 <= start <= stop <= end
        assert stop - start <= WINDOW_CHARACTERS
        assert not text[stop:end].strip()
        end = start
    assert not text[max(len(text) - MAX_READ_CHARACTERS, 0) : end].strip()


def test_windows_begin_where_sentences_do() -> None:
    text = f"{TALK}{CHINESE_TALK}"
    starts = [start for start, _ in windows(text)]
    assert starts[-1] == 0
    assert all(text[start - 1] in ".。" for start in starts[:-1])
