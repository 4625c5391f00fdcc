"""Whether new records join their neighbours: each names the digest of the one before. Pure: knows no database."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from central_office.intake.lines import Line
from survey.record import GENESIS


class Break(NamedTuple):
    """`line` says another digest than its neighbour at `neighbour` has (or is said to have)."""

    line: Line
    neighbour: int


def neighbours(new: Sequence[Line], known: Collection[int]) -> set[int]:
    """The numbers before and after the new records that are not in the batch itself."""
    return {number for line in new for number in (line.seq - 1, line.seq + 1) if number not in known and number > 0}


def breaks(new: Sequence[Line], before: Mapping[int, Collection[str]], after: Mapping[int, str]) -> list[Break]:
    """`before`: digests seen at a number; `after`: the `prev` of the record stored at a number.

    A neighbour that has not arrived says nothing; it is compared when it comes.
    """
    found = []
    for line in new:
        expected: Collection[str] = (GENESIS,) if line.seq == 1 else before.get(line.seq - 1, ())
        if expected and line.prev not in expected:
            found.append(Break(line, line.seq - 1))
        if after.get(line.seq + 1, line.digest) != line.digest:
            found.append(Break(line, line.seq + 1))
    return found
