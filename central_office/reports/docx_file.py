"""The report as DOCX in the layout of NĐ 30/2020/NĐ-CP, with real styles: officers go on writing in it."""

import io
from datetime import UTC, date

import docx as python_docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Mm, Pt

from central_office.reports import docx_parts as parts
from central_office.reports.archive import still
from central_office.reports.blocks import Block, Bullets, Chart, Heading, Table, ToWrite, Words
from central_office.reports.document import document
from central_office.reports.docx_styles import set_styles
from central_office.reports.docx_table import table_xml
from central_office.reports.drawing import png
from central_office.reports.heading import TITLE
from central_office.reports.standing import UNSAID, Standing
from central_office.reports.words import bound, lowered
from central_office.results.analysis import Analysis

TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm; allowed: 20-25, 20-25, 30-35, 15-20
WIDE = 210 - LEFT - RIGHT
CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def docx(analysis: Analysis, signed_on: date | None = None, standing: Standing = UNSAID) -> bytes:
    """The whole report. Same analysis and day, same bytes. Raises: Unprintable without the fonts for the charts."""
    report = document(analysis, signed_on, standing)
    word = python_docx.Document()
    set_styles(word)
    _page(word, report.mark)
    parts.letterhead(word, report.letterhead, WIDE)
    _title(word, report.about, report.mark)
    for block in report.blocks:
        _add(word, block)
    parts.signature(word, report.letterhead, WIDE)
    if report.annex:
        word.add_paragraph(style="Rule").add_run().add_break(WD_BREAK.PAGE)
    for block in report.annex:
        _add(word, block)
    _properties(word, report.about, " ".join(report.letterhead.body), analysis)
    file = io.BytesIO()
    word.save(file)
    return still(file.getvalue(), analysis.at.astimezone(UTC))


def _page(word: Word, mark: str) -> None:
    """The mark on every page but the first, which has it above its title."""
    section = word.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    parts.field(number, "PAGE")
    if mark:
        section.footer.paragraphs[0].alignment = CENTRE
        section.footer.paragraphs[0].add_run(mark).bold = True


def _title(word: Word, about: str, mark: str) -> None:
    if mark:
        word.add_paragraph(style="Letterhead").add_run(mark).bold = True
    word.add_paragraph(TITLE, style="Title")
    paragraph = word.add_paragraph(about, style="Subtitle")
    parts.rule_below(word.add_paragraph(style="Rule"), WIDE, 50)
    paragraph.paragraph_format.keep_with_next = True


def _properties(word: Word, about: str, body: str, analysis: Analysis) -> None:
    core = word.core_properties
    core.title, core.author, core.last_modified_by = f"Báo cáo {lowered(about)}", body, body
    core.language, core.comments, core.revision = "vi-VN", analysis.plan.id, 1


def _add(word: Word, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_heading(block.text, block.level)
    elif isinstance(block, Words):
        word.add_paragraph(bound(block.text), style="Note" if block.note else "Body Text")
    elif isinstance(block, Bullets):
        for item in block.items:
            word.add_paragraph(f"- {bound(item)}", style="Body Text")
    elif isinstance(block, Table):
        _table(word, block)
    elif isinstance(block, Chart):
        _chart(word, block)
    else:
        _to_write(word, block)


def _chart(word: Word, chart: Chart) -> None:
    paragraph = word.add_paragraph(style="Picture")
    picture = paragraph.add_run().add_picture(io.BytesIO(png(chart.drawing)), width=Pt(chart.drawing.width))
    parts.alternative(picture, chart.title, chart.alt)
    caption = word.add_paragraph(chart.title, style="Caption")
    caption.alignment = CENTRE
    caption.paragraph_format.keep_with_next = True
    word.add_paragraph(bound(chart.note), style="Note")


def _to_write(word: Word, block: ToWrite) -> None:
    word.add_paragraph(block.prompt, style="Body Text").runs[0].italic = True
    for _ in range(block.lines):
        word.add_paragraph("…" * 58, style="Dots")


def _table(word: Word, block: Table) -> None:
    word.add_paragraph(block.title, style="Caption")
    word.element.body.insert_element_before(table_xml(block, WIDE), "w:sectPr")
    word.add_paragraph(bound(block.note), style="Note")
