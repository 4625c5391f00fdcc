"""Blocks of a form as strips: how a heading, a grid of ratings, a choice and lines to write on look. Knows no page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from central_office.paper import drawings
from central_office.paper.drawings import ACCENT, EDGE, INK, MUTED, SOFT, WHITE
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
from central_office.paper.sheet import Block, Choice, Grid, Heading, Office, Row, Writing
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


def strips_of(blocks: Sequence[Block], style: Style) -> list[Strip]:
    """All strips, in order. A note («chỉ trả lời nếu…») is not said twice in a row."""
    strips: list[Strip] = []
    said, columns = "", ""
    for block in blocks:
        if isinstance(block, Heading):
            strips.append(_heading(block, style))
        elif isinstance(block, Office):
            strips.append(_office(block, style))
        elif isinstance(block, Grid):
            strips += _grid(block, style, known=columns == repr((block.levels, block.not_applicable)))
            columns = repr((block.levels, block.not_applicable))
        else:
            if block.note and block.note != said:
                strips.append(_note(block.note, style, APART))
            gap = NOTED if block.note else APART
            strips += _choice(block, style, gap) if isinstance(block, Choice) else _writing(block, style, gap)
            said = block.note
            continue
        said = ""
    return strips


def _heading(block: Heading, style: Style) -> Strip:
    size = style.body * 1.15
    lines = wrap(block.text, BOLD, size, style.room - 4 * MM)
    height = len(lines) * size * LEADING + 1.6 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        canvas.setFillColor(ACCENT)
        canvas.roundRect(left, top - height, style.room, height, 1.2 * MM, stroke=0, fill=1)
        canvas.setFillColor(WHITE)
        write(canvas, lines, BOLD, size, (left + 2 * MM, top - 0.9 * MM))

    return Strip(height, draw, gap=6, keep=True)


def _note(text: str, style: Style, gap: float) -> Strip:
    lines = wrap(text, ITALIC, style.body, style.room - 4 * MM)
    height = len(lines) * style.pitch + 1.0 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        canvas.setFillColor(SOFT)
        canvas.rect(left, top - height, style.room, height, stroke=0, fill=1)
        canvas.setFillColor(INK)
        write(canvas, lines, ITALIC, style.body, (left + 2 * MM, top - 0.6 * MM))

    return Strip(height, draw, gap=gap, keep=True)


def _office(block: Office, style: Style) -> Strip:
    """A frame that the counter fills in: one row for each question, its label before its boxes."""
    rows = [_said(0, label, "", style, style.room - 4 * MM, REGULAR) for label, _ in block.rows]
    parts = [_inline(boxes, style) for _, boxes in block.rows]
    spare = style.pitch * 0.25
    height = style.pitch * 0.9 + sum(said.height(style) + spare for said in rows)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        _legend(canvas, block.label, style, left, top - style.pitch / 2, height - style.pitch / 2)
        y = top - style.pitch
        for said, boxes in zip(rows, parts, strict=True):
            said.draw(canvas, style, left + 2 * MM, y)
            x = left + 4 * MM + sum(width(text, font, style.body) for font, text in said.lines[-1])
            y -= said.height(style)
            if boxes:
                _draw_inline(canvas, boxes, style, x, y + style.pitch)
            else:
                _dotted(canvas, x, left + style.room - 2 * MM, y + style.pitch * 0.15)
            y -= spare

    return Strip(height, draw, gap=3)


def _legend(canvas: Canvas, label: str, style: Style, left: float, top: float, height: float) -> None:
    """A frame with its name on its upper edge."""
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(0.6)
    canvas.setDash(2, 1.5)
    canvas.roundRect(left, top - height, style.room, height, 1.2 * MM, stroke=1, fill=0)
    canvas.setDash()
    canvas.setFillColor(WHITE)
    canvas.rect(left + 3 * MM, top - 1, width(label, BOLD, style.body) + 2 * MM, 2, stroke=0, fill=1)
    canvas.setFillColor(MUTED)
    write(canvas, [label], BOLD, style.body, (left + 4 * MM, top + style.body * 0.58))


def _grid(block: Grid, style: Style, *, known: bool) -> Iterator[Strip]:
    """`known`: the columns are those of the last grid, whose words need not be said again on the same page."""
    head = _grid_head(block, style)
    yield _faces_only(block, style, head) if known and not block.lead else head
    said = ""
    for row in block.rows:
        if row.note and row.note != said:
            note = _note(row.note, style, 0)
            yield Strip(note.height, note.draw, keep=True, head=head)
        yield _grid_row(row, block, style, head)
        said = row.note


def _columns(block: Grid, style: Style) -> list[float]:
    """Middles of the columns, from the left edge."""
    count = len(block.levels) + bool(block.not_applicable)
    return [style.room - (count - place - 0.5) * style.column for place in range(count)]


def _grid_head(block: Grid, style: Style) -> Strip:
    words = [*block.levels, *([block.not_applicable] if block.not_applicable else [])]
    labels = [wrap(word, REGULAR, style.body, style.column - 0.3 * MM) for word in words]
    columns = _columns(block, style)
    lead = wrap(block.lead, BOLD, style.body, columns[0] - style.column / 2 - 3 * MM)
    deepest = max(len(label) for label in labels) * style.pitch
    height = max(style.face + 0.6 * MM + deepest, len(lead) * style.pitch) + 1.4 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        _faces(canvas, block, style, left, top)
        for label, middle in zip(labels, columns, strict=True):
            canvas.setFillColor(INK)
            write(canvas, label, REGULAR, style.body, (left + middle, top - style.face - 0.6 * MM), "centre")
        canvas.setFillColor(INK)
        write(canvas, lead, BOLD, style.body, (left, top - height + len(lead) * style.pitch + 1 * MM))
        _rule(canvas, left, style.room, top - height, 1.0)

    return Strip(height, draw, gap=5, keep=True)


def _faces_only(block: Grid, style: Style, head: Strip) -> Strip:
    height = style.face + 1.2 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        _faces(canvas, block, style, left, top)
        _rule(canvas, left, style.room, top - height, 1.0)

    return Strip(height, draw, gap=APART, keep=True, head=head, short=True)


def _faces(canvas: Canvas, block: Grid, style: Style, left: float, top: float) -> None:
    columns = _columns(block, style)
    for place in range(len(block.levels)):
        x = left + columns[place] - style.face / 2
        drawings.face(canvas, x, top - style.face, style.face, place / (len(block.levels) - 1))
    if block.not_applicable:
        canvas.setStrokeColor(EDGE)
        canvas.setLineWidth(1)
        canvas.line(
            left + columns[-1] - style.face / 4,
            top - style.face / 2,
            left + columns[-1] + style.face / 4,
            top - style.face / 2,
        )


def _grid_row(row: Row, block: Grid, style: Style, head: Strip) -> Strip:
    columns = _columns(block, style)
    room = columns[0] - style.column / 2 - 2 * MM
    said = _said(row.number, row.text, row.help, style, room)
    height = max(said.height(style) + style.body * 0.3, style.box + style.body * 0.45)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        said.draw(canvas, style, left, top - (height - said.height(style)) / 2)
        for middle in columns:
            _box(canvas, left + middle - style.box / 2, top - height / 2 - style.box / 2, style.box)
        _rule(canvas, left, style.room, top - height, 0.4)

    return Strip(height, draw, head=head)


def _choice(block: Choice, style: Style, gap: float) -> Iterator[Strip]:
    """Boxes behind the question where they fit, else in as many columns as take the least height."""
    inline = _inline(block.boxes, style)
    taken = sum(each for _, each in inline) - BETWEEN
    said = (
        _said(block.number, block.text, block.help, style, style.room - taken - 2 * MM)
        if taken < style.room / 2
        else None
    )
    if said is not None and (said.height(style) <= 2 * style.pitch):
        yield _choice_in_line(said, inline, taken, style, gap)
        return
    whole = _said(block.number, block.text, block.help, style, style.room)
    yield Strip(
        whole.height(style) + 0.4 * MM, lambda canvas, left, top: whole.draw(canvas, style, left, top), gap, keep=True
    )
    rows = _rows(block.boxes, style, style.room - INSET)
    for place, row in enumerate(rows):
        yield _row_of_boxes(row, style, INSET, keep=place in (0, len(rows) - 2) and len(rows) > 1)


def _choice_in_line(said: Said, inline: Sequence[tuple[str, float]], taken: float, style: Style, gap: float) -> Strip:
    height = max(said.height(style), style.box) + 0.8 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        said.draw(canvas, style, left, top - 0.4 * MM)
        _draw_inline(canvas, inline, style, left + style.room - taken, top - 0.4 * MM)

    return Strip(height, draw, gap)


def _rows(boxes: Sequence[str], style: Style, room: float) -> list[list[tuple[float, list[str]]]]:
    """Rows of (place from the left, lines), read down the columns; the number of columns that is lowest in all."""
    best: list[list[tuple[float, list[str]]]] = []
    least = 0.0
    for count in range(1, min(4, len(boxes)) + 1):
        deep = -(-len(boxes) // count)
        if deep * (count - 1) >= len(boxes):
            continue
        columns = [boxes[start : start + deep] for start in range(0, len(boxes), deep)]
        rows = _table(columns, style, room)
        high = sum(max(len(lines) for _, lines in row) + 0.15 for row in rows)
        high += 0.5 * sum(len(lines) > 1 for row in rows for _, lines in row)  # a text in one piece reads better
        if not best or high < least:
            best, least = rows, high
    return best


def _table(columns: Sequence[Sequence[str]], style: Style, room: float) -> list[list[tuple[float, list[str]]]]:
    """Columns as wide as their longest text asks for, or in that proportion where the room is less."""
    beside = style.box + BESIDE + 2 * MM
    asked = [beside + max(width(text, REGULAR, style.body) for text in column) for column in columns]
    spare = (room - sum(asked)) / len(columns)
    each = [one + spare if spare > 0 else room * one / sum(asked) for one in asked]
    lefts = [sum(each[:place]) for place in range(len(columns))]
    cells = [
        [(left, wrap(text, REGULAR, style.body, wide - beside)) for text in column]
        for column, left, wide in zip(columns, lefts, each, strict=True)
    ]
    return [[column[place] for column in cells if place < len(column)] for place in range(len(cells[0]))]


def _row_of_boxes(row: Sequence[tuple[float, list[str]]], style: Style, indent: float, *, keep: bool) -> Strip:
    height = max(max(len(lines) for _, lines in row) * style.pitch, style.box) + 0.4 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        for place, lines in row:
            x = left + indent + place
            _box(canvas, x, top - (style.pitch + style.box) / 2, style.box)
            canvas.setFillColor(INK)
            write(canvas, lines, REGULAR, style.body, (x + style.box + BESIDE, top))

    return Strip(height, draw, gap=0.8, keep=keep)


def _writing(block: Writing, style: Style, gap: float) -> Iterator[Strip]:
    said = _said(block.number, block.text, block.help, style, style.room)
    count = min(style.lines, -(-block.letters // 40))
    height = said.height(style) + count * style.line

    def draw(canvas: Canvas, left: float, top: float) -> None:
        said.draw(canvas, style, left, top)
        for place in range(1, count + 1):
            _dotted(canvas, left, left + style.room, top - said.height(style) - place * style.line)

    yield Strip(height, draw, gap)


def _indent(number: int, style: Style) -> float:
    return width(f"{number}. ", BOLD, style.body) if number else 0.0


def _said(number: int, text: str, help_: str, style: Style, room: float, font: str = "") -> Said:
    indent = _indent(number, style)
    runs = [(font or style.weight, text)]
    if help_:
        runs.append((ITALIC, f"({help_})"))
    lines = wrap_runs(runs, style.body, room - indent)
    if number:
        lines[0].insert(0, (BOLD, f"{number}. "))
    return Said(lines, indent)


def _inline(boxes: Sequence[str], style: Style) -> list[tuple[str, float]]:
    """Box texts with the width that each takes in a line."""
    return [(text, style.box + BESIDE + width(text, REGULAR, style.body) + BETWEEN) for text in boxes]


def _draw_inline(canvas: Canvas, boxes: Sequence[tuple[str, float]], style: Style, x: float, top: float) -> None:
    for text, taken in boxes:
        _box(canvas, x, top - (style.pitch + style.box) / 2, style.box)
        canvas.setFillColor(INK)
        write(canvas, [text], REGULAR, style.body, (x + style.box + BESIDE, top))
        x += taken


def _box(canvas: Canvas, x: float, y: float, side: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setFillColor(WHITE)
    canvas.setLineWidth(0.9)
    canvas.rect(x, y, side, side, stroke=1, fill=1)


def _rule(canvas: Canvas, left: float, room: float, y: float, thick: float) -> None:
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(thick)
    canvas.line(left, y, left + room, y)


def _dotted(canvas: Canvas, start: float, end: float, y: float) -> None:
    canvas.setStrokeColor(EDGE)
    canvas.setLineWidth(0.8)
    canvas.setDash(0.8, 2)
    canvas.line(start, y, end, y)
    canvas.setDash()
