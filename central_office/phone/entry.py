"""Who may answer: from the letters of an address to the form of a point, or to why not. Reads only."""

import hashlib
from dataclasses import dataclass, replace
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
from survey.form import Form, FormRef
from survey.invitation import SLIP_PATH, UNIT_PATH, BadCode, read_code, read_unit_code, unit_code
from survey.plan import Plan
from survey.record import read_draft


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
    ELSEWHERE = "elsewhere"  # the slip is being answered from another address


@dataclass(frozen=True, slots=True)
class Turned:
    """Nothing to be asked, and `why`. `form`: whose thanks and languages the page speaks, None for ours."""

    why: Why
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a form that somebody may fill in. `name`: of its draft; `path`: where its pages begin.

    `token`, `last_day`, `proof` (of the address), `withdraw` (where it is taken back): of the slip; "" and None for a
    unit's code.
    """

    name: str
    path: str
    number: int
    place: Place
    form: Form
    plan: Plan
    token: str = ""
    last_day: date | None = None
    proof: str = ""
    withdraw: str = ""

    @property
    def point_name(self) -> str:
        allocation = self.plan.allocation(self.place.point)
        return allocation.point.name["vi"] if allocation else ""


Opened: TypeAlias = "Entry | Turned"


def today(now: datetime) -> date:
    """The day at the points."""
    return timezone.localdate(now, PLAN_ZONE)


def open_slip(letters: str, address: str, now: datetime) -> Opened:
    """What the code of a slip opens; `address`: 32 hexadecimal digits, known only to who began the answer."""
    try:
        code = read_code(letters)
    except BadCode as error:
        return Turned(Why(error.kind.value))
    judged = judge(code, today(now))
    if judged.verdict is not Verdict.OK or judged.place is None:
        return Turned(Why(judged.verdict.value), _form(judged.place))
    bare, plan, form = f"/{SLIP_PATH}/{code.letters}", _plan(judged.place), _form(judged.place)
    assert form is not None  # a loaded form never goes
    return Entry(
        name=f"slip/{judged.token}",
        path=f"{bare}/{address}",
        number=code.number,
        place=judged.place,
        form=form,
        plan=plan,
        token=judged.token,
        last_day=code.last_day,
        proof=_proof(address),
        withdraw=f"{bare}/rut-lai",
    )


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
    day, own = today(now), _plan(place)
    if own.holds(day):
        return _unit(address, address, number, place, own)
    if (other := _running(place.point, day)) is not None:  # a draft of its own: the form may be another
        return _unit(address, f"{address} {other.plan}", number, other, _plan(other))
    return Turned(Why.NOT_BEGUN if day < own.first_day else Why.OVER, _form(place))


def _running(point: str, day: date) -> Place | None:
    """The point in the plan that holds on `day`; of several in the one loaded last."""
    for loaded in PlanFile.objects.select_related("form").order_by("-loaded_at", "plan"):
        plan = plan_of(loaded.text)
        if plan.holds(day) and plan.allocation(point) is not None:
            return Place(plan.id, point, form_of(loaded.form.text).ref)
    return None


def _unit(address: str, draft: str, number: int, place: Place, plan: Plan) -> Entry:
    """The entry at `address`, whose draft is named after `draft`: in the form it was begun in, else in the plan's."""
    name = f"unit/{_proof(draft)}"
    place = replace(place, form=_begun_in(name) or _present(place.plan))
    form = _form(place)
    assert form is not None  # a loaded form never goes
    path = f"/{UNIT_PATH}/{unit_code(number)}/{address}"
    return Entry(name, path, number, place, form, plan)


def _begun_in(name: str) -> FormRef | None:
    """The form of the answer under way; a draft never changes its form."""
    found = rows("SELECT body FROM phone_draft WHERE name = %s", name)
    return read_draft(bytes(found[0][0])).form if found and found[0][0] else None


def _present(plan: str) -> FormRef:
    """The version by which the plan asks now: a poster that hangs opens that one, too."""
    joined = "SELECT f.text FROM rounds_planfile p JOIN rounds_formfile f ON f.digest = p.form_id WHERE p.plan = %s"
    return form_of(rows(joined, plan)[0][0]).ref


def _proof(address: str) -> str:
    """What is kept of an address: who reads the database cannot open it."""
    return hashlib.sha256(address.encode()).hexdigest()


def _plan(place: Place) -> Plan:
    return plan_of(rows("SELECT text FROM rounds_planfile WHERE plan = %s", place.plan)[0][0])


def _form(place: Place | None) -> Form | None:
    if place is None:
        return None
    return form_of(rows("SELECT text FROM rounds_formfile WHERE digest = %s", place.form.digest)[0][0])
