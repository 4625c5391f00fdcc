"""Faces and pictograms as strokes in a unit square, from its top left. Says nothing in words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas


def colour(red: int, green: int, blue: int) -> Color:
    return Color(red / 255, green / 255, blue / 255)


WHITE, BLACK = colour(255, 255, 255), colour(0, 0, 0)
INK, MUTED, EDGE = colour(17, 36, 52), colour(66, 78, 88), colour(118, 134, 134)
ACCENT, SOFT, ON_ACCENT = colour(11, 78, 84), colour(222, 236, 234), colour(214, 239, 236)
TINTS = (
    *(colour(233, 158, 135), colour(240, 188, 129), colour(240, 217, 140)),
    *(colour(190, 212, 150), colour(140, 196, 150)),
)


@contextmanager
def square(canvas: Canvas, x: float, y: float, size: float) -> Iterator[None]:
    """A square with its lower left corner at `x`, `y`; inside, 0…1 runs to the right and down."""
    canvas.saveState()
    canvas.translate(x, y + size)
    canvas.scale(size, -size)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    yield
    canvas.restoreState()


def tint(mood: float) -> Color:
    return TINTS[min(int(mood * len(TINTS)), len(TINTS) - 1)]


def face(canvas: Canvas, x: float, y: float, size: float, mood: float, *, tinted: bool = True) -> None:
    """A face for a rating from 0 (worst) to 1 (best). Mouth and brows carry the meaning; a tint only repeats it."""
    with square(canvas, x, y, size):
        canvas.setStrokeColor(INK)
        canvas.setFillColor(tint(mood) if tinted else WHITE)
        canvas.setLineWidth(0.035)
        canvas.circle(0.5, 0.5, 0.48, stroke=1, fill=1)
        canvas.setFillColor(INK)
        canvas.setLineWidth(0.055)
        _eyes(canvas, mood)
        _mouth(canvas, mood)


def _eyes(canvas: Canvas, mood: float) -> None:
    for side in (-1, 1):
        x = 0.5 + side * 0.17
        if mood > 0.9:  # closed in laughter
            _curve(canvas, [(x - 0.075, 0.42), (x - 0.05, 0.33), (x + 0.05, 0.33), (x + 0.075, 0.42)])
            continue
        canvas.ellipse(x - 0.04, 0.37, x + 0.04, 0.47, stroke=0, fill=1)
        if mood < 0.4:
            drop = 0.07 if mood < 0.1 else -0.05  # drawn together when angry, raised inside when sad
            _line(canvas, [(x + side * 0.08, 0.29 - drop / 2), (x - side * 0.08, 0.29 + drop / 2)])
        elif mood > 0.6:
            _curve(canvas, [(x - 0.08, 0.30), (x - 0.05, 0.25), (x + 0.05, 0.25), (x + 0.08, 0.30)])


def _mouth(canvas: Canvas, mood: float) -> None:
    if mood > 0.9:
        path = canvas.beginPath()
        path.moveTo(0.27, 0.59)
        path.curveTo(0.30, 0.90, 0.70, 0.90, 0.73, 0.59)
        path.close()
        canvas.drawPath(path, stroke=1, fill=1)
        return
    bend = 0.30 * (mood - 0.5)
    _curve(canvas, [(0.30, 0.68 - bend / 2), (0.40, 0.68 + bend), (0.60, 0.68 + bend), (0.70, 0.68 - bend / 2)])


def _line(canvas: Canvas, points: Sequence[tuple[float, float]], *, fill: int = 0) -> None:
    path = canvas.beginPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    canvas.drawPath(path, stroke=1, fill=fill)


def _curve(canvas: Canvas, points: Sequence[tuple[float, float]]) -> None:
    (x, y), one, two, end = points
    path = canvas.beginPath()
    path.moveTo(x, y)
    path.curveTo(*one, *two, *end)
    canvas.drawPath(path, stroke=1, fill=0)


def _phone(canvas: Canvas) -> None:
    canvas.roundRect(0.30, 0.10, 0.40, 0.80, 0.06)
    _line(canvas, [(0.46, 0.82), (0.54, 0.82)])


def _scan(canvas: Canvas) -> None:
    _phone(canvas)
    for across, down in ((-1, -1), (1, -1), (-1, 1), (1, 1)):  # the finder's corners
        x, y = 0.5 + across * 0.12, 0.45 + down * 0.12
        _line(canvas, [(x, y - down * 0.08), (x, y), (x - across * 0.08, y)])
    canvas.rect(0.465, 0.415, 0.07, 0.07, fill=1)


def _touch(canvas: Canvas) -> None:
    _phone(canvas)
    canvas.circle(0.5, 0.33, 0.125, fill=0)
    _curve(canvas, [(0.445, 0.36), (0.47, 0.41), (0.53, 0.41), (0.555, 0.36)])
    for side in (-1, 1):
        canvas.circle(0.5 + side * 0.045, 0.30, 0.006, fill=1)
    for y in (0.56, 0.67):
        canvas.rect(0.38, y - 0.025, 0.05, 0.05, fill=0)
        _line(canvas, [(0.48, y), (0.62, y)])


def _send(canvas: Canvas) -> None:
    canvas.circle(0.5, 0.5, 0.36, fill=0)
    _line(canvas, [(0.33, 0.52), (0.45, 0.64), (0.68, 0.38)])


def _lock(canvas: Canvas) -> None:
    canvas.roundRect(0.24, 0.45, 0.52, 0.41, 0.05)
    path = canvas.beginPath()
    path.moveTo(0.35, 0.45)
    path.lineTo(0.35, 0.30)
    path.curveTo(0.35, 0.10, 0.65, 0.10, 0.65, 0.30)
    path.lineTo(0.65, 0.45)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.circle(0.5, 0.61, 0.035, fill=1)
    _line(canvas, [(0.5, 0.64), (0.5, 0.73)])


def _helper(canvas: Canvas) -> None:
    """Two people: one shows, one holds the telephone."""
    for x, top in ((0.30, 0.26), (0.72, 0.26)):
        canvas.circle(x, top, 0.10, fill=0)
        path = canvas.beginPath()
        path.moveTo(x - 0.18, 0.86)
        path.curveTo(x - 0.18, 0.34, x + 0.18, 0.34, x + 0.18, 0.86)
        canvas.drawPath(path, stroke=1, fill=0)
    canvas.roundRect(0.475, 0.48, 0.09, 0.17, 0.015, fill=1)


PICTOGRAMS: dict[str, Callable[[Canvas], None]] = {
    "scan": _scan,
    "touch": _touch,
    "send": _send,
    "lock": _lock,
    "helper": _helper,
}


def pictogram(canvas: Canvas, name: str, x: float, y: float, size: float, line: float = 0.035) -> None:
    with square(canvas, x, y, size):
        canvas.setStrokeColor(ACCENT)
        canvas.setFillColor(ACCENT)
        canvas.setLineWidth(line)
        PICTOGRAMS[name](canvas)
