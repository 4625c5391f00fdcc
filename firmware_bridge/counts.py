"""Whether a box and the host's disk counted the same presses (PROTOCOL.md §4, cross-check). Knows no port and no disk.

A box may come from another counter with a past of its own: what it had counted before is its baseline here, found once,
at the first moment when nothing was under way, and kept on the disk for ever. From then on, for every kind,
what the box made = its baseline + what the disk counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from firmware_bridge.frames import BUTTONS, Flag, Totals

BURST_KIND = "burst"
KINDS = (*(str(button) for button in range(BUTTONS)), BURST_KIND)
_UNSURE = Flag.STORE_FAULT | Flag.DEEP_LOST  # records may have gone with the store


class Hindrance(StrEnum):
    """Why the two cannot be compared now."""

    NONE = ""
    UNACKED = "unacked"  # records wait in the box
    IN_HAND = "in_hand"  # a press was handed over and is not yet on the disk
    FAULT = "fault"  # the box's store failed


class Verdict(StrEnum):
    EQUAL = "equal"
    DIFFERENT = "different"
    NOT_NOW = "not_now"  # see Hindrance
    NO_BASELINE = "no_baseline"


@dataclass(frozen=True, slots=True)
class BoxCount:
    """What a box says that it ever made. `made`: in the order of KINDS. `box`: its epoch, 8 hexadecimal digits.

    `fresh`: its identity was given by this host, so it has no past; true only until the program ends.
    """

    box: str
    made: tuple[int, ...]
    fresh: bool
    hindrance: Hindrance

    def while_in_hand(self) -> "BoxCount":
        """The same, while a press was handed over and is not yet on the disk."""
        return replace(self, hindrance=self.hindrance or Hindrance.IN_HAND)


@dataclass(frozen=True, slots=True)
class Difference:
    """`made`: by the box since the baseline; `counted`: on the disk."""

    kind: str
    made: int
    counted: int


@dataclass(frozen=True, slots=True)
class Comparison:
    verdict: Verdict
    hindrance: Hindrance = Hindrance.NONE
    differences: tuple[Difference, ...] = ()


def box_count(totals: Totals, flags: int, fresh: bool) -> BoxCount:
    """`flags`: of the box's last STATUS or HELLO. The caller knows of no press that came after `totals`."""
    hindrance = Hindrance.NONE
    if flags & _UNSURE:
        hindrance = Hindrance.FAULT
    elif totals.unacked:
        hindrance = Hindrance.UNACKED
    buttons = (totals.presses_0, totals.presses_1, totals.presses_2, totals.presses_3, totals.presses_4)
    return BoxCount(f"{totals.epoch:08x}", (*buttons, totals.bursts), fresh, hindrance)


def find_baseline(count: BoxCount, counted: Mapping[str, int]) -> dict[str, int] | None:
    """The baseline to store when none is stored yet; None as long as it cannot be told.

    `counted`: by kind, what the disk has counted of this box; a kind that is missing is 0. A box that made fewer than
    the disk counted has forgotten: its baseline is 0, and `compare` says so.
    """
    if count.fresh:
        return dict.fromkeys(KINDS, 0)
    if count.hindrance:
        return None
    return {kind: max(0, made - counted.get(kind, 0)) for kind, made in zip(KINDS, count.made, strict=True)}


def compare(count: BoxCount, counted: Mapping[str, int], baseline: Mapping[str, int] | None) -> Comparison:
    """`counted` as in find_baseline, read after `count` was got and before any press is recorded after that."""
    if count.hindrance:
        return Comparison(Verdict.NOT_NOW, count.hindrance)
    if baseline is None:
        return Comparison(Verdict.NO_BASELINE)
    since = ((kind, made - baseline.get(kind, 0)) for kind, made in zip(KINDS, count.made, strict=True))
    differences = tuple(
        Difference(kind, made, counted.get(kind, 0)) for kind, made in since if made != counted.get(kind, 0)
    )
    return Comparison(Verdict.DIFFERENT if differences else Verdict.EQUAL, differences=differences)
