"""The numbers by which codes name a point: plan, point and form version together. Allots them; knows no code."""

import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max

from central_office.fleet.enrolment import NoSuchPoint
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import PlanFile
from central_office.slips.keys import make_sure
from central_office.slips.models import SlipPoint
from survey.form import FormRef
from survey.invitation import MOST_NUMBER

SALT_BYTES = 32


class NumbersSpent(Exception):
    """Every number that a code can say is allotted."""

    code = "numbers_spent"
    hint = "This office has had more than a million points and forms; set up another office."


@dataclass(frozen=True, slots=True)
class Place:
    plan: str
    point: str
    form: FormRef


def number_of(plan: str, point: str) -> int:
    """The number of this point in this plan, with the form by which the plan asks; allotted at the first asking.

    Raises: NoSuchPoint, KeyMissing.
    """
    loaded = PlanFile.objects.select_related("form").filter(plan=plan).first()
    if loaded is None or plan_of(loaded.text).allocation(point) is None:
        raise NoSuchPoint(f"plan {plan!r} has no point {point!r}")
    form = form_of(loaded.form.text).ref
    while (found := _number(plan, point, form)) is None:
        make_sure()
        _allot(Place(plan, point, form), loaded)
    return found


def place_of(number: int) -> Place | None:
    """What the number stands for; None for one that was never allotted."""
    row = SlipPoint.objects.filter(number=number).first()
    return None if row is None else Place(row.plan, row.point, FormRef(row.form, row.version, row.digest))


def _number(plan: str, point: str, form: FormRef) -> int | None:
    mine = SlipPoint.objects.filter(plan=plan, point=point, digest=form.digest)
    return mine.values_list("number", flat=True).first()


def _allot(place: Place, loaded: PlanFile) -> None:
    """Take the next number; somebody else may be quicker, then the caller looks again."""
    number = (SlipPoint.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST_NUMBER:
        raise NumbersSpent(f"number {number} cannot be said")
    form = {"form": place.form.id, "version": place.form.version, "digest": place.form.digest}
    row = {"number": number, "plan": place.plan, "point": place.point, **form}
    last_day = plan_of(loaded.text).last_day
    try:
        with transaction.atomic():
            SlipPoint.objects.create(**row, salt=secrets.token_bytes(SALT_BYTES), last_day=last_day)
    except IntegrityError:
        return
