"""An empty page that a screen is composed on: its size, its units, and the few pieces all screens are made of."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

from kiosk.ui import theme
from kiosk.ui.scene import Face, Glyph, Item, Plate, Rect, Scene, Target
from kiosk.ui.theme import Colour
from kiosk.ui.typeset import Typesetter


@dataclass(frozen=True, slots=True)
class Glass:
    """The lit area in pixels and its resolution in pixels per inch."""

    w: int
    h: int
    dpi: int


@dataclass
class Page:
    glass: Glass
    type: Typesetter
    items: list[Item] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    @property
    def portrait(self) -> bool:
        return self.glass.h > self.glass.w

    @property
    def unit(self) -> float:
        """Pixels per unit of the reference screen."""
        long, short = max(self.glass.w, self.glass.h), min(self.glass.w, self.glass.h)
        return min(long / 1024, short / 600)

    def u(self, units: float) -> float:
        return units * self.unit

    def mm(self, millimetres: float) -> float:
        return millimetres * self.glass.dpi / 25.4

    @property
    def margin(self) -> float:
        return self.u(theme.MARGIN)

    @property
    def gap(self) -> float:
        return max(self.mm(theme.GAP_MM), self.u(18))

    @property
    def close_gap(self) -> float:
        return max(self.mm(theme.CLOSE_GAP_MM), self.u(9))

    @property
    def body(self) -> Rect:
        return Rect(0, 0, self.glass.w, self.glass.h).inset(self.margin, self.u(24))

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
        sizes: tuple[float, float],
        colour: Colour = theme.INK,
        *,
        bold: bool = False,
        align: str = "center",
        valign: str = "middle",
        even: bool = True,
    ) -> Rect:
        """Put text into a box; the rectangle that its lines cover."""
        words = self.type.fit(text, box, self.u(sizes[0]), self.u(sizes[1]), colour, bold, align, valign, even)
        self.add(words)
        return words.ink

    def card(self, rect: Rect, *, chosen: bool = False) -> None:
        fill, edge = (theme.TEAL, theme.TEAL) if chosen else (theme.CARD, theme.EDGE)
        radius = min(self.u(theme.RADIUS), rect.h / 3)
        self.add(Plate(rect, fill, radius, edge, max(self.u(1.6), 1)))

    def face(self, rect: Rect, level: int, levels: int) -> None:
        self.add(Face(rect, level, levels))

    def button(
        self, id: str, rect: Rect, text: str, event: Hashable, *, primary: bool = False, size: float = theme.BUTTON[0]
    ) -> None:
        """A labelled target; a primary one is filled."""
        radius = min(self.u(theme.RADIUS), rect.h / 3)
        if primary:
            self.add(Plate(rect, theme.TEAL, radius))
        else:
            self.add(Plate(rect, theme.PAPER, radius, theme.EDGE, max(self.u(1.6), 1)))
        colour = theme.WHITE if primary else theme.INK
        self.write(text, button_box(self, rect), (size, theme.BUTTON[1]), colour, bold=primary)
        self.touch(id, rect, event)

    def touch(self, id: str, rect: Rect, event: Hashable, *, typing: bool = False, say: str = "") -> None:
        self.targets.append(Target(id, rect, event, typing, say))

    def glyph(self, rect: Rect, name: str, colour: Colour) -> None:
        self.add(Glyph(rect, name, colour))

    def scene(self, screen: str, question: str, language: str) -> Scene:
        return Scene(screen, question, language, (self.glass.w, self.glass.h), tuple(self.items), tuple(self.targets))


def button_box(page: Page, rect: Rect) -> Rect:
    """Where a button's words go."""
    return rect.inset(page.u(10), page.u(6))


def row(area: Rect, count: int, gap: float) -> Sequence[Rect]:
    """`count` equal columns of `area`."""
    w = (area.w - gap * (count - 1)) / count
    return [Rect(area.x + i * (w + gap), area.y, w, area.h) for i in range(count)]


def column(area: Rect, count: int, gap: float) -> Sequence[Rect]:
    """`count` equal rows of `area`."""
    h = (area.h - gap * (count - 1)) / count
    return [Rect(area.x, area.y + i * (h + gap), area.w, h) for i in range(count)]
