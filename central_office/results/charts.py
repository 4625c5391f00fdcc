"""Geometry of the chart of levels, in pixels of their own SVG; the template draws, nothing here is text of a form."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 460
ROW_HEIGHT = 44
TEXT_DROP = 14  # from the top of a row to the line its words stand on
BAR_DROP = 21
BAR_HEIGHT = 13


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: words and value on a line, the bar below. `y`: top of the row; `tone`: colour, 1 (worst) to 5, or 0."""

    label: str
    value: str
    y: int
    width: int
    tone: int

    @property
    def text_y(self) -> int:
        return self.y + TEXT_DROP

    @property
    def bar_y(self) -> int:
        return self.y + BAR_DROP


@dataclass(frozen=True, slots=True)
class Chart:
    """`width`: also the length of a bar of 100 %."""

    bars: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    bar_height: int = BAR_HEIGHT


def distribution(names: Sequence[str], counts: Sequence[int], shares: Sequence[str]) -> Chart:
    """How often each level was given; the longest bar is the most frequent level."""
    most = max((*counts, 1))
    rows = [
        (name, f"{count} · {share} %", count / most, tone)
        for tone, (name, count, share) in enumerate(zip(names, counts, shares, strict=True), start=1)
    ]
    return _chart(rows[::-1])  # best on top, as people read a ranking


def _chart(rows: Sequence[tuple[str, str, float, int]]) -> Chart:
    bars = tuple(
        Bar(label, value, place * ROW_HEIGHT, round(WIDTH * part), tone)
        for place, (label, value, part, tone) in enumerate(rows)
    )
    return Chart(bars, ROW_HEIGHT * len(rows))
