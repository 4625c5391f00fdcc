"""Takes an old card's data over into this machine, whole or not at all, or what a damaged one still gives.

Everything is copied aside and looked at first; one rename is the moment of the change; what a power cut leaves after
it is finished at the next start. The old card is marked last, so that two machines never go on with one key.
"""

import contextlib
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from survey.assignment import FILE_NAME as ASSIGNMENT
from survey.enrolment_file import OUTCOME_FILE, WISH_FILE
from sync_agent.durable import sync_directory
from sync_agent.enrolment import load_assignment
from sync_agent.errors import NotAdopted, NotEnrolled
from sync_agent.identity import CENTRE_KEY, KIOSK_KEY, load_centre, load_identity
from sync_agent.outbox import FILE_NAME as OUTBOX
from sync_agent.outbox import TAKEN_OVER, Outbox, rebuild, salvage

log = logging.getLogger(__name__)
ASIDE, READY = ".adopting", TAKEN_OVER
MOVED = ".moved"  # the end of the old assignment's name, once it counts elsewhere
NOT_TAKEN = {WISH_FILE, OUTCOME_FILE, "first-boot.json"}
LARGEST_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Adopted:
    """`pending`: unsent answers taken over; `drafts`: begun ones. `marked`: whether the old card says that it ended."""

    kiosk: str
    point: str
    pending: int
    drafts: int
    quarantined: int
    next_seq: int
    marked: bool


def adopt(directory: Path, old: Path) -> Adopted:
    """Take `old`, a data directory, over into `directory`. Neither may be in use by a process.

    Raises: NotAdopted, where this machine has a place or answers of its own; OutboxError for a damaged old outbox.
    """
    directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    finish(directory)
    if directory.resolve() == old.resolve():
        raise NotAdopted("old and new are one directory")
    _check_empty(directory)
    aside = directory / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o750)
    _copy(old, aside)
    taken = _looked_at(aside)
    _give(aside, directory)
    sync_directory(aside)
    aside.rename(directory / READY)  # from here on it counts
    sync_directory(directory)
    finish(directory)
    marked = _mark(old)
    log.info(
        "rescue.adopted", extra={"fields": {"kiosk": taken.kiosk, "pending": taken.pending, "marked": int(marked)}}
    )
    return Adopted(taken.kiosk, taken.point, taken.pending, taken.drafts, taken.quarantined, taken.next_seq, marked)


def finish(directory: Path) -> None:
    """Bring what was taken over to its place, the assignment last: its presence means "enrolled"."""
    ready = directory / READY
    if not ready.is_dir():
        return
    left = sorted(ready.iterdir(), key=lambda path: (path.name == ASSIGNMENT, path.name.startswith(f"{OUTBOX}-")))
    if (ready / OUTBOX).exists():  # this machine's own, without an answer in it
        for path in directory.glob(f"{OUTBOX}-*"):
            path.unlink()
    for path in left:
        path.rename(directory / path.name)
    sync_directory(directory)
    ready.rmdir()
    sync_directory(directory)


def salvage_into(old: Path, out: Path) -> dict[str, int]:
    """A data directory with all that a damaged one still gives; its counts. Raises: NotEnrolled, OSError, OutboxError.

    Only for `once`: the end of the old chain may be lost, so no new answer may follow it.
    """
    assignment, _, _ = load_assignment(old), load_identity(old), load_centre(old)
    found = salvage(old, assignment.kiosk)
    out.mkdir(mode=0o750, parents=True)
    for name in (KIOSK_KEY, CENTRE_KEY, ASSIGNMENT):
        shutil.copy(old / name, out / name)
    held = rebuild(out / OUTBOX, found.records)
    counts = {"records": held, "from_rows": found.rows, "gaps": found.gaps, "unread_bytes": found.unread}
    log.info("rescue.salvaged", extra={"fields": counts})
    return counts


def _check_empty(directory: Path) -> None:
    with contextlib.suppress(NotEnrolled):
        load_assignment(directory)
        raise NotAdopted("this machine has a place of its own: replace the old one at the office instead")
    if (directory / OUTBOX).exists():
        with Outbox.open(directory / OUTBOX) as outbox:
            health = outbox.health()
        if health.next_seq > 1 or health.drafts:
            raise NotAdopted("this machine holds answers of its own")


def _copy(old: Path, aside: Path) -> None:
    for name in (KIOSK_KEY, CENTRE_KEY, ASSIGNMENT, OUTBOX):
        if not (old / name).is_file():
            raise NotAdopted(f"{old} has no {name}")
    for path in sorted(old.iterdir()):
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".") and path.name not in NOT_TAKEN:
            if path.stat().st_size > LARGEST_BYTES:
                raise NotAdopted(f"{path.name} is too large to be ours")
            shutil.copy(path, aside / path.name)
            with (aside / path.name).open("rb") as file:
                os.fsync(file.fileno())


def _give(aside: Path, directory: Path) -> None:
    """Where root takes it over, all of it, the logs that the look made too, belongs to whoever has the directory."""
    if os.geteuid() == 0:
        owner = directory.stat()
        for path in (*aside.iterdir(), aside):
            os.chown(path, owner.st_uid, owner.st_gid)


def _looked_at(aside: Path) -> Adopted:
    """Opened as the kiosk would: a log is taken up, pages and chain are checked."""
    assignment, _, _ = load_assignment(aside), load_identity(aside), load_centre(aside)
    with Outbox.open(aside / OUTBOX) as outbox:
        health = outbox.health()
    counts = (health.pending, health.drafts, health.quarantined, health.next_seq)
    return Adopted(assignment.kiosk, assignment.point, *counts, marked=False)


def _mark(old: Path) -> bool:
    """Without its assignment the old card asks nobody and sends nothing."""
    try:
        (old / ASSIGNMENT).rename(old / (ASSIGNMENT + MOVED))
        sync_directory(old)
    except OSError:
        return False
    return True
