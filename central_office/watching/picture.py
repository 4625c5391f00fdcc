"""What the pages draw: the round's number line, a point's days as bars, the grid's groups. Pure; lengths are in the
units of an SVG's view box. Every drawing stands beside the same in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from central_office.units import grouping
from central_office.units.tree import Tree
from central_office.watching.status import PointStatus
from survey.pace import Calendar, Forecast, Pace, is_weekend, span

LINE_WIDTH = 1_000
BARS_WIDTH, BARS_HEIGHT = 1_000, 160
MOST_BARS = 70  # a longer round is drawn by weeks
LEAST_IN_GROUP = 2  # points a group holds on average; else the grid is one
UNPLACED = "Chưa xếp vào đơn vị"


@dataclass(frozen=True, slots=True)
class NumberLine:
    """Places on a line from 0 to the quota, or to the forecast's upper limit where that is further."""

    got: int
    expected: int
    quota: int
    low: int | None
    high: int | None

    @property
    def range_width(self) -> int | None:
        return None if self.low is None or self.high is None else max(4, self.high - self.low)


@dataclass(frozen=True, slots=True)
class Bar:
    """`label`: the day or week; `name`: its class."""

    x: int
    y: int
    width: int
    height: int
    count: int
    label: str
    name: str


@dataclass(frozen=True, slots=True)
class Bars:
    """`most`: what the tallest bar may count; `due_y`: where the bar of a day that keeps the quota's pace would end,
    None without a quota."""

    bars: tuple[Bar, ...]
    most: int
    due_y: int | None
    by_week: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Points under one unit; `name` "" for all of them together."""

    name: str
    points: tuple[PointStatus, ...]

    @property
    def got(self) -> int:
        return sum(point.pace.got for point in self.points)

    @property
    def quota(self) -> int:
        return sum(point.pace.quota for point in self.points)

    @property
    def attention(self) -> int:
        return sum(point.needs_a_look for point in self.points)


def number_line(pace: Pace) -> NumberLine | None:
    """None where there is no quota to measure by."""
    if not pace.quota:
        return None
    told = pace.forecast if isinstance(pace.forecast, Forecast) else None
    top = max(pace.quota, pace.got, told.high if told else 0)
    low, high = (LINE_WIDTH * told.low // top, LINE_WIDTH * told.high // top) if told else (None, None)
    return NumberLine(
        LINE_WIDTH * pace.got // top, LINE_WIDTH * pace.expected // top, LINE_WIDTH * pace.quota // top, low, high
    )


def day_bars(days: Mapping[date, int], calendar: Calendar, quota: int) -> Bars:
    """A bar for each day of the window, or for each week from Monday on where there are too many."""
    slots = _slots(calendar)
    counts = [sum(days.get(day, 0) for day in slot) for slot in slots]
    due = max(quota * len(slot) / calendar.days for slot in slots)
    most = max([*counts, 1, round(due)])
    step = BARS_WIDTH // len(slots)
    heights = [BARS_HEIGHT * count // most for count in counts]
    bars = [
        Bar(
            place * step,
            BARS_HEIGHT - height,
            max(2, step * 4 // 5),
            height,
            count,
            _label(slot),
            _kind(slot, calendar),
        )
        for place, (slot, count, height) in enumerate(zip(slots, counts, heights, strict=True))
    ]
    due_y = BARS_HEIGHT - round(BARS_HEIGHT * due / most) if quota else None
    return Bars(tuple(bars), most, due_y, by_week=len(slots) < calendar.days)


def groups(points: Sequence[PointStatus], tree: Tree) -> list[Group]:
    """The points under the units right below what all of them share, in the tree's order; one group where the tree
    does not know them, or would put nearly every point alone."""
    places = grouping.places((point.code for point in points), tree)
    found: dict[str, list[PointStatus]] = {}
    for point in points:
        found.setdefault(places.get(point.code, ""), []).append(point)
    if not places or len(points) < LEAST_IN_GROUP * len(found):
        return [Group("", tuple(points))]
    return [Group(tree.name(ref) if ref else UNPLACED, tuple(found[ref])) for ref in grouping.in_order(found, tree)]


def _slots(calendar: Calendar) -> list[list[date]]:
    days = list(span(calendar.first, calendar.last))
    if len(days) <= MOST_BARS:
        return [[day] for day in days]
    weeks: list[list[date]] = []
    for day in days:
        if not weeks or day.weekday() == 0:
            weeks.append([])
        weeks[-1].append(day)
    return weeks


def _kind(slot: Sequence[date], calendar: Calendar) -> str:
    if slot[0] > calendar.day:
        return "future"
    return "weekend" if all(is_weekend(day) for day in slot) else "workday"


def _label(slot: Sequence[date]) -> str:
    first, last = (f"{day.day}/{day.month}" for day in (slot[0], slot[-1]))
    return first if len(slot) == 1 else f"{first}–{last}"
