"""The units as tables that read back without a change: CSV for Vietnamese Excel, and XLSX. Bytes out; knows no page."""

import io
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from central_office.results.spreadsheet import safe, write_csv
from central_office.units.preview import cell_text
from central_office.units.table_file import HEADS
from central_office.units.tree import Node, Tree

HEAD = tuple(words[0].upper() if name == "order_no" else words[0].capitalize() for name, words in HEADS.items())
WIDTHS = (14, 16, 40, 18, 26, 8, 12, 7, 13, 14, 14, 44)


def rows(tree: Tree) -> Iterator[list[str]]:
    """Every unit, from the top down."""
    for node in _down(tree):
        named = {"list": node.code_list, "code": node.code}
        yield [named[name] if name in named else cell_text(node, name) for name in HEADS]


def csv_bytes(tree: Tree) -> bytes:
    return write_csv(HEAD, rows(tree))


def xlsx_bytes(tree: Tree) -> bytes:
    """Every cell is a text, so that codes keep their zeros."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Đơn vị"
    sheet.append(HEAD)
    for row in rows(tree):
        sheet.append([safe(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _down(tree: Tree) -> Iterable[Node]:
    waiting = list(reversed(tree.roots()))
    while waiting:
        ref = waiting.pop()
        yield tree.nodes[ref]
        waiting.extend(reversed(tree.children(ref)))
