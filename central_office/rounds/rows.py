"""Tables that a person types or pastes: one line a row, cells parted by `;` or, from a spreadsheet, by tabs. Pure.

What cannot be read is told with its line number; nothing is guessed.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from survey.canonical import nfc
from survey.plan_parts import ReadingState

Row: TypeAlias = dict[str, Any]
Faults: TypeAlias = list[str]

MARKS = {"(?)": ReadingState.DOUBTFUL, "(~)": ReadingState.PROBABLE}
UNREAD = "?"
DAY = re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})|(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})")
MONTH = re.compile(r"tháng (?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})")
NUMBER = re.compile(r"[0-9]{1,9}|[0-9]{1,3}(?:\.[0-9]{3}){1,2}")
SHARE = re.compile(r"(?P<whole>[0-9]{1,3})(?:[.,](?P<part>[0-9]{1,2}))?")


def cells_of(text: str) -> list[tuple[int, list[str]]]:
    """(line number from 1, cells) of each line with anything on it."""
    found = []
    for number, line in enumerate(nfc(text).splitlines(), start=1):
        if line.strip():
            row = next(csv.reader([line], delimiter="\t" if "\t" in line else ";"))
            found.append((number, [cell.strip() for cell in row]))
    return found


def lines_of(rows: Iterable[Sequence[object]]) -> str:
    """The same the other way round."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue()


def iso_day(text: str) -> str:
    """`18/10/2023` or `2023-10-18` as the latter, empty for anything else. Whether there is such a day is not asked."""
    found = DAY.fullmatch(text.strip())
    if found is None:
        return ""
    return found["iso"] or f"{found['y']}-{int(found['m']):02d}-{int(found['d']):02d}"


def number(text: str) -> int | None:
    """`1200` or `1.200`."""
    return int(text.replace(".", "")) if NUMBER.fullmatch(text.strip()) else None


def read(text: str, reader: Callable[[list[str]], Row | str], what: str, faults: Faults) -> list[Row]:
    """Every row that `reader` can read; for each other one its line is told among `faults`."""
    rows = []
    for line, cells in cells_of(text):
        row = reader(cells)
        if isinstance(row, str):
            faults.append(f"{what}, dòng {line}: {row}")
        else:
            rows.append(row)
    return rows


def point(cells: list[str]) -> Row | str:
    if len(cells) != 3:
        return "cần ba cột: mã; tên; số phiếu"
    code, name, forms = cells
    if not code or not name:
        return "thiếu mã hoặc tên"
    count = number(forms)
    return f"số phiếu «{forms}» không phải số nguyên" if count is None else _point(code, name, count)


def point_by_visits(cells: list[str]) -> Row | str:
    """Where the quota follows from visits a point needs no forms of its own: its third cell may be blank or missing."""
    return point([*cells[:2], "0"] if not "".join(cells[2:]) and len(cells) >= 2 else cells)


def _point(code: str, name: str, forms: int) -> Row:
    return {"point": code, "name": {"vi": name}, "forms": forms}


def milestone(cells: list[str]) -> Row | str:
    if len(cells) not in (3, 4) or not cells[0]:
        return "cần: việc; cơ quan; hạn"
    deadline = _deadline(cells[2])
    if deadline is None:
        return f"hạn «{cells[2]}» phải viết như «trước 18/10/2023», «chậm nhất 07/6/2024» hoặc «tháng 8/2024»"
    said = {"said": cells[3]} if len(cells) == 4 and cells[3] else {}
    return {"task": cells[0], "body": cells[1], **deadline, **said}


def _deadline(text: str) -> Row | None:
    words = " ".join(text.casefold().split())
    if (month := MONTH.fullmatch(words)) is not None:
        return {"month": f"{month['y']}-{int(month['m']):02d}"}
    for start, key in (
        ("trước ngày ", "before"),
        ("trước ", "before"),
        ("chậm nhất ngày ", "by"),
        ("chậm nhất ", "by"),
    ):
        if words.startswith(start) and (day := iso_day(words.removeprefix(start))):
            return {key: day}
    day = iso_day(words)
    return {"by": day} if day else None


def milestone_cells(row: Row) -> list[str]:
    if "month" in row:
        year, month = row["month"].split("-")
        due = f"tháng {int(month)}/{year}"
    else:
        key, word = ("before", "trước") if "before" in row else ("by", "chậm nhất")
        due = f"{word} {vietnamese_day(row[key])}"
    cells = [row["task"], row.get("body", ""), due]
    return [*cells, row["said"]] if row.get("said") else cells


def vietnamese_day(iso: str) -> str:
    """`2023-10-18` as `18/10/2023`; anything else as it is."""
    parts = iso.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else iso


def target(cells: list[str]) -> Row | str:
    if len(cells) not in (3, 4):
        return "cần: tên; năm; tỷ lệ %; mã các lĩnh vực (để trống nếu là chung)"
    year, share = number(cells[1]), SHARE.fullmatch(cells[2].rstrip("% "))
    if year is None or share is None:
        return f"năm «{cells[1]}» hoặc tỷ lệ «{cells[2]}» không phải số"
    hundredths = int(share["whole"]) * 100 + int((share["part"] or "").ljust(2, "0"))
    fields = [code.strip() for code in (cells[3] if len(cells) == 4 else "").split(",") if code.strip()]
    row = {"name": cells[0], "year": year, "hundredths": hundredths}
    return row | {"fields": fields} if fields else row


def target_cells(row: Row) -> list[object]:
    whole, part = divmod(row["hundredths"], 100)
    share = f"{whole},{part:02d}" if part else str(whole)
    return [row["name"], row["year"], share, ", ".join(row.get("fields", []))]


def field(cells: list[str]) -> Row | str:
    return {"code": cells[0], "text": {"vi": cells[1]}} if len(cells) == 2 and all(cells) else "cần: mã; tên"


def area(cells: list[str]) -> Row | str:
    if len(cells) not in (4, 5) or not cells[0]:
        return "cần: đơn vị; số xã; số thôn; phiếu mỗi thôn; tên các xã (nếu đã biết)"
    counts = [number(cell) for cell in cells[1:4]]
    if None in counts:
        return "số xã, số thôn và số phiếu phải là số nguyên"
    row = dict(zip(("communes", "villages", "forms_per_village"), counts, strict=True))
    names = [_commune(name.strip()) for name in (cells[4] if len(cells) == 5 else "").split(",") if name.strip()]
    return {"unit": cells[0], **row, **({"named": names} if names else {})}


def _commune(text: str) -> Row:
    if text == UNREAD:
        return {"reading": ReadingState.ILLEGIBLE.value}
    for mark, state in MARKS.items():
        if text.endswith(mark):
            return {"name": text.removesuffix(mark).strip(), "reading": state.value}
    return {"name": text}


def area_cells(row: Row) -> list[object]:
    marks = {state.value: mark for mark, state in MARKS.items()}
    names = [
        f"{commune['name']} {marks.get(commune.get('reading', ''), '')}".strip() if commune.get("name") else UNREAD
        for commune in row.get("named", [])
    ]
    cells = [row["unit"], row.get("communes", len(names)), row["villages"], row["forms_per_village"]]
    return [*cells, ", ".join(names)] if names else cells
