"""The rows that frame a batch: its kiosk's lock, its own row, what is known when it is read. Judges nothing."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from central_office.intake.reading import Judge
from central_office.intake.store import COUNTS_LOCK, instant, is_postgres, rows, run
from central_office.rounds.catalogue import form_of, plan_of
from survey import wire
from survey.canonical import digest
from survey.identifier import quarter_of

MOST_JUDGES = 64  # each remembers spellings; a fleet delivers once in a quarter-hour, so a new one costs little


@dataclass(frozen=True, slots=True)
class Entry:
    """A batch's row. `settled`: every record of these very bytes is stored, so they need no second look."""

    number: int
    is_new: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class Known:
    """An enrolled kiosk, as its messages are checked."""

    name: str
    public_key: bytes
    revoked: bool


def kiosk_named(name: str) -> Known | None:
    found = rows("SELECT public_key, revoked_at FROM fleet_kiosk WHERE kiosk = %s", name)
    return Known(name, bytes(found[0][0]), found[0][1] is not None) if found else None


def judge_for(kiosk: str) -> Judge:
    """All that is needed to read a batch of `kiosk`: its places, their plans, every form version.

    The same facts give the same judge again, who has seen how this kiosk's answers are spelt.
    """
    places = rows("SELECT plan, point FROM fleet_assignment WHERE kiosk_id = %s", kiosk)
    plans = rows("SELECT plan, text FROM rounds_planfile")
    forms = rows("SELECT digest, text FROM rounds_formfile")
    return _judge(kiosk, frozenset(places), frozenset(plans), frozenset(forms))


@lru_cache(maxsize=MOST_JUDGES)
def _judge(
    kiosk: str,
    places: frozenset[tuple[Any, ...]],
    plans: frozenset[tuple[Any, ...]],
    forms: frozenset[tuple[Any, ...]],
) -> Judge:
    """`places`: (plan, point); `plans`, `forms`: (id or digest, text)."""
    plan_by_id = {plan: plan_of(text) for plan, text in plans}
    form_by_digest = {ref: form_of(text) for ref, text in forms}
    return Judge(kiosk, plan_by_id, form_by_digest, frozenset((plan, point) for plan, point in places))


def lock_kiosk(kiosk: str) -> None:
    """Until the transaction ends, no other batch of this kiosk is stored (SQLite locks the whole file anyway), and
    the counters are not recomputed (store.lock_counts, in the same statement: it costs no round trip)."""
    if is_postgres():
        statement = "SELECT pg_advisory_xact_lock_shared(%s) FROM fleet_kiosk WHERE kiosk = %s FOR UPDATE"
        rows(statement, COUNTS_LOCK, kiosk)


def enter(batch: wire.Batch, now: datetime) -> Entry:
    """The batch's row, made if its head has not been seen."""
    head = batch.head.encode()
    key = bytes.fromhex(digest(head))
    found = rows(
        "SELECT id, refused FROM intake_batch WHERE kiosk_id = %s AND digest = %s",
        batch.head.kiosk,
        key,
    )
    if found:
        return Entry(found[0][0], is_new=False, settled=not found[0][1])
    made = rows(
        "INSERT INTO intake_batch (kiosk_id, digest, head, signature, receipt, accepted, refused, received_at) "
        "VALUES (%s, %s, %s, %s, %s, 0, 0, %s) RETURNING id",
        *(batch.head.kiosk, key, head, batch.signature, b"", instant(quarter_of(now))),
    )
    return Entry(made[0][0], is_new=True, settled=False)


def finish(entry: Entry, accepted: int, refused: int, receipt: bytes) -> None:
    """Keep the receipt that first tells of newly stored records, or of none at all."""
    if entry.is_new or accepted:
        run(
            "UPDATE intake_batch SET receipt = %s, refused = %s, accepted = accepted + %s WHERE id = %s",
            *(receipt, refused, accepted, entry.number),
        )


def seen(kiosk: str, now: datetime) -> None:
    """To the quarter-hour: it stands beside the answers (law 6); a heartbeat tells the minute."""
    quarter = instant(quarter_of(now))
    run(
        "UPDATE fleet_kiosk SET seen_at = %s WHERE kiosk = %s AND (seen_at IS NULL OR seen_at < %s)",
        *(quarter, kiosk, quarter),
    )


def told_heads(kiosk: str, first: int, last: int) -> dict[int, str]:
    """The heads that the kiosk's heartbeats told for these numbers."""
    statement = "SELECT seq, head FROM fleet_witness WHERE kiosk_id = %s AND seq BETWEEN %s AND %s"
    return dict(rows(statement, kiosk, first, last))
