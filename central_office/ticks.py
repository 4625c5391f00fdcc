"""What the office does by itself while it serves: each thing every half minute, in one thread a worker.

Whatever stands here may run in several workers at once, and is safe under that. One that fails holds up no other.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from random import SystemRandom

from django.db import close_old_connections, connection
from django.utils import timezone

from central_office.feed.numbering import number
from central_office.fleet.history import looking as history
from central_office.outgoing.sending import forget_old, send_due
from central_office.updates import ticks as updates
from central_office.watching.ticks import turn

log = logging.getLogger(__name__)
EVERY_S = 30
QUIET_HOUR = 18  # UTC: one in the morning in Vietnam
LAST_DONE: dict[str, float] = {}  # of this process, for /metrics: seconds of the monotonic clock
Tick = Callable[[datetime], object]


def _send(now: datetime) -> None:
    send_due(now, SystemRandom())
    if now.hour == QUIET_HOUR:
        forget_old(now)


TICKS: tuple[tuple[str, Tick], ...] = (
    ("feed", number),
    ("alerts", turn),
    ("updates", updates.turn),
    ("post", _send),
    ("fleet", history.turn),
)


def tick(now: datetime) -> None:
    """Do everything once."""
    for name, action in TICKS:
        try:
            action(now)
            LAST_DONE[name] = time.monotonic()
        except Exception:  # border: the office serves on, and tries again
            log.exception("tick.failed", extra={"fields": {"tick": name}})


def start() -> threading.Event:
    """Begin in a thread of its own, which ends with the process or once the event is set."""
    stop, rng = threading.Event(), SystemRandom()

    def run() -> None:
        while not stop.wait(EVERY_S * rng.uniform(0.75, 1.25)):  # workers do not march in step
            close_old_connections()
            tick(timezone.now())
            connection.close()

    threading.Thread(target=run, name="ticks", daemon=True).start()
    return stop
