"""Soft sounds made from a table of tones: a tap, the thanks, the time that runs out. Never the only cue.

Every tap sounds the same: an officer behind the glass must not hear what was answered (law 6).
"""

import array
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from hardware.voice import Chime

Tone: TypeAlias = Sequence[float]  # hertz, milliseconds, loudness from 0 to 1
TABLE = Path(__file__).with_name("sounds.toml")
RATE = 22050  # the synthesiser's: a chime and a word need no other player
EDGE_MS = 12.0  # each tone swells and fades, so that none clicks
TAP, THANKS, WARNING = "tap", "thanks", "warning"


def chimes() -> Mapping[str, Chime]:
    """All of the table, by name."""
    table: Mapping[str, Sequence[Tone]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: Chime(name, samples(tones), RATE) for name, tones in table.items()}


def samples(tones: Sequence[Tone]) -> bytes:
    """16 bit little-endian samples of `tones` one after another, RATE a second."""
    values = array.array("h", [value for tone in tones for value in _tone(*tone)])
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def _tone(hertz: float, milliseconds: float, loudness: float) -> list[int]:
    count = round(RATE * milliseconds / 1000)
    edge = max(min(RATE * EDGE_MS / 1000, count / 2), 1)
    top = 32767 * min(max(loudness, 0.0), 1.0)
    return [
        round(top * _swell(min(place, count - 1 - place) / edge) * math.sin(2 * math.pi * hertz * place / RATE))
        for place in range(count)
    ]


def _swell(part: float) -> float:
    """From 0 at the end of a tone to 1 within it, without a corner."""
    return 0.5 - 0.5 * math.cos(math.pi * min(part, 1.0))
