"""Whether a kiosk serves: confirmed, revoked, taken back, replaced; and the signed order that tells it so.

Knows no page. A kiosk hears an order with its next heartbeat; each has a serial above all that the kiosk has heard, so
that no reply shown again counts.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from central_office.fleet.models import EnrolmentBatch, EnrolmentCode, Kiosk
from central_office.people.audit import note
from survey.canonical import LARGEST_INTEGER, Value
from survey.service_order import Order, Service

log = logging.getLogger(__name__)


class SamePerson(Exception):
    """Who revoked a kiosk does not take that back alone."""

    code = "same_person"
    hint = "Ask another officer to let the kiosk serve again."


def state_of(kiosk: Kiosk) -> Service:
    if kiosk.revoked_at is not None or kiosk.retired_at is not None:
        return Service.STOPPED
    return Service.WAITING if kiosk.waits_since is not None else Service.SERVING


def news(kiosk: Kiosk, told: Order | None) -> dict[str, Value]:
    """The part of a heartbeat's reply that orders; nothing where the kiosk follows, or knows of no orders."""
    if told is None or told.state is state_of(kiosk):
        return {}
    return {"service": order(kiosk, told).fields()}


def order(kiosk: Kiosk, told: Order | None) -> Order:
    """The order that holds for the kiosk, with a serial that it will take: an office restored from an older copy
    catches up with its kiosks."""
    held, wanted = told or Order(), state_of(kiosk)
    if held.state is wanted:
        return held
    serial = max(kiosk.service_serial, min(held.serial + 1, LARGEST_INTEGER))
    if serial != kiosk.service_serial:
        Kiosk.objects.filter(pk=kiosk.pk).update(service_serial=serial)
        log.info("service.ordered", extra={"fields": {"kiosk": kiosk.kiosk, "state": str(wanted), "serial": serial}})
    return Order(wanted, serial)


def confirm(kiosks: Iterable[str], actor: str) -> int:
    """Let these kiosks deliver; how many had waited."""
    with transaction.atomic():
        waiting = Kiosk.objects.select_for_update().filter(kiosk__in=list(kiosks), revoked_at=None)
        found = sorted(waiting.exclude(waits_since=None).values_list("kiosk", flat=True))
        Kiosk.objects.filter(kiosk__in=found).update(waits_since=None)
        for kiosk in found:
            note(actor, "kiosk.confirmed", kiosk)
    return len(found)


def revoke(kiosk: str, actor: str, now: datetime) -> bool:
    """Within a heartbeat the kiosk asks nobody any more; its answers so far stay. False for none, or one revoked."""
    with transaction.atomic():
        alive = Kiosk.objects.filter(kiosk=kiosk, revoked_at=None, kind="")
        if not alive.update(revoked_at=now, revoked_by=actor):
            return False
        note(actor, "kiosk.revoked", kiosk)
    return True


def restore(kiosk: str, actor: str, *, alone: bool = False) -> bool:
    """Take a revocation back. `alone`: whoever revoked may, too; the log says so. Raises: SamePerson."""
    with transaction.atomic():
        found = Kiosk.objects.select_for_update().filter(kiosk=kiosk, kind="").exclude(revoked_at=None).first()
        if found is None:
            return False
        if found.revoked_by == actor and not alone:
            raise SamePerson(f"{actor} revoked {kiosk}")
        Kiosk.objects.filter(kiosk=kiosk).update(revoked_at=None, revoked_by="")
        note(actor, "kiosk.restored", kiosk, {"alone": int(found.revoked_by == actor)})
    return True


def cancel(batch: int, actor: str, now: datetime) -> int | None:
    """End what is unused of a batch; how many codes that were, None for no such batch or one that has ended."""
    with transaction.atomic():
        if not EnrolmentBatch.objects.filter(pk=batch, cancelled_at=None).update(cancelled_at=now):
            return None
        left = EnrolmentCode.objects.filter(batch=batch, used_at=None).update(secret=b"")
        note(actor, "kiosk.batch_cancelled", str(batch), {"unused": left})
    return left
