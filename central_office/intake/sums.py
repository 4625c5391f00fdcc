"""What figures are made of: counts of answers by day, ratings by month and by person, summed by the database.

The one reading side of cells and heaps; `forms` are digests of form versions, `points` None for all points.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from central_office.intake.counting import PERSON, TIME
from central_office.intake.models import Cell, Tally

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class DayCount:
    """Answers, also those outside the window and those that enter no figure (`why`, intake.models.Cell)."""

    point: str
    channel: str
    state: str
    day: date
    flags: str
    flagged: bool
    in_window: bool
    agency: str
    why: str
    by_slip: bool
    count: int


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """The same without days: thirty times fewer rows in a year's round."""

    point: str
    channel: str
    state: str
    flagged: bool
    in_window: bool
    agency: str
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class TimeSum:
    """How often `value` was given to `question`; `month`: its first day."""

    point: str
    channel: str
    agency: str
    month: date
    flagged: bool
    question: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class PersonSum:
    """How often `value` was given to `question`. Question "": how many answers, by their state (complete, partial)."""

    point: str
    field: str
    respondent: str
    flagged: bool
    question: str
    value: str
    count: int


Points = Collection[str] | None
DAY = ("point", "channel", "state", "day", "flags", "flagged", "in_window", "agency", "why", "by_slip")
PLACE = ("point", "channel", "state", "flagged", "in_window", "agency", "why")
TIME_COLUMNS = ("point", "channel", "agency", "month", "flagged")
PERSON_COLUMNS = ("point", "field", "respondent", "flagged")


def day_counts(plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[DayCount]:
    """Answers by day and all else; a year of a thousand points is a million rows (`place_counts`, `days`)."""
    for row in _cells(plan_id, forms, points, DAY):
        yield DayCount(*row)


def place_counts(plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[PlaceCount]:
    """Answers by place, channel and state, over all days."""
    for row in _cells(plan_id, forms, points, PLACE):
        yield PlaceCount(*row)


def days(plan_id: str, forms: Collection[str], points: Points = None) -> dict[date, int]:
    """How many answers in the window and counted each day has."""
    found = _cells(plan_id, forms, points, ("day",), Q(in_window=True, counted=True))
    return dict(sorted(found))


def day_states(plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[tuple[date, str, bool, int]]:
    """Answers in the window and counted, as day, state, whether flagged, how many."""
    return _cells(plan_id, forms, points, ("day", "state", "flagged"), Q(in_window=True, counted=True))


def time_sums(plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[TimeSum]:
    """Ratings by month, channel and agency; only of answers in the window and counted."""
    for row in _tallies(TIME, plan_id, forms, points, TIME_COLUMNS):
        yield TimeSum(*row)


def person_sums(plan_id: str, forms: Collection[str], points: Points = None) -> Iterator[PersonSum]:
    """Ratings by field of the procedure and kind of respondent; only of answers in the window and counted."""
    for row in _tallies(PERSON, plan_id, forms, points, PERSON_COLUMNS):
        yield PersonSum(*row)


def _cells(
    plan: str, forms: Collection[str], points: Points, columns: tuple[str, ...], only: Q | None = None
) -> Iterator[tuple[Any, ...]]:
    chosen = Cell.objects.filter(only or Q(), plan=plan, form__in=forms, count__gt=0)
    chosen = chosen if points is None else chosen.filter(point__in=points)
    return _rows(chosen.values_list(*columns))


def _tallies(
    family: str, plan: str, forms: Collection[str], points: Points, columns: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    chosen = Tally.objects.filter(heap__plan=plan, heap__family=family, heap__form__in=forms, count__gt=0)
    chosen = chosen if points is None else chosen.filter(heap__point__in=points)
    return _rows(chosen.values_list(*(f"heap__{column}" for column in columns), "question", "value"))


def _rows(chosen: "QuerySet[Any, tuple[Any, ...]]") -> Iterator[tuple[Any, ...]]:
    """The groups' sums, PostgreSQL's as plain integers."""
    for row in chosen.annotate(total=Sum("count")).order_by().iterator(CHUNK):
        yield (*row[:-1], int(row[-1]))


@dataclass(frozen=True, slots=True)
class TempoCount:
    """Days of one point taken together. `part`: "before", "recent" or "today" of the window's counted answers; "aside":
    answers outside the window or in no figure. `days`: on which any came; `squares`: of each day's answers, summed."""

    point: str
    part: str
    weekend: bool
    count: int
    flagged: int
    squares: int
    days: int


def tempo_counts(
    plan_id: str,
    forms: Collection[str],
    points: Points,
    until: date,
    recent: date,
    weekends: Sequence[date],
) -> Iterator[TempoCount]:
    """Answers of days up to `until` in at most seven rows a point, whatever the length of the round: one pass by the
    database. `recent`: first day of that part; "today" is the day `until`; `weekends`: days that are counted apart.
    """
    if not forms or (points is not None and not points):
        return
    with connection.cursor() as cursor:
        cursor.execute(*_tempo(plan_id, list(forms), points, until, recent, weekends))
        for point, part, weekend, *sums in cursor:
            yield TempoCount(point, part, bool(weekend), *map(int, sums))


@dataclass(frozen=True, slots=True)
class MonthSum:
    """How often `value` was given to `question` at a point in a month, by all channels together."""

    point: str
    month: date
    flagged: bool
    question: str
    value: str
    count: int


def month_sums(
    plan_id: str, forms: Collection[str], questions: Collection[str], months: Collection[date]
) -> Iterator[MonthSum]:
    """Ratings of some questions in some months (their first days); only of answers in the window and counted."""
    chosen = Tally.objects.filter(heap__plan=plan_id, heap__family=TIME, heap__form__in=forms, count__gt=0)
    chosen = chosen.filter(heap__month__in=months, question__in=questions)
    for row in _rows(chosen.values_list("heap__point", "heap__month", "heap__flagged", "question", "value")):
        yield MonthSum(*row)


def _tempo(
    plan: str, forms: list[str], points: Points, until: date, recent: date, weekends: Sequence[date]
) -> tuple[str, list[Any]]:
    days = [connection.ops.adapt_datefield_value(day) for day in (until, recent, *(weekends or [date.min]))]
    names = [] if points is None else sorted(points)
    among = f" AND point IN ({_marks(names)})" if names else ""
    text = f"""
    SELECT point,
      CASE WHEN aside = 1 THEN 'aside' WHEN day = %s THEN 'today' WHEN day >= %s THEN 'recent' ELSE 'before' END,
      CASE WHEN day IN ({_marks(days[2:])}) THEN 1 ELSE 0 END,
      SUM(answers), SUM(doubted), SUM(answers * answers), COUNT(*)
    FROM (
      SELECT point, day, CASE WHEN in_window AND counted THEN 0 ELSE 1 END AS aside,
        SUM("count") AS answers, SUM(CASE WHEN flagged THEN "count" ELSE 0 END) AS doubted
      FROM intake_cell WHERE plan = %s AND form IN ({_marks(forms)}) AND day <= %s AND "count" > 0{among}
      GROUP BY 1, 2, 3
    ) AS days GROUP BY 1, 2, 3
    """  # noqa: S608 - marks only
    return text, [*days, plan, *forms, days[0], *names]


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
