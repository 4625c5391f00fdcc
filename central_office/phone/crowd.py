"""Whether more answers begin at a unit's permanent code than people can give there. Flags, never refuses (law 5).

What it looks at is a short row of counts by unit, forgotten after a quarter of an hour; nothing in it leads to an
answer or to a phone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from central_office.phone.limits import LIMITS, Limits
from central_office.phone.models import Crowd

BURST = "burst"  # docs/flags.md; the kiosk's flag of the same meaning
Slots = Iterable[Sequence[int]]


def flags_at(number: int, now: datetime, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Count one more answer begun at the unit `number`, and the flags it gets. Inside the caller's transaction."""
    slot = int(now.timestamp()) // limits.slot_s
    row, _ = Crowd.objects.select_for_update().get_or_create(number=number, defaults={"slots": [], "newest": slot})
    row.slots = counted(row.slots, slot, limits)
    row.newest = max(slot, row.newest)
    row.save()
    return (BURST,) if is_burst(row.slots, slot, limits) else ()


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
    """Drop the counts that no rule looks back to."""
    Crowd.objects.filter(newest__lte=(int(now.timestamp()) - longest_s(limits)) // limits.slot_s).delete()
