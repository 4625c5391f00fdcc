"""A spreadsheet being turned into a form's document: where each part of the document came from, and what is wrong.

Shared by the sheets' readers. Knows no pyxform and no file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from central_office.forms import columns
from central_office.forms.troubles import Trouble, in_vietnamese
from central_office.forms.workbook import Row, Sheet
from survey.errors import Problem

Document: TypeAlias = dict[str, Any]
TRUE_OR_FALSE = ("xin ghi yes hoặc no, hoặc để trống", "write yes or no, or nothing")


class Chain(NamedTuple):
    """A condition on ratings in an addition: what it names, and which ratings of the addition stand before it."""

    place: str
    named: tuple[str, ...]
    own: tuple[str, ...]


@dataclass
class Gathering:
    """`places`: JSON pointer → the row or cell it was read from; `by_column`: of a row, which key is which column."""

    sheets: dict[str, Sheet]
    troubles: list[Trouble] = field(default_factory=list)
    places: dict[str, tuple[Row, Mapping[str, str]]] = field(default_factory=dict)
    chains: list[Chain] = field(default_factory=list)

    def rows(self, sheet: str) -> list[Row]:
        return self.sheets[sheet].rows if sheet in self.sheets else []

    def wrong(self, place: str, vi: str, en: str) -> None:
        self.troubles.append(Trouble(place, vi, en))

    def texts(self, row: Row, column: str) -> dict[str, str]:
        """One text in each language that the row has it in."""
        found: dict[str, str] = {}
        for header, cell in row.cells.items():
            match = columns.header_of(row.sheet, header)
            if match and match[0] == column and match[1]:
                if match[1] in found:
                    self.wrong(cell.place, "Hai cột cùng một ngôn ngữ; xin bỏ một", "two columns of one language")
                found[match[1]] = cell.text
        return found

    def flag(self, row: Row, column: str) -> bool | None:
        """Yes, no, or nothing said."""
        text = row[column].lower()
        if not text:
            return None
        if text not in columns.YES | columns.NO:
            self.wrong(row.place(column), f"«{row[column]}»: {TRUE_OR_FALSE[0]}", TRUE_OR_FALSE[1])
        return text in columns.YES

    def put(self, pointer: str, row: Row, keys: Mapping[str, str]) -> None:
        """Remember that what stands at `pointer` came from `row`; `keys`: document key → column."""
        self.places[pointer] = (row, keys)

    def mapped(self, problem: Problem) -> Trouble:
        """A problem of the document as one of the spreadsheet."""
        parts = problem.place.split("/")
        for length in range(len(parts), 0, -1):
            pointer = "/".join(parts[:length])
            if pointer in self.places:
                row, keys = self.places[pointer]
                rest = parts[length:]
                column = keys.get(rest[0], "") if rest else ""
                if column in columns.TRANSLATED[row.sheet]:
                    column = _translated(row, column, rest[1] if len(rest) > 1 else "vi")
                place = row.place(column) if column else f"{row.sheet}!{row.number}"
                return Trouble(place, in_vietnamese(problem.reason), problem.reason)
        return Trouble(problem.place, in_vietnamese(problem.reason), problem.reason)


def _translated(row: Row, column: str, language: str) -> str:
    found = (header for header in row.headers if columns.header_of(row.sheet, header) == (column, language))
    return next(found, columns.translated(column, language))
