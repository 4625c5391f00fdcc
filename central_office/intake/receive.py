"""Takes one verified batch in, in one durable transaction: records, counters, incidents and the receipt, or nothing.

The kiosk's row is locked first, so that two submitters of one kiosk's batches follow each other.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import DataError, transaction

from central_office.feed import noting
from central_office.intake import chain, ledger, partitions, single_use, store
from central_office.intake.counting import sums_of
from central_office.intake.lines import Line, RefusedLine
from central_office.intake.models import Incident
from central_office.intake.reading import Judge, numbers
from survey import wire
from survey.identifier import quarter_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the lines of a batch. `again`: lines that need no reading, for their bytes are stored;
    `uncounted`: numbers of the new ones that enter no figure."""

    new: list[Line]
    duplicates: list[Line]
    conflicts: list[RefusedLine]
    rejected: list[RefusedLine]
    again: int = 0
    uncounted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """The signed receipt, and what became of the lines."""

    receipt: bytes
    taken: Taken

    @property
    def refused(self) -> tuple[RefusedLine, ...]:
        return (*self.taken.rejected, *self.taken.conflicts)


def receive(batch: wire.Batch, judge: Judge, sign: wire.Sign, now: datetime, by_line: bool = True) -> bytes:
    """Store the batch and return its receipt; committed when this returns. The batch's signature has been verified.

    `by_line`: the kiosk itself sent it just now; what came by post is no sign of life.
    """
    lines, rejected = read_lines(batch, judge)
    partitions.ready(now)  # outside the transaction
    try:
        return _receive(batch, lines, rejected, sign, now, by_line)
    except DataError:  # a value that no column takes: its record is refused, the others are not held up (law 4)
        unfit = _unfit(batch.head.kiosk, lines, sign, now)
    bad = {line.seq for line in unfit}
    return _receive(batch, [line for line in lines if line.seq not in bad], rejected + unfit, sign, now, by_line)


def receive_within(batch: wire.Batch, judge: Judge, sign: wire.Sign, now: datetime) -> Reply:
    """The same inside the caller's transaction, which commits it: for the centre's own batches, one for each answer.

    Nothing is logged: journald would add the second, and the line's place would say whose record it was (law 6).
    """
    return _store(batch, *read_lines(batch, judge), sign, now)


def _receive(
    batch: wire.Batch, lines: list[Line], rejected: list[RefusedLine], sign: wire.Sign, now: datetime, by_line: bool
) -> bytes:
    with transaction.atomic(durable=True):
        reply = _store(batch, lines, rejected, sign, now, by_line)
    _log(batch.head, reply.taken)
    return reply.receipt


def _store(
    batch: wire.Batch,
    lines: list[Line],
    rejected: list[RefusedLine],
    sign: wire.Sign,
    now: datetime,
    by_line: bool = True,
) -> Reply:
    head = batch.head
    ledger.lock_kiosk(head.kiosk)
    entry = ledger.enter(batch, now)
    if entry.settled:  # whatever the judge has unlearnt since, all of these bytes are stored
        result = Taken([], [], [], [], head.count)
    else:
        result = _take(head.kiosk, entry.number, lines, rejected, sign, now)
        _note(head.kiosk, result, now)
        noting.note_answers(head.kiosk, result.new, now)
    receipt = _receipt(head, result, sign)
    ledger.finish(entry, len(result.new), len(result.conflicts) + len(result.rejected), receipt)
    if by_line:
        ledger.seen(head.kiosk, now)
    return Reply(receipt, result)


def _unfit(kiosk: str, lines: Sequence[Line], sign: wire.Sign, now: datetime) -> list[RefusedLine]:
    """The lines that the database cannot keep; each is tried alone and taken back."""
    found = []
    for line in lines:
        try:
            with transaction.atomic(durable=True):
                _take(kiosk, 0, [line], [], sign, now)
                transaction.set_rollback(True)
        except DataError:
            detail = "the database cannot keep one of its values"
            found.append(RefusedLine(line.seq, line.digest, line.raw, "invalid_answer", detail))
    return found


def read_lines(batch: wire.Batch, judge: Judge) -> tuple[list[Line], list[RefusedLine]]:
    """The lines that may be stored, and the others."""
    lines: list[Line] = []
    rejected: list[RefusedLine] = []
    for seq, raw in zip(numbers(batch.head, batch.raws), batch.raws, strict=True):
        read = judge.read(seq, raw)
        if isinstance(read, Line):
            lines.append(read)
        else:
            rejected.append(read)
    return lines, rejected


def _take(
    kiosk: str, batch: int, given: Sequence[Line], refused: Sequence[RefusedLine], sign: wire.Sign, now: datetime
) -> Taken:
    claims = single_use.claim(kiosk, given, now)
    lines = claims.lines
    cells = store.cell_ids({line.cell for line in lines})
    stored = store.insert_records(kiosk, batch, lines, cells, partitions.month_of(now)) if lines else set()
    new = [line for line in lines if line.seq in stored]
    if new:
        store.add_sums(sums_of(new, cells))
        store.changed(kiosk)
    single_use.settle(kiosk, claims, stored, sign, now)
    taken = _compared(kiosk, lines, new, refused)
    return replace(taken, uncounted=frozenset(claims.uncounted & stored)) if claims.uncounted else taken


def _compared(kiosk: str, lines: Sequence[Line], new: list[Line], refused: Sequence[RefusedLine]) -> Taken:
    stored = {line.seq for line in new}
    duplicates, conflicts = _compare(kiosk, [line for line in lines if line.seq not in stored])
    there = store.stored_at(kiosk, [line.seq for line in refused])
    rejected = [x for x in refused if there.get(x.seq, ("", ""))[0] != x.digest]  # what is stored is not refused later
    return Taken(new, duplicates, conflicts, rejected, len(refused) - len(rejected))


def _compare(kiosk: str, lines: Sequence[Line]) -> tuple[list[Line], list[RefusedLine]]:
    """Law 4: same number and same bytes is the same record; anything else stays out, and the first stays in."""
    there = store.stored_at(kiosk, [line.seq for line in lines]) if lines else {}
    duplicates: list[Line] = []
    conflicts: list[RefusedLine] = []
    for line in lines:
        if line.seq not in there:
            conflicts.append(
                RefusedLine(line.seq, line.digest, line.raw, "same_id", f"another record has id {line.id}")
            )
        elif there[line.seq][0] == line.digest:
            duplicates.append(line)
        else:
            detail = f"stored digest {there[line.seq][0]}"
            conflicts.append(RefusedLine(line.seq, line.digest, line.raw, "same_sequence", detail))
    return duplicates, conflicts


def _note(kiosk: str, result: Taken, now: datetime) -> None:
    """Keep aside what was refused, and whatever shows that the kiosk's chain has two branches."""
    found = [_incident(kiosk, "rejected", x.code, x, x.detail, now) for x in result.rejected]
    found += [_incident(kiosk, "conflict", x.code, x, x.detail, now) for x in result.conflicts]
    if result.new:
        for line, neighbour in _breaks(kiosk, result):
            found.append(_incident(kiosk, "chain_break", "prev", line, f"does not join number {neighbour}", now))
        for line, head in _forks(kiosk, result.new):
            found.append(_incident(kiosk, "fork", "head", line, f"a heartbeat told head {head}", now))
    if found:
        Incident.objects.bulk_create(found, ignore_conflicts=True)


def _incident(kiosk: str, kind: str, code: str, line: Line | RefusedLine, detail: str, now: datetime) -> Incident:
    return Incident(
        kind=kind,
        code=code,
        kiosk=kiosk,
        seq=line.seq,
        digest=line.digest,
        raw=line.raw,
        detail=_plain(detail),
        noticed_at=quarter_of(now),
    )


def _plain(detail: str) -> str:
    """PostgreSQL's text holds neither NUL nor half a character."""
    return detail[:500].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _breaks(kiosk: str, result: Taken) -> list[chain.Break]:
    before: dict[int, tuple[str, ...]] = {x.seq: (x.digest,) for x in result.rejected}
    before |= {x.seq: (x.digest,) for x in (*result.new, *result.duplicates)}
    outside = chain.neighbours(result.new, before)
    stored = store.stored_at(kiosk, outside)
    before |= {number: found[:1] for number, found in stored.items()}
    if missing := outside - stored.keys():
        for number, kept in store.rejected_at(kiosk, missing):
            before[number] = (*before.get(number, ()), kept)
    after = {number: found[1] for number, found in stored.items()} | {x.seq: x.prev for x in result.duplicates}
    return chain.breaks(result.new, before, after)


def _forks(kiosk: str, new: Sequence[Line]) -> list[tuple[Line, str]]:
    told = ledger.told_heads(kiosk, new[0].seq, new[-1].seq)
    return [(line, told[line.seq]) for line in new if told.get(line.seq, line.digest) != line.digest]


def _receipt(head: wire.BatchHead, result: Taken, sign: wire.Sign) -> bytes:
    conflicts = {line.seq for line in result.conflicts}
    told = tuple(
        wire.Refusal(x.seq, "conflict" if x.seq in conflicts else "rejected", x.code)
        for x in sorted(result.rejected + result.conflicts, key=lambda line: line.seq)
    )
    duplicate = len(result.duplicates) + result.again
    return wire.write_receipt(wire.Receipt(head, len(result.new), duplicate, told), sign)


def _log(head: wire.BatchHead, result: Taken) -> None:
    """Counts only: journald adds the second, and a number beside it would tell when an answer was given (law 6)."""
    fields = {"kiosk": head.kiosk, "accepted": len(result.new), "duplicate": len(result.duplicates) + result.again}
    fields |= {"refused": len(result.rejected) + len(result.conflicts)}
    log.info("batch.received", extra={"fields": fields})
