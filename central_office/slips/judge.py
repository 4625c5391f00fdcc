"""Whether a code that somebody shows may be answered with, and what is known for it. Reads only; uses nothing up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings

from central_office.intake.models import Redemption
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.slips.keys import NoKey, key_of
from central_office.slips.models import Slip
from central_office.slips.numbers import Place, place_of
from survey.form import AnswerValue
from survey.invitation import Code, token_of
from survey.slip_notes import SlipState


class Verdict(StrEnum):
    OK = "ok"
    UNKNOWN = "unknown"  # no counter of ours made this code
    USED = "used"  # an answer with it is stored
    WITHDRAWN = "withdrawn"  # its holder took it back
    VOID = "void"  # the counter took it back
    NOT_BEGUN = "not_begun"  # the plan begins later
    OVER = "over"  # the plan is over, and the time of its last slips too
    EXPIRED = "expired"  # its own last day has passed


@dataclass(frozen=True, slots=True)
class Judgement:
    """`place`, `token`: of a genuine code, else None and "". `facts`: answers that the counter supplied, by question;
    `agency`: of its dossier, "" unknown (a counter without a line has not told yet)."""

    verdict: Verdict
    place: Place | None = None
    token: str = ""
    facts: Mapping[str, AnswerValue] = field(default_factory=dict)
    agency: str = ""


def judge(code: Code, today: date) -> Judgement:
    """`today`: at the point's place. A code that is used and expired is USED: that is what its holder must hear."""
    place = place_of(code.number)
    if place is None:
        return Judgement(Verdict.UNKNOWN)
    try:
        key = key_of(code.number)
    except NoKey:
        return Judgement(Verdict.OVER, place)
    if not code.is_genuine(key):
        return Judgement(Verdict.UNKNOWN)
    token = token_of(code, key)
    slip = Slip.objects.filter(token=token).first()
    facts, agency = (slip.facts, slip.agency) if slip else ({}, "")
    verdict = _used(token) or _void(slip) or _in_time(code, place, today)
    return Judgement(verdict, place, token, facts, agency)


def _used(token: str) -> Verdict | None:
    used = Redemption.objects.filter(token=token).first()
    if used is None:
        return None
    return Verdict.WITHDRAWN if used.withdrawn else Verdict.USED


def _void(slip: Slip | None) -> Verdict | None:
    return Verdict.VOID if slip is not None and slip.state == SlipState.VOID else None


def _in_time(code: Code, place: Place, today: date) -> Verdict:
    plan = plan_of(PlanFile.objects.get(plan=place.plan).text)
    if today < plan.first_day:
        return Verdict.NOT_BEGUN
    if today > plan.last_day + timedelta(days=settings.SLIP_VALID_DAYS):
        return Verdict.OVER
    return Verdict.EXPIRED if code.is_over(today) else Verdict.OK
