"""One screen being drawn: its figures in pixels, and what stands on it. The kiosk's geometry; knows no form.

Whatever is not said here about sizes stands in screen.json, with the kiosk's own names.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from central_office.forms.preview import lettering
from central_office.forms.preview.figures import COLOURS, MM, OF_QUESTIONS, SHARES, UNITS, Glass


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, max(self.w - 2 * dx, 1), max(self.h - 2 * dy, 1))


@dataclass(frozen=True, slots=True)
class Plate:
    rect: Rect
    fill: str
    radius: float = 0.0
    edge: str = ""
    edge_w: float = 0.0


@dataclass(frozen=True, slots=True)
class Lines:
    """`leading`: height of a line in pixels; `anchor`: SVG's text-anchor, `x` where it holds."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: int
    leading: float
    colour: str
    bold: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Face:
    rect: Rect
    level: int
    levels: int


@dataclass(frozen=True, slots=True)
class Sign:
    """ "tick", "cross" or "info"."""

    rect: Rect
    name: str
    colour: str


@dataclass
class Page:
    """`targets`: where a finger answers, by the kiosk's names."""

    glass: Glass
    items: list[Plate | Lines | Face | Sign] = field(default_factory=list)
    targets: dict[str, Rect] = field(default_factory=dict)

    def __post_init__(self) -> None:
        long, short = max(self.glass.w, self.glass.h), min(self.glass.w, self.glass.h)
        self.unit = min(long / 1024, short / 600)
        self.portrait = self.glass.h > self.glass.w
        self.target = float(math.ceil(max(self.mm(MM["target"]), self.u(80))))
        self.gap = float(math.ceil(max(self.mm(MM["gap"]), self.u(18))))
        self.edge_w = max(self.u(UNITS["edge"]), 1)
        self.body = Rect(0, 0, self.glass.w, self.glass.h).inset(self.u(UNITS["margin"]), self.u(UNITS["margin_top"]))
        two_lines = 2 * self.least("button") * SHARES["leading"] + self.u(10)
        self.button_h = max(self.target, math.ceil(two_lines))

    def u(self, units: float) -> float:
        return units * self.unit

    def mm(self, millimetres: float) -> float:
        return millimetres * self.glass.dpi / 25.4

    def least(self, style: str) -> float:
        """Type size at which a capital is as high as its kind must be."""
        capital = MM["question"] if style in OF_QUESTIONS else MM["text"]
        return float(math.ceil(self.mm(capital) / SHARES["cap"]))

    def most(self, style: str) -> float:
        return max(self.least(style), self.u(UNITS[style]))

    def floor(self, style: str) -> float:
        return SHARES["shrink"] * self.least(style)

    def height(self, text: str, room: float, style: str, *, bold: bool = False) -> float:
        return lettering.height(text, room, self.least(style), bold)

    def width(self, text: str, high: float, style: str, *, bold: bool = False) -> float:
        size = self.least(style)
        return lettering.narrowest(text, max(int(high / (size * SHARES["leading"])), 1), int(size), bold)

    def same_size(self, texts: Sequence[str], box: Rect, style: str, *, bold: bool = False) -> float:
        most, least, floor = self.most(style), self.least(style), self.floor(style)
        return lettering.calmest(tuple(texts), box.w, box.h, most, least, floor, bold)

    def radius(self, rect: Rect) -> float:
        return min(self.u(UNITS["radius"]), rect.h / 3)

    def card(self, rect: Rect) -> None:
        self.items.append(Plate(rect, COLOURS["card"], self.radius(rect), COLOURS["edge"], self.edge_w))

    def write(
        self,
        text: str,
        box: Rect,
        style: str,
        colour: str = "ink",
        *,
        bold: bool = False,
        align: str = "center",
        valign: str = "middle",
        size: float = 0.0,
    ) -> Rect:
        """Put text into a box at the largest size that fits; the rectangle that it covers."""
        most = size or self.most(style)
        found = lettering.largest((text,), box.w, box.h, most, self.floor(style), bold)
        lines = lettering.balanced(text, found, bold, box.w)
        high = found * SHARES["leading"]
        room = max(int(box.h / high), 1)
        if len(lines) > room:
            lines = (*lines[: room - 1], f"{lines[room - 1][:-2]}…")
        tall = high * len(lines)
        y = box.y + {"top": 0.0, "middle": (box.h - tall) / 2}[valign]
        anchor, x = ("start", box.x) if align == "left" else ("middle", box.x + box.w / 2)
        if align == "right":
            anchor, x = "end", box.right
        self.items.append(Lines(lines, x, y, found, high, COLOURS[colour], bold, anchor))
        return Rect(box.x, y, box.w, tall)

    def button(self, id: str, rect: Rect, text: str, *, primary: bool = False, size: float = 0.0) -> None:
        if primary:
            self.items.append(Plate(rect, COLOURS["accent"], self.radius(rect)))
        else:
            self.card(rect)
        colour = "on_accent" if primary else "ink"
        self.write(text, button_box(self, rect), "button", colour, bold=True, size=size)
        self.targets[id] = rect


def button_box(page: Page, rect: Rect) -> Rect:
    return rect.inset(page.u(6), page.u(4))


def row(area: Rect, count: int, gap: float) -> list[Rect]:
    w = (area.w - gap * (count - 1)) / count
    return [Rect(area.x + i * (w + gap), area.y, w, area.h) for i in range(count)]


def column(area: Rect, count: int, gap: float) -> list[Rect]:
    h = (area.h - gap * (count - 1)) / count
    return [Rect(area.x, area.y + i * (h + gap), area.w, h) for i in range(count)]


def uneven_row(area: Rect, widths: Sequence[float], gap: float, least: float) -> list[Rect]:
    """Columns that share the width as `widths` ask, none narrower than `least`."""
    asked = [max(width, least) for width in widths]
    spare = area.w - gap * (len(widths) - 1) - sum(asked)
    above = sum(asked) - least * len(asked)
    places, x = [], area.x
    for wide in asked:
        w = wide + spare / len(asked) if spare >= 0 else least + (wide - least) * max(1 + spare / above, 0)
        places.append(Rect(x, area.y, w, area.h))
        x += w + gap
    return places


def grid(area: Rect, count: int, columns: int, gap: float) -> list[Rect]:
    """Cells read row by row; a last row that is not full is set in the middle."""
    cells: list[Rect] = []
    for line in column(area, math.ceil(count / columns), gap):
        places = row(line, columns, gap)[: count - len(cells)]
        shift = (line.right - places[-1].right) / 2
        cells.extend(replace(place, x=place.x + shift) for place in places)
    return cells
