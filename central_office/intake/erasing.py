"""Takes an answer back: its bytes, id, time and counts go; number, digest and predecessor stay, so the chain holds.

Nothing here judges whether it may go. The id goes too: with its 74 random bits gone nobody can try answers until one
fits the digest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from central_office.feed import noting
from central_office.intake import proofs, store
from central_office.intake.counting import CellRow, Sums, sums_of
from central_office.intake.ledger import judge_for
from central_office.intake.lines import NO_CELL, Line
from central_office.intake.models import Incident, Tombstone
from survey import wire
from survey.canonical import Value

HOLDER = "holder"  # whoever has the slip's code asked for it


class CannotErase(Exception):
    """The record is not there, or its bytes can no longer be read: its counts cannot be taken off."""

    code = "cannot_erase"
    hint = "Run `hailong-office verify`: the record differs from what was stored."


@dataclass(frozen=True, slots=True)
class Erased:
    """What is left of a record. `quarter`: of its withdrawal."""

    kiosk: str
    seq: int
    plan: str
    digest: str
    prev: str
    quarter: str


def erased_id(digest: str) -> str:
    """The id that an erased record's row has in the place of its own."""
    return str(UUID(hex=digest[:32]))


def empty(line: Line) -> Line:
    """`line` as it is stored when its slip was withdrawn before it came."""
    return line._replace(id=erased_id(line.digest), quarter="", raw=b"", cell=NO_CELL, counted=())


def erase(places: Iterable[tuple[str, int]], quarter: str, sign: wire.Sign) -> None:
    """Erase the records stored there, inside the caller's transaction; `quarter`: of the withdrawal.

    Raises: CannotErase.
    """
    sums = Sums()
    left = [_empty_row(kiosk, seq, quarter, sums) for kiosk, seq in places]
    store.add_sums(sums.negative())  # before the log's lock, as in the intake: two transactions cannot deadlock
    for each in left:
        bury(each, sign)


def _empty_row(kiosk: str, seq: int, quarter: str, sums: Sums) -> Erased:
    """Take the record's bytes away; add to `sums` what it had counted."""
    found = store.rows(
        "SELECT w.raw, c.id, c.in_window, c.why, w.month FROM intake_record r JOIN intake_cell c ON c.id = r.cell_id "
        "JOIN intake_raw w ON w.kiosk = r.kiosk_id AND w.seq = r.seq AND w.month = r.month "
        "WHERE r.kiosk_id = %s AND r.seq = %s",
        *(kiosk, seq),
    )
    line = judge_for(kiosk).read_whole(seq, bytes(found[0][0])) if found else None
    if not isinstance(line, Line):
        raise CannotErase(f"record {kiosk} {seq}")
    store.run(
        "UPDATE intake_record SET id = %s, quarter = %s, cell_id = 0 WHERE kiosk_id = %s AND seq = %s",
        *(erased_id(line.digest).replace("-", ""), "", kiosk, seq),
    )
    _, cell, in_window, why, month = found[0]
    store.run("UPDATE intake_raw SET raw = %s WHERE kiosk = %s AND seq = %s AND month = %s", b"", kiosk, seq, month)
    counted = line._replace(cell=replace(line.cell, why=why))
    sums.join(sums_of([counted], {counted.cell: CellRow(cell, bool(in_window))}))
    return Erased(kiosk, seq, line.cell.plan, line.digest, line.prev, quarter)


def bury(left: Erased, sign: wire.Sign) -> None:
    """The tombstone of a record whose bytes are gone, or never came in, and the line that proves it."""
    Incident.objects.filter(kiosk=left.kiosk, seq=left.seq, digest=left.digest).update(raw=b"")
    Tombstone.objects.create(
        kiosk=left.kiosk,
        seq=left.seq,
        plan=left.plan,
        digest=left.digest,
        prev=left.prev,
        withdrawn=left.quarter,
        reason=HOLDER,
    )
    noting.note_withdrawn(left.plan, left.kiosk, left.seq, left.quarter)
    said: dict[str, Value] = {"kiosk": left.kiosk, "seq": left.seq, "digest": left.digest, "quarter": left.quarter}
    proofs.append(proofs.WITHDRAWAL, said, sign)
