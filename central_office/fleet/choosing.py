"""Which kiosks of the list a person wants to see, and in which order: read from an address, written into addresses.

Whatever an address holds that is no choice counts as none. Pure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from central_office.fleet.listing import KioskRow, Status
from central_office.fleet.troubles import Trouble
from survey.vietnamese import weak

LONGEST_WORD = 80
LONG_AGO = datetime.min.replace(tzinfo=UTC)
LONG_AHEAD = datetime.max.replace(tzinfo=UTC)
Key = Callable[[KioskRow], Any]
ORDERS: Mapping[str, tuple[str, Key | None]] = {
    "": ("cần xem trước", None),
    "ten": ("tên điểm", lambda row: (row.alphabetic, row.point, row.kiosk)),
    "don-vi": ("đơn vị", lambda row: (row.district.order, row.alphabetic, row.point)),
    "lien-lac": ("lâu chưa liên lạc", lambda row: row.seen_at or LONG_AGO),
    "ton": ("tồn phiếu lâu nhất", lambda row: (row.oldest_at or LONG_AHEAD, -row.pending)),
    "phien-ban": ("phiên bản", lambda row: (row.version, row.alphabetic)),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """`district`: a unit's ref; `state`, `trouble`, `version`: values as they stand in JSON; `word`: part of a name or
    of a kiosk's id; `order`: a key of ORDERS. "" for all."""

    district: str = ""
    state: str = ""
    trouble: str = ""
    version: str = ""
    word: str = ""
    order: str = ""

    @property
    def narrows(self) -> bool:
        return replace(self, order="") != Wish()

    def address(self, **changes: str) -> str:
        """The query of the list as wished, with `changes`; "?" for the whole list."""
        wish = replace(self, **changes)
        fields = {name: getattr(wish, field) for name, field in NAMES.items() if getattr(wish, field)}
        return "?" + urlencode(fields)


NAMES = {
    "don-vi": "district",
    "tinh-trang": "state",
    "loi": "trouble",
    "phien-ban": "version",
    "tim": "word",
    "xep": "order",
}


def read_wish(query: Mapping[str, str]) -> Wish:
    given = {field: query.get(name, "").replace("\0", "").strip()[:LONGEST_WORD] for name, field in NAMES.items()}
    wish = Wish(**given)
    return replace(
        wish,
        state=wish.state if wish.state in {status.value for status in Status} else "",
        trouble=wish.trouble if wish.trouble in {trouble.value for trouble in Trouble} else "",
        order=wish.order if wish.order in ORDERS else "",
    )


def chosen(rows: Iterable[KioskRow], wish: Wish) -> list[KioskRow]:
    """Those wished for; `rows` come with what needs a person first, and stay so unless another order is wished."""
    found = [row for row in rows if _fits(row, wish)]
    _, key = ORDERS[wish.order]
    return sorted(found, key=key) if key else found


def _fits(row: KioskRow, wish: Wish) -> bool:
    return (
        wish.district in ("", row.district.ref)
        and wish.state in ("", row.status.value)
        and (not wish.trouble or wish.trouble in {trouble.value for trouble in row.troubles})
        and wish.version in ("", row.version)
        and (not wish.word or weak(wish.word) in weak(f"{row.point_name} {row.kiosk} {row.point}"))
    )


def counted(values: Sequence[str]) -> list[tuple[str, int]]:
    """Each value and how often it stands there, the most frequent first."""
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))
