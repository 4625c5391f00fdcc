"""Delivery without a line: what waits, sealed to the centre in one file, and the centre's receipts taken from another.

Nothing is released by writing a file: only a receipt does (law 3). Knows no stick and no network.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

from survey.errors import SurveyError
from survey.post import MOST_BYTES, MOST_RECEIPTS_BYTES, PADDED_BYTES, Post, PostRefused, read_receipts, write_post
from survey.record import Sealed, read_record
from survey.wire import MOST_RECORDS, Sign, Verify, write_batch
from sync_agent.durable import write_durably
from sync_agent.errors import AgentError
from sync_agent.identity import sealer
from sync_agent.outbox import Outbox

log = logging.getLogger(__name__)
ROOM_BYTES = MOST_BYTES - 4 * PADDED_BYTES  # for batches; the rest is for head, seal and padding


class ReceiptsRefused(AgentError):
    """A file of receipts that is none, is damaged, or is not signed by the enrolled centre."""

    code = "receipts_refused"
    hint = "Copy the receipt file from the office once more; the answers stay here until a good one comes."


@dataclass(frozen=True, slots=True)
class Exported:
    """`count`: answers in the file; `left`: answers that wait and are not in it."""

    count: int
    left: int


@dataclass(frozen=True, slots=True)
class Taken:
    """`receipts`: of this kiosk; `released`: answers that left the outbox by them; `refused`: now in quarantine."""

    receipts: int
    released: int
    refused: int


def export(outbox: Outbox, kiosk: str, centre_key: bytes, sign: Sign, quarter: str, path: Path) -> Exported:
    """Write the oldest waiting answers to `path`, whole or not at all; no file if there are none.

    `quarter`: the present quarter-hour as records write it. Its answers wait for the next file: the moment of writing
    would tell when they were given (law 6). Raises: OutboxError, OSError.
    """
    newest = outbox.health().next_seq - 1
    last, batches, count, after, room = _last_told(outbox, quarter, newest), list[bytes](), 0, 0, ROOM_BYTES
    while records := [record for record in outbox.pending(after=after) if record.seq <= last]:
        packed = write_batch(kiosk, records, sign)[1]
        room -= len(packed)
        if room < 0:
            break
        batches.append(packed)
        count, after = count + len(records), records[-1].seq
    if batches:
        write_durably(path, write_post(Post(kiosk, tuple(batches)), centre_key, sealer(centre_key)))
    left = max(0, outbox.health().pending - count)
    log.info("sealed.exported", extra={"fields": {"count": count, "left": left}})
    return Exported(count, left)


def _last_told(outbox: Outbox, quarter: str, newest: int) -> int:
    """Number of the last record before those of the present quarter-hour. Only the end of the chain is looked at: a
    clock that begins anew with each start has written this quarter before."""
    last = newest
    while last > 0:
        some = [record for record in outbox.pending(after=max(0, last - MOST_RECORDS)) if record.seq <= last]
        older = [record.seq for record in some if _quarter(record) != quarter]
        if older or not some:
            return max(older, default=0)
        last = some[0].seq - 1
    return 0


def _quarter(record: Sealed) -> str:
    try:
        return read_record(record.raw).submission.quarter
    except SurveyError:
        return ""  # the centre says what is wrong with it


def take_receipts(outbox: Outbox, kiosk: str, verify: Verify, path: Path) -> Taken:
    """Release what the receipts in `path` say is stored. Taking a file again changes nothing.

    Raises: ReceiptsRefused, OutboxError, OSError.
    """
    with path.open("rb") as file:
        data = file.read(MOST_RECEIPTS_BYTES + 1)
    try:
        receipts = read_receipts(data, kiosk, verify)
    except PostRefused as error:
        raise ReceiptsRefused(f"{path.name}: {error}") from None
    before = outbox.health()
    for receipt in receipts:
        outbox.release(receipt)
    outbox.blank_log()
    after = outbox.health()
    sealed, refused = after.next_seq - before.next_seq, after.quarantined - before.quarantined
    released = before.pending + sealed - after.pending - refused
    taken = Taken(len(receipts), max(0, released), max(0, refused))
    fields = {"receipts": taken.receipts, "released": taken.released, "refused": taken.refused}
    log.info("sealed.receipts_taken", extra={"fields": fields})
    return taken
