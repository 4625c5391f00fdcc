"""Letter sizes and rules of the PDF, as the DOCX has them."""

from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from central_office.reports.drawing import BOLD, ITALIC, REGULAR

BODY = ParagraphStyle(
    "body", fontName=REGULAR, fontSize=13, leading=16.5, alignment=TA_JUSTIFY, spaceAfter=6, firstLineIndent=10 * mm
)
PLAIN = ParagraphStyle("plain", fontName=REGULAR, fontSize=13, leading=16)
TITLE = ParagraphStyle("title", parent=PLAIN, fontName=BOLD, fontSize=14, leading=18, alignment=TA_CENTER)
HEADING = ParagraphStyle("heading", parent=PLAIN, fontName=BOLD, spaceBefore=10, spaceAfter=5)
CAPTION = ParagraphStyle("caption", parent=PLAIN, fontName=BOLD, fontSize=12, leading=15, spaceBefore=8, spaceAfter=4)
PICTURE_CAPTION = ParagraphStyle("picture", parent=CAPTION, alignment=TA_CENTER, spaceBefore=4)
CENTRED = ParagraphStyle("centred", parent=PLAIN, alignment=TA_CENTER)
SMALL_HEAD = ParagraphStyle("head", parent=PLAIN, fontName=BOLD, fontSize=12, alignment=TA_CENTER)
UNIT = ParagraphStyle("unit", parent=TITLE, fontSize=18, leading=23)
PROMPT = ParagraphStyle("prompt", parent=BODY, fontName=ITALIC)
NOTE = ParagraphStyle("note", parent=PLAIN, fontName=ITALIC, fontSize=10.5, leading=12.5, spaceBefore=3, spaceAfter=8)
CELL = ParagraphStyle("cell", parent=PLAIN, fontSize=11, leading=13)
BOLD_CELL = ParagraphStyle("strong", parent=CELL, fontName=BOLD)
HEAD_CELL = ParagraphStyle("headcell", parent=CELL, fontName=BOLD, alignment=TA_CENTER)
PADDING = 3.5  # points, left and right in a cell
GRID = (
    ("FONT", (0, 0), (-1, -1), REGULAR, 11, 13),
    ("GRID", (0, 0), (-1, -1), 0.5, black),
    ("BACKGROUND", (0, 0), (-1, 0), HexColor("#eceff2")),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
)


class rule(Flowable):  # type: ignore[misc]  # noqa: N801 (reads as a word in a story)
    """A line `long` points in the middle of `wide` points."""

    def __init__(self, wide: float, long: float, space: float = 12) -> None:
        super().__init__()
        self.width, self.height, self.long = wide, space, long

    def draw(self) -> None:
        self.canv.setLineWidth(0.7)
        middle = self.width / 2
        self.canv.line(middle - self.long / 2, self.height - 4, middle + self.long / 2, self.height - 4)


class Dots(Flowable):  # type: ignore[misc]
    """Dotted lines to write on."""

    def __init__(self, wide: float, lines: int, step: float = 22) -> None:
        super().__init__()
        self.width, self.height, self.lines, self.step = wide, lines * step, lines, step

    def draw(self) -> None:
        self.canv.setLineWidth(0.7)
        self.canv.setDash(0.8, 2.4)
        for line in range(self.lines):
            y = self.height - (line + 1) * self.step + 4
            self.canv.line(0, y, self.width, y)
        self.canv.setDash()
