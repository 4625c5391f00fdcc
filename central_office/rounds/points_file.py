"""A spreadsheet of points (CSV or XLSX) as the lines that a person would type: code; name; forms. Pure, bytes in.

Formulas are not computed and nothing but the first sheet's first three columns is looked at.
"""

import csv
import io
import zipfile

from openpyxl import load_workbook

from central_office.rounds import rows
from central_office.units.table_file import DAMAGED
from survey.canonical import nfc
from survey.errors import BadFile, Problem
from survey.plan_file import is_code
from survey.vietnamese import weak

MOST_BYTES = 4_000_000
MOST_UNPACKED_BYTES = 60_000_000  # a workbook is a ZIP file, and may be a bomb
MOST_ROWS = 20_000
COLUMNS = 3
HEADINGS = ("ma", "ma diem", "ma so", "diem", "code", "point")  # of the first column


def lines_of_file(data: bytes, name: str) -> str:
    """Raises: BadFile for what is neither."""
    if len(data) > MOST_BYTES:
        raise BadFile(name, [Problem("", f"tệp lớn hơn {MOST_BYTES // 1_000_000} MB")])
    table = _workbook(data, name) if data.startswith(b"PK") else _csv(data, name)
    table = [row for row in table if any(row)]
    if table and _is_heading(table[0]):
        table.pop(0)
    if not table or len(table) > MOST_ROWS:
        raise BadFile(name, [Problem("", f"tệp không có dòng nào, hoặc quá {MOST_ROWS} dòng")])
    return rows.lines_of(table)


def _is_heading(row: list[str]) -> bool:
    """Only what no point can be: a row that is merely wrong is left to be refused, never dropped."""
    return (weak(row[0]) in HEADINGS or not is_code(row[0])) and rows.number(row[-1]) is None


def _csv(data: bytes, name: str) -> list[list[str]]:
    """Excel writes UTF-8 with a BOM, UTF-16 or, set to Vietnamese, Windows-1258."""
    text = ""
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1258"):
        try:
            text = nfc(data.decode(encoding))
            break
        except UnicodeDecodeError:
            continue
    if not text or "\0" in text:
        raise BadFile(name, [Problem("", "không đọc được chữ của tệp; lưu lại dạng CSV UTF-8 hoặc XLSX")])
    delimiter = max(";\t,", key=text.partition("\n")[0].count)
    try:
        return [[cell.strip() for cell in row[:COLUMNS]] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise BadFile(name, [Problem("", f"không phải bảng CSV: {error}")]) from None


def _workbook(data: bytes, name: str) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED_BYTES:
                raise BadFile(name, [Problem("", "tệp XLSX quá lớn")])
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(max_col=COLUMNS, max_row=MOST_ROWS + 2, values_only=True)
        return [[_cell(value) for value in row] for row in found]
    except BadFile:
        raise
    except DAMAGED:
        raise BadFile(name, [Problem("", "không đọc được tệp XLSX")]) from None


def _cell(value: object) -> str:
    """A number of a spreadsheet is often 40.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else nfc(str(value)).strip()
