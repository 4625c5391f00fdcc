"""Reads a plan file into `survey.plan` values, every problem at once. Adds nothing up: that is `plan_check`'s."""

import re
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from survey import _node
from survey.coverage import MOST_VISITS, Mode, VisitsRule
from survey.errors import BadFile, Problem
from survey.plan import DATE, POINT, Allocation, Plan, Point
from survey.plan_parts import (
    Amendment,
    Area,
    Commune,
    Field,
    Heading,
    HeadingKind,
    Milestone,
    Population,
    PopulationKind,
    Reading,
    ReadingState,
    Subject,
    SubjectKind,
    Target,
)

Word = TypeVar("Word", bound=StrEnum)
MOST_FORMS = 10**6
YEARS = range(1945, 2201)  # no plan is older or reaches further, and there is room to reckon around it
DATED = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
NO_DAY = date(2000, 1, 2)  # of a date that has been noted as a problem
CHANNELS = ("screen", "tablet", "button", "qr", "paper", "post", "phone", "mail", "app", "other")


def read_plan(data: bytes, source: str) -> Plan:
    """The plan in `data`. Raises: BadFile with every problem of the file."""
    problems: list[Problem] = []
    node = _node.Node(_node.load(data, source), "", problems)
    plan = _plan(node)
    node.done()
    problems.extend(_disorder(plan))
    if problems:
        raise BadFile(source, problems)
    return plan


def _plan(node: _node.Node) -> Plan:
    first, last = _window(node.child("window"))
    return Plan(
        id=node.code("plan"),
        title=node.texts("title"),
        issuer=node.string("issuer"),
        number=node.string("number", ""),
        form=node.code("form"),
        first_day=first,
        last_day=last,
        due=_due(node),
        declared_total=node.integer("declared_total", 0, 10**7) if node.has("declared_total") else None,
        allocations=tuple(_allocation(child) for child in node.children("allocations")),
        visits=_visits(node.child("visits")) if node.has("visits") else None,
        dated=_dated(node),
        population=_population(node.child("population")) if node.has("population") else Population(),
        subject=_subject(node.child("subject")) if node.has("subject") else Subject(),
        scope_in=node.strings("scope_in"),
        scope_out=node.strings("scope_out"),
        channels=_channels(node),
        areas=tuple(_area(child) for child in node.children("areas", optional=True)),
        recheck_percent=node.integer("recheck_percent", 0, 100) if node.has("recheck_percent") else None,
        milestones=tuple(_milestone(child) for child in node.children("milestones", optional=True)),
        targets=tuple(_target(child) for child in node.children("targets", optional=True)),
        fields=tuple(Field(c.code("code"), c.texts("text")) for c in node.children("fields", optional=True)),
        heading=_heading(node.child("heading")) if node.has("heading") else Heading(),
        readings=tuple(_reading(child) for child in node.children("readings", optional=True)),
        amendments=tuple(_amendment(child) for child in node.children("amendments", optional=True)),
        cluster=node.choice("cluster", (POINT,), POINT),
        least_villages=node.integer("least_villages", 1, 1000) if node.has("least_villages") else None,
        also_forms=node.strings("also_forms"),
        form_said=node.string("form_said", ""),
        notes=node.texts("notes", optional=True),
    )


def _disorder(plan: Plan) -> list[Problem]:
    """What no single field shows."""
    problems = []
    if plan.last_day < plan.first_day:
        problems.append(Problem("/window", "ends before it begins"))
    for place, kind, codes in (
        ("/allocations", "point", [allocation.point.code for allocation in plan.allocations]),
        ("/areas", "unit", [area.unit for area in plan.areas]),
        ("/milestones", "task", [milestone.task for milestone in plan.milestones]),
        ("/fields", "field", [field.code for field in plan.fields]),
    ):
        twice = sorted({code for code in codes if codes.count(code) > 1})
        problems.extend(Problem(place, f"{kind} {code!r} stands twice") for code in twice)
    known = {field.code for field in plan.fields}
    for target in plan.targets:
        unknown = [code for code in target.fields if code not in known]
        problems.extend(Problem("/targets", f"field {code!r} is not among the plan's fields") for code in unknown)
    return problems


def _allocation(node: _node.Node) -> Allocation:
    return Allocation(Point(node.code("point"), node.texts("name")), node.integer("forms", 0, MOST_FORMS))


def _window(node: _node.Node) -> tuple[date, date]:
    window = _day(node, "from"), _day(node, "to")
    node.done()
    return window


def _population(node: _node.Node) -> Population:
    population = Population(
        kind=_word(PopulationKind, node, "kind", PopulationKind.CLIENTS),
        min_age=node.integer("min_age", 0, 120) if node.has("min_age") else None,
        capable=node.flag("capable"),
        literate=node.flag("literate"),
    )
    node.done()
    return population


def _subject(node: _node.Node) -> Subject:
    kind = _word(SubjectKind, node, "kind", SubjectKind.SERVICE)
    subject = Subject(kind, node.string("text", ""), node.strings("topics"))
    node.done()
    return subject


def _channels(node: _node.Node) -> tuple[str, ...]:
    channels = node.strings("channels")
    for channel in channels:
        if channel not in CHANNELS:
            node.problem("channels", f"{channel!r} is none of {', '.join(CHANNELS)}")
    return channels


def _area(node: _node.Node) -> Area:
    """Without a number, so many communes as are named."""
    named = tuple(_commune(child) for child in node.children("named", optional=True))
    communes = node.integer("communes", 0, 1000, len(named))
    if len(named) > communes:
        node.problem("communes", f"{communes}, but {len(named)} are named")
    return Area(
        unit=node.string("unit"),
        communes=communes,
        villages=node.integer("villages", 0, 10_000),
        forms_per_village=node.integer("forms_per_village", 0, MOST_FORMS),
        named=named,
    )


def _commune(node: _node.Node) -> Commune:
    name = node.string("name", "")
    state = _word(ReadingState, node, "reading", ReadingState.CERTAIN)
    if bool(name) == (state is ReadingState.ILLEGIBLE):
        node.problem("name", "is there exactly where the reading is not illegible")
    return Commune(name, state)


def _milestone(node: _node.Node) -> Milestone:
    """Its deadline is `before` a day, `by` a day, or in a `month`; the plan's own words for it may be given."""
    due, said = _deadline(node)
    return Milestone(node.string("task"), node.string("body", ""), due, node.string("said", said))


def _deadline(node: _node.Node) -> tuple[date, str]:
    if node.has("month"):
        day = _day(node, "month", "-01")
        return day.replace(day=monthrange(day.year, day.month)[1]), f"Tháng {day.month}/{day.year}"
    if node.has("before"):
        eve = _eve(node, "before")
        return eve, f"Trước ngày {written(eve + timedelta(days=1))}"
    day = _day(node, "by")
    return day, f"Chậm nhất ngày {written(day)}"


def _target(node: _node.Node) -> Target:
    return Target(
        name=node.string("name"),
        year=node.integer("year", 2000, 2200),
        hundredths=node.integer("hundredths", 0, 10_000),
        fields=node.strings("fields"),
    )


def _heading(node: _node.Node) -> Heading:
    kind = _word(HeadingKind, node, "kind", HeadingKind.STATE)
    heading = Heading(kind, *(node.string(key, "") for key in ("upper", "body", "place", "signer_title", "signer")))
    node.done()
    return heading


def _reading(node: _node.Node) -> Reading:
    state = _word(ReadingState, node, "state", ReadingState.ILLEGIBLE)
    return Reading(node.string("place"), state, node.string("note", ""))


def _amendment(node: _node.Node) -> Amendment:
    return Amendment(_day(node, "day"), node.string("by"), node.string("text"))


def _visits(node: _node.Node) -> VisitsRule:
    """The rule of the plan's `visits`; what it leaves out is as Bắc Giang has it."""
    usual = VisitsRule()
    rule = VisitsRule(
        mode=_word(Mode, node, "mode", usual.mode),
        percent=node.integer("percent", 0, 100, usual.percent),
        forms=node.integer("forms", 0, MOST_VISITS, usual.forms),
        minimum=node.integer("minimum", 0, MOST_VISITS, usual.minimum),
        busy_from=node.integer("busy_from", 0, MOST_VISITS) if node.has("busy_from") else None,
    )
    node.done()
    return rule


def _word(words: type[Word], node: _node.Node, key: str, usual: Word) -> Word:
    """A word that is none has been noted as a problem."""
    text = node.choice(key, tuple(words), usual.value)
    return words(text) if text in set(words) else usual


def _due(node: _node.Node) -> date:
    return _eve(node, "submit_before") if node.has("submit_before") else _day(node, "submit_by")


def _eve(node: _node.Node, key: str) -> date:
    """The day before: the last one that is strictly before."""
    return _day(node, key) - timedelta(days=1)


def _dated(node: _node.Node) -> str:
    """A year, a month or a day, as much as the paper says."""
    text = node.string("dated", "")
    if text and not is_dated(text):
        node.problem("dated", f"{text!r} is none of YYYY, YYYY-MM, YYYY-MM-DD")
        return ""
    return text


def is_dated(text: str) -> bool:
    """Does the calendar have such a year, month or day?"""
    try:
        return bool(DATED.fullmatch(text)) and date.fromisoformat((text + "-01-01")[:10]).year in YEARS
    except ValueError:
        return False


def _day(node: _node.Node, key: str, rest: str = "") -> date:
    text = node.string(key) + rest
    try:
        if DATE.fullmatch(text) and (day := date.fromisoformat(text)).year in YEARS:
            return day
    except ValueError:
        pass
    node.problem(key, f"{text.removesuffix(rest)!r} is not a date ({'YYYY-MM' if rest else 'YYYY-MM-DD'})")
    return NO_DAY


def is_code(text: str) -> bool:
    """May a plan, a point or a field be called so?"""
    return _node.CODE.fullmatch(text) is not None


def written(day: date) -> str:
    """A day as plans write it: 07/6/2024 (days and the months 1 and 2 in two figures, the layout of NĐ 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
