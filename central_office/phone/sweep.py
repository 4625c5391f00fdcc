"""Seals the answers that somebody began and forgot, and forgets the counts that are past. Knows no page."""

import logging
import time
from datetime import datetime, timedelta

from django.db import DatabaseError, models
from django.db.models import Q
from django.utils import timezone

from central_office.phone import crowd, tries
from central_office.phone.drafts import finish
from central_office.phone.entry import today
from central_office.phone.limits import LIMITS
from central_office.phone.models import Draft

log = logging.getLogger(__name__)
UNIT_WAITS = timedelta(hours=24)
SLIP_WAITS = timedelta(days=LIMITS.waits_days)
EVERY_S = 60.0
MOST_AT_ONCE = 20  # while somebody waits for the next request
_next_s = 0.0
_stuck = set[str]()  # could not be sealed here; they wait until nothing else is due


def sweep(now: datetime, most: int | None = None) -> int:
    """Seal what is due, how many were: a unit's draft a day after its last touch, a slip's two or after its last day.

    `most`: tried now. What could not be sealed does not come before younger ones again; without `most` all are tried.
    """
    sealed = sum(_seal(name, now) for name in _turn(now, most))
    Draft.objects.filter(body=b"", touched_at__lte=now - UNIT_WAITS).delete()
    _forget(now)
    if sealed:
        log.info("phone.swept", extra={"fields": {"sealed": sealed}})
    return sealed


def after_a_request(**_signal: object) -> None:
    """Sweep a little, at most once a minute in each process: whoever waits has their page already."""
    global _next_s
    moment_s = time.monotonic()
    if moment_s < _next_s:
        return
    _next_s = moment_s + EVERY_S
    try:
        sweep(timezone.now(), MOST_AT_ONCE)
    except DatabaseError as error:
        log.warning("phone.sweep_failed", extra={"fields": {"why": type(error).__name__}})


def _forget(now: datetime) -> None:
    try:
        crowd.forget(now)
        tries.forget(now)
    except OSError as error:
        log.warning("phone.not_counted", extra={"fields": {"why": type(error).__name__}})


def _turn(now: datetime, most: int | None) -> list[str]:
    """Names of the drafts to try: the oldest that are due, those that failed here only when there is no other."""
    names = _due(now).values_list("name", flat=True)
    if most is None:
        return list(names)
    found = list(names.exclude(name__in=sorted(_stuck))[:most])
    if not found:
        _stuck.clear()  # next time they have another try
    return found


def _due(now: datetime) -> "models.QuerySet[Draft]":
    unit = Q(last_day=None, touched_at__lte=now - UNIT_WAITS)
    slip = Q(last_day__lt=today(now)) | Q(last_day__isnull=False, touched_at__lte=now - SLIP_WAITS)
    forgotten = unit | slip
    return Draft.objects.filter(forgotten).exclude(body=b"").order_by("touched_at", "name")


def _seal(name: str, now: datetime) -> bool:
    """One answer that cannot be sealed holds up no other; it stays, and the log says so."""
    try:
        finish(name, now)
    except DatabaseError:
        raise
    except Exception as error:
        fields = {"why": getattr(error, "code", type(error).__name__)}
        log.exception("phone.sweep_failed", extra={"fields": fields})
        _stuck.add(name)
        return False
    return True
