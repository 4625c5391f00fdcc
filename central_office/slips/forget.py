"""Lets go of what is no longer needed: the rows that lead from a slip to its record, 15 days after it came; the keys of
points whose last slip can no longer be used or withdrawn. A key leaves a signed line; the rows leave none, for the
record's own bytes carry the token for ever: letting the row go destroys nothing that could be proved.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from central_office.intake import proofs
from central_office.intake.lines import PLAN_ZONE
from central_office.intake.models import FurtherUse, Redemption
from central_office.slips.keys import key_of
from central_office.slips.models import SlipPoint
from central_office.slips.withdrawal import DAYS
from survey import wire
from survey.canonical import Value

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows that led to records went, and which points' keys ("plan point") were destroyed."""

    links: int
    keys: tuple[str, ...]


def forget_due(now: datetime, sign: wire.Sign) -> Forgotten:
    """Let go of what is due; three look-ups when nothing is. Runs daily by hand or timer, and with heartbeats."""
    today = now.astimezone(PLAN_ZONE).date()
    if not any(due.exists() for due in (*_links(today), _points(today))):
        return Forgotten(0, ())
    with transaction.atomic(durable=True):
        gone = Forgotten(_forget_links(today), tuple(_destroy_key(p, today, sign) for p in _locked(today)))
    log.info("slips.forgotten", extra={"fields": {"links": gone.links, "keys": list(gone.keys)}})
    return gone


def _links(today: date) -> tuple["QuerySet[Redemption]", "QuerySet[FurtherUse]"]:
    used = Redemption.objects.filter(day__lt=today - DAYS, seq__isnull=False)
    return used, FurtherUse.objects.filter(day__lt=today - DAYS)


def _forget_links(today: date) -> int:
    """Locked in one order first: two heartbeats at once, or a withdrawal beside, follow each other."""
    used, further = _links(today)
    list(used.select_for_update().order_by("pk").values_list("pk"))
    list(further.select_for_update().order_by("pk").values_list("pk"))
    return used.update(kiosk="", seq=None) + further.delete()[0]


def _points(today: date) -> "QuerySet[SlipPoint]":
    """A slip of the plan's last day may be used for the days of its validity, and withdrawn for 15 more."""
    over = today - timedelta(days=settings.SLIP_VALID_DAYS) - DAYS
    return SlipPoint.objects.filter(last_day__lt=over, destroyed_on=None)


def _locked(today: date) -> list[SlipPoint]:
    return list(_points(today).select_for_update().order_by("number"))


def _destroy_key(point: SlipPoint, today: date, sign: wire.Sign) -> str:
    """The fingerprint lets anyone show later that a key found in an old copy is the one said to be gone."""
    fingerprint = hashlib.sha256(b"hailong/slip key fingerprint/1\n" + key_of(point.number)).hexdigest()
    SlipPoint.objects.filter(number=point.number).update(salt=b"", destroyed_on=today)
    said: dict[str, Value] = {"slip_number": point.number, "plan": point.plan, "point": point.point}
    proofs.append(proofs.KEY, {**said, "fingerprint": fingerprint, "day": today.isoformat()}, sign)
    return f"{point.plan} {point.point}"
