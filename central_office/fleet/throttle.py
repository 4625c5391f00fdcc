"""Counts failed tries of an address or a user name, and for how long it must wait. Kept in the database: all workers
see it, and a restart forgives nobody."""

from datetime import datetime, timedelta

from django.db import transaction

from central_office.fleet.models import FailedTry

FORGET_AFTER = timedelta(minutes=15)


def wait_s(who: str, most: int, now: datetime) -> int:
    """Seconds until `who` may try again; 0 if it may now. `most`: failures that are let pass."""
    row = FailedTry.objects.filter(who=who[:200], failures__gte=most, until__gt=now).first()
    return 0 if row is None else max(1, int((row.until - now).total_seconds()))


def failed(who: str, now: datetime) -> None:
    """Count one more failure of `who`; the wait starts anew with each."""
    with transaction.atomic():
        FailedTry.objects.filter(until__lte=now).delete()
        row, _ = FailedTry.objects.select_for_update().get_or_create(
            who=who[:200], defaults={"failures": 0, "until": now + FORGET_AFTER}
        )
        row.failures += 1
        row.until = now + FORGET_AFTER
        row.save()


def forgive(who: str) -> None:
    FailedTry.objects.filter(who=who[:200]).delete()
