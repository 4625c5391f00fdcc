"""Blocks of a form as strips: headings, the office's part, choices, lines to write on, grids. Knows no page."""

from collections.abc import Iterator, Sequence

from reportlab.pdfgen.canvas import Canvas

from central_office.paper.drawings import ACCENT, EDGE, INK, MUTED, WHITE
from central_office.paper.grid import grid_strips
from central_office.paper.lettering import BOLD, LEADING, MM, REGULAR, even, width, wrap, write
from central_office.paper.marks import (
    APART,
    BESIDE,
    BETWEEN,
    INSET,
    NOTED,
    Said,
    Style,
    box,
    dotted,
    draw_inline,
    inline,
    note_strip,
    said_of,
)
from central_office.paper.sheet import Block, Choice, Grid, Heading, Office, Writing
from central_office.paper.strips import Strip


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
            strips += grid_strips(block, style, known=columns == repr((block.levels, block.not_applicable)))
            columns = repr((block.levels, block.not_applicable))
        else:
            if block.note and block.note != said:
                strips.append(note_strip(block.note, style, APART))
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


def _office(block: Office, style: Style) -> Strip:
    """A frame that the counter fills in: a row for each question, with its boxes where they fit, else a line."""
    rows = [said_of(0, label, "", style, style.room - 4 * MM, REGULAR) for label, _ in block.rows]
    parts = [inline(boxes, style) for _, boxes in block.rows]
    starts = [4 * MM + sum(width(text, font, style.body) for font, text in said.lines[-1]) for said in rows]
    spare = style.pitch * 0.25
    height = style.pitch * 0.9 + sum(said.height(style) + spare for said in rows)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        _legend(canvas, block.label, style, left, top - style.pitch / 2, height - style.pitch / 2)
        y = top - style.pitch
        for said, boxes, start in zip(rows, parts, starts, strict=True):
            said.draw(canvas, style, left + 2 * MM, y)
            x = left + start
            y -= said.height(style)
            if boxes and start + sum(taken for _, taken in boxes) - BETWEEN <= style.room - 2 * MM:
                draw_inline(canvas, boxes, style, x, y + style.pitch)
            else:
                dotted(canvas, x, left + style.room - 2 * MM, y + style.pitch * 0.15)
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


def _choice(block: Choice, style: Style, gap: float) -> Iterator[Strip]:
    """Boxes behind the question where they fit, else in as many columns as take the least height."""
    beside = inline(block.boxes, style)
    taken = sum(each for _, each in beside) - BETWEEN
    said = (
        said_of(block.number, block.text, block.help, style, style.room - taken - 2 * MM)
        if taken < style.room / 2
        else None
    )
    if said is not None and (said.height(style) <= 2 * style.pitch):
        yield _choice_in_line(said, beside, taken, style, gap)
        return
    whole = said_of(block.number, block.text, block.help, style, style.room)
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
        draw_inline(canvas, inline, style, left + style.room - taken, top - 0.4 * MM)

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
        [(left, even(text, REGULAR, style.body, wide - beside)) for text in column]
        for column, left, wide in zip(columns, lefts, each, strict=True)
    ]
    return [[column[place] for column in cells if place < len(column)] for place in range(len(cells[0]))]


def _row_of_boxes(row: Sequence[tuple[float, list[str]]], style: Style, indent: float, *, keep: bool) -> Strip:
    height = max(max(len(lines) for _, lines in row) * style.pitch, style.box) + 0.4 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        for place, lines in row:
            x = left + indent + place
            box(canvas, x, top - (style.pitch + style.box) / 2, style.box)
            canvas.setFillColor(INK)
            write(canvas, lines, REGULAR, style.body, (x + style.box + BESIDE, top))

    return Strip(height, draw, gap=0.8, keep=keep)


def _writing(block: Writing, style: Style, gap: float) -> Iterator[Strip]:
    said = said_of(block.number, block.text, block.help, style, style.room)
    count = min(style.lines, -(-block.letters // 40))
    height = said.height(style) + count * style.line

    def draw(canvas: Canvas, left: float, top: float) -> None:
        said.draw(canvas, style, left, top)
        for place in range(1, count + 1):
            dotted(canvas, left, left + style.room, top - said.height(style) - place * style.line)

    yield Strip(height, draw, gap)
