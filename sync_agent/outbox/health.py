"""The figures of the outbox that a technician, the status line and the heartbeat need. Reads, never writes."""

import os
from dataclasses import dataclass
from pathlib import Path

import apsw

from survey.errors import SurveyError
from survey.record import read_record
from sync_agent.outbox.private_file import log_name


@dataclass(frozen=True, slots=True)
class Health:
    """`oldest_quarter`: quarter-hour of the oldest pending record, "" if none waits. `head`: digest of the newest
    record, hexadecimal. `last_receipt`: first, last, count. Bytes are of the data directory's file system."""

    pending: int
    oldest_quarter: str
    drafts: int
    quarantined: int
    next_seq: int
    head: str
    database_bytes: int
    free_bytes: int
    library: str
    journal: str
    last_receipt: tuple[int, int, int] | None


def measure(connection: apsw.Connection, path: Path) -> Health:
    """Current figures of the outbox at `path`; takes the same short time whatever waits."""
    seq, digest, pending = connection.execute("SELECT seq, digest, pending FROM head").get
    oldest = connection.execute("SELECT raw FROM record ORDER BY seq LIMIT 1").get
    drafts, quarantined = connection.execute(
        "SELECT (SELECT count(*) FROM draft), (SELECT count(*) FROM quarantine)"
    ).get
    receipt = connection.execute("SELECT first, last, count FROM receipt ORDER BY n DESC LIMIT 1").get
    room = os.statvfs(path.parent)
    return Health(
        pending=pending,
        oldest_quarter=_quarter(oldest),
        drafts=drafts,
        quarantined=quarantined,
        next_seq=seq + 1,
        head=digest.hex(),
        database_bytes=sum(file.stat().st_size for file in (path, Path(log_name(str(path)))) if file.exists()),
        free_bytes=room.f_bavail * room.f_frsize,
        library=apsw.sqlite_lib_version(),
        journal=str(connection.pragma("journal_mode")),
        last_receipt=receipt,
    )


def _quarter(raw: bytes | None) -> str:
    try:
        return "" if raw is None else read_record(raw).submission.quarter
    except SurveyError:
        return ""  # damaged: `pending` sets it aside
