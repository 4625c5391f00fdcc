"""What can still be read of a damaged outbox, and an outbox made anew of it. Changes nothing of the old file.

Rows are asked for one by one, so that a bad page costs only what stood on it; then the bytes of file and log are
searched for records, which are known by their canonical form. A record that reads whole is one.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw

from survey.errors import SurveyError
from survey.record import Sealed, read_record
from sync_agent.outbox.guard import JOURNAL
from sync_agent.outbox.integrity import is_whole
from sync_agent.outbox.private_file import PrivateVfs, log_name
from sync_agent.outbox.store import FILE_NAME, Outbox, _sha256

BEGINNING = re.compile(rb'\{"answers":')
ENDING = re.compile(rb'"v":\d{1,3}\}')
LONGEST = 16 * 1024
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Salvaged:
    """`rows`: how many SQLite still gave, the others were found by their bytes. `gaps`: numbers that lack between
    them; `unread`: bytes of the card that could not be read."""

    records: tuple[Sealed, ...]
    rows: int
    gaps: int
    unread: int


def salvage(directory: Path, kiosk: str) -> Salvaged:
    """All records of `kiosk` that the outbox in `directory` still holds. Raises: OSError where there is none."""
    source = directory / FILE_NAME
    log = Path(log_name(str(source)))
    parts = [_read(path) for path in (source, log) if path == source or path.exists()]
    with tempfile.TemporaryDirectory(prefix="hailong-salvage-") as folder:
        copy = Path(folder) / FILE_NAME
        for path, (data, _) in zip((copy, Path(log_name(str(copy)))), parts, strict=False):
            path.write_bytes(data)
        found = {record.seq: record for record in _rows(copy)}
    rows = len(found)
    for data, _ in parts:
        for record in _in_bytes(data, kiosk):
            found.setdefault(record.seq, record)
    records = tuple(found[seq] for seq in sorted(found))
    gaps = records[-1].seq - records[0].seq + 1 - len(records) if records else 0
    return Salvaged(records, rows, gaps, sum(unread for _, unread in parts))


def rebuild(path: Path, records: Iterable[Sealed]) -> int:
    """A new outbox that holds `records`, to be delivered and then left; how many. Raises: OutboxError."""
    count = 0
    with Outbox.open(path) as outbox, outbox._change("salvage") as change:
        for record in records:
            digest = bytes.fromhex(record.digest)
            change("INSERT INTO record VALUES (?, ?, ?)", (record.seq, record.raw, digest))
            change("UPDATE head SET seq = ?, digest = ?, pending = pending + 1", (record.seq, digest))
            count += 1
    return count


def _read(path: Path) -> tuple[bytes, int]:
    """A file block by block; a block that the card does not give is zeros. And how many bytes those are."""
    parts, unread = [], 0
    handle = os.open(path, os.O_RDONLY)
    try:
        for place in range(0, os.fstat(handle).st_size, BLOCK):
            try:
                parts.append(os.pread(handle, BLOCK, place))
            except OSError:
                parts.append(bytes(BLOCK))
                unread += BLOCK
    finally:
        os.close(handle)
    return b"".join(parts), unread


def _rows(copy: Path) -> Iterator[Sealed]:
    """Row by row from both ends of each gap that SQLite cannot cross."""
    vfs = PrivateVfs("", JOURNAL.log_bytes)
    try:
        connection = apsw.Connection(str(copy), vfs=vfs.name)
        try:
            yield from _upwards(connection)
        finally:
            connection.close(True)
    except apsw.Error:
        return
    finally:
        vfs.unregister()


def _upwards(connection: apsw.Connection) -> Iterator[Sealed]:
    """What a table scan gives before it fails, then what one gives from the other end."""
    for order in ("ASC", "DESC"):
        try:
            for seq, raw, digest in connection.execute(f"SELECT seq, raw, digest FROM record ORDER BY seq {order}"):  # noqa: S608
                if is_whole(seq, raw, digest):
                    yield Sealed(seq, raw, digest.hex())
        except apsw.Error:
            continue


def _in_bytes(data: bytes, kiosk: str) -> Iterator[Sealed]:
    for start in BEGINNING.finditer(data):
        for end in ENDING.finditer(data, start.end(), start.start() + LONGEST):
            raw = data[start.start() : end.end()]
            try:
                record = read_record(raw)
            except SurveyError:
                continue
            if record.submission.kiosk == kiosk:
                yield Sealed(record.seq, raw, _sha256(raw).hex())
            break
