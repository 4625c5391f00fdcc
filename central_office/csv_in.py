"""Reads CSV as offices have it: with `;`, `,` or tabs, a BOM, UTF-16 or Windows-1258. Knows no column."""

import csv
import io
import re
from datetime import date

from survey.canonical import nfc
from survey.errors import BadFile, Problem

MOST_BYTES = 4_000_000
MOST_LINES = 50_000
DAYS = (
    re.compile(r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})"),
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
)


def read_rows(data: bytes, source: str) -> tuple[int, list[list[str]]]:
    """The number of the heading line in the file, from 1, and the rows from there on. Raises: BadFile if it is none."""
    if len(data) > MOST_BYTES:
        raise BadFile(source, [Problem("", f"tệp lớn hơn {MOST_BYTES // 1_000_000} MB")])
    text = _text(data, source)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise BadFile(source, [Problem("", f"không phải bảng CSV: {error}")]) from None
    skipped = 0
    while rows and (not any(cell.strip() for cell in rows[0]) or rows[0][0].lower().startswith("sep=")):
        rows.pop(0)
        skipped += 1
    if not rows or len(rows) > MOST_LINES:
        raise BadFile(source, [Problem("", f"tệp trống hoặc quá {MOST_LINES} dòng")])
    return skipped + 1, rows


def read_day(text: str) -> date | None:
    """`12/6/2024`, `12-06-2024` or `2024-06-12`: the day stands first, as in Vietnam."""
    found = next((match for pattern in DAYS if (match := pattern.fullmatch(text.strip()))), None)
    try:
        return date(int(found["y"]), int(found["m"]), int(found["d"])) if found else None
    except ValueError:
        return None


def _text(data: bytes, source: str) -> str:
    """Excel writes UTF-8 with a BOM, UTF-16 («Unicode Text») or, set to Vietnamese, Windows-1258."""
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1258"):
        try:
            return nfc(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadFile(source, [Problem("", "không đọc được chữ của tệp; lưu lại dạng CSV UTF-8")])


def _delimiter(text: str) -> str:
    head = next((line for line in text.splitlines() if line.strip() and not line.lower().startswith("sep=")), "")
    return max(";\t,", key=head.count)
