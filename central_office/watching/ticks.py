"""Has alerts judged while the office serves: each process asks every half minute, one of them gets the turn."""

from datetime import datetime, timedelta

from django.db import transaction

from central_office.watching import alerts
from central_office.watching.models import Turn

NAME = "alerts"
EVERY = timedelta(minutes=5)


def take_turn(now: datetime, name: str = NAME, every: timedelta = EVERY, aligned: bool = False) -> bool:
    """Whether this process may look now: no other has within `every`. The row's change decides, not who came first.

    `aligned`: once in each whole span of `every` since midnight, such as at full hours.
    """
    begun = now - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)) % every
    with transaction.atomic():
        _, made = Turn.objects.get_or_create(name=name, defaults={"at": now})
        due = (
            Turn.objects.filter(name=name, at__lt=begun)
            if aligned
            else Turn.objects.filter(name=name, at__lte=now - every)
        )
        return made or due.update(at=now) == 1


def turn(now: datetime) -> None:
    """One look, if it is this process's turn."""
    if take_turn(now):
        alerts.run(now)
