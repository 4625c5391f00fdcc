"""Which numbers of a kiosk the centre should have and has not: what a deleted row, or an old backup, leaves behind.

A kiosk's numbers run without a gap. Each is stored, refused (an incident has its bytes), still on the kiosk (pending),
or was damaged there and set aside; whatever is left over was promised by a receipt and is gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from central_office.intake.models import Incident, Record
from central_office.intake.store import rows
from survey.canonical import digest
from survey.identifier import quarter_of

REFUSED = """
SELECT i.seq, i.digest, r.digest FROM intake_incident i
LEFT JOIN intake_record r ON r.kiosk_id = i.kiosk AND r.seq = i.seq
WHERE i.kiosk = %s AND i.kind IN ('rejected', 'conflict')
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a kiosk's heartbeat says of itself; `quarantined`: refused by the centre, or damaged on the kiosk."""

    seq: int
    pending: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Refused:
    """`unstored`: numbers of which the centre keeps only refused bytes; `count`: refused records of any number."""

    unstored: frozenset[int]
    count: int


def refused_of(kiosk: str) -> Refused:
    unstored, bytes_refused = set(), set()
    for seq, refused, stored in rows(REFUSED, kiosk):
        if stored is None:
            unstored.add(seq)
        if stored is None or bytes(stored).hex() != refused:  # else it was refused first and taken later
            bytes_refused.add((seq, refused))
    return Refused(frozenset(unstored), len(bytes_refused))


def set_aside(told: Told, refused: Refused) -> int:
    """How many records the kiosk itself set aside: its quarantine beyond what the centre refused."""
    return max(0, told.quarantined - refused.count)


def missing(kiosk: str, told: Told, refused: Refused) -> int:
    """How many delivered records the centre lacks. Never too many: a kiosk releases only what a receipt names, so a
    batch under way is still among `pending`, and records newer than the heartbeat are not looked at."""
    stored = Record.objects.filter(kiosk_id=kiosk, seq__lte=told.seq).count()
    explained = told.pending + sum(1 for seq in refused.unstored if seq <= told.seq) + set_aside(told, refused)
    return max(0, told.seq - stored - explained)


def absent(kiosk: str, refused: Refused, last: int) -> Iterator[tuple[int, int]]:
    """The runs (first, last) of numbers up to `last` that are neither stored nor refused."""
    before = 0
    stored = Record.objects.filter(kiosk_id=kiosk, seq__lte=last).order_by("seq").values_list("seq", flat=True)
    for seq in [*sorted({*stored, *(each for each in refused.unstored if each <= last)}), last + 1]:
        if seq > before + 1:
            yield before + 1, seq - 1
        before = seq


def note_missing(kiosk: str, told: Told, message: bytes, now: datetime) -> None:
    """Open an incident when records are missing: one for each state, not for each heartbeat that finds it so."""
    refused = refused_of(kiosk)
    count = missing(kiosk, told, refused)
    if not count:
        return
    first = next(absent(kiosk, refused, told.seq), (told.seq, 0))[0]
    state = {"kind": "missing", "kiosk": kiosk, "seq": first, "digest": digest(b"%d" % count)}
    detail = f"{count} delivered records up to number {told.seq} are not here; the first gap is at {first}"
    Incident.objects.get_or_create(
        **state, defaults={"code": "records", "raw": message, "detail": detail, "noticed_at": quarter_of(now)}
    )
