"""Head and foot of the PDF in two columns: who speaks, to whom, who signs (NĐ 30/2020/NĐ-CP; a Party body's own)."""

from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from central_office.paper.lettering import clean
from central_office.reports import pdf_styles as styles
from central_office.reports.drawing import BOLD, BOLD_ITALIC, ITALIC, REGULAR
from central_office.reports.heading import RECEIVERS, Letterhead

LEFT_PART = 0.42
BARE = (
    ("FONT", (0, 0), (-1, -1), REGULAR, 12),  # else the file would name a font that is not in it
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
)


def letterhead(said: Letterhead, wide: float) -> Flowable:
    left, right = wide * LEFT_PART, wide * (1 - LEFT_PART)
    return Table([[_left(said, left), _right(said, right)]], [left, right], style=BARE)


def _left(said: Letterhead, wide: float) -> list[Flowable]:
    lines = [*(_line(text, 12) for text in said.upper), *(_line(text, 12, BOLD) for text in said.body)]
    lines.append(_line("*", 12) if said.party else styles.rule(wide, wide / 3, 8))
    return [*lines, Spacer(0, 4), _line(said.number, 13)]


def _right(said: Letterhead, wide: float) -> list[Flowable]:
    size = 14 if said.party else 12
    lines = [_line(said.right, size, BOLD)]
    lines += [_line(said.motto, 13, BOLD)] if said.motto else []
    long = stringWidth(said.motto, BOLD, 13) if said.motto else stringWidth(said.right, BOLD, size)
    return [*lines, styles.rule(wide, long, 8), Spacer(0, 4), _line(said.dateline, 13, ITALIC)]


def signature(said: Letterhead, wide: float) -> list[Flowable]:
    left = [_line(RECEIVERS, 12, BOLD_ITALIC, TA_LEFT), *(_line(text, 11, REGULAR, TA_LEFT) for text in said.receivers)]
    titles = said.signer_title or ("QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ",)
    right = [*(_line(text, 13, BOLD) for text in titles), Spacer(0, 26 * mm), _line(said.signer, 13, BOLD)]
    return [Table([[left, right]], [wide / 2, wide / 2], style=BARE)]


def _line(text: str, size: float, font: str = REGULAR, align: Any = TA_CENTER) -> Paragraph:
    """Spaces that leave room to write are kept."""
    style = ParagraphStyle("line", fontName=font, fontSize=size, leading=size * 1.2, alignment=align)
    spaced = escape(text).replace("  ", "\u00a0\u00a0") if "  " in text else escape(clean(text))
    return Paragraph(spaced, style)
