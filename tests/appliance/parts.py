"""What one part of the trial hands back, and the table of all of them."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.appliance.ground import Ground


@dataclass
class Outcome:
    """`counts`: what was done and found; `wrong`: what the appliance did not keep; `skipped`: what was not
    tried, and why."""

    name: str
    counts: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def line(self) -> str:
        told = ", ".join(f"{key} {value}" for key, value in self.counts.items())
        verdict = "WRONG" if self.wrong else "skipped" if self.skipped and not self.counts else "kept"
        return f"{self.name:<10} {verdict:<8} {self.seconds / 60:5.1f} min  {told}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


Part = Callable[[Ground, Outcome], None]


def try_part(name: str, part: Part, ground: Ground) -> Outcome:
    """Run one part; whatever it raises is a finding about the appliance or about the trial, and is told as such."""
    outcome, start_s = Outcome(name), time.monotonic()
    try:
        part(ground, outcome)
    except Exception as error:  # noqa: BLE001  the other parts go on, and the run ends as failed
        outcome.wrong.append(f"{type(error).__name__}: {error}")
    outcome.seconds = round(time.monotonic() - start_s, 1)
    return outcome
