"""The agent of a kiosk that has no point yet: waits for a wish, asks the office, says how that went. Keeps no code.

A technician's wish is asked once, and the screen shows why it failed. A prepared one (first boot) is asked again while
the reason may pass by itself, and is gone once the office has spoken: it lies on no disk longer than it is of use.
"""

import contextlib
import logging
import time
from collections.abc import Callable
from pathlib import Path

from survey.assignment import Assignment
from survey.enrolment import fingerprint
from survey.enrolment_file import LASTING, MOST_BYTES, OUTCOME_FILE, WISH_FILE, Outcome, Step, Why, Wish, read_wish
from survey.errors import BadMessage
from sync_agent.building import enrol_with
from sync_agent.config import Settings
from sync_agent.durable import sync_directory, write_durably
from sync_agent.enrolment import load_assignment
from sync_agent.errors import BadKeyFile, EnrolmentRefused, NotEnrolled
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
LOOK_S = 0.5
AGAIN_S = 20.0  # between two tries of a prepared code


def await_enrolment(
    settings: Settings, wait: Callable[[float], bool], monotonic: Callable[[], float] = time.monotonic
) -> Assignment | None:
    """The assignment, at once where there is one; None if `wait(seconds)` says that the process is to end."""
    directory, told, due_s = settings.data_directory, False, 0.0
    while True:
        with contextlib.suppress(NotEnrolled):
            given = load_assignment(directory)
            _drop(directory)  # the power may have gone between the office's answer and this
            return given
        if not told:
            log.info("enrolment.awaited")
            told = True
        if monotonic() >= due_s and (wish := _wish_in(directory)) is not None:
            if grant(settings, wish):
                continue
            due_s = monotonic() + AGAIN_S if _wish_in(directory) == wish else 0.0
        if wait(LOOK_S):
            return None


def grant(settings: Settings, wish: Wish) -> bool:
    """Ask the office for what is wished; whether this kiosk is enrolled now. The outcome is on the disk."""
    directory = settings.data_directory
    _say(directory, Outcome(wish.id, Step.ASKING))
    try:
        own, enrolled = enrol_with(settings, wish.code)
    except EnrolmentRefused as error:
        return _refused(directory, wish, error.why)
    except (OSError, OutboxError, BadKeyFile) as error:
        log.error("enrolment.failed", extra={"fields": {"why": str(error)[:500]}})
        return _refused(directory, wish, Why.STORE)
    given = enrolled.assignment
    prints = (own.fingerprint, fingerprint(enrolled.centre_key))
    _say(directory, Outcome(wish.id, Step.ENROLLED, None, given.kiosk, given.point_name["vi"][:150], *prints))
    _drop(directory)
    log.info("enrolment.completed", extra={"fields": {"kiosk": given.kiosk, "point": given.point}})
    return True


def _refused(directory: Path, wish: Wish, why: Why) -> bool:
    log.warning("enrolment.refused", extra={"fields": {"why": str(why)}})
    if not (wish.prepared and why in LASTING):
        _drop(directory)
    _say(directory, Outcome(wish.id, Step.REFUSED, why))
    return False


def _wish_in(directory: Path) -> Wish | None:
    """What is wished; what cannot be read is no wish, and is dropped."""
    try:
        with (directory / WISH_FILE).open("rb") as file:
            return read_wish(file.read(MOST_BYTES))
    except BadMessage:
        _drop(directory)
    except OSError:
        pass
    return None


def _say(directory: Path, outcome: Outcome) -> None:
    try:
        write_durably(directory / OUTCOME_FILE, outcome.encode())
    except OSError as error:
        log.error("enrolment.failed", extra={"fields": {"why": str(error)[:500]}})


def _drop(directory: Path) -> None:
    with contextlib.suppress(OSError):
        (directory / WISH_FILE).unlink(missing_ok=True)
        sync_directory(directory)
