"""Recomputes everything that follows from the kept bytes and compares: digests, chains, signatures, columns, counters.

Trusts only the raw bytes, the kiosks' keys and the centre's key. Yields a fault with its place for each difference.
Each batch's signed head names the digest of its last record, and each record that of the one before: so every head
anchors all that came before it, however the records were cut into batches.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from django.db.models import Max

from central_office.fleet.models import Kiosk, Witness
from central_office.intake import gaps, slip_check
from central_office.intake.counters_check import Counters
from central_office.intake.ledger import judge_for
from central_office.intake.lines import Line
from central_office.intake.models import Batch, Cell, Incident, Record
from central_office.intake.reading import Judge
from central_office.keys import genuine
from survey import wire
from survey.canonical import decode, digest
from survey.errors import SurveyError

CHUNK = 2000
COLUMNS = ("kiosk_id", "seq", "id", "digest", "prev", "quarter", "batch_id", "cell_id", "body__raw")


class Fault(NamedTuple):
    """`place`: "record k-… 17", "batch 3", "tally 12 RG.HL0 5" …"""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(slots=True)
class Body:
    """The record lines of one batch as they are found again."""

    kiosk: str
    head: dict[str, Any]
    whole: bool  # every line of the batch was newly accepted, so the signed body digest can be recomputed
    found: int = 0
    erased: int = 0
    sha: Any = field(default_factory=hashlib.sha256)


@dataclass(slots=True)
class Summary:
    """What was checked, for the operator; `notes`: what is no difference but must be said."""

    records: int = 0
    batches: int = 0
    tallies: int = 0
    withdrawn: int = 0
    notes: list[str] = field(default_factory=list)


def verify(centre_key: bytes, summary: Summary) -> Iterator[Fault]:
    """Every difference between what is stored and what follows from the raw bytes."""
    keys = {kiosk: bytes(key) for kiosk, key in Kiosk.objects.values_list("kiosk", "public_key")}
    counters = Counters()
    graves = slip_check.Graves()
    for place, reason in graves.read(centre_key):
        yield Fault(place, reason)
    slips = slip_check.Uses()
    for kiosk in _kiosks():  # what is known of a kiosk's batches and cells is forgotten with it
        bodies: dict[int, Body] = {}
        for row in Batch.objects.filter(kiosk_id=kiosk).order_by("pk").iterator(CHUNK):
            summary.batches += 1
            yield from _batch(row, keys.get(kiosk, b""), centre_key, bodies)
        yield from _records(kiosk, bodies, counters, summary, graves, slips)
        for number, body in bodies.items():
            yield from _body(number, body, summary)
    for place, reason in (*graves.unmet(), *slips.faults()):
        yield Fault(place, reason)
    summary.withdrawn = graves.met
    for place, reason in counters.faults():
        yield Fault(place, reason)
    summary.tallies = counters.checked
    for enrolled in Kiosk.objects.order_by("kiosk"):
        yield from _gaps(enrolled, summary)


def _kiosks() -> list[str]:
    """All that batches or records came from."""
    return sorted(
        {
            name
            for table in (Batch, Record)
            for name in table.objects.values_list("kiosk_id", flat=True).distinct().order_by()
        }
    )


def _batch(row: Batch, key: bytes, centre_key: bytes, bodies: dict[int, Body]) -> Iterator[Fault]:
    place, head = f"batch {row.pk}", bytes(row.head)
    if digest(head) != bytes(row.digest).hex():
        yield Fault(place, "the head's digest differs")
    if not genuine(key, wire.signed_bytes("batch", head), bytes(row.signature)):
        yield Fault(place, "the head is not signed by its kiosk")
        return
    fields: Any = decode(head)
    try:
        known = wire.BatchHead(**{name: value for name, value in fields.items() if name != "v"})
        receipt = wire.read_receipt(
            bytes(row.receipt), known, lambda message, signature: genuine(centre_key, message, signature)
        )
    except (SurveyError, TypeError) as error:
        yield Fault(place, f"its receipt: {error}")
        return
    bodies[row.pk] = Body(row.kiosk_id, fields, receipt.accepted == known.count)
    stored = Record.objects.filter(kiosk_id=row.kiosk_id, seq__range=(known.first, known.last)).count()
    promised = receipt.accepted + receipt.duplicate
    if stored < promised:
        yield Fault(place, f"{promised - stored} of its {promised} records are missing ({known.first}–{known.last})")
    if not _is_anchored(known, receipt):
        yield Fault(place, f"its last record, number {known.last}, is not the one its kiosk signed")


def _is_anchored(head: wire.BatchHead, receipt: wire.Receipt) -> bool:
    """Whether the record that the head names is stored at its number, or kept aside as the receipt says."""
    stored = Record.objects.filter(kiosk_id=head.kiosk, seq=head.last).values_list("digest", flat=True).first()
    if stored is not None and bytes(stored).hex() == head.head:
        return True
    if head.last not in {refusal.seq for refusal in receipt.refusals}:
        return False
    refused = Incident.objects.filter(kiosk=head.kiosk, seq=head.last, kind__in=("rejected", "conflict"))
    return head.head in {digest(bytes(raw)) for raw in refused.values_list("raw", flat=True)}


def _gaps(kiosk: Kiosk, summary: Summary) -> Iterator[Fault]:
    """Numbers that the kiosk has given and that are neither here nor, by its last heartbeat, still on it."""
    told = gaps.Told(kiosk.seq, kiosk.pending, kiosk.quarantined)
    refused = gaps.refused_of(kiosk.kiosk)
    highest = Record.objects.filter(kiosk_id=kiosk.kiosk).aggregate(last=Max("seq"))["last"] or 0
    witnessed = Witness.objects.filter(kiosk_id=kiosk.kiosk).aggregate(last=Max("seq"))["last"] or 0
    runs = list(gaps.absent(kiosk.kiosk, refused, max(highest, witnessed, told.seq)))
    if sum(last - first + 1 for first, last in runs if first > highest) <= told.pending:
        runs = [run for run in runs if run[0] <= highest]
    lacking = sum(last - first + 1 for first, last in runs)
    named = [f"{first}–{last}" if first < last else str(first) for first, last in runs]
    if lacking and lacking <= gaps.set_aside(told, refused):
        place = f"kiosk {kiosk.kiosk}: {', '.join(named[:20])}"
        summary.notes.append(f"{place}: not here; the kiosk says that it set aside as many damaged records")
        return
    for name in named:
        yield Fault(f"kiosk {kiosk.kiosk} {name}", "the kiosk gave these numbers and no record or refusal has them")


def _records(
    kiosk: str,
    bodies: dict[int, Body],
    counters: Counters,
    summary: Summary,
    graves: slip_check.Graves,
    slips: slip_check.Uses,
) -> Iterator[Fault]:
    mine = Record.objects.filter(kiosk_id=kiosk)
    cells = {cell.pk: cell for cell in Cell.objects.filter(pk__in=mine.values("cell_id"))}
    breaks = set(Incident.objects.filter(kind="chain_break", kiosk=kiosk).values_list("kiosk", "seq"))
    judge: Judge | None = None
    before = ("", 0, "")
    for row in mine.order_by("seq").values_list(*COLUMNS).iterator(CHUNK):
        summary.records += 1
        seq, raw = row[1], bytes(row[8] or b"")
        place = f"record {kiosk} {seq}"
        if row[8] is None:
            yield Fault(place, "its bytes are not here; was the partition of its month taken away?")
            before = (kiosk, seq, bytes(row[3]).hex())
            continue
        if not raw:
            left = slip_check.Left(kiosk, seq, bytes(row[3]).hex(), bytes(row[4]).hex())
            for reason in graves.meet(left, before):
                yield Fault(place, reason)
            yield from _add(place, bodies.get(row[6]), kiosk, seq, raw)
            before = (kiosk, seq, left.digest)
            continue
        judge = judge or judge_for(kiosk)
        true_digest = digest(raw)
        line = judge.read_whole(seq, raw)  # what the pieces let in is held to the record's one definition
        if isinstance(line, Line):
            if line.slip:
                slips.meet(line.slip, kiosk, seq, cells.get(row[7]))
            yield from _columns(place, row, line, cells)
            yield from _link(place, before, line, kiosk, breaks)
            counters.meet(line, cells.get(row[7]))
        else:
            yield Fault(place, f"its bytes are refused now: {line.code} {line.detail}".rstrip())
        if true_digest != bytes(row[3]).hex():
            yield Fault(place, "its bytes have another digest than the stored one")
        yield from _add(place, bodies.get(row[6]), kiosk, seq, raw)
        before = (kiosk, seq, true_digest)


def _columns(place: str, row: tuple[Any, ...], line: Line, cells: dict[int, Cell]) -> Iterator[Fault]:
    stored = (str(row[2]), bytes(row[4]).hex(), row[5])
    for name, there, meant in zip(("id", "prev", "quarter"), stored, (line.id, line.prev, line.quarter), strict=True):
        if there != meant:
            yield Fault(place, f"column {name} differs from its bytes")
    cell = cells.get(row[7])
    meant_key = replace(line.cell, why=cell.why) if cell is not None and line.slip else line.cell  # why: see slip_check
    meant_cell = asdict(meant_key) | {
        "key": meant_key.text,
        "flagged": bool(meant_key.flags),
        "counted": not meant_key.why,
    }
    if cell is None or any(getattr(cell, name) != value for name, value in meant_cell.items()):
        yield Fault(place, "it is counted in a cell that differs from its bytes")


def _link(
    place: str, before: tuple[str, int, str], line: Line, kiosk: str, breaks: set[tuple[str, int]]
) -> Iterator[Fault]:
    """The chain must hold, but for the breaks that were noticed when the records came in."""
    if before[:2] != (kiosk, line.seq - 1) or line.prev == before[2]:
        return
    if not {(kiosk, line.seq), (kiosk, line.seq - 1)} & breaks:
        yield Fault(place, "it does not join the record before it")


def _add(place: str, body: Body | None, kiosk: str, seq: int, raw: bytes) -> Iterator[Fault]:
    if body is None or body.kiosk != kiosk or not body.head["first"] <= seq <= body.head["last"]:
        yield Fault(place, "no signed batch of this kiosk holds its number")
    elif body.whole:
        body.found += 1
        body.erased += not raw
        body.sha.update(raw + b"\n")


def _body(number: int, body: Body, summary: Summary) -> Iterator[Fault]:
    """Where records were withdrawn the signed digest of all lines cannot be had again; each one's own still holds."""
    if body.erased:
        summary.notes.append(f"batch {number}: {body.erased} of its records withdrawn; its body cannot be recomputed")
    if body.whole and (
        body.found != body.head["count"] or (not body.erased and body.sha.hexdigest() != body.head["body"])
    ):
        yield Fault(f"batch {number}", "its records are not the ones its kiosk signed")
