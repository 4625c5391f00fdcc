"""A card that was moved into another machine: whether the doctor says so, and the wish to say that it is right. The
doctor, a service of its own, looks and writes; this knows two files.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.strangers import read_plain
from survey.health import FILE_NAME, read_doctor

log = logging.getLogger(__name__)
REQUEST = "accept-machine"  # in the runtime folder; deploy/units/hailong-accept-machine.path waits for it
MOVED = "key_cloned"
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """`is_moved`: the key was last seen in another machine. `ask`: it belongs here; whether the wish was written."""

    is_moved: Callable[[], bool] = lambda: False
    ask: Callable[[], bool] = lambda: False


def open_key_desk(data: Path, run: Path) -> KeyDesk:
    """The real one. `data`: where the doctor leaves its word; `run`: the runtime folder."""
    return KeyDesk(lambda: is_moved(data / FILE_NAME), lambda: ask(run / REQUEST))


def is_moved(path: Path) -> bool:
    """By the doctor's last word, which is an hour old at the most; without one nothing is known."""
    try:
        return MOVED in read_doctor(read_plain(path, MOST_BYTES)).codes
    except (OSError, ValueError):
        return False


def ask(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640))
    except OSError as error:
        log.warning("service.machine_not_asked", extra={"fields": {"why": str(error)}})
        return False
    log.info("service.machine_asked")
    return True
