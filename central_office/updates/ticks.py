"""What the office does for updates while it serves: signs the timestamp anew, opens and stops releases."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from central_office.updates import releasing
from central_office.updates.place import online_key, repository
from central_office.watching.models import Turn

NAME = "updates"
EVERY = timedelta(minutes=5)


def turn(now: datetime) -> None:
    """One look, if it is this process's turn."""
    with transaction.atomic():
        _, made = Turn.objects.get_or_create(name=NAME, defaults={"at": now})
        mine = made or Turn.objects.filter(name=NAME, at__lte=now - EVERY).update(at=now) == 1
    if not mine:
        return
    office = repository(settings.UPDATES_DIRECTORY)
    if office.exists:
        try:
            releasing.turn(now)
        finally:  # neither waits for the other: a lost key lets no failing release go on
            office.renew(online_key(settings.UPDATES_DIRECTORY), now)
