"""Puts a round together as of a day: a few queries, each summed by the database. Judges nothing but a kiosk's silence.

A past day shows the answers given until that day, also those that kiosks delivered later; what kiosks told of
themselves is known of now alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings

from central_office.coverage.counts import answers_of, slips_of, visits_of
from central_office.coverage.figures import Judged
from central_office.coverage.gathering import coverage_of
from central_office.fleet.models import Kiosk, Pause
from central_office.intake.lines import PLAN_ZONE
from central_office.intake.models import Incident
from central_office.intake.sums import TempoCount, days, tempo_counts
from central_office.people.access import Scope
from central_office.rounds.models import FormFile
from central_office.watching.hours import office_hours
from central_office.watching.status import KioskState, PointStatus, Status
from survey.form import text_in
from survey.pace import Calendar, Pace, Seen, Spell, is_weekend, pace
from survey.plan import Allocation, Plan


@dataclass(slots=True)
class _Heap:
    """What is known of one point, or of the whole, while it is gathered."""

    got: int = 0
    today: int = 0
    flagged: int = 0
    aside: int = 0
    active_days: int = 0
    parts: dict[tuple[str, bool], TempoCount] = field(default_factory=dict)

    def add(self, row: TempoCount) -> None:
        if row.part == "aside":
            self.aside += row.count
            return
        self.got += row.count
        self.flagged += row.flagged
        self.active_days += row.days
        self.today += row.count * (row.part == "today")
        self.parts[row.part, row.weekend] = row

    def seen(self, calendar: Calendar, recent: bool) -> Seen:
        first = calendar.recent_from if recent else calendar.first
        lengths = calendar.kinds(first, calendar.whole_until)
        names = {"recent", *(() if recent else ("before",))}
        if calendar.whole_until == calendar.day:
            names.add("today")
        return Seen(*(self._spell(lengths[weekend], names, bool(weekend)) for weekend in (0, 1)))

    def _spell(self, length: int, names: Iterable[str], weekend: bool) -> Spell:
        rows = [self.parts[name, weekend] for name in names if (name, weekend) in self.parts]
        return Spell(length, sum(row.count for row in rows), sum(row.squares for row in rows))


NOTHING = _Heap()


def calendar_of(plan: Plan, now: datetime, asked: date | None) -> Calendar:
    """The plan's window as of the day asked for, or of `now`. A day to come is not shown: it is now."""
    today = now.astimezone(PLAN_ZONE).date()
    day = min(asked or today, today)
    return Calendar(plan.first_day, plan.last_day, day, over=day < today)


def status_of(plan: Plan, now: datetime, scope: Scope, asked: date | None = None) -> Status:
    """The round of `plan`, of the points in `scope`, as of the day `asked` or of `now`."""
    calendar = calendar_of(plan, now, asked)
    wanted = [each for each in plan.allocations if scope.holds(each.point.code)]
    among = None if scope.points is None else [each.point.code for each in wanted]
    heaps = _heaps(plan, calendar, among)
    kiosks = {} if calendar.over else kiosks_of(plan, now)
    judged = _judged(plan, calendar.day)
    points = tuple(_point(each, heaps, calendar, kiosks, judged) for each in wanted)
    by_day = days(plan.id, forms_of(plan), among)
    return Status(
        plan=plan,
        calendar=calendar,
        now=None if calendar.over else now,
        points=points,
        total=_total(wanted, heaps, by_day, calendar),
        days={day: count for day, count in by_day.items() if plan.holds(day) and day <= calendar.day},
        incidents=_incidents(plan, among),
    )


def forms_of(plan: Plan) -> list[str]:
    """Digests of the versions of the plan's form."""
    return list(FormFile.objects.filter(form=plan.form).values_list("digest", flat=True))


def _heaps(plan: Plan, calendar: Calendar, among: list[str] | None) -> dict[str, _Heap]:
    found: defaultdict[str, _Heap] = defaultdict(_Heap)
    for row in tempo_counts(
        plan.id, forms_of(plan), among, calendar.day, calendar.recent_from, list(calendar.weekends())
    ):
        found[row.point].add(row)
    return dict(found)


def _point(
    allocation: Allocation,
    heaps: dict[str, _Heap],
    calendar: Calendar,
    kiosks: dict[str, tuple[KioskState, ...]],
    judged: dict[str, Judged],
) -> PointStatus:
    code = allocation.point.code
    heap = heaps.get(code, NOTHING)
    return PointStatus(
        code=code,
        name=text_in(allocation.point.name, "vi"),
        pace=pace(allocation.forms, heap.got, calendar, heap.seen(calendar, False), heap.seen(calendar, True)),
        today=heap.today,
        flagged=heap.flagged,
        aside=heap.aside,
        active_days=heap.active_days,
        kiosks=kiosks.get(code, ()),
        visits=judged.get(code),
    )


def _total(wanted: list[Allocation], heaps: dict[str, _Heap], by_day: dict[date, int], calendar: Calendar) -> Pace:
    """The whole: its days are as restless as their sums are, so squares are of the sums."""
    got = sum(heaps[each.point.code].got for each in wanted if each.point.code in heaps)
    quota = sum(each.forms for each in wanted)
    seen = (_days_seen(by_day, calendar, first) for first in (calendar.first, calendar.recent_from))
    return pace(quota, got, calendar, *seen)


def _days_seen(by_day: dict[date, int], calendar: Calendar, first: date) -> Seen:
    lengths = calendar.kinds(first, calendar.whole_until)
    spells = []
    for weekend in (False, True):
        counts = [
            count
            for day, count in by_day.items()
            if first <= day <= calendar.whole_until and is_weekend(day) is weekend
        ]
        spells.append(Spell(lengths[weekend], sum(counts), sum(count * count for count in counts)))
    return Seen(*spells)


def _judged(plan: Plan, day: date) -> dict[str, Judged]:
    """What the plan's rule says of each point's visits until `day`; nothing without a rule."""
    if plan.visits is None:
        return {}
    answers = (row for row in answers_of(plan) if row.day <= day)
    slips = (row for row in slips_of(plan) if row.day <= day)
    visits = {key: told for key, told in visits_of(plan).items() if key[1] <= day}
    return {point.code: point.total for point in coverage_of(plan, answers, slips, visits, day).points}


def kiosks_of(plan: Plan, now: datetime) -> dict[str, tuple[KioskState, ...]]:
    """The plan's kiosks by point, those revoked or replaced left out."""
    paused = set(Pause.objects.filter(until=None, kiosk__plan=plan.id).values_list("kiosk_id", flat=True))
    found: dict[str, list[KioskState]] = {}
    columns = ("point", "kiosk", "seen_at", "enrolled_at", "pending", "clock")
    for point, kiosk, seen_at, enrolled_at, pending, clock in (
        Kiosk.objects.filter(plan=plan.id, kind="", revoked_at=None, retired_at=None)
        .order_by("kiosk")
        .values_list(*columns)
    ):
        silent = kiosk not in paused and is_silent(plan, seen_at or enrolled_at, now)
        found.setdefault(point, []).append(
            KioskState(kiosk, seen_at and seen_at.astimezone(PLAN_ZONE), silent, pending, clock in ("", "synchronised"))
        )
    return {point: tuple(states) for point, states in found.items()}


def is_silent(plan: Plan, seen_at: datetime, now: datetime) -> bool:
    """Whether offices were open in the round's days for longer than a kiosk may be quiet, since it was heard of."""
    begin = datetime.combine(plan.first_day, datetime.min.time(), PLAN_ZONE)
    end = datetime.combine(plan.last_day + timedelta(days=1), datetime.min.time(), PLAN_ZONE)
    if not begin <= now < end:
        return False
    quiet = office_hours().open_between(max(seen_at, begin), now, PLAN_ZONE)
    return quiet > timedelta(minutes=settings.SILENT_AFTER_MINUTES)


def _incidents(plan: Plan, among: list[str] | None) -> int:
    kiosks = Kiosk.objects.filter(plan=plan.id)
    kiosks = kiosks if among is None else kiosks.filter(point__in=among)
    return Incident.objects.filter(seen_at=None, kiosk__in=kiosks.values("kiosk")).count()
