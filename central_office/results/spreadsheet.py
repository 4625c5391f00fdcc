"""Text for spreadsheets: CSV for Vietnamese Excel, cells that never become formulas; JSON values. Knows no figure."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO, TypeAlias

Cell: TypeAlias = "str | int | None"
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class Number(str):
    """A number that we have written ourselves: it may begin with a minus and stay a number for the spreadsheet."""


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as UTF-8 with BOM."""
    file = io.StringIO()
    _write(file, head, rows)
    return file.getvalue().encode("utf-8-sig")


def write_csv_file(path: Path, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """The same bytes into a file, each row as it comes: a year's answers need no memory."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        _write(file, head, rows)


def _write(file: TextIO, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)


def safe(cell: Cell) -> str:
    """The cell's text, never read as a formula by a spreadsheet (numbers of ours are not texts)."""
    if not isinstance(cell, str) or isinstance(cell, Number):
        return "" if cell is None else str(cell)
    return "'" + cell if cell.lstrip(" ").startswith(FORMULA_STARTS) or cell.startswith(FORMULA_STARTS) else cell
