"""The limits in limits.toml, read once. Decides nothing."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """`bursts`: (seconds, answers within them that are too many), counted in slots of `slot_s` seconds.

    `wrong`, `begun`: of one address within a quarter-hour. `waits_days`: after the last touch of a slip's answer.
    """

    slot_s: int
    bursts: tuple[tuple[int, int], ...]
    wrong: int
    begun: int
    waits_days: int


def read_limits(text: str) -> Limits:
    """Raises: ValueError, KeyError, TypeError for a file that is none."""
    table = tomllib.loads(text)
    unit, address = table["unit"], table["address"]
    bursts = tuple((int(seconds), int(answers)) for seconds, answers in unit["bursts"])
    wrong, begun = int(address["wrong"]), int(address["begun"])
    return Limits(int(unit["slot_s"]), bursts, wrong, begun, int(table["slip"]["waits_days"]))


LIMITS = read_limits(Path(__file__).with_name("limits.toml").read_text("utf-8"))
