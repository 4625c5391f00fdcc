"""What figures are made of: counts of answers by day, ratings by month and by person, summed by the database.

The one reading side of cells and heaps; `forms` are digests of form versions, `points` None for all points.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

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
