"""Puts answers, slips and visits of a plan together, by point and day. Pure: the counts and the day are handed in.

Visits are what was entered; where nothing was, the slips that the counter printed, for each citizen who gets a result
gets one.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from central_office.coverage.counts import Answers, Slips, Way
from central_office.coverage.figures import Coverage, Figures, Point, add, judge
from survey.coverage import Timing, timing
from survey.form import text_in
from survey.plan import Plan
from survey.plan import Point as PlanPoint

Counted: TypeAlias = tuple[int, str]  # visits and their source
BY_SLIPS = "slips"  # the source of visits that nobody counted
SATURDAY = 5
PLACE = {way: place for place, way in enumerate(Way)}


@dataclass(slots=True)
class _Heap:
    """What is known of one point and day, while it is gathered."""

    ways: list[int] = field(default_factory=lambda: [0] * len(Way))
    printed: int = 0
    void: int = 0
    used: int = 0
    withdrawn: int = 0
    no_dossier: int = 0
    flagged: int = 0
    uncounted: int = 0

    def add_answers(self, row: Answers) -> None:
        if not row.counted:
            self.uncounted += row.count
            return
        self.ways[PLACE[row.way]] += row.count
        self.flagged += row.count * row.flagged

    def add_slips(self, row: Slips) -> None:
        self.printed += row.printed
        self.void += row.void
        self.used += row.used
        self.withdrawn += row.withdrawn
        self.no_dossier += row.no_dossier


@dataclass(slots=True)
class _Gathered:
    """Everything of a plan, by point and day; what lies outside its window by point."""

    plan: Plan
    heaps: defaultdict[tuple[str, date], _Heap] = field(default_factory=lambda: defaultdict(_Heap))
    outside: Counter[tuple[str, Timing]] = field(default_factory=Counter)
    with_slips: set[str] = field(default_factory=set)
    slips_outside: int = 0

    def add_answers(self, row: Answers) -> None:
        when = timing(row.day, self.plan.first_day, self.plan.last_day)
        if when is Timing.IN_WINDOW:
            self.heaps[row.point, row.day].add_answers(row)
        else:
            self.outside[row.point, when] += row.count * row.counted

    def add_slips(self, row: Slips) -> None:
        if self.plan.holds(row.day):
            self.heaps[row.point, row.day].add_slips(row)
            self.with_slips.add(row.point)
        else:
            self.slips_outside += row.printed


NOTHING = _Heap()


def coverage_of(
    plan: Plan,
    answers: Iterable[Answers],
    slips: Iterable[Slips],
    visits: Mapping[tuple[str, date], Counted],
    today: date,
) -> Coverage:
    """Puts the counts of `plan` together as of `today` (a day in Asia/Ho_Chi_Minh)."""
    gathered = _Gathered(plan)
    for answer in answers:
        gathered.add_answers(answer)
    for slip in slips:
        gathered.add_slips(slip)
    days = tuple(plan.first_day + timedelta(days=number) for number in range(plan.days))
    points = tuple(_point(allocation.point, gathered, visits, days, today) for allocation in plan.allocations)
    total = add(point.total.figures for point in points)
    return Coverage(plan, today, days, points, total, gathered.slips_outside)


def _point(
    point: PlanPoint,
    gathered: _Gathered,
    visits: Mapping[tuple[str, date], Counted],
    days: Sequence[date],
    today: date,
) -> Point:
    code, rule = point.code, gathered.plan.visits
    figures = []
    for day in days:
        heap = gathered.heaps.get((code, day), NOTHING)
        figures.append(_day(heap, visits.get((code, day)), day, today, code in gathered.with_slips))
    return Point(
        code=code,
        name=text_in(point.name, "vi"),
        total=judge(rule, add(figures)),
        days=tuple(
            None if day > today and one == Figures() else judge(rule, one)
            for day, one in zip(days, figures, strict=True)
        ),
        late=gathered.outside[code, Timing.LATE],
        early=gathered.outside[code, Timing.EARLY],
    )


def _day(heap: _Heap, told: Counted | None, day: date, today: date, has_slips: bool) -> Figures:
    """One day of one point. A day on which offices work must have visits once it is over; a Saturday or a Sunday only
    if something happened. A point that prints slips had as many visits as slips: none where nobody answered either."""
    answers = sum(heap.ways)
    expected = bool(heap.printed or answers or (day <= today and day.weekday() < SATURDAY))
    if told is None and (heap.printed or (has_slips and expected and not answers)):
        told = heap.printed, BY_SLIPS
    return Figures(
        printed=heap.printed,
        void=heap.void,
        used=heap.used,
        withdrawn=heap.withdrawn,
        no_dossier=heap.no_dossier,
        ways=tuple(heap.ways),
        flagged=heap.flagged,
        uncounted=heap.uncounted,
        visits=told[0] if told else None,
        compared=answers if told else 0,
        compared_clean=answers - heap.flagged if told else 0,
        missing=int(told is None and expected and day < today),
        sources=frozenset({told[1]}) if told else frozenset(),
    )
