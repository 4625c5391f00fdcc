"""What a kiosk is to ask from now on: compares it with what the kiosk tells, and offers what differs. Knows no HTTP.

Each offer to a kiosk has a serial above all that the kiosk or this office has seen, so that none takes a later one
back, and an office restored from an older copy catches up with its kiosks.
"""

import logging
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from central_office.fleet.enrolment import NoSuchPoint, assignment_for
from central_office.fleet.models import Asking, Kiosk
from central_office.rounds.catalogue import form_of
from survey.assignment import Assignment
from survey.canonical import LARGEST_INTEGER, Value
from survey.form_languages import languages
from survey.offer import Asks, Offer

log = logging.getLogger(__name__)


def news(asks: Asks | None, kiosk: Kiosk, now: datetime) -> dict[str, Value]:
    """The part of a heartbeat's reply that changes what the kiosk asks; keeps what it told of itself.

    Nothing for a kiosk that knows of no offers (`asks` None), has what it should have, or has just refused this very
    offer: it would refuse it again, and a form is large.
    """
    if asks is None:
        return {}
    try:
        wanted, text = assignment_for(kiosk.kiosk, kiosk.plan, kiosk.point)
    except NoSuchPoint:  # kept as told; the kiosk goes on asking what it asks
        wanted, text = None, ""
    if wanted is not None and _is_settled(asks, kiosk, wanted):
        return {}
    with transaction.atomic():
        row = _told(asks, kiosk)
        serial = _serial(row, wanted, now) if wanted else 0
    if wanted is None or not serial:
        return {}
    tags = tuple(sorted(languages(form_of(text))))
    return {"offer": Offer(replace(wanted, serial=serial), text, tags).fields()}


def _is_settled(asks: Asks, kiosk: Kiosk, wanted: Assignment) -> bool:
    """The kiosk has what it should and tells nothing new, as nearly always: then nothing is locked."""
    same = Asking.objects.filter(kiosk=kiosk, offered__lte=asks.serial, **asks.fields())
    return asks.content == wanted.content and same.exists()


def _told(asks: Asks, kiosk: Kiosk) -> Asking:
    """The kiosk's row, locked, with what it tells now; written only where something changed."""
    told = asks.fields()
    row, made = Asking.objects.select_for_update().get_or_create(kiosk=kiosk, defaults=told)
    if not made and any(getattr(row, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=list(told))
    return row


def _serial(row: Asking, wanted: Assignment, now: datetime) -> int:
    """Of the offer to be made now; 0 for none."""
    if row.content == wanted.content and row.serial >= row.offered:
        return 0
    if row.offered_content != wanted.content or row.serial >= row.offered:
        if (serial := max(row.offered, row.serial) + 1) > LARGEST_INTEGER:  # only a kiosk that lies tells such a one
            return 0
        row.offered, row.offered_content, row.offered_at = serial, wanted.content, now
        row.save(update_fields=["offered", "offered_content", "offered_at"])
        fields = {"kiosk": row.kiosk_id, "serial": row.offered, "form": wanted.form.id, "version": wanted.form.version}
        log.info("offer.made", extra={"fields": fields})
    return 0 if row.why and row.refused == row.offered else row.offered
