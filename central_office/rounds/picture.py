"""The plan's page as values: its days as a calendar strip, its milestones with their states. Pure: knows no clock."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from survey.plan import Plan
from survey.plan_parts import Milestone

MOST_MONTHS = 18  # a longer plan is told in words alone


@dataclass(frozen=True, slots=True)
class Month:
    """`days`: (number, classes of the square)."""

    name: str
    days: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone on a day. `met`: when it was, if it was."""

    number: int
    milestone: Milestone
    met: date | None
    overdue: bool


def calendar(plan: Plan, today: date) -> tuple[Month, ...]:
    """Every month from the first to the last day that the plan speaks of."""
    spoken = [plan.first_day, plan.last_day, plan.due, *(milestone.due for milestone in plan.milestones)]
    months = list(_months(min(spoken), max(spoken)))
    if len(months) > MOST_MONTHS:
        return ()
    due = {milestone.due for milestone in plan.milestones}
    return tuple(_month(plan, first, due, today) for first in months)


def _months(first: date, last: date) -> Iterator[date]:
    day = first.replace(day=1)
    while day <= last:
        yield day
        day = (day + timedelta(days=31)).replace(day=1)


def _month(plan: Plan, first: date, due: set[date], today: date) -> Month:
    days = []
    for number in range(1, monthrange(first.year, first.month)[1] + 1):
        day = first.replace(day=number)
        marks = {"in": plan.holds(day), "step": day in due, "due": day == plan.due, "today": day == today}
        days.append((number, " ".join(name for name, holds in marks.items() if holds)))
    return Month(f"{first.month}/{first.year}", tuple(days))


def steps(plan: Plan, met: Mapping[Milestone, date], today: date) -> list[Step]:
    late = plan.overdue(today)
    return [
        Step(number, milestone, met.get(milestone), milestone in late and milestone not in met)
        for number, milestone in enumerate(plan.milestones, start=1)
    ]
