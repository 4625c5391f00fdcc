"""Who may answer: from the letters of an address to the form of a point, or to why not. Reads only."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from django.utils import timezone

from central_office.intake.lines import PLAN_ZONE
from central_office.intake.store import rows
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import PlanFile
from central_office.slips.judge import Verdict, judge
from central_office.slips.numbers import Place, place_of
from survey.form import Form
from survey.invitation import SLIP_PATH, UNIT_PATH, BadCode, read_code, read_unit_code, unit_code
from survey.plan import Plan


class Why(StrEnum):
    """Why somebody is turned away, or told something instead of being asked; the words are in words.toml."""

    NOT_A_CODE = "not_a_code"
    WRONG_CHECK = "wrong_check"  # mistyped
    UNKNOWN = "unknown"
    USED = "used"
    WITHDRAWN = "withdrawn"
    VOID = "void"
    EXPIRED = "expired"
    NOT_BEGUN = "not_begun"
    OVER = "over"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    BUSY = "busy"
    BROKEN = "broken"
    LOST = "lost"  # no such page


@dataclass(frozen=True, slots=True)
class Turned:
    """Nothing to be asked, and `why`. `form`: whose thanks and languages the page speaks, None for ours."""

    why: Why
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a form that somebody may fill in. `name`: of its draft; `path`: where its pages begin.

    `token`, `last_day`: of the slip; "" and None for a unit's code.
    """

    name: str
    path: str
    number: int
    place: Place
    form: Form
    plan: Plan
    token: str = ""
    last_day: date | None = None

    @property
    def point_name(self) -> str:
        allocation = self.plan.allocation(self.place.point)
        return allocation.point.name["vi"] if allocation else ""


Opened: TypeAlias = "Entry | Turned"


def today(now: datetime) -> date:
    """The day at the points."""
    return timezone.localdate(now, PLAN_ZONE)


def open_slip(letters: str, now: datetime) -> Opened:
    """What the code of a slip opens."""
    try:
        code = read_code(letters)
    except BadCode as error:
        return Turned(Why(error.kind.value))
    judged = judge(code, today(now))
    if judged.verdict is not Verdict.OK or judged.place is None:
        return Turned(Why(judged.verdict.value), _form(judged.place))
    name, path = f"slip/{judged.token}", f"/{SLIP_PATH}/{code.letters}"
    return _entry(name, path, code.number, judged.place, judged.token, code.last_day)


def open_unit(letters: str, address: str, now: datetime) -> Opened:
    """What the permanent code of a unit opens; `address`: the draft's own, 32 hexadecimal digits.

    A poster hangs on when its round is over: while its own plan does not hold, it opens the one that does at its point.
    """
    try:
        number = read_unit_code(letters)
    except BadCode as error:
        return Turned(Why(error.kind.value))
    place = place_of(number)
    if place is None:
        return Turned(Why.UNKNOWN)
    path, day = f"/{UNIT_PATH}/{unit_code(number)}/{address}", today(now)
    entry = _entry(_unit_name(address), path, number, place, "", None)
    if entry.plan.holds(day):
        return entry
    if (other := _running(place.point, day)) is not None:  # a draft of its own: the form may be another
        return _entry(_unit_name(f"{address} {other.plan}"), path, number, other, "", None)
    return Turned(Why.NOT_BEGUN if day < entry.plan.first_day else Why.OVER, entry.form)


def _unit_name(address: str) -> str:
    return f"unit/{hashlib.sha256(address.encode()).hexdigest()}"


def _running(point: str, day: date) -> Place | None:
    """The point in the plan that holds on `day`; of several in the one loaded last."""
    for loaded in PlanFile.objects.select_related("form").order_by("-loaded_at", "plan"):
        plan = plan_of(loaded.text)
        if plan.holds(day) and plan.allocation(point) is not None:
            return Place(plan.id, point, form_of(loaded.form.text).ref)
    return None


def _entry(name: str, path: str, number: int, place: Place, token: str, last_day: date | None) -> Entry:
    plan = plan_of(rows("SELECT text FROM rounds_planfile WHERE plan = %s", place.plan)[0][0])
    form = _form(place)
    assert form is not None  # a loaded form never goes
    return Entry(name, path, number, place, form, plan, token, last_day)


def _form(place: Place | None) -> Form | None:
    if place is None:
        return None
    return form_of(rows("SELECT text FROM rounds_formfile WHERE digest = %s", place.form.digest)[0][0])
