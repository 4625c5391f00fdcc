"""Has alerts judged while the office serves: each process asks every few minutes, one of them gets the turn."""

import logging
import threading
from datetime import datetime, timedelta

from django.db import close_old_connections, transaction
from django.utils import timezone

from central_office.watching import alerts
from central_office.watching.models import Turn

log = logging.getLogger(__name__)
NAME = "alerts"
EVERY = timedelta(minutes=5)
LOOK_S = 60.0


def take_turn(now: datetime) -> bool:
    """Whether this process may look now: no other has within EVERY. The row's change decides, not who came first."""
    with transaction.atomic():
        _, made = Turn.objects.get_or_create(name=NAME, defaults={"at": now})
        return made or Turn.objects.filter(name=NAME, at__lte=now - EVERY).update(at=now) == 1


def turn(now: datetime) -> None:
    """One look; whatever fails is logged and tried again."""
    try:
        close_old_connections()
        if take_turn(now):
            alerts.run(now)
    except Exception:  # the border of a thread: the office goes on serving
        log.exception("alerts.failed")
    finally:
        close_old_connections()


def start() -> threading.Event:
    """Look for ever, in a thread that ends with the process; setting the event ends it sooner."""
    stopped = threading.Event()

    def loop() -> None:
        while not stopped.wait(LOOK_S):
            turn(timezone.now())

    threading.Thread(target=loop, name="alerts", daemon=True).start()
    return stopped
