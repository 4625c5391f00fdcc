"""What a kiosk tells of itself: stored, compared with what it told before, answered with the centre's time.

Knows no HTTP. A head that differs from the one told, or stored, for the same number is a fork: two devices, one key.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from central_office.fleet import pauses
from central_office.fleet.models import Kiosk, Witness
from survey.canonical import LARGEST_INTEGER, Value
from survey.errors import BadMessage
from survey.health import read_health
from survey.identifier import quarter_of
from survey.language_days import Sheet, read_sheets
from survey.offer import Asks, read_asks
from survey.panel_state import Condition, Counts, read_conditions, read_counts
from survey.pause import Pause, read_pauses
from survey.record import GENESIS, HEX64
from survey.service_order import Order, read_order

log = logging.getLogger(__name__)
FORMAT = 1
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """`seq`, `head`: the last record sealed on the device (0 and GENESIS for none); counts are of answers.

    `notice`, `slips`: digests of the notice and of the slip setup on the device, "" for none; None from an agent that
    knows of none. `asks`: what it asks, None from an agent that cannot change it. `service`: the order that it follows.
    `health`: the doctor's codes
    (survey.health), worst first, () for a well machine; None where no doctor comes.
    """

    kiosk: str
    seq: int
    head: str
    pending: int
    quarantined: int
    oldest: str
    version: str
    clock: str
    free_bytes: int | None
    panels: tuple[Condition, ...] = ()
    panel_counts: tuple[Counts, ...] = ()
    notice: str | None = None
    pauses: tuple[Pause, ...] = ()
    tested: int = 0
    languages: tuple[Sheet, ...] = ()
    slips: str | None = None
    asks: Asks | None = None
    service: Order | None = None
    health: tuple[str, ...] | None = None


class WrongFields(Exception):
    """A signed heartbeat whose fields do not fit."""

    code = "wrong_fields"
    hint = "Compare the agent's version with the office's."


def read_heartbeat(body: dict[str, Value]) -> Heartbeat:
    """The heartbeat in a verified message; fields that this version does not know are let pass. Raises: WrongFields."""
    if body.get("v") != FORMAT:
        raise WrongFields("v is not 1")
    head = _text(body, "head", 64)
    if not HEX64.fullmatch(head):
        raise WrongFields("head is no digest")
    notice, slips = (_digest(body, name) for name in ("notice", "slips"))
    try:
        panels, counts = read_conditions(body.get("panels", [])), read_counts(body.get("panel_counts", []))
        stopped = read_pauses(body.get("pauses", []))
        languages = read_sheets(body.get("languages", []))
        asks = read_asks(body["asks"]) if "asks" in body else None
        service = read_order(body["service"]) if "service" in body else None
        health = read_health(body["health"]) if "health" in body else None
    except BadMessage as error:
        raise WrongFields(str(error)) from None
    return Heartbeat(
        kiosk=_text(body, "kiosk"),
        seq=_whole(body, "seq"),
        head=head,
        pending=_whole(body, "pending"),
        quarantined=_whole(body, "quarantined"),
        oldest=_text(body, "oldest"),
        version=_text(body, "version"),
        clock=_text(body, "clock"),
        free_bytes=_whole(body, "free_bytes") if "free_bytes" in body else None,
        panels=panels,
        panel_counts=counts,
        notice=notice,
        pauses=stopped,
        tested=_whole(body, "tested") if "tested" in body else 0,
        languages=languages,
        slips=slips,
        asks=asks,
        service=service,
        health=health,
    )


def take(beat: Heartbeat, stored: str | None, incident: Callable[[str], None], now: datetime) -> bool:
    """Keep `beat`; `stored`: the digest of the record that the centre has at its number, None if it has none.

    False for one with a lower number than the kiosk has told before: a repetition, or an older copy of the device.
    It is looked at for a fork and changes nothing else.
    """
    told = {"seq": beat.seq, "head": beat.head, "pending": beat.pending, "quarantined": beat.quarantined}
    told |= {"oldest": beat.oldest, "version": beat.version, "clock": beat.clock, "free_bytes": beat.free_bytes}
    told |= {"panels": [panel.fields() for panel in beat.panels]}
    told |= {"panel_counts": [counts.fields() for counts in beat.panel_counts], "tested": beat.tested}
    told |= {"health": None if beat.health is None else list(beat.health)}
    with transaction.atomic(durable=True):
        for other in _others(beat, stored, now):
            incident(f"a heartbeat tells head {beat.head}, {other}")
            log.warning("kiosk.forked", extra={"fields": {"kiosk": beat.kiosk, "seq": beat.seq}})
        newest = Kiosk.objects.filter(kiosk=beat.kiosk, seq__lte=beat.seq)
        if newest.update(seen_at=now, reported_at=now, **told) != 1:
            return False
        pauses.keep(beat.kiosk, beat.pauses)
        return True


def _others(beat: Heartbeat, stored: str | None, now: datetime) -> list[str]:
    """The other heads known for this number, in words."""
    if beat.seq == 0:
        return [] if beat.head == GENESIS else ["but the first record's predecessor is zero"]
    row, _ = Witness.objects.get_or_create(
        kiosk_id=beat.kiosk, seq=beat.seq, defaults={"head": beat.head, "told_at": quarter_of(now)}
    )
    found = [] if row.head == beat.head else [f"an earlier one told {row.head}"]
    return found + ([f"the record stored there has {stored}"] if stored not in (None, beat.head) else [])


def _whole(body: dict[str, Value], name: str) -> int:
    value = body.get(name)
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise WrongFields(f"{name} is no count")
    return value


def _digest(body: dict[str, Value], name: str) -> str | None:
    """A digest, "" or, where the agent is older than the field, None."""
    value = _text(body, name, 64) if name in body else None
    if value and not HEX64.fullmatch(value):
        raise WrongFields(f"{name} is no digest")
    return value


def _text(body: dict[str, Value], name: str, longest: int = LONGEST) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest or any(letter < " " for letter in value):
        raise WrongFields(f"{name} is no short text")
    return value
