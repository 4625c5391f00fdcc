"""Keeps what was costly to make, within a weight: what was not asked for longest goes first. Knows no drawing."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class Kept:
    """`most`: total weight that may stay, in the unit of `weight`; the newest stays even when it alone is heavier."""

    def __init__(self, most: float) -> None:
        self._most, self._total = most, 0.0
        self._kept: OrderedDict[Hashable, tuple[Any, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], Any], weight: Callable[[Any], float]) -> Any:
        """What `make` once returned for `key`; `make` may itself call `get`."""
        if key not in self._kept:
            made = make()
            self._kept[key] = (made, weight(made))
            self._total += self._kept[key][1]
            while self._total > self._most and len(self._kept) > 1:
                self._total -= self._kept.popitem(last=False)[1][1]
        self._kept.move_to_end(key)
        return self._kept[key][0]
