"""An empty page that a screen is composed on: its size, its figures, and the few pieces all screens are made of."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

from kiosk.comfort import PLAIN, Comfort
from kiosk.ui import theme
from kiosk.ui.scene import Face, Glyph, Item, Plate, Rect, Scene, Target
from kiosk.ui.theme import Colour, Figures, Palette, Type
from kiosk.ui.typeset import Typesetter


@dataclass(frozen=True, slots=True)
class Glass:
    """The lit area in pixels and its resolution in pixels per inch."""

    w: int
    h: int
    dpi: int

    @property
    def figures(self) -> Figures:
        diagonal_mm = math.hypot(self.w, self.h) / self.dpi * 25.4
        return theme.EDGE if diagonal_mm < theme.EDGE_DIAGONAL_MM else theme.COUNTER


@dataclass
class Page:
    """`say`: what is read out when the screen opens."""

    glass: Glass
    type: Typesetter
    comfort: Comfort = PLAIN
    say: str = ""
    items: list[Item] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.palette: Palette = theme.NIGHT if self.comfort.contrast else theme.DAY
        self.figures = self.glass.figures
        long, short = max(self.glass.w, self.glass.h), min(self.glass.w, self.glass.h)
        self.unit = min(long / 1024, short / 600)  # pixels per unit of the reference screen
        self.portrait = self.glass.h > self.glass.w

    def u(self, units: float) -> float:
        return units * self.unit

    def mm(self, millimetres: float) -> float:
        return millimetres * self.glass.dpi / 25.4

    @property
    def target(self) -> float:
        """Least side of a target; it grows with a larger screen, which is read from further away."""
        return math.ceil(max(self.mm(self.figures.target), self.u(80))) + 0.0

    @property
    def gap(self) -> float:
        return math.ceil(max(self.mm(self.figures.gap), self.u(18))) + 0.0

    @property
    def reach(self) -> float:
        """Above this no control stands: half of the height in the low mode."""
        return self.glass.h / 2 if self.comfort.low else 0.0

    @property
    def body(self) -> Rect:
        return Rect(0, 0, self.glass.w, self.glass.h).inset(self.u(theme.MARGIN), self.u(theme.MARGIN_TOP))

    def least(self, style: Type) -> float:
        """Type size in pixels at which a capital has the least height that its kind must have."""
        figures, large = self.figures, self.comfort.large
        if style.question:
            return self._size_of(figures.larger_question if large else figures.question)
        return self._size_of(figures.larger_text if large else figures.text)

    def floor(self, style: Type) -> float:
        """The size below which a text is rather cut; larger letters are no reason to cut one sooner."""
        return theme.SHRINK * self._size_of(self.figures.question if style.question else self.figures.text)

    def _size_of(self, capital_mm: float) -> float:
        return float(math.ceil(self.mm(capital_mm) / theme.CAP))

    def most(self, style: Type) -> float:
        return max(self.least(style), self.u(style.units))

    def height(self, text: str, width: float, style: Type, *, bold: bool = False) -> float:
        """What `text` takes at its least size."""
        return self.type.height(text, width, self.least(style), bold) if text else 0.0

    def width(self, text: str, height: float, style: Type, *, bold: bool = False) -> float:
        """The least width in which `text` fits `height` at its least size."""
        size = self.least(style)
        return self.type.narrowest(text, max(int(height / (size * theme.LEADING)), 1), size, bold)

    @property
    def button_h(self) -> float:
        """Room for a finger and for two lines of words."""
        return max(self.target, math.ceil(2 * self.least(theme.BUTTON) * theme.LEADING + self.u(10)))

    def whole(self, rect: Rect) -> Rect:
        """`rect` on whole pixels: its straight sides are then sharp."""
        x, y = round(rect.x), round(rect.y)
        return Rect(x, y, round(rect.right) - x, round(rect.bottom) - y)

    def add(self, *items: Item) -> None:
        """Put items on the page; plates on whole pixels."""
        self.items.extend(replace(i, rect=self.whole(i.rect)) if isinstance(i, Plate) else i for i in items)

    def write(
        self,
        text: str,
        box: Rect,
        style: Type,
        colour: Colour | None = None,
        *,
        bold: bool = False,
        align: str = "center",
        valign: str = "middle",
        even: bool = True,
        size: float = 0.0,
    ) -> Rect:
        """Put text into a box; the rectangle that its lines cover. `size`: in pixels, no more than that."""
        most = size or self.most(style)
        least = self.least(style)
        ink = colour or self.palette.ink
        words = self.type.fit(text, box, most, self.floor(style), ink, bold, align, valign, even)
        self.add(replace(words, least=least))
        return words.ink

    def same_size(self, texts: Sequence[str], box: Rect, style: Type, *, bold: bool = False) -> float:
        """The size in pixels at which each of `texts` fits `box`: words that stand side by side look alike."""
        most, least, floor = self.most(style), self.least(style), self.floor(style)
        return self.type.calmest(tuple(texts), box.w, box.h, most, least, floor, bold)

    def card(self, rect: Rect, *, chosen: bool = False) -> None:
        fill, edge = (self.palette.accent,) * 2 if chosen else (self.palette.card, self.palette.edge)
        self.add(Plate(rect, fill, self.radius(rect), edge, self.edge_w))

    def radius(self, rect: Rect) -> float:
        return min(self.u(theme.RADIUS), rect.h / 3)

    @property
    def edge_w(self) -> float:
        return max(self.u(theme.EDGE_W), 1)

    def face(self, rect: Rect, level: int, levels: int) -> None:
        self.add(Face(rect, level, levels, night=self.comfort.contrast))

    def button(
        self, id: str, rect: Rect, text: str, event: Hashable, *, primary: bool = False, size: float = 0.0
    ) -> None:
        """A labelled target; a primary one is filled. `size`: of its words, in pixels, as far as they fit."""
        if primary:
            self.add(Plate(rect, self.palette.accent, self.radius(rect)))
        else:
            self.add(Plate(rect, self.palette.card, self.radius(rect), self.palette.edge, self.edge_w))
        colour = self.palette.on_accent if primary else self.palette.ink
        self.write(text, button_box(self, rect), theme.BUTTON, colour, bold=True, size=size)
        self.touch(id, rect, event, say=text)

    def touch(self, id: str, rect: Rect, event: Hashable, *, typing: bool = False, say: str = "") -> None:
        self.targets.append(Target(id, rect, event, typing, say))

    def glyph(self, rect: Rect, name: str, colour: Colour) -> None:
        self.add(Glyph(rect, name, colour))

    def scene(self, screen: str, question: str, language: str) -> Scene:
        size = (self.glass.w, self.glass.h)
        ground = self.palette.paper
        return Scene(screen, question, language, size, tuple(self.items), tuple(self.targets), self.say, ground)


def button_box(page: Page, rect: Rect) -> Rect:
    """Where a button's words go."""
    return rect.inset(page.u(6), page.u(4))


def row(area: Rect, count: int, gap: float) -> Sequence[Rect]:
    """`count` equal columns of `area`."""
    w = (area.w - gap * (count - 1)) / count
    return [Rect(area.x + i * (w + gap), area.y, w, area.h) for i in range(count)]


def column(area: Rect, count: int, gap: float) -> Sequence[Rect]:
    """`count` equal rows of `area`."""
    h = (area.h - gap * (count - 1)) / count
    return [Rect(area.x, area.y + i * (h + gap), area.w, h) for i in range(count)]


def uneven_row(area: Rect, widths: Sequence[float], gap: float, least: float) -> Sequence[Rect]:
    """Columns of `area` that share its width as `widths` ask, none narrower than `least`.

    What is left over is shared alike; what lacks is taken from those that ask for more than `least`.
    """
    room = area.w - gap * (len(widths) - 1)
    asked = [max(width, least) for width in widths]
    spare = room - sum(asked)
    above = sum(asked) - least * len(asked)
    places, x = [], area.x
    for width in asked:
        w = width + spare / len(asked) if spare >= 0 else least + (width - least) * max(1 + spare / above, 0)
        places.append(Rect(x, area.y, w, area.h))
        x += w + gap
    return places


def grid(area: Rect, count: int, columns: int, gap: float) -> Sequence[Rect]:
    """`count` cells read row by row; a last row that is not full is set in the middle."""
    rows = math.ceil(count / columns)
    cells: list[Rect] = []
    for line in column(area, rows, gap):
        places = row(line, columns, gap)[: count - len(cells)]
        shift = (line.right - places[-1].right) / 2
        cells.extend(replace(place, x=place.x + shift) for place in places)
    return cells
