"""What `verify` holds of slips and withdrawals: every erased record has its tombstone and signed line, every used slip
counts at most once, and what is not counted has its reason. Reads; yields places and reasons.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from central_office.intake import proofs
from central_office.intake.models import Cell, Redemption, Tombstone
from central_office.intake.single_use import USED, VOID
from central_office.intake.store import rows

Finding = tuple[str, str]  # place, reason
WITHDRAWN = "it was withdrawn, and a record of it is still here"


class Left(NamedTuple):
    """The row of an erased record."""

    kiosk: str
    seq: int
    digest: str
    prev: str


@dataclass(slots=True)
class Graves:
    """Tombstones and the signed lines that prove them, met by the erased records. `met`: how many were."""

    met: int = 0
    _stones: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    _proved: dict[tuple[str, int], str] = field(default_factory=dict)

    def read(self, centre_key: bytes) -> Iterator[Finding]:
        stones = Tombstone.objects.values_list("kiosk", "seq", "digest", "prev")
        self._stones = {(kiosk, seq): (digest, prev) for kiosk, seq, digest, prev in stones}
        for number, said, fault in proofs.read(centre_key):
            if fault:
                yield f"proof {number}", fault
            elif said.get("kind") == proofs.WITHDRAWAL:
                self._proved[said["kiosk"], said["seq"]] = said["digest"]

    def meet(self, left: Left, before: tuple[str, int, str]) -> Iterator[str]:
        """`before`: kiosk, number and digest of the record read before this one."""
        stone = self._stones.pop((left.kiosk, left.seq), None)
        if stone is None or self._proved.get((left.kiosk, left.seq)) != left.digest:
            yield "its bytes are gone, and no signed line says that it was withdrawn"
            return
        self.met += 1
        if stone != (left.digest, left.prev):
            yield "its tombstone differs from its row"
        if before[:2] == (left.kiosk, left.seq - 1) and left.prev != before[2]:
            yield "it does not join the record before it"

    def unmet(self) -> Iterator[Finding]:
        for kiosk, seq in sorted(self._stones):
            yield f"tombstone {kiosk} {seq}", "its record is not here, or was not erased"


@dataclass(slots=True)
class _Use:
    counted: list[tuple[str, int]] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Uses:
    """The records of each slip, by token."""

    _uses: dict[str, _Use] = field(default_factory=dict)

    def meet(self, token: str, kiosk: str, seq: int, cell: Cell | None) -> None:
        use = self._uses.setdefault(token, _Use())
        if cell is None or not cell.why:
            use.counted.append((kiosk, seq))
        else:
            use.reasons.add(cell.why)

    def faults(self) -> Iterator[Finding]:
        """Each use is held to its token's row, row by row."""
        void = {row[0] for row in rows("SELECT token FROM slips_slip WHERE state = 'void'")}
        columns = Redemption.objects.values_list("token", "kiosk", "seq", "withdrawn")
        for token, kiosk, seq, withdrawn in columns.iterator(2000):
            use = self._uses.pop(token, None)
            if use is None:
                continue
            linked = [] if seq is None else [(kiosk, seq)]
            reason = WITHDRAWN if withdrawn else _reason(use, linked, is_void=token in void)
            if reason:
                yield f"slip {token}", reason
        for token in self._uses:
            yield f"slip {token}", "it was used, and nothing says so"


def _reason(use: _Use, linked: list[tuple[str, int]], *, is_void: bool) -> str:
    """What is wrong with the uses of one slip, "" for nothing; `linked`: the record that is said to count, if known."""
    if use.reasons - {USED, VOID}:
        return "a record of it is not counted for no reason that there is"
    if VOID in use.reasons and not is_void:
        return "a record of it is not counted as void, and it is not void"
    if len(use.counted) > 1:
        return f"{len(use.counted)} records of it are counted"
    if not use.counted and VOID not in use.reasons:
        return "no record of it is counted"
    return (
        "it was first used by another record than the one counted" if linked and use.counted not in ([], linked) else ""
    )
