"""The crash-point sweep as one picture: what was left at each moment of the cut, and what was being written then."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.terminal.paths import Doing, Work
from tests.terminal.sweep import Cut, Fate, Swept

WIDTH, PANEL_HEIGHT, TOP, FOOT = 1600, 470, 120, 70
LEFT, RIGHT = 110, 50
PLOT_TOP, PLOT_HEIGHT = 70, 210
BAND_TOP, BAND_HEIGHT = PLOT_TOP + PLOT_HEIGHT + 62, 34
MOST_BARS, CUTS_A_BAR = 65, 4
GAP = 2
SCALE = 2  # drawn larger, then reduced: smooth edges

PAPER, INK, SOFT, LINE = "#fbfaf7", "#23272e", "#6b7280", "#dcd9d1"
FATE_COLOURS = {Fate.ABSENT: "#c9c5bb", Fate.DARK: "#e0a03c", Fate.PROMISED: "#2f7d5b"}
FATE_NAMES = {
    Fate.ABSENT: "no record, lamp dark",
    Fate.DARK: "recorded, lamp still dark",
    Fate.PROMISED: "lamp was lit, delivered once",
}
WRONG = "#c0392b"
BAND_COLOURS = {
    Doing.DEBOUNCE: "#e9e5dc",
    Doing.OPEN: "#b8a7d6",
    Doing.RECORD: "#8fb4dd",
    Doing.COMMIT: "#3f6fb5",
    Doing.LAMP: "#f2c230",
    Doing.ACKNOWLEDGEMENT: "#7aa889",
    Doing.TOTALS: "#d29a86",
    Doing.RECYCLE: "#bcd0e6",
    Doing.HEADER: "#d29a86",
    Doing.TIME_MARK: "#cfcfcf",
    Doing.IDENTITY: "#cfcfcf",
}
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
)


def draw(panels: Sequence[tuple[Swept, list[Work]]], out: Path) -> None:
    """One panel below the other; written in one piece."""
    height = TOP + PANEL_HEIGHT * len(panels) + FOOT
    canvas = _Canvas(WIDTH, height)
    cuts = sum(len(swept.cuts) for swept, _ in panels)
    wrong = sum(len(swept.faults) for swept, _ in panels)
    canvas.text(LEFT, 30, "The supply is cut while a press is written", 30)
    canvas.text(
        LEFT, 74, f"{cuts:,} cuts, {wrong} lost, doubled or miscounted. Each bar: all cuts of its time, in %", 18, SOFT
    )
    for number, (swept, work) in enumerate(panels):
        _panel(canvas, TOP + PANEL_HEIGHT * number, swept, work)
    _legend(canvas, height - FOOT + 10, any(swept.faults for swept, _ in panels))
    out.parent.mkdir(parents=True, exist_ok=True)
    canvas.save(out)


class _Canvas:
    """Draws in units of the final picture."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        if right > left and bottom > top:
            corners = (left * SCALE, top * SCALE, right * SCALE - 1, bottom * SCALE - 1)
            self._draw.rectangle(tuple(map(round, corners)), fill=colour)

    def text(self, x: float, y: float, words: str, size: int, colour: str = INK, anchor: str = "la") -> None:
        self._draw.text((x * SCALE, y * SCALE), words, fill=colour, font=_font(size * SCALE), anchor=anchor)

    def width_of(self, words: str, size: int) -> float:
        return self._draw.textlength(words, font=_font(size * SCALE)) / SCALE

    def save(self, out: Path) -> None:
        width, height = self._image.size
        fresh = out.with_name(f".{out.name}")
        self._image.resize((width // SCALE, height // SCALE), Image.Resampling.LANCZOS).save(fresh, "PNG")
        fresh.replace(out)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for name in FONTS:
        if Path(name).exists():
            return ImageFont.truetype(name, size)
    return ImageFont.load_default(size)


def _panel(canvas: _Canvas, top: int, swept: Swept, work: list[Work]) -> None:
    titles = {"ring": "Internal EEPROM", "deep": "FRAM"}
    title = titles.get(swept.path.name, swept.path.name)
    canvas.text(LEFT, top + 4, title, 22)
    canvas.text(
        LEFT,
        top + 34,
        f"{len(swept.cuts):,} cuts, {len(swept.faults)} wrong; contacts bounce 2.5 ms. Below: one press undisturbed",
        16,
        SOFT,
    )
    span_us = swept.path.span_us
    _grid(canvas, top, span_us)
    _bars(canvas, top, swept.cuts, span_us)
    _band(canvas, top, work, span_us)


def _x(at_us: float, span_us: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(at_us, span_us) / span_us


def _grid(canvas: _Canvas, top: int, span_us: int) -> None:
    bottom = top + PLOT_TOP + PLOT_HEIGHT
    for percent in (0, 50, 100):
        y = bottom - PLOT_HEIGHT * percent / 100
        canvas.box(LEFT, y, WIDTH - RIGHT, y + 1, LINE)
        canvas.text(LEFT - 12, y, f"{percent} %", 15, SOFT, "rm")
    tick_ms = 10 if span_us > 60_000 else 5 if span_us > 20_000 else 1
    for ms in range(0, span_us // 1000 + 1, tick_ms):
        x = _x(ms * 1000, span_us)
        canvas.box(x, bottom, x + 1, bottom + 6, SOFT)
        canvas.text(x, bottom + 9, str(ms), 15, SOFT, "ma")
    canvas.text(WIDTH - RIGHT, bottom + 30, "ms from contact to cut", 15, SOFT, "ra")


def _bars(canvas: _Canvas, top: int, cuts: Sequence[Cut], span_us: int) -> None:
    bottom = top + PLOT_TOP + PLOT_HEIGHT
    bars = max(1, min(MOST_BARS, len(cuts) // CUTS_A_BAR))
    for bar in range(bars):
        within = [cut for cut in cuts if bar * span_us <= cut.at_us * bars < (bar + 1) * span_us]
        left, right = _x(bar * span_us / bars, span_us), _x((bar + 1) * span_us / bars, span_us)
        y = float(bottom)
        for fate in Fate:
            part = PLOT_HEIGHT * sum(cut.fate == fate for cut in within) / (len(within) or 1)
            canvas.box(left, y - part, right - GAP, y, FATE_COLOURS[fate])
            y -= part
        if any(cut.faults for cut in within):
            canvas.box(left, top + PLOT_TOP - 8, right - GAP, top + PLOT_TOP - 2, WRONG)


def _band(canvas: _Canvas, top: int, work: list[Work], span_us: int) -> None:
    """Names stand below, each at the middle of its part, in rows so that none covers another."""
    y = top + BAND_TOP
    canvas.box(LEFT, y, WIDTH - RIGHT, y + BAND_HEIGHT, "#f1eee7")
    first_us = work[0].from_us if work else span_us
    rows = [0.0, 0.0, 0.0]
    for part in [Work(Doing.DEBOUNCE, 0, first_us), *work]:
        left, right = _x(part.from_us, span_us), max(_x(part.to_us, span_us), _x(part.from_us, span_us) + 4)
        canvas.box(left, y, right, y + BAND_HEIGHT, BAND_COLOURS[part.doing])
        half = canvas.width_of(part.doing, 15) / 2
        middle = max((left + right) / 2, LEFT + half)
        row = next((n for n, used in enumerate(rows) if middle - half > used), len(rows) - 1)
        rows[row] = middle + half + 12
        name_y = y + BAND_HEIGHT + 6 + row * 19
        canvas.box((left + right) / 2, y + BAND_HEIGHT, (left + right) / 2 + 1, name_y, LINE)
        canvas.text(middle, name_y, part.doing, 15, INK, "ma")


def _legend(canvas: _Canvas, y: int, wrong: bool) -> None:
    x = float(LEFT)
    entries = [(FATE_COLOURS[fate], FATE_NAMES[fate]) for fate in Fate] + [(WRONG, "a rule was broken")] * wrong
    for colour, name in entries:
        canvas.box(x, y, x + 20, y + 20, colour)
        canvas.text(x + 30, y + 10, name, 17, INK, "lm")
        x += 30 + canvas.width_of(name, 17) + 44
