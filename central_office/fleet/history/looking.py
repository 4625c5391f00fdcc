"""Looks at the whole fleet once an hour and keeps what changed since the last look; the oldest is forgotten.

What came and went within an hour is not kept: a finer history would tell when somebody stood at a counter (law 6).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from central_office.fleet.history.models import Change, Kind, Standing
from central_office.fleet.listing import KioskRow, Status, kiosk_list
from central_office.fleet.troubles import Trouble
from central_office.watching.ticks import take_turn

NAME = "fleet"
EVERY = timedelta(hours=1)
MOST_CHANGES = 200  # of one kiosk
KEPT = (
    "silent",
    "place",
    "version",
    "form",
    "troubles",
    "revoked",
    "retired",
)  # all but the address, which heartbeats bring
OWN_KINDS = {Trouble.SILENT.value, Trouble.NEVER.value, Trouble.VERSION.value}  # told in their own words, or not at all


def turn(now: datetime) -> None:
    """One look at each full hour, by one of the office's processes."""
    if take_turn(now, NAME, EVERY, aligned=True):
        look(now)


def look(now: datetime) -> int:
    """How many changes were kept."""
    rows = kiosk_list(now, timedelta(minutes=settings.SILENT_AFTER_MINUTES))
    hour = now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        known = Standing.objects.select_for_update().in_bulk()
        made = [change for row in rows for change in _compare(row, known.get(row.kiosk), hour)]
        Change.objects.bulk_create(made)
    for kiosk in {change.kiosk_id for change in made}:
        _forget_old(kiosk)
    return len(made)


def keep_address(kiosk: str, address: str) -> None:
    """From where a kiosk just spoke; written only where it differs."""
    other = Standing.objects.filter(kiosk=kiosk).exclude(address=address)
    if other.exists():  # a look is no lock; nearly always there is nothing to write
        other.update(address=address)


def _compare(row: KioskRow, before: Standing | None, hour: datetime) -> list[Change]:
    """What is new of one kiosk; keeps how it stands now."""
    now = Standing(
        kiosk_id=row.kiosk,
        silent=row.status is Status.SILENT,
        place=f"{row.plan} {row.point}",
        version=row.version,
        form=row.asked.version,
        troubles=[trouble.value for trouble in row.troubles if trouble.value not in OWN_KINDS],
        revoked=row.status is Status.REVOKED,
        retired=row.status is Status.RETIRED,
    )
    if before is None:
        now.save(force_insert=True)
        return [Change(kiosk_id=row.kiosk, at=row.enrolled_at, kind=Kind.ENROLLED, what=now.place)]
    found = [Change(kiosk_id=row.kiosk, at=hour, kind=kind, what=what[:200]) for kind, what in _changes(before, now)]
    ended = (before.revoked, before.retired) != (now.revoked, now.retired)
    if found or ended or before.form != now.form:
        now.save(update_fields=KEPT)
    return found


def _changes(before: Standing, now: Standing) -> Iterator[tuple[Kind, str]]:
    """Of one that serves no more its end alone: that it is silent no longer is no return."""
    if now.place != before.place:
        yield Kind.MOVED, now.place
    if now.version != before.version and now.version:
        yield Kind.UPDATED, f"{before.version} → {now.version}" if before.version else now.version
    if now.form != before.form and now.form:
        yield Kind.FORM, f"{before.form} → {now.form}" if before.form else now.form
    if now.revoked or now.retired:
        yield from _ends(before, now)
        return
    if now.silent != before.silent:
        yield Kind.SILENT if now.silent else Kind.BACK, ""
    for trouble in Trouble:
        was, is_there = trouble.value in before.troubles, trouble.value in now.troubles
        if was != is_there:
            yield Kind.TROUBLE if is_there else Kind.CLEARED, trouble.label


def _ends(before: Standing, now: Standing) -> Iterator[tuple[Kind, str]]:
    if now.revoked and not before.revoked:
        yield Kind.REVOKED, ""
    if now.retired and not before.retired:
        yield Kind.RETIRED, ""


def _forget_old(kiosk: str) -> None:
    kept = Change.objects.filter(kiosk=kiosk).order_by("-at", "-pk").values_list("pk", flat=True)[:MOST_CHANGES]
    Change.objects.filter(kiosk=kiosk).exclude(pk__in=list(kept)).delete()
