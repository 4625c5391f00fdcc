"""What the crowd is to do, from one JSON file: which counters, on which days how many, in what mood. Pure values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError

MOST_A_DAY = 200  # more than one counter can serve
Weights = Mapping[str, int]


class BadScript(KioskError):
    """A script that nobody can follow; says where it is wrong."""

    code = "bad_script"
    hint = "Mend the named place of the script."


@dataclass(frozen=True, slots=True)
class CounterScript:
    """`directory`: the kiosk's data. `satisfied`: of a hundred citizens, how many. `weak`: code of the factor that is
    worse than the others, "" for none. `fields`, `respondents`, `agencies`: weights of what slips say; without
    `fields` no slips are handed out. `stuffed`: answers that one hand gives in a row on the last day."""

    directory: Path
    days: Mapping[date, int]
    satisfied: int
    weak: str = ""
    fields: Weights | None = None
    respondents: Weights | None = None
    agencies: Weights | None = None
    stuffed: int = 0


def read_script(data: bytes, root: Path) -> tuple[int, list[CounterScript]]:
    """Seed and counters. Raises: BadScript."""
    try:
        value = json.loads(data)
        return int(value["seed"]), [_counter(each, root) for each in value["counters"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadScript(f"the script cannot be read: {type(error).__name__} {error}") from None


def _counter(value: Any, root: Path) -> CounterScript:
    days = {date.fromisoformat(day): int(count) for day, count in value["days"].items()}
    if any(not 0 <= count <= MOST_A_DAY for count in days.values()):
        raise ValueError(f"more than {MOST_A_DAY} answers on one day at {value['directory']}")
    if unknown := value.keys() - CounterScript.__slots__:
        raise ValueError(f"unknown {sorted(unknown)}")
    return CounterScript(**(value | {"directory": root / value["directory"], "days": days}))
