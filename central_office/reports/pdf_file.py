"""The report as PDF, the same blocks as the DOCX: embedded Liberation Serif (as wide as Times New Roman), bookmarks.

No text is markup: what comes from data is escaped before reportlab reads it (law 9).
"""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    LongTable,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)

from central_office.paper.lettering import clean, even
from central_office.reports import pdf_styles as styles
from central_office.reports import words
from central_office.reports.blocks import Block, Bullets, Chart, Document, Heading, Table, ToWrite, Words
from central_office.reports.document import document
from central_office.reports.drawing import BOLD, REGULAR, Drawing, paint, ready
from central_office.reports.heading import TITLE
from central_office.reports.pdf_letterhead import letterhead, signature
from central_office.reports.standing import UNSAID, Standing
from central_office.results.analysis import Analysis

TOP, BOTTOM, LEFT, RIGHT = 20 * mm, 20 * mm, 30 * mm, 15 * mm
PAGE = (210 * mm, 297 * mm)
WIDE = PAGE[0] - LEFT - RIGHT
SHORT = 14  # rows that are kept on one page with their caption and note
LEAST = 70 * mm  # room that a longer table begins in
LANGUAGE = "vi-VN"


def pdf(analysis: Analysis, signed_on: date | None = None, standing: Standing = UNSAID) -> bytes:
    """The whole report. Same analysis and day, same bytes. Raises: Unprintable without the fonts."""
    ready()
    report = document(analysis, signed_on, standing)
    file = io.BytesIO()
    about, body = f"Báo cáo {words.lowered(report.about)}", " ".join(report.letterhead.body)
    Pages(file, about, body, report.mark).build(list(_story(report)))
    return file.getvalue()


def flat(text: str) -> str:
    """Text of data for a Paragraph: no markup, no line break of its own; a number keeps its sign of percent."""
    return escape(words.bound(clean(text)))


class Pages(BaseDocTemplate):  # type: ignore[misc]
    """A4; page numbers centred at the top from page 2, the mark at the foot; headings as bookmarks."""

    def __init__(self, file: io.BytesIO, title: str, author: str, mark: str = "") -> None:
        super().__init__(
            file,
            pagesize=PAGE,
            invariant=1,
            lang=LANGUAGE,
            title=title,
            author=author,
            initialFontName=REGULAR,
            displayDocTitle=1,
        )
        frame = Frame(LEFT, BOTTOM, WIDE, PAGE[1] - TOP - BOTTOM, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=_number)])
        self.marks = 0
        self.mark = mark

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab's name)
        level = getattr(flowable, "outline", None)
        if level is None:
            return
        self.marks += 1
        self.canv.bookmarkPage(f"h{self.marks}")
        self.canv.addOutlineEntry(flowable.getPlainText(), f"h{self.marks}", level - 1, closed=False)


def _number(canvas: Canvas, pages: "Pages") -> None:
    if canvas.getPageNumber() > 1:
        canvas.setFont(REGULAR, 13)
        canvas.drawCentredString(LEFT + WIDE / 2, PAGE[1] - 13 * mm, str(canvas.getPageNumber()))
    if canvas.getPageNumber() > 1 and pages.mark:
        canvas.setFont(BOLD, 11)
        canvas.drawCentredString(LEFT + WIDE / 2, 11 * mm, pages.mark)


class Picture(Flowable):  # type: ignore[misc]
    """A drawing as vectors."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self.drawing = drawing
        self.width, self.height = drawing.width, drawing.height

    def draw(self) -> None:
        paint(self.canv, self.drawing)


def _story(report: Document) -> Iterable[Flowable]:
    yield letterhead(report.letterhead, WIDE)
    yield Spacer(0, 14)
    if report.mark:
        yield Paragraph(flat(report.mark), styles.SMALL_HEAD)
        yield Spacer(0, 8)
    yield Paragraph(TITLE, styles.TITLE)
    yield Paragraph("<br/>".join(map(escape, even(clean(report.about), BOLD, 14, WIDE * 0.96))), styles.TITLE)
    yield styles.rule(WIDE, 50 * mm)
    last = len(report.blocks) - 2 if isinstance(report.blocks[-1], ToWrite) else len(report.blocks)
    yield from flow(report.blocks[:last])
    end = [flowable for block in report.blocks[last:] for flowable in flowables(block)]
    yield KeepTogether([*end, Spacer(0, 12), *signature(report.letterhead, WIDE)])  # nobody signs a page without a text
    if report.annex:
        yield PageBreak()
    yield from flow(report.annex)


def flow(blocks: Iterable[Block]) -> Iterable[Flowable]:
    """Headings stay with what they head: none is left alone at the foot of a page."""
    heads: list[Flowable] = []
    for block in blocks:
        if isinstance(block, Heading):
            heads += flowables(block)
            continue
        found = flowables(block)
        if not isinstance(block, Table) or len(block.rows) <= SHORT:
            first = len(found) if isinstance(block, Table | Chart) else 1
            yield KeepTogether([*heads, *found[:first]])
            yield from found[first:]
        else:
            yield CondPageBreak(LEAST)
            yield from (*heads, *found)
        heads = []


def flowables(block: Block) -> list[Flowable]:
    """A block by itself, with nothing that keeps it on one page."""
    if isinstance(block, Heading):
        return [_heading(block)]
    if isinstance(block, Words):
        return [Paragraph(flat(block.text), styles.NOTE if block.note else styles.BODY)]
    if isinstance(block, Bullets):
        return [Paragraph(f"- {flat(item)}", styles.BODY) for item in block.items]
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Chart):
        return _chart(block)
    return _to_write(block)


def _heading(block: Heading) -> Flowable:
    """`outline`: its level among the bookmarks."""
    paragraph: Any = Paragraph(flat(block.text), styles.HEADING)
    paragraph.outline = block.level
    return paragraph


def _chart(block: Chart) -> list[Flowable]:
    return [
        Spacer(0, 6),
        Picture(block.drawing),
        Paragraph(flat(block.title), styles.PICTURE_CAPTION),
        Paragraph(flat(block.note), styles.NOTE),
    ]


def _to_write(block: ToWrite) -> list[Flowable]:
    return [Paragraph(flat(block.prompt), styles.PROMPT), styles.Dots(WIDE, block.lines)]


def _table(block: Table) -> list[Flowable]:
    total = sum(column.parts for column in block.columns)
    widths = [WIDE * column.parts / total for column in block.columns]
    head = [Paragraph(flat(column.title), styles.HEAD_CELL) for column in block.columns]
    rows = [
        [
            _cell(text, width if column.right else 0, at in block.strong)
            for column, width, text in zip(block.columns, widths, row, strict=True)
        ]
        for at, row in enumerate(block.rows)
    ]
    table = LongTable([head, *rows], widths, repeatRows=1, style=_grid(block), spaceAfter=3, hAlign="LEFT")
    caption, note = Paragraph(flat(block.title), styles.CAPTION), Paragraph(flat(block.note), styles.NOTE)
    return [caption, table, note]


def _cell(text: str, room: float, strong: bool) -> Any:
    """Figures as they stand, on two lines where the column is too narrow; names (no `room`) as paragraphs that wrap."""
    if room:
        text = clean(text)
        wide = stringWidth(text, BOLD, styles.CELL.fontSize) > room - 2 * styles.PADDING
        return text.replace("/", "/\n").replace(" – ", " –\n") if wide else text
    return Paragraph(flat(text), styles.BOLD_CELL if strong else styles.CELL)


def _grid(block: Table) -> TableStyle:
    commands: list[Any] = [*styles.GRID]
    commands += [("ALIGN", (at, 1), (at, -1), "RIGHT") for at, column in enumerate(block.columns) if column.right]
    commands += [("FONTNAME", (0, at + 1), (-1, at + 1), BOLD) for at in block.strong]
    return TableStyle(commands)
