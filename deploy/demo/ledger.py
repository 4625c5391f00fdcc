"""What was done against what arrived: by channel and rating, so that a lost answer cannot hide a doubled one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

SATISFIED_FROM = 4


@dataclass(frozen=True)
class Given:
    """One answer that a citizen gave: `channel` "screen" or "button", `level` of the overall question; None without."""

    channel: str
    level: int | None


@dataclass(frozen=True)
class Balance:
    tapped: int
    pressed: int
    received: int
    duplicates: int
    lost: int

    @property
    def even(self) -> bool:
        return self.lost == 0 and self.duplicates == 0 and self.tapped + self.pressed == self.received


def balance(given: Iterable[Given], arrived: Iterable[Given], ids: Iterable[str]) -> Balance:
    """Compare as bags; `ids`: record ids that arrived, any repeated id being a duplicate too."""
    gave, came, names = Counter(given), Counter(arrived), list(ids)
    repeated = len(names) - len(set(names))
    return Balance(
        tapped=sum(count for answer, count in gave.items() if answer.channel == "screen"),
        pressed=sum(count for answer, count in gave.items() if answer.channel == "button"),
        received=sum(came.values()),
        duplicates=max((came - gave).total(), repeated),
        lost=(gave - came).total(),
    )


def index_percent(given: Iterable[Given]) -> float | None:
    """The overall index that the centre must arrive at, with two decimals, half up; None without answers."""
    levels = [answer.level for answer in given if answer.level is not None]
    satisfied = sum(level >= SATISFIED_FROM for level in levels)
    return (20_000 * satisfied + len(levels)) // (2 * len(levels)) / 100 if levels else None
