"""Which column of a table holds the questions, and which their ids."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from batch_app.refusals import invalid

TEXT_NAMES = (
    *("text", "texts", "question", "questions", "query", "queries", "prompt", "prompts", "content", "message", "input"),
    *("问题", "提问", "问句", "题目", "内容", "文本", "问题内容", "问题文本", "用户问题", "查询", "提示词"),
    *("問題", "提問", "問句", "題目", "內容", "文字", "問題內容", "使用者問題", "查詢", "提示詞"),
)
ID_NAMES = ("custom_id", "customid")


@dataclass(frozen=True, slots=True)
class Columns:
    """The places, from 0, of the text and of the ids, which may be None, in a table with this first row.

    `header` is that row where it names the columns, else empty.
    """

    first_row: tuple[str, ...]
    header: tuple[str, ...]
    text: int
    custom_id: int | None

    @property
    def text_name(self) -> str:
        return self._name(self.text)

    @property
    def id_name(self) -> str:
        return "" if self.custom_id is None else self._name(self.custom_id)

    def _name(self, place: int) -> str:
        return self.header[place] if self.header else str(place + 1)


def chosen(first: Sequence[str], column: str, id_column: str) -> Columns:
    """The columns of a table with this first row, by name or by number from 1; "" for what the names tell.

    Without a word about it the first column that is not the ids' is the text's. Raises `RefusedError` for a column
    that the table has not.
    """
    names = [_plain(cell) for cell in first]
    text = _place(first, column or find(names, TEXT_NAMES), "column")
    custom_id = _place(first, id_column or find(names, ID_NAMES), "id_column")
    if text is None:
        text = 1 if custom_id == 0 and len(names) > 1 else 0
    return Columns(tuple(first), tuple(first) if is_header(first, column, id_column) else (), text, custom_id)


def is_header(first: Sequence[str], column: str, id_column: str) -> bool:
    """Whether a first row names columns: one that is asked for by its name, or one that is known."""
    wanted = {_plain(each) for each in (column, id_column) if each and _number(each) is None}
    return not wanted.union(TEXT_NAMES, ID_NAMES).isdisjoint(map(_plain, first))


def find(names: Collection[str], known: Collection[str]) -> str:
    """The first of the known names that is there, or ""."""
    return next((name for name in known if name in names), "")


def _place(first: Sequence[str], wanted: str, field: str) -> int | None:
    """The place of a column, None where none is wanted."""
    if not wanted:
        return None
    number, names = _number(wanted), [_plain(cell) for cell in first]
    if number is not None and 1 <= number <= len(names):
        return number - 1
    if number is None and (name := _plain(wanted)) in names:
        return names.index(name)
    there = list(first) if number is None else list(range(1, len(names) + 1))
    message = f"There is no column {wanted!r}; there are: {', '.join(map(str, there))}."
    raise invalid(message, field=field, columns=there)


def _number(wanted: str) -> int | None:
    """The number of a column; nobody counts them to a million."""
    return int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < len("1000000") else None


def _plain(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
