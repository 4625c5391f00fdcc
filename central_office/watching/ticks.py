"""Has alerts judged while the office serves: each process asks every half minute, one of them gets the turn."""

from datetime import datetime, timedelta

from django.db import transaction

from central_office.watching import alerts
from central_office.watching.models import Turn

NAME = "alerts"
EVERY = timedelta(minutes=5)


def take_turn(now: datetime) -> bool:
    """Whether this process may look now: no other has within EVERY. The row's change decides, not who came first."""
    with transaction.atomic():
        _, made = Turn.objects.get_or_create(name=NAME, defaults={"at": now})
        return made or Turn.objects.filter(name=NAME, at__lte=now - EVERY).update(at=now) == 1


def turn(now: datetime) -> None:
    """One look, if it is this process's turn."""
    if take_turn(now):
        alerts.run(now)
