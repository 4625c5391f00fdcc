"""Reads a table of visits as offices have them: Excel's CSV in Vietnamese.

Pure: bytes in, tellings and refused lines out; whether a day is in the plan is `visits`' to say. Nothing is guessed: a
line that can be read in two ways is refused with its number and a reason in Vietnamese.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from central_office.coverage.models import Source
from central_office.coverage.visits import Told
from central_office.csv_in import read_day, read_rows
from survey.canonical import nfc
from survey.errors import BadFile, Problem
from survey.form import text_in
from survey.plan import Plan

HEADS = {  # without diacritics, spaces and capitals
    "point": {"diem", "madiem", "diemkhaosat", "tendiem", "donvi", "point"},
    "day": {"ngay", "day", "date"},
    "count": {"soluot", "luot", "soluotnguoidan", "songuoi", "count", "visits"},
    "source": {"nguon", "source"},
}
NEEDED = {"point": "Điểm", "day": "Ngày", "count": "Số lượt"}
SOURCES = {
    **{source.value: source.value for source in Source},
    **{"nhaptay": "staff", "canbo": "staff", "canbodem": "staff", "maylayso": "ticket", "cambien": "sensor"},
    **{"tep": "import", "tepnhapvao": "import"},
}
COUNT = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:[. \u00a0\u202f][0-9]{3}){1,2}")


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """`number`: of the line in the file, from 1; `text`: what stands there; `reason`: for the person who sent it."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """`lines`: the line number of each telling."""

    tellings: tuple[Told, ...]
    lines: Mapping[tuple[str, date], int]
    refused: tuple[RefusedLine, ...]


def read_table(data: bytes, source: str, plan: Plan) -> Table:
    """The tellings of a file with a heading line. Raises: BadFile for what is no such table at all."""
    head, rows = read_rows(data, source)
    places = _columns(rows[0], source)
    return _tellings(rows[1:], places, head + 1, plan)


def _tellings(rows: Sequence[Sequence[str]], places: Mapping[str, int], first: int, plan: Plan) -> Table:
    tellings: list[Told] = []
    lines: dict[tuple[str, date], int] = {}
    refused: list[RefusedLine] = []
    names = _names(plan)
    for number, row in enumerate(rows, start=first):
        if not any(cell.strip() for cell in row):
            continue
        told = _told(row, places, names)
        if isinstance(told, Told) and (told.point, told.day) in lines:
            told = f"điểm và ngày này đã có ở dòng {lines[told.point, told.day]}"
        if isinstance(told, str):
            refused.append(RefusedLine(number, "; ".join(row)[:120], told))
        else:
            lines[told.point, told.day] = number
            tellings.append(told)
    return Table(tuple(tellings), lines, tuple(refused))


def _columns(head: Sequence[str], source: str) -> dict[str, int]:
    """Where each column stands. Raises: BadFile if one is missing or stands twice."""
    places: dict[str, int] = {}
    problems = []
    for place, cell in enumerate(head):
        name = next((name for name, words in HEADS.items() if _plain(cell) in words), "")
        if name and name in places:
            problems.append(Problem("dòng tiêu đề", f"cột «{cell.strip()}» có hai lần"))
        elif name:
            places[name] = place
    problems += [Problem("dòng tiêu đề", f"thiếu cột «{NEEDED[name]}»") for name in NEEDED if name not in places]
    if problems:
        raise BadFile(source, problems)
    return places


def _told(row: Sequence[str], places: Mapping[str, int], names: Mapping[str, str]) -> Told | str:
    """The telling of a line, or why it is none."""
    cells = {name: nfc(row[place]).strip() if place < len(row) else "" for name, place in places.items()}
    point = names.get(cells["point"].casefold(), "")
    if not point:
        return f"không rõ điểm «{cells['point'][:60]}»" if cells["point"] else "thiếu điểm"
    day = read_day(cells["day"])
    if day is None:
        return f"ngày «{cells['day'][:20]}» phải viết như 12/06/2024"
    count = read_count(cells["count"])
    if count is None:
        return f"số lượt «{cells['count'][:20]}» không phải số nguyên" if cells["count"] else "thiếu số lượt"
    source = SOURCES.get(_plain(cells["source"])) if cells.get("source") else Source.IMPORT.value
    return Told(point, day, count, source) if source else f"không có nguồn «{cells['source'][:20]}»"


def read_count(text: str) -> int | None:
    """`1234` or `1.234`; a comma would be a fraction."""
    return int(re.sub(r"[^0-9]", "", text)) if COUNT.fullmatch(text) else None


def _names(plan: Plan) -> dict[str, str]:
    """Codes, and those names that only one point has, in small letters → code."""
    names = [(text_in(a.point.name, "vi").casefold().strip(), a.point.code) for a in plan.allocations]
    times = Counter(name for name, _ in names)
    known = {name: code for name, code in names if times[name] == 1}
    return known | {a.point.code.casefold(): a.point.code for a in plan.allocations}


def _plain(text: str) -> str:
    """Letters and digits only, no diacritics, no capitals: `Số lượt` as `soluot`."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum() and letter.isascii())
