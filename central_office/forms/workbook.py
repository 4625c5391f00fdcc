"""A spreadsheet as cells with their places. Owns the limits of what is opened; knows no form.

Every cell that holds something is read, hidden or far out: what pyxform would pass over, the importer must refuse.
"""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from central_office.forms.troubles import FormRefused, Trouble
from survey.canonical import nfc

MOST_BYTES = 2_000_000
MOST_UNPACKED = 40_000_000  # bytes; a small archive may hold a very large sheet
MOST_CELLS = 60_000
# What openpyxl and the archive below it have been seen to raise over torn files.
BROKEN = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, zipfile.BadZipFile, zlib.error),
)
ASIDE = "_"  # a sheet with such a name holds somebody's notes


@dataclass(frozen=True, slots=True)
class Cell:
    """`row`: from 1; `column`: its letter; `header`: what stands above it in the first row."""

    sheet: str
    row: int
    column: str
    header: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.column}{self.row}" + (f", {self.header}" if self.header else "")


@dataclass
class Row:
    """Cells by header. A cell that is empty is not there. `headers`: the sheet's, by name."""

    sheet: str
    number: int
    cells: dict[str, Cell] = field(default_factory=dict)
    headers: dict[str, Cell] = field(default_factory=dict)

    def __getitem__(self, header: str) -> str:
        return self.cells[header].text if header in self.cells else ""

    def place(self, header: str) -> str:
        """Where a value stands or should stand."""
        if header in self.cells:
            return self.cells[header].place
        letter = self.headers[header].column if header in self.headers else ""
        return f"{self.sheet}!{letter}{self.number}, {header}"


@dataclass
class Sheet:
    name: str
    headers: dict[str, Cell] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def read_sheets(data: bytes, source: str) -> tuple[dict[str, Sheet], list[Trouble]]:
    """The sheets by name, and what of them cannot be read.

    Raises: FormRefused when it is no spreadsheet or too large.
    """
    _check_size(data, source)
    sheets: dict[str, Sheet] = {}
    troubles: list[Trouble] = []
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=False)
        left = MOST_CELLS
        for found in book.worksheets:
            found.reset_dimensions()
            cells = list(_cells(found))
            left -= len(cells)
            if left < 0:
                raise FormRefused(source, [Trouble("", "Bảng tính quá lớn", f"more than {MOST_CELLS} cells")])
            if cells and not found.title.startswith(ASIDE):
                sheets[found.title] = _sheet(found.title, cells, troubles)
    except BROKEN as error:
        raise _no_spreadsheet(source, str(error)) from None
    return sheets, troubles


def _check_size(data: bytes, source: str) -> None:
    if len(data) > MOST_BYTES:
        raise FormRefused(source, [Trouble("", "Tệp lớn hơn 2 MB", f"larger than {MOST_BYTES} bytes")])
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except BROKEN as error:
        raise _no_spreadsheet(source, str(error)) from None
    if unpacked > MOST_UNPACKED:
        raise FormRefused(source, [Trouble("", "Nội dung giải nén quá lớn", f"unpacks to {unpacked} bytes")])


def _no_spreadsheet(source: str, why: str) -> FormRefused:
    vi = "Không phải là bảng tính XLSX đọc được; xin lưu lại ở dạng .xlsx"
    return FormRefused(source, [Trouble("", vi, f"not a readable XLSX workbook ({why}); save it as .xlsx again")])


def _cells(sheet: object) -> Iterator[tuple[int, int, object, bool]]:
    """Row, column, value and whether it is a formula, of each cell that holds something."""
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        for cell in row:
            if cell.value is not None and str(cell.value).strip():
                yield cell.row, cell.column, cell.value, cell.data_type == "f"


def _sheet(name: str, cells: list[tuple[int, int, object, bool]], troubles: list[Trouble]) -> Sheet:
    sheet, above = Sheet(name), dict[int, str]()
    for number, column, value, is_formula in cells:
        letter, header = get_column_letter(column), above.get(column, "")
        cell = Cell(name, number, letter, header, _text(value))
        if is_formula:
            vi = "Ô chứa công thức; xin dán giá trị thay cho công thức"
            troubles.append(Trouble(cell.place, vi, "a formula; paste its value instead"))
        if number == 1:
            above[column] = " ".join(cell.text.split())
            if above[column] in sheet.headers:
                vi = f"Hai cột cùng tên «{above[column]}»; xin bỏ một cột"
                troubles.append(Trouble(cell.place, vi, "two columns have this name; remove one"))
            sheet.headers[above[column]] = cell
        elif not header:
            vi = "Ô nằm dưới cột không có tên ở dòng 1; xin đặt tên cột hoặc xóa ô"
            troubles.append(Trouble(cell.place, vi, "no column name in row 1; name the column or clear the cell"))
        else:
            if not sheet.rows or sheet.rows[-1].number != number:
                sheet.rows.append(Row(name, number, headers=sheet.headers))
            sheet.rows[-1].cells[header] = cell
    return sheet


def _text(value: object) -> str:
    """As it stands in the cell: a whole number without its decimal point, no spaces around."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return nfc(str(value)).strip()
