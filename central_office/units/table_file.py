"""Reads a table of units, CSV or XLSX: bytes in, lines of named texts out; what they mean is `reading`'s to say.

Headings are Vietnamese or English, titles may stand above them, numbers and dates may be cells of their own.
"""

import io
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from central_office.csv_in import MOST_BYTES, MOST_LINES, read_rows
from survey.canonical import nfc
from survey.errors import BadFile, Problem
from survey.vietnamese import weak

MOST_UNPACKED = 100_000_000
MOST_COLUMNS = 60
LINES_ABOVE = 15  # of titles, before the headings
HEADS = {  # as `weak` gives them; the first is what we write ourselves
    "list": ("danh mục", "danh mục mã", "mã danh mục", "list", "code list"),
    "code": ("mã", "mã đơn vị", "mã điểm", "mã số", "code", "unit", "point"),
    "name": ("tên", "tên đơn vị", "tên điểm", "đơn vị", "điểm", "name"),
    "kind": ("cấp", "loại đơn vị", "loại hình", "kiểu", "kind", "type", "level"),
    "parent": ("thuộc", "trực thuộc", "cấp trên", "đơn vị cấp trên", "mã cấp trên", "tên cấp trên", "parent"),
    "commune_class": ("loại", "phân loại", "loại xã", "loại đơn vị hành chính", "class", "commune class"),
    "seat": ("trung tâm", "nơi đặt trụ sở", "trụ sở", "seat"),
    "order_no": ("stt", "tt", "số thứ tự", "order", "no"),
    "valid_from": ("từ ngày", "hiệu lực từ", "valid from", "from"),
    "valid_to": ("đến hết ngày", "đến ngày", "hiệu lực đến", "valid to", "to"),
    "agency": ("cơ quan có thẩm quyền", "thẩm quyền", "cơ quan", "agency"),
    "successors": ("đơn vị kế tiếp", "kế tiếp", "chuyển thành", "successors", "successor"),
}
_HEADS = {weak(word): name for name, words in HEADS.items() for word in words}
NEEDED = ("code", "name")
DAMAGED = (  # what reading a damaged workbook raises; no one class stands above them
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, OSError, EOFError, SyntaxError, struct.error),
    *(LookupError, ValueError, TypeError, AttributeError, NotImplementedError, RuntimeError, AssertionError),
)


@dataclass(frozen=True, slots=True)
class Line:
    """`number`: in the file, from 1; `cells`: by the names of HEADS, only of columns that the file has.

    What stands beyond the last heading is under "": such a line has a separator too many.
    """

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """`unused`: headings that say nothing to us; the page tells of them."""

    lines: tuple[Line, ...]
    unused: tuple[str, ...]


def read_table(data: bytes, source: str) -> Table:
    """The lines below the headings. Raises: BadFile for what is no such table."""
    first, rows = _sheet_rows(data, source) if data.startswith(b"PK") else read_rows(data, source)
    for place, row in enumerate(rows[:LINES_ABOVE]):
        columns = [_HEADS.get(weak(cell), "") for cell in row]
        if all(name in columns for name in NEEDED):
            _once(columns, source)
            unused = tuple(_clean(cell) for cell, name in zip(row, columns, strict=True) if cell.strip() and not name)
            return Table(tuple(_lines(rows[place + 1 :], columns, first + place + 1)), unused)
    raise BadFile(source, [Problem("dòng tiêu đề", "cần ít nhất hai cột «Mã» và «Tên»")])


def _once(columns: Sequence[str], source: str) -> None:
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise BadFile(source, [Problem("dòng tiêu đề", f"cột «{HEADS[name][0]}» có hai lần") for name in twice])


def _lines(rows: Iterable[Sequence[str]], columns: Sequence[str], first: int) -> Iterable[Line]:
    for number, row in enumerate(rows, start=first):
        cells = {name: _clean(cell) for name, cell in zip(columns, row, strict=False) if name}
        beyond = " ".join(filter(None, map(_clean, row[len(columns) :])))
        if any(cells.values()) or beyond:
            named = {name: cells.get(name, "") for name in columns if name}
            yield Line(number, named | ({"": beyond} if beyond else {}))


def _clean(cell: str) -> str:
    """NFC, no spaces around, none doubled; without the apostrophe that keeps a spreadsheet from computing a text."""
    text = " ".join(nfc(cell).split())
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf"))
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _sheet_rows(data: bytes, source: str) -> tuple[int, list[list[str]]]:
    """The rows of a workbook's first sheet."""
    if len(data) > MOST_BYTES:
        raise BadFile(source, [Problem("", f"tệp lớn hơn {MOST_BYTES // 1_000_000} MB")])
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BadFile(source, [Problem("", "tệp bung ra quá lớn")])
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = [
            [_text(cell) for cell in row]
            for row in islice(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), MOST_LINES + 1)
        ]
    except DAMAGED as error:
        raise BadFile(source, [Problem("", f"không đọc được bảng tính XLSX: {error}")]) from None
    if len(rows) > MOST_LINES:
        raise BadFile(source, [Problem("", f"quá {MOST_LINES} dòng")])
    return 1, rows


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
