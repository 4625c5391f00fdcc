"""All points in one look: a line of small squares for each, a square for each day or week, and one for the whole.

Pure. Every square has a colour and a sign, every line the same in words; the table beneath has the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from central_office.coverage import words
from central_office.coverage.figures import Coverage, Judged, Point, add, judge
from survey.plan import Plan

FEW_POINTS = 30  # up to here names are shown whole, over two lines if need be
MOST_SQUARES = 10  # of a line; a longer round is drawn by weeks


@dataclass(frozen=True, slots=True)
class Square:
    """`mark`: the sign, or how many answered where the plan has no rule; `name`: of its class; `text`: in words."""

    mark: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    point: Point
    squares: tuple[Square, ...]
    whole: Square

    @property
    def text(self) -> str:
        return "; ".join(square.text for square in (self.whole, *self.squares) if square.text)


def lines(coverage: Coverage, points: Sequence[Point]) -> list[Line]:
    columns = columns_of(coverage)
    return [_line(coverage, point, columns) for point in points]


def columns_of(coverage: Coverage) -> list[tuple[int, int]]:
    """Each day by itself while they fit, else weeks from Monday on; as (first, after last) places among the days."""
    days = coverage.days
    if len(days) <= MOST_SQUARES:
        return [(place, place + 1) for place in range(len(days))]
    starts = [place for place, day in enumerate(days) if place == 0 or day.weekday() == 0]
    return list(zip(starts, [*starts[1:], len(days)], strict=True))


def _line(coverage: Coverage, point: Point, columns: list[tuple[int, int]]) -> Line:
    plan = coverage.plan
    squares = tuple(_square(plan, _name(coverage.days[a:b]), point.days[a:b]) for a, b in columns)
    return Line(point, squares, _one(plan, "cả đợt", point.total))


def _square(plan: Plan, when: str, days: Sequence[Judged | None]) -> Square:
    come = [day.figures for day in days if day is not None]
    if not come:
        return Square("", "future", "")
    return _one(plan, when, judge(plan.visits, add(come)))


def _one(plan: Plan, when: str, judged: Judged) -> Square:
    sign, answers = words.sign(judged.verdict), judged.figures.answers
    if plan.visits is None and judged.verdict is None:
        return Square(str(answers), "some" if answers else "plain", f"{when} {answers} phiếu")
    return Square(sign.mark, sign.name, f"{when}: {sign.label}{_compared(judged)}")


def _compared(judged: Judged) -> str:
    visits = judged.figures.visits
    return f" ({judged.figures.answers} phiếu" + ("" if visits is None else f", {visits} lượt") + ")"


def _name(days: Sequence[date]) -> str:
    first, last = (f"{day.day}/{day.month}" for day in (days[0], days[-1]))
    return first if len(days) == 1 else f"{first}–{last}"


def column_names(coverage: Coverage) -> list[str]:
    return [_name(coverage.days[first:after]) for first, after in columns_of(coverage)]
