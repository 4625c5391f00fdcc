"""What blocks on paper are made of: measures, a question in lines, boxes to tick, rules, the note of a condition."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from central_office.paper.drawings import EDGE, INK, MUTED, SOFT, WHITE
from central_office.paper.lettering import (
    BOLD,
    ITALIC,
    LEADING,
    MM,
    REGULAR,
    Run,
    width,
    wrap,
    wrap_runs,
    write,
    write_runs,
)
from central_office.paper.strips import Strip

APART, NOTED = 5.0, 1.5  # white above a question, and between it and the note that belongs to it
INSET = 2 * MM  # of boxes below their question
BESIDE, BETWEEN = 1.4 * MM, 4 * MM  # from a box to its text, and from there to the next box
COLOURS = {BOLD: INK, REGULAR: INK, ITALIC: MUTED}


@dataclass(frozen=True, slots=True)
class Style:
    """Measures of one layout in points. `body`: letters; `weight`: font of the questions; `box`: side of a box to
    tick; `column`: of a level; `lines`: to write on at most, `line` apart."""

    room: float
    body: float
    weight: str
    box: float
    column: float
    face: float
    lines: int
    line: float

    @property
    def pitch(self) -> float:
        return self.body * LEADING


@dataclass(frozen=True, slots=True)
class Said:
    """A question in lines: number and text in bold, then its help in italics. `indent`: of all lines but the first."""

    lines: list[list[Run]]
    indent: float

    def height(self, style: Style) -> float:
        return len(self.lines) * style.pitch

    def draw(self, canvas: Canvas, style: Style, left: float, top: float) -> None:
        for place, line in enumerate(self.lines):
            x = left if place == 0 else left + self.indent
            write_runs(canvas, line, style.body, (x, top - place * style.pitch), COLOURS)


def said_of(number: int, text: str, help_: str, style: Style, room: float, font: str = "") -> Said:
    indent = _indent(number, style)
    runs = [(font or style.weight, text)]
    if help_:
        runs.append((ITALIC, f"({help_})"))
    lines = wrap_runs(runs, style.body, room - indent)
    if number:
        lines[0].insert(0, (BOLD, f"{number}. "))
    return Said(lines, indent)


def _indent(number: int, style: Style) -> float:
    return width(f"{number}. ", BOLD, style.body) if number else 0.0


def inline(boxes: Sequence[str], style: Style) -> list[tuple[str, float]]:
    """Box texts with the width that each takes in a line."""
    return [(text, style.box + BESIDE + width(text, REGULAR, style.body) + BETWEEN) for text in boxes]


def draw_inline(canvas: Canvas, boxes: Sequence[tuple[str, float]], style: Style, x: float, top: float) -> None:
    for text, taken in boxes:
        box(canvas, x, top - (style.pitch + style.box) / 2, style.box)
        canvas.setFillColor(INK)
        write(canvas, [text], REGULAR, style.body, (x + style.box + BESIDE, top))
        x += taken


def box(canvas: Canvas, x: float, y: float, side: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setFillColor(WHITE)
    canvas.setLineWidth(0.9)
    canvas.rect(x, y, side, side, stroke=1, fill=1)


def rule(canvas: Canvas, left: float, room: float, y: float, thick: float) -> None:
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(thick)
    canvas.line(left, y, left + room, y)


def dotted(canvas: Canvas, start: float, end: float, y: float) -> None:
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(0.8)
    canvas.setDash(0.8, 2)
    canvas.line(start, y, end, y)
    canvas.setDash()


def note_strip(text: str, style: Style, gap: float) -> Strip:
    lines = wrap(text, ITALIC, style.body, style.room - 4 * MM)
    height = len(lines) * style.pitch + 1.0 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        canvas.setFillColor(SOFT)
        canvas.rect(left, top - height, style.room, height, stroke=0, fill=1)
        canvas.setFillColor(INK)
        write(canvas, lines, ITALIC, style.body, (left + 2 * MM, top - 0.6 * MM))

    return Strip(height, draw, gap=gap, keep=True)
