"""The holder of a slip takes the answer back: within 15 days of its coming, whoever has the code, without a reason.

Knows no page. What is erased, what stays and what proves it is in intake.erasing.
"""

import logging
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from central_office.intake import store
from central_office.intake.erasing import erase
from central_office.intake.lines import PLAN_ZONE
from central_office.intake.models import FurtherUse, Redemption
from central_office.keys import read_centre_key, sign_with
from central_office.slips.keys import NoKey, key_of
from central_office.slips.numbers import place_of
from survey.identifier import quarter_of, write_quarter
from survey.invitation import Code, token_of

log = logging.getLogger(__name__)
DAYS = timedelta(days=15)  # Law on personal data protection: docs/slips.md


class Outcome(StrEnum):
    DONE = "done"  # the answer is erased
    NOT_USED = "not_used"  # none has come; from now on the slip is worth nothing, and what still comes is erased
    ALREADY = "already"  # it was withdrawn before
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"  # no counter of ours made this code


def withdraw(code: Code, now: datetime) -> Outcome:
    """Take back what was answered with this slip; durable when this returns."""
    try:
        key = key_of(code.number)
    except NoKey:
        return Outcome.UNKNOWN if place_of(code.number) is None else Outcome.TOO_LATE
    if not code.is_genuine(key):
        return Outcome.UNKNOWN
    local = now.astimezone(PLAN_ZONE)
    outcome = _withdraw(token_of(code, key), code.last_day, local.date(), write_quarter(quarter_of(local)))
    if outcome in (Outcome.DONE, Outcome.NOT_USED):
        log.info("slip.withdrawn", extra={"fields": {"outcome": str(outcome)}})
    return outcome


def _withdraw(token: str, last_day: date, today: date, quarter: str) -> Outcome:
    """`last_day`: of the slip. The token's row is locked against an answer that comes at the same time."""
    with transaction.atomic(durable=True):
        store.lock_counts(rebuild=False)  # before any row, so that nothing waits in a circle
        if today <= last_day + DAYS:
            made = {"day": today, "withdrawn": quarter, "answered": False}
            _, unused = Redemption.objects.get_or_create(token=token, defaults=made)
            if unused:
                return Outcome.NOT_USED
        row = Redemption.objects.select_for_update().filter(token=token).first()
        if row is not None and row.withdrawn:
            return Outcome.ALREADY
        if row is None or row.seq is None or today > row.day + DAYS:
            return Outcome.TOO_LATE
        uses = FurtherUse.objects.filter(token=token)
        erase([(row.kiosk, row.seq), *uses.values_list("kiosk", "seq")], quarter, _sign)
        uses.delete()
        Redemption.objects.filter(token=token).update(kiosk="", seq=None, withdrawn=quarter)
        return Outcome.DONE


def is_open(code: Code, today: date) -> bool:
    """Whether a page may offer the withdrawal of this genuine code's answer; the last word is `withdraw`'s."""
    try:
        token = token_of(code, key_of(code.number))
    except NoKey:
        return False
    row = Redemption.objects.filter(token=token).first()
    return row is not None and row.seq is not None and not row.withdrawn and today <= row.day + DAYS


def _sign(message: bytes) -> bytes:
    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)
