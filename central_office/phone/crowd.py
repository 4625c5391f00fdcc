"""Whether more answers begin at a unit's permanent code than people can give there. Flags, never refuses (law 5).

What it looks at is a short row of counts by unit, finer than what may stand beside answers: so it is kept outside the
database, in one file of `runtime`, and forgotten after a quarter of an hour.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from central_office.phone import runtime
from central_office.phone.limits import LIMITS, Limits

log = logging.getLogger(__name__)
BURST = "burst"  # docs/flags.md; the kiosk's flag of the same meaning
FILE = "crowd.json"  # by number of the unit: [[number of the slot, answers], …]
Slots = Iterable[Sequence[int]]


def flags_at(number: int, now: datetime, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Count one more answer begun at the unit `number`, and the flags it gets; none where nothing can be counted."""
    slot, unit, slots = _slot(now, limits), str(number), list[list[int]]()

    def add(held: bytes) -> bytes:
        units = _fresh(held, slot, limits)
        slots.extend(counted(units.get(unit, []), slot, limits))
        return _written({**units, unit: slots})

    try:
        runtime.change(FILE, add)
    except OSError as error:
        log.warning("phone.not_counted", extra={"fields": {"why": type(error).__name__}})
        return ()
    return (BURST,) if is_burst(slots, slot, limits) else ()


def counted(slots: Slots, slot: int, limits: Limits) -> list[list[int]]:
    """`slots` with one more answer in `slot`, without those that no rule looks back to."""
    oldest = slot - longest_s(limits) // limits.slot_s
    kept = {each[0]: each[1] for each in slots if each[0] > oldest}
    kept[slot] = kept.get(slot, 0) + 1
    return [[each, kept[each]] for each in sorted(kept)]


def is_burst(slots: Slots, slot: int, limits: Limits) -> bool:
    """Whether the answers begun up to `slot`, the present one included, are too many within any of the windows."""
    kept = list(slots)
    return any(
        sum(count for each, count in kept if slot - seconds // limits.slot_s < each <= slot) >= answers
        for seconds, answers in limits.bursts
    )


def longest_s(limits: Limits = LIMITS) -> int:
    return max(seconds for seconds, _ in limits.bursts)


def forget(now: datetime, limits: Limits = LIMITS) -> None:
    """Drop the counts that no rule looks back to. Raises: OSError."""
    runtime.change(FILE, lambda held: _written(_fresh(held, _slot(now, limits), limits)))


def _slot(now: datetime, limits: Limits) -> int:
    return int(now.timestamp()) // limits.slot_s


def _fresh(held: bytes, slot: int, limits: Limits) -> dict[str, list[list[int]]]:
    """The counts in the file that a rule still looks back to; none in one that a crash has left torn."""
    oldest = slot - longest_s(limits) // limits.slot_s
    try:
        units: Mapping[str, list[list[int]]] = json.loads(held or b"{}")
    except ValueError:
        return {}
    kept = {unit: [each for each in slots if each[0] > oldest] for unit, slots in units.items()}
    return {unit: slots for unit, slots in kept.items() if slots}


def _written(units: Mapping[str, list[list[int]]]) -> bytes:
    return json.dumps(units, separators=(",", ":")).encode() if units else b""
