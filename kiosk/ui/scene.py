"""What one screen shows and where it can be touched: plain values, in pixels from the top left. No Kivy, no rules."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TypeAlias

from kiosk.ui.theme import DAY, Colour


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

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, max(self.w - 2 * dx, 1), max(self.h - 2 * dy, 1))


@dataclass(frozen=True, slots=True)
class Plate:
    """A filled rectangle with round corners; `edge` draws a line around it."""

    rect: Rect
    fill: Colour
    radius: float = 0.0
    edge: Colour | None = None
    edge_w: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text in a box. `ink`: what the lines cover. `cut`: the text did not fit even at its least size.

    `least`: the size in pixels that its kind should have on this glass.
    """

    box: Rect
    lines: tuple[str, ...]
    size: int
    leading: float
    colour: Colour
    bold: bool
    align: str
    ink: Rect
    cut: bool
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Face:
    """Level `level` of `levels`, worst first. `night`: in the colours of the high-contrast mode."""

    rect: Rect
    level: int
    levels: int
    night: bool = False


@dataclass(frozen=True, slots=True)
class Glyph:
    """A small drawing, by its name in `kiosk.ui.glyphs`."""

    rect: Rect
    name: str
    colour: Colour


@dataclass(frozen=True, slots=True)
class Ring:
    """Where the three keys stand: a band along the inside of `rect` and another within it, `width` together.

    The two colours are far enough apart that on any ground one of them has a contrast of at least 3:1.
    """

    rect: Rect
    width: float
    outer: Colour
    inner: Colour


Item: TypeAlias = Plate | Words | Face | Glyph | Ring


@dataclass(frozen=True, slots=True)
class Target:
    """`event`: a flow event, or a value that only the screen understands. `typing`: a key, not a decision.

    `say`: what is read out where the target has the focus; empty for the words drawn on it.
    """

    id: str
    rect: Rect
    event: Hashable
    typing: bool = False
    say: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """`say`: what is read out when the screen opens. `ground`: the colour where nothing is drawn."""

    screen: str
    question: str
    language: str
    size: tuple[int, int]
    items: tuple[Item, ...]
    targets: tuple[Target, ...]
    say: str = ""
    ground: Colour = DAY.paper

    def at(self, x: float, y: float) -> Target | None:
        """The target under a finger."""
        return next((target for target in self.targets if target.rect.holds(x, y)), None)
