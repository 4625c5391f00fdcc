"""Survey plans: window, points and quotas as values, and the checks that add up and disagree aloud.

Knows no clock: "today" is handed in. A plan's own slips (Krông Nô's 500 beside 600) are kept as given and reported.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from survey import _node
from survey.coverage import MOST_VISITS, Mode, VisitsRule
from survey.errors import BadFile, Problem
from survey.form import Texts

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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

    @property
    def allocated(self) -> int:
        return sum(allocation.forms for allocation in self.allocations)

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def holds(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def allocation(self, point: str) -> Allocation | None:
        return next((a for a in self.allocations if a.point.code == point), None)

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


def read_plan(data: bytes, source: str) -> Plan:
    """The plan in `data`. Raises: BadFile with every problem of the file."""
    problems: list[Problem] = []
    node = _node.Node(_node.load(data, source), "", problems)
    window = node.child("window")
    plan = Plan(
        id=node.code("plan"),
        title=node.texts("title"),
        issuer=node.string("issuer"),
        number=node.string("number", ""),
        form=node.code("form"),
        first_day=_day(window, "from"),
        last_day=_day(window, "to"),
        due=_due(node),
        declared_total=node.integer("declared_total", 0, 10**7) if node.has("declared_total") else None,
        allocations=tuple(_allocation(child) for child in node.children("allocations")),
        visits=_visits(node.child("visits")) if node.has("visits") else None,
    )
    window.done()
    if node.has("notes"):
        node.texts("notes")
    node.done()
    if plan.last_day < plan.first_day:
        problems.append(Problem("/window", "ends before it begins"))
    codes = [allocation.point.code for allocation in plan.allocations]
    problems.extend(
        Problem("/allocations", f"point {c!r} stands twice") for c in sorted({c for c in codes if codes.count(c) > 1})
    )
    if problems:
        raise BadFile(source, problems)
    return plan


def _allocation(node: _node.Node) -> Allocation:
    return Allocation(Point(node.code("point"), node.texts("name")), node.integer("forms", 0, 10**6))


def _visits(node: _node.Node) -> VisitsRule:
    """The rule of the plan's `visits`; what it leaves out is as Bắc Giang has it."""
    usual = VisitsRule()
    rule = VisitsRule(
        mode=_mode(node.choice("mode", tuple(Mode), usual.mode.value)),
        percent=node.integer("percent", 0, 100, usual.percent),
        forms=node.integer("forms", 0, MOST_VISITS, usual.forms),
        minimum=node.integer("minimum", 0, MOST_VISITS, usual.minimum),
        busy_from=node.integer("busy_from", 0, MOST_VISITS) if node.has("busy_from") else None,
    )
    node.done()
    return rule


def _mode(text: str) -> Mode:
    """A word that is none has been noted as a problem."""
    return Mode(text) if text in set(Mode) else Mode.PERCENT_WITH_MINIMUM


def _due(node: _node.Node) -> date:
    before = node.has("submit_before")
    return _day(node, "submit_before") - timedelta(days=1) if before else _day(node, "submit_by")


def _day(node: _node.Node, key: str) -> date:
    text = node.string(key)
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    node.problem(key, f"{text!r} is not a date (YYYY-MM-DD)")
    return date(2000, 1, 2)
