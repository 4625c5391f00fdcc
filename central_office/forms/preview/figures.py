"""The kiosk's figures that a preview needs: sizes, colours, words. Data of screen.json, which a test compares."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

_DATA: Mapping[str, Any] = json.loads((files(__package__) / "screen.json").read_bytes())
MM: Mapping[str, float] = _DATA["millimetres"]
UNITS: Mapping[str, float] = _DATA["units"]
SHARES: Mapping[str, float] = _DATA["shares"]
COLOURS: Mapping[str, str] = _DATA["colours"]
FACES: tuple[str, ...] = tuple(_DATA["faces"])
WORDS: Mapping[str, Mapping[str, str]] = _DATA["words"]
MOST_COLUMNS, MOST_ROWS = int(_DATA["grid"]["columns"]), int(_DATA["grid"]["rows"])
OF_QUESTIONS = ("title", "question", "word")  # set no smaller than a question; other text may be smaller


@dataclass(frozen=True, slots=True)
class Glass:
    """The lit area in pixels, its resolution in pixels per inch."""

    w: int
    h: int
    dpi: int


GLASSES: Mapping[str, Glass] = {name: Glass(**glass) for name, glass in _DATA["glasses"].items()}


def words_of(language: str) -> Mapping[str, str]:
    """The kiosk's own words; Vietnamese where it has none in the language."""
    return WORDS.get(language, WORDS["vi"])
