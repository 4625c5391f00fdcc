"""Strips of a page, stacked from the top: what cannot be torn, what stays with the next, what a new page says again.

Knows heights (points), no question and no drawing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reportlab.pdfgen.canvas import Canvas

Draw: TypeAlias = Callable[[Canvas, float, float], None]  # canvas, left edge, top edge
AIRS = (2.2, 1.9, 1.6, 1.4, 1.2, 1.0, 0.8, 0.6, 0.4)


@dataclass(frozen=True, slots=True)
class Strip:
    """`gap`: white above it, as far as there is room. `keep`: never the last of a page. `head`: drawn again above it
    where it begins a page, or instead of it if it is `short` (a shorter form of that head)."""

    height: float
    draw: Draw
    gap: float = 0.0
    keep: bool = False
    head: "Strip | None" = None
    short: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A strip and how far below the top of its page's room it stands."""

    strip: Strip
    down: float


def stack(strips: Sequence[Strip], first: float, rest: float) -> list[list[Placed]]:
    """Pages, as few as can be, then as airy as these allow. `first`, `rest`: room on the first and on later pages.

    Raises: ValueError for a strip that is higher than a page.
    """
    least = len(_pages(strips, first, rest, AIRS[-1]))
    tried = (_pages(strips, first, rest, air) for air in AIRS)
    pages = next(pages for pages in tried if len(pages) == least)
    return [_spread(page, rest if place else first) for place, page in enumerate(pages)]


def _spread(page: Sequence[Placed], room: float) -> list[Placed]:
    """The same strips with as much air as their own page has: none should look crowded above an empty foot."""
    strips = [placed.strip for placed in page]
    heights = sum(strip.height for strip in strips)
    gaps = sum(strip.gap for strip in strips[1:])
    air = next((air for air in AIRS if heights + gaps * air <= room), AIRS[-1])
    placed, down = [], 0.0
    for place, strip in enumerate(strips):
        down += strip.gap * air if place else 0.0
        placed.append(Placed(strip, down))
        down += strip.height
    return placed


def _pages(strips: Sequence[Strip], first: float, rest: float, air: float) -> list[list[Placed]]:
    pages: list[list[Placed]] = [[]]
    down, room = 0.0, first
    for run in _runs(strips):
        needed = sum(strip.height + strip.gap * air for strip in run)
        if down + needed > room and down > 0:
            pages.append([])
            down, room = 0.0, rest
            if (head := run[0].head) is not None:
                pages[-1].append(Placed(head, 0.0))
                down = head.height
                run = run[1:] if run[0].short else run
        for strip in run:
            down += strip.gap * air if down else 0.0
            if down + strip.height > room + 0.01:
                raise ValueError("a strip is higher than a page")
            pages[-1].append(Placed(strip, down))
            down += strip.height
    return pages


def _runs(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Strips that stay together: each with those before it that must not end a page."""
    runs: list[list[Strip]] = [[]]
    for strip in strips:
        runs[-1].append(strip)
        if not strip.keep:
            runs.append([])
    return [run for run in runs if run]
