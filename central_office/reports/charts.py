"""The report's charts as drawings: levels, indices with their intervals, units, targets. Every bar bears its figure."""

from collections.abc import Sequence
from fractions import Fraction

from central_office.paper.lettering import clean, fit, width
from central_office.reports import words
from central_office.reports.drawing import BOLD, REGULAR, Box, Drawing, Label, Line, Shape, ready
from central_office.results.analysis import Measure, Row, TargetLine
from survey.index import percent

WIDE = 467.0  # points: 165 mm, what margins of 30 and 15 mm leave
NAME = 168.0
AXIS = 205.0  # where 0 … 100 % lies
VALUE_X = NAME + 12 + AXIS + 8
ROW = 27.0
BAR = 13.0
LETTERS = 10.0
BLUE, GREY, LIGHT, INK = "#1f5a8f", "#7f8c98", "#d9dee3", "#000000"
LEVELS = ("#8c2d1f", "#c96a3d", "#9aa3ab", "#5b8fbf", "#1f5a8f")
BANDS = ((0, 5000), (5000, 6000), (6000, 7000), (7000, 8000), (8000, 9000), (9000, 9500), (9500, 10_001))


def distribution(names: Sequence[str], levels: Sequence[int]) -> Drawing:
    """How often each level was given, best on top; bars in parts of all answers."""
    ready()
    n = sum(levels)
    tones = LEVELS if len(levels) == len(LEVELS) else (BLUE,) * len(levels)
    rows = list(zip(names, levels, tones, strict=True))[::-1]
    shapes: list[Shape] = []
    for place, (name, count, tone) in enumerate(rows):
        shapes += _bar(place, name, Fraction(count, n) if count else None, tone)
        shapes.append(_value(place, f"{words.number(count)} ({words.part(count, n)} %)"))
    return _framed(shapes, len(rows))


def indices(measures: Sequence[Measure]) -> Drawing:
    """Each measure's index with its 95 % interval; an empty row where it is not shown."""
    ready()
    shapes: list[Shape] = []
    for place, measure in enumerate(measures):
        share = None if words.is_hidden(measure) else measure.share.fraction
        shapes += _bar(place, measure.name, share, BLUE)
        shapes += _whisker(place, measure) if share is not None else []
        shapes.append(_value(place, _index_text(measure)))
    return _framed(shapes, len(measures))


def shown(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.overall.share.n and not words.is_hidden(row.overall)]


def units(rows: Sequence[Row]) -> Drawing:
    """The overall indices of the rows that have one to show, in their order."""
    named = [
        Measure(row.code, row.name, m.share, m.clean, m.method, m.interval, (), m.hidden)
        for row, m in ((row, row.overall) for row in shown(rows))
    ]
    return indices(named)


def bands(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """How many units have an index in which band; the last line those without a shown one."""
    values = [row.overall.share.hundredths for row in rows if not words.is_hidden(row.overall)]
    known = [value for value in values if value is not None]
    counted = [(_band_name(low, high), sum(low <= v < high for v in known)) for low, high in BANDS]
    return [*counted, ("Không hiển thị", len(rows) - len(known))]


def _band_name(low: int, high: int) -> str:
    if low == 0:
        return f"Dưới {high // 100} %"
    return f"Từ {low // 100} % trở lên" if high > 10_000 else f"Từ {low // 100} % đến dưới {high // 100} %"


def histogram(rows: Sequence[Row]) -> Drawing:
    """Many units in one look: how many in each band."""
    ready()
    found = bands(rows)[::-1]
    most = max(count for _, count in found) or 1
    shapes: list[Shape] = []
    for place, (name, count) in enumerate(found):
        tone = GREY if place == 0 else BLUE
        shapes += _bar(place, name, Fraction(count, most) if count else None, tone)
        shapes.append(_value(place, f"{words.number(count)} đơn vị"))
    return Drawing(WIDE, ROW * len(found) + 4, tuple(shapes))


def targets(lines: Sequence[TargetLine]) -> Drawing:
    """What was reached as a bar, what is wanted as a line across it."""
    ready()
    shapes: list[Shape] = []
    for place, line in enumerate(lines):
        reached = None if words.is_hidden(line.measure) else line.measure.share.fraction
        shapes += _bar(place, f"{line.name} ({line.year})", reached, BLUE)
        x, y = _x(Fraction(line.wanted, 10_000)), place * ROW + (ROW - BAR) / 2
        shapes.append(Line(x, y - 4, x, y + BAR + 4, "#8c2d1f", 2))
        shapes.append(_value(place, f"{words.index(line.measure)} % / {percent(line.wanted)} %"))
    return _framed(shapes, len(lines))


def compared(mine: Sequence[Measure], whole: Sequence[Measure]) -> Drawing:
    """One unit's indices as bars, the whole's as lines across them."""
    ready()
    shapes: list[Shape] = []
    for place, (measure, other) in enumerate(zip(mine, whole, strict=True)):
        share = None if words.is_hidden(measure) else measure.share.fraction
        shapes += _bar(place, other.name, share, BLUE)
        if not words.is_hidden(other) and other.share.fraction is not None:
            x, y = _x(other.share.fraction), place * ROW + (ROW - BAR) / 2
            shapes.append(Line(x, y - 4, x, y + BAR + 4, "#8c2d1f", 2))
        shapes.append(_value(place, _index_text(measure)))
    return _framed(shapes, len(mine))


def _index_text(measure: Measure) -> str:
    return "–" if words.is_hidden(measure) else f"{words.index(measure)} %"


def _x(share: Fraction) -> float:
    return NAME + 12 + AXIS * float(min(share, Fraction(1)))


def _bar(place: int, name: str, share: Fraction | None, tone: str) -> list[Shape]:
    top = place * ROW + (ROW - BAR) / 2
    size, lines = fit(clean(name), REGULAR, (LETTERS, 8), NAME * 0.96, most=2)  # a picture's letters are wider
    first = place * ROW + ROW / 2 + size * 0.33 - (len(lines) - 1) * size * 0.55
    shapes: list[Shape] = [Label(NAME, first + at * size * 1.1, text, size, "right") for at, text in enumerate(lines)]
    return [*shapes, *([] if share is None else [Box(NAME + 12, top, max(AXIS * float(share), 0.8), BAR, tone)])]


def _value(place: int, text: str) -> Label:
    size = LETTERS
    while width(text, BOLD, size) > WIDE - VALUE_X and size > 7:
        size -= 0.5
    return Label(VALUE_X, place * ROW + ROW / 2 + 3.4, text, size, bold=True)


def _whisker(place: int, measure: Measure) -> list[Shape]:
    """The interval on the bar's lower edge, in black on a white ground, so that it is seen on and beside the bar."""
    if measure.interval is None:
        return []
    low, high = (_x(Fraction(limit, 10_000)) for limit in (measure.interval.low, measure.interval.high))
    y = place * ROW + ROW / 2
    ends = [Line(x, y - 3.5, x, y + 3.5, INK, 1) for x in (low, high)]
    return [Box(low, y - 1.5, max(high - low, 0.5), 3, "#ffffff"), Line(low, y, high, y, INK, 1), *ends]


def _framed(shapes: Sequence[Shape], rows: int) -> Drawing:
    """With a scale of 0 … 100 % below."""
    bottom = rows * ROW
    grid: list[Shape] = [Line(_x(Fraction(at, 4)), 0, _x(Fraction(at, 4)), bottom, LIGHT, 0.6) for at in range(5)]
    ticks = [Label(_x(Fraction(at, 4)), bottom + 11, f"{at * 25} %", 8.5, "centre") for at in range(5)]
    return Drawing(WIDE, bottom + 15, (*grid, *shapes, *ticks))
