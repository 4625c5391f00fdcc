"""The four-corner touch test: where the crosses stand, how far off each touch fell, and whether the glass is turned."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

INSET_MM = 12.0
GOOD_MM = 4.0  # a finger on a cross is no nearer
TURNED_MM = 20.0  # further off on the whole: not a matter of aim
Point: TypeAlias = tuple[float, float]

# What a touch panel that is mounted or set up otherwise makes of a place, in parts of width and height.
_WRONG: Mapping[str, Callable[[float, float], Point]] = {
    "turned_90": lambda u, v: (1 - v, u),
    "turned_180": lambda u, v: (1 - u, 1 - v),
    "turned_270": lambda u, v: (v, 1 - u),
    "mirrored": lambda u, v: (1 - u, v),
    "upside_down": lambda u, v: (u, 1 - v),
}


@dataclass(frozen=True, slots=True)
class Found:
    """`off_mm`: by corner, in the order of `crosses`. `wrong`: "" or what would explain touches that are far off."""

    off_mm: tuple[float, ...]
    wrong: str

    @property
    def worst_mm(self) -> float:
        return max(self.off_mm, default=0.0)

    @property
    def good(self) -> bool:
        return self.worst_mm <= GOOD_MM


def crosses(width_mm: float, height_mm: float) -> tuple[Point, ...]:
    """Upper left, upper right, lower right, lower left."""
    left, top, right, bottom = INSET_MM, INSET_MM, width_mm - INSET_MM, height_mm - INSET_MM
    return (left, top), (right, top), (right, bottom), (left, bottom)


def judge(hits: Sequence[Point], width_mm: float, height_mm: float) -> Found:
    """How far off each touch fell, millimetres on the glass as it is seen."""
    aims = crosses(width_mm, height_mm)[: len(hits)]
    off = tuple(math.dist(hit, aim) for hit, aim in zip(hits, aims, strict=True))
    if not hits or sum(off) / len(off) <= TURNED_MM:
        return Found(off, "")
    means = {name: _mean(hits, aims, width_mm, height_mm, wrong) for name, wrong in _WRONG.items()}
    name = min(means, key=lambda each: means[each])
    return Found(off, name if means[name] <= TURNED_MM else "far")


def _mean(
    hits: Sequence[Point], aims: Sequence[Point], width: float, height: float, wrong: Callable[[float, float], Point]
) -> float:
    """How far the touches are from where that fault would have put the crosses."""
    seen = [wrong(x / width, y / height) for x, y in aims]
    return sum(math.dist(hit, (u * width, v * height)) for hit, (u, v) in zip(hits, seen, strict=True)) / len(hits)
