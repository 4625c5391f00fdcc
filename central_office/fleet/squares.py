"""The fleet as small squares by district: one square a kiosk, told by its mark and not by colour alone. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from central_office.fleet.districts import District
from central_office.fleet.listing import KioskRow, Status

MARKS = {"bad": "!", "watch": "·", "well": ""}


@dataclass(frozen=True, slots=True)
class Square:
    """`name`: its class in the style sheet; `mark`: the letter in it; `words`: the same for who cannot see it."""

    kiosk: str
    name: str
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """The squares of one district, by the alphabet of their points. `bad`: how many need a person."""

    district: District
    squares: tuple[Square, ...]
    bad: int

    @property
    def title(self) -> str:
        return self.district.name or "Mọi ki-ốt"


def blocks(rows: Iterable[KioskRow]) -> list[Block]:
    """Kiosks that were revoked are left out."""
    found: dict[District, list[KioskRow]] = {}
    for row in rows:
        if not row.status.is_gone:
            found.setdefault(row.district, []).append(row)
    made = []
    for district in sorted(found, key=lambda each: each.order):
        own = sorted(found[district], key=lambda row: (row.alphabetic, row.point, row.kiosk))
        made.append(Block(district, tuple(map(_square, own)), sum(row.weight == "bad" for row in own)))
    return made


def _square(row: KioskRow) -> Square:
    said = ", ".join(trouble.label.lower() for trouble in row.troubles) or row.status.label.lower()
    silent = row.status is Status.SILENT and row.weight == "bad"
    return Square(
        kiosk=row.kiosk,
        name="silent" if silent else row.weight,
        mark=Status.SILENT.mark if silent else MARKS[row.weight],
        words=f"{row.point_name}: {said}",
    )
