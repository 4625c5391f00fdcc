"""Takes one verified batch in, in one durable transaction: records, tallies, incidents and the receipt, or nothing.

The kiosk's row is locked first, so that two submitters of one kiosk's batches follow each other.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from django.db import transaction

from central_office.intake import chain, ledger, store
from central_office.intake.lines import Line, RefusedLine
from central_office.intake.models import Incident
from central_office.intake.reading import Judge, numbers
from survey import wire

log = logging.getLogger(__name__)
ANSWER = ("", "")  # what every record adds to its cell, whatever it answers


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the readable lines of a batch."""

    new: list[Line]
    duplicates: list[Line]
    conflicts: list[RefusedLine]


def receive(batch: wire.Batch, judge: Judge, sign: wire.Sign, now: datetime) -> bytes:
    """Store the batch and return its receipt; committed when this returns. The batch's signature has been verified."""
    head = batch.head
    lines, rejected = read_lines(batch, judge)
    with transaction.atomic(durable=True):
        ledger.lock_kiosk(head.kiosk)
        entry = ledger.enter(batch, now)
        if entry.settled:
            result = Taken([], lines, [])
            rejected = []
        else:
            result = _take(head.kiosk, entry.number, lines)
            _note(head.kiosk, result, rejected, now)
        refusals = rejected + result.conflicts
        receipt = _receipt(head, result, refusals, sign)
        ledger.finish(entry, len(result.new), len(refusals), receipt)
        ledger.seen(head.kiosk, now)
    _log(head, result, refusals)
    return receipt


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


def _take(kiosk: str, batch: int, lines: Sequence[Line]) -> Taken:
    cells = store.cell_ids({line.cell for line in lines})
    stored = store.insert_records(kiosk, batch, lines, cells) if lines else set()
    new = [line for line in lines if line.seq in stored]
    counts: Counter[tuple[int, tuple[str, str]]] = Counter()
    for line in new:
        cell = cells[line.cell]
        counts[cell, ANSWER] += 1
        counts.update(zip(repeat(cell), line.counted))
    store.add_tallies(counts)
    duplicates, conflicts = _compare(kiosk, [line for line in lines if line.seq not in stored])
    return Taken(new, duplicates, conflicts)


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


def _note(kiosk: str, result: Taken, rejected: Sequence[RefusedLine], now: datetime) -> None:
    """Keep aside what was refused, and whatever shows that the kiosk's chain has two branches."""
    found = [_incident(kiosk, "rejected", x.code, x, x.detail, now) for x in rejected]
    found += [_incident(kiosk, "conflict", x.code, x, x.detail, now) for x in result.conflicts]
    if result.new:
        for line, neighbour in _breaks(kiosk, result, rejected):
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
        detail=detail[:500].replace("\0", "\ufffd"),  # PostgreSQL's text holds no NUL
        noticed_at=now,
    )


def _breaks(kiosk: str, result: Taken, rejected: Sequence[RefusedLine]) -> list[chain.Break]:
    before: dict[int, tuple[str, ...]] = {x.seq: (x.digest,) for x in rejected}
    before |= {x.seq: (x.digest,) for x in (*result.new, *result.duplicates)}
    outside = chain.neighbours(result.new, before)
    stored = store.stored_at(kiosk, outside)
    before |= {number: found[:1] for number, found in stored.items()}
    if missing := outside - stored.keys():
        for number, kept in Incident.objects.filter(kiosk=kiosk, kind="rejected", seq__in=missing).values_list(
            "seq", "digest"
        ):
            before[number] = (*before.get(number, ()), kept)
    after = {number: found[1] for number, found in stored.items()} | {x.seq: x.prev for x in result.duplicates}
    return chain.breaks(result.new, before, after)


def _forks(kiosk: str, new: Sequence[Line]) -> list[tuple[Line, str]]:
    told = ledger.told_heads(kiosk, new[0].seq, new[-1].seq)
    return [(line, told[line.seq]) for line in new if told.get(line.seq, line.digest) != line.digest]


def _receipt(head: wire.BatchHead, result: Taken, refusals: Sequence[RefusedLine], sign: wire.Sign) -> bytes:
    conflicts = {line.seq for line in result.conflicts}
    told = tuple(
        wire.Refusal(x.seq, "conflict" if x.seq in conflicts else "rejected", x.code)
        for x in sorted(refusals, key=lambda line: line.seq)
    )
    return wire.write_receipt(wire.Receipt(head, len(result.new), len(result.duplicates), told), sign)


def _log(head: wire.BatchHead, result: Taken, refusals: Sequence[RefusedLine]) -> None:
    fields = {"kiosk": head.kiosk, "first": head.first, "last": head.last, "accepted": len(result.new)}
    fields |= {"duplicate": len(result.duplicates), "refused": len(refusals)}
    log.info("batch.received", extra={"fields": fields})
