"""A grid of ratings: faces and words as columns, questions as rows, a box where they meet. Knows no page."""

from collections.abc import Iterator

from reportlab.pdfgen.canvas import Canvas

from central_office.paper import drawings
from central_office.paper.drawings import EDGE, INK
from central_office.paper.lettering import BOLD, MM, REGULAR, wrap, write
from central_office.paper.marks import APART, Style, box, note_strip, rule, said_of
from central_office.paper.sheet import Grid, Row
from central_office.paper.strips import Strip


def grid_strips(block: Grid, style: Style, *, known: bool) -> Iterator[Strip]:
    """`known`: the columns are those of the last grid, whose words need not be said again on the same page."""
    head = _grid_head(block, style)
    yield _faces_only(block, style, head) if known and not block.lead else head
    said = ""
    together = len(block.rows) - 1 if len(block.rows) <= 3 else 1  # rows that the next one stays with
    for place, row in enumerate(block.rows):
        if row.note and row.note != said:
            note = note_strip(row.note, style, 0)
            yield Strip(note.height, note.draw, keep=True, head=head)
        yield _grid_row(row, block, style, head, keep=place < together)
        said = row.note


def _column(block: Grid, style: Style) -> float:
    """Width of a column: many levels share what leaves two fifths of the room to the questions."""
    return min(style.column, 0.6 * style.room / _count(block))


def _count(block: Grid) -> int:
    return len(block.levels) + bool(block.not_applicable)


def _columns(block: Grid, style: Style) -> list[float]:
    """Middles of the columns, from the left edge."""
    wide, count = _column(block, style), _count(block)
    return [style.room - (count - place - 0.5) * wide for place in range(count)]


def _grid_head(block: Grid, style: Style) -> Strip:
    words = [*block.levels, *([block.not_applicable] if block.not_applicable else [])]
    labels = [wrap(word, REGULAR, style.body, _column(block, style) - 0.3 * MM) for word in words]
    columns = _columns(block, style)
    lead = wrap(block.lead, BOLD, style.body, columns[0] - _column(block, style) / 2 - 3 * MM)
    deepest = max(len(label) for label in labels) * style.pitch
    height = max(style.face + 0.6 * MM + deepest, len(lead) * style.pitch) + 1.4 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        _faces(canvas, block, style, left, top)
        for label, middle in zip(labels, columns, strict=True):
            canvas.setFillColor(INK)
            write(canvas, label, REGULAR, style.body, (left + middle, top - style.face - 0.6 * MM), "centre")
        canvas.setFillColor(INK)
        write(canvas, lead, BOLD, style.body, (left, top - height + len(lead) * style.pitch + 1 * MM))
        rule(canvas, left, style.room, top - height, 1.0)

    return Strip(height, draw, gap=5, keep=True)


def _faces_only(block: Grid, style: Style, head: Strip) -> Strip:
    height = style.face + 1.2 * MM

    def draw(canvas: Canvas, left: float, top: float) -> None:
        _faces(canvas, block, style, left, top)
        rule(canvas, left, style.room, top - height, 1.0)

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


def _grid_row(row: Row, block: Grid, style: Style, head: Strip, *, keep: bool) -> Strip:
    columns = _columns(block, style)
    room = columns[0] - _column(block, style) / 2 - 2 * MM
    said = said_of(row.number, row.text, row.help, style, room)
    height = max(said.height(style) + style.body * 0.3, style.box + style.body * 0.45)

    def draw(canvas: Canvas, left: float, top: float) -> None:
        said.draw(canvas, style, left, top - (height - said.height(style)) / 2)
        for middle in columns:
            box(canvas, left + middle - style.box / 2, top - height / 2 - style.box / 2, style.box)
        rule(canvas, left, style.room, top - height, 0.4)

    return Strip(height, draw, keep=keep, head=head)
