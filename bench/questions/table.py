"""Prints a table, or writes it into a page."""

from collections.abc import Sequence
from pathlib import Path

BEGIN, END = "<!-- table -->", "<!-- end of table -->"


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    alignment = ["---", "---", *["--:"] * (len(header) - 2)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, alignment, *rows))


def write(header: Sequence[str], rows: Sequence[Sequence[str]], page: Path | None) -> None:
    """Prints the table, and writes it into a page between its marks."""
    text = markdown(header, rows)
    print(text)
    if page:
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")
