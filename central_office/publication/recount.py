"""A round's records one by one: which they are, and what they add up to. Counts from the raw bytes, never from sums.

A record is in or out by the walk itself, kiosk by kiosk, so no lock is held for long; what came after the walk came
after the freeze. Why a record is not counted cannot be read from its bytes (which of two uses of a slip came first),
so that is kept beside.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Spans: TypeAlias = "dict[str, list[tuple[int, int]]]"


class Member(NamedTuple):
    """A record of the round. `why`: "" where it is counted (intake.models.Cell); `raw`: b"" once it was withdrawn."""

    kiosk: str
    seq: int
    digest: str
    why: str
    raw: bytes

    @property
    def line(self) -> bytes:
        """Its line in the list that is hashed."""
        return f"{self.kiosk} {self.seq} {self.digest}\n".encode()


@dataclass(slots=True)
class Roll:
    """Which records went in. `spans`: runs of sequence numbers, by kiosk; `uncounted`: why, by place."""

    spans: Spans = field(default_factory=dict)
    uncounted: dict[tuple[str, int], str] = field(default_factory=dict)
    count: int = 0
    without_bytes: int = 0
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, member: Member) -> None:
        """The next one, in the order of kiosk and number."""
        runs = self.spans.setdefault(member.kiosk, [])
        if runs and runs[-1][1] == member.seq - 1:
            runs[-1] = (runs[-1][0], member.seq)
        else:
            runs.append((member.seq, member.seq))
        if member.why:
            self.uncounted[member.kiosk, member.seq] = member.why
        self.count += 1
        self.without_bytes += not member.raw
        self._hash.update(member.line)

    @property
    def sha256(self) -> str:
        """Of the whole list."""
        return self._hash.hexdigest()


def holds(spans: Mapping[str, list[tuple[int, int]]], kiosk: str, seq: int) -> bool:
    """Runs stand in order, as the walk found them."""
    runs = spans.get(kiosk, [])
    place = bisect_right(runs, seq, key=lambda run: run[0]) - 1
    return place >= 0 and seq <= runs[place][1]


def rolled(members: Iterator[Member], roll: Roll) -> Iterator[Member]:
    """The same members, entered in `roll` as they pass."""
    for member in members:
        roll.add(member)
        yield member
