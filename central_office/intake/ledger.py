"""The rows that frame a batch: its kiosk's lock, its own row, what is known when it is read. Judges nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from central_office.intake.pieces import Pieces, Spellings
from central_office.intake.reading import Judge
from central_office.intake.store import COUNTS_LOCK, instant, is_postgres, plan_version, rows, run
from central_office.rounds.catalogue import form_of, plan_of
from survey import wire
from survey.canonical import digest
from survey.form import Form
from survey.identifier import quarter_of
from survey.plan import Plan

MOST_JUDGES = 64  # each remembers its kiosk's contexts; the spellings of answers are shared, so a new one costs little
MOST_CATALOGUES = 4


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """What every judge knows; `spellings`: of answers allowed by a form, whoever gave them first (pieces.Pieces)."""

    plans: Mapping[str, Plan]
    forms: Mapping[str, Form]
    spellings: Spellings


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
    waits: bool = False


def kiosk_named(name: str) -> Known | None:
    found = rows("SELECT public_key, revoked_at, waits_since FROM fleet_kiosk WHERE kiosk = %s", name)
    if not found:
        return None
    key, revoked_at, waits_since = found[0]
    return Known(name, bytes(key), revoked_at is not None, waits_since is not None)


def judge_for(kiosk: str) -> Judge:
    """All that is needed to read a batch of `kiosk`: its places, their plans, every form version.

    The same facts give the same judge again, who has seen how this kiosk's answers are spelt. Only what tells whether
    they are the same is asked for: a plan of a thousand points is longer than the batches that it judges.
    """
    places = rows("SELECT plan, point FROM fleet_assignment WHERE kiosk_id = %s", kiosk)
    plans = rows(f"SELECT plan, {plan_version()} FROM rounds_planfile")  # noqa: S608
    forms = rows("SELECT digest FROM rounds_formfile")
    database = str(connection.settings_dict["NAME"])
    return _judge(kiosk, frozenset(places), database, frozenset(plans), frozenset(forms))


@lru_cache(maxsize=MOST_JUDGES)
def _judge(
    kiosk: str,
    places: frozenset[tuple[Any, ...]],
    database: str,
    plans: frozenset[tuple[Any, ...]],
    forms: frozenset[tuple[Any, ...]],
) -> Judge:
    """`places`: (plan, point); `plans`: id and what changes with the row; `forms`: digests."""
    catalogue = _catalogue(database, plans, forms)
    return Judge(kiosk, catalogue.plans, catalogue.forms, frozenset(places), Pieces(catalogue.spellings))


@lru_cache(maxsize=MOST_CATALOGUES)
def _catalogue(_database: str, _plans: frozenset[tuple[Any, ...]], forms: frozenset[tuple[Any, ...]]) -> Catalogue:
    """Read when one of them changed. A plan that changes between two questions is read anew by the next batch."""
    plans = {plan: plan_of(text) for plan, text in rows("SELECT plan, text FROM rounds_planfile")}
    texts = rows("SELECT digest, text FROM rounds_formfile")
    return Catalogue(plans, {ref: form_of(text) for ref, text in texts if (ref,) in forms}, {})


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
