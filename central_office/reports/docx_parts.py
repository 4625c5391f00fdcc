"""Pieces of a DOCX that python-docx has no words for: letterhead, grids, lines, fields, texts of pictures."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from central_office.reports.heading import RECEIVERS, Letterhead

CENTRE = WD_ALIGN_PARAGRAPH.CENTER
LEFT_PART = 0.42  # of the letterhead's width: the State's name needs the larger part


def letterhead(word: Word, said: Letterhead, wide: float) -> None:
    """A borderless table of two columns, as every office's template has it. `wide`: millimetres."""
    table = grid(word, 1, [wide * LEFT_PART, wide * (1 - LEFT_PART)], bordered=False)
    left, right = table.rows[0].cells
    _left(left, said, wide * LEFT_PART)
    _right(right, said, wide * (1 - LEFT_PART))


def _left(cell: _Cell, said: Letterhead, wide: float) -> None:
    texts = [*((text, False) for text in said.upper), *((text, True) for text in said.body)]
    for place, (text, bold) in enumerate(texts):
        paragraph = _next(cell) if place else cell.paragraphs[0]
        paragraph.style = "Letterhead"
        _run(paragraph, text, 12, bold=bold)
    if said.party:
        _run(_next(cell), "*", 12)
    else:
        rule_below(_next(cell, "Rule"), wide, wide / 3)
    _run(_next(cell), said.number, 13)


def _right(cell: _Cell, said: Letterhead, wide: float) -> None:
    first = cell.paragraphs[0]
    first.style = "Letterhead"
    _run(first, said.right, 14 if said.party else 12, bold=True)
    if said.motto:
        _run(_next(cell), said.motto, 13, bold=True)
    rule_below(_next(cell, "Rule"), wide, 62 if said.party else 56)  # as long as the line of words above it
    _run(_next(cell), said.dateline, 13, italic=True)


def signature(word: Word, said: Letterhead, wide: float) -> None:
    table = grid(word, 1, [wide / 2, wide / 2], bordered=False)
    left, right = table.rows[0].cells
    _run(left.paragraphs[0], RECEIVERS, 12, bold=True, italic=True)
    for line in said.receivers:
        _run(left.add_paragraph(), line, 11)
    first, *others = said.signer_title or ("QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ",)
    right.paragraphs[0].style = "Letterhead"
    _run(right.paragraphs[0], first, 13, bold=True)
    for line in others:
        _run(_next(right), line, 13, bold=True)
    for _ in range(4):
        _next(right)
    _run(_next(right), said.signer, 13, bold=True)
    _keep(table)


def _next(cell: _Cell, style: str = "Letterhead") -> Paragraph:
    made: Paragraph = cell.add_paragraph(style=style)
    return made


def _run(paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def rule_below(paragraph: Paragraph, wide: float, long: float) -> None:
    """A line `long` mm in the middle of `wide` mm: the paragraph's lower border between indents, so that it holds."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(max(0, (wide - long) / 2 - 2))


def field(paragraph: Paragraph, name: str) -> None:
    """A field that Word reckons, such as PAGE."""
    for kind in ("begin", "", "end"):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = name
        run._r.append(mark)


def grid(word: Word, rows: int, widths: Sequence[float], *, bordered: bool = True) -> Table:
    """A table of fixed widths (mm)."""
    table: Table = word.add_table(rows, len(widths))
    table.style = "Table Grid" if bordered else "Normal Table"
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
    sizes = [Mm(width) for width in widths]
    for at, cell in enumerate(table._cells):
        cell.width = sizes[at % len(sizes)]
    return table


def repeat_head(table: Table) -> None:
    """The first row again on every page; no row over two pages."""
    for place, row in enumerate(table._tbl.tr_lst):
        properties: Any = row.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))


def _keep(table: Table) -> None:
    repeat_head(table)
    for cell in table._cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def alternative(picture: InlineShape, title: str, text: str) -> None:
    properties: Any = picture._inline.docPr
    properties.set("title", title)
    properties.set("descr", text)
