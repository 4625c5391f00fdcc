"""How much of a long sweep is tried: a part of it in `make test`, all of it in `make soak-terminal`."""

import os
import random
from collections.abc import Iterable
from typing import TypeVar

SEED = int(os.environ.get("SEED", "1"))
WHOLE = bool(os.environ.get("WHOLE_SWEEPS"))
DRAWN = "all" if WHOLE else f"drawn with seed {SEED}"

T = TypeVar("T")


def portion(moments: Iterable[T], one_of: int) -> list[T]:
    """All where WHOLE_SWEEPS is set; else one of each `one_of` in a row, so that no stretch is left out."""
    every = list(moments)
    if WHOLE:
        return every
    dice = random.Random(SEED)
    return [dice.choice(every[at : at + one_of]) for at in range(0, len(every), one_of)]
