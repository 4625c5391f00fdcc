"""Survey plans: window, points and quotas as values. `plan_file` reads one, `plan_check` adds it up.

Knows no clock: "today" is handed in. A plan's own slips (Krông Nô's 500 beside 600) are kept as given and reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from survey.coverage import VisitsRule
from survey.form import Texts
from survey.plan_parts import (
    Amendment,
    Area,
    Field,
    Heading,
    Milestone,
    Population,
    Reading,
    ReadingState,
    Subject,
    Target,
)

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
POINT = "point"


@dataclass(frozen=True, slots=True)
class Point:
    """A one-stop section where answers are taken. `code` stands in every record; `name` is data and may change."""

    code: str
    name: Texts


@dataclass(frozen=True, slots=True)
class Allocation:
    """`forms`: how many forms (phiếu) the plan wants from the point."""

    point: Point
    forms: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A campaign. `first_day` and `last_day` are both inside the window; dates are days in Asia/Ho_Chi_Minh.

    `visits`: how many answers it wants for the visits that a point has; None where it ties them to no visits (R-006).
    `dated`: the plan's own date as written, with or without a day; may be empty, as may be `number` (R-001).
    `form`: what kiosks ask; `also_forms`: other forms that the plan allows; `form_said`: the form that the plan itself
    names, where ours stands in for it. `scope_in`, `scope_out`: services that it takes in and leaves out (R-016).
    `areas`: quotas of a household plan, whose villages are no points. `recheck_percent`: share of the forms collected
    that is asked again. `cluster`: what answers lie in clusters of, for the design effect.
    """

    id: str
    title: Texts
    issuer: str
    number: str
    form: str
    first_day: date
    last_day: date
    due: date
    declared_total: int | None
    allocations: tuple[Allocation, ...]
    visits: VisitsRule | None = None
    dated: str = ""
    population: Population = field(default_factory=Population)
    subject: Subject = field(default_factory=Subject)
    scope_in: tuple[str, ...] = ()
    scope_out: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    recheck_percent: int | None = None
    milestones: tuple[Milestone, ...] = ()
    targets: tuple[Target, ...] = ()
    fields: tuple[Field, ...] = ()
    heading: Heading = field(default_factory=Heading)
    readings: tuple[Reading, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    cluster: str = POINT
    least_villages: int | None = None
    also_forms: tuple[str, ...] = ()
    form_said: str = ""
    notes: Texts = field(default_factory=dict)

    @property
    def allocated(self) -> int:
        """Forms wanted, points and areas together."""
        return sum(allocation.forms for allocation in self.allocations) + sum(area.forms for area in self.areas)

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def allocation(self, point: str) -> Allocation | None:
        return next((a for a in self.allocations if a.point.code == point), None)

    def marks(self) -> Iterator[Reading]:
        """Everything that was not read for certain: the head's marks, then the communes' in the plan's order."""
        yield from self.readings
        for area in self.areas:
            for commune in area.named:
                if commune.state is not ReadingState.CERTAIN:
                    yield Reading(area.unit, commune.state, commune.name)

    def rechecked(self, collected: int) -> int | None:
        """Forms to ask again of so many collected, a started form counting whole (R-003); None if none are wanted."""
        return None if self.recheck_percent is None else -(-collected * self.recheck_percent // 100)

    def overdue(self, today: date) -> tuple[Milestone, ...]:
        """Milestones whose last day has passed; whether they were met the plan does not know."""
        return tuple(milestone for milestone in self.milestones if milestone.due < today)

    def warnings(self) -> list[str]:
        """Figures of the plan that disagree, each with both numbers; they do not stop its use (R-002)."""
        if self.declared_total is None or self.declared_total == self.allocated:
            return []
        difference = self.allocated - self.declared_total
        return [f"allocated {self.allocated}, declared {self.declared_total}, difference {difference:+d}"]


def due_day(text: str, *, before: bool) -> date:
    """The last day on which a deadline is met (R-009).

    «trước ngày D» is met until the day before D, «chậm nhất ngày D» until D itself.
    """
    day = date.fromisoformat(text)
    return day - timedelta(days=1) if before else day
