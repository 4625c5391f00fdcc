"""Somebody hits the glass at random, at every pace from a frenzy to a bored thumb: how many of those look like answers?

Run: python -m tests.soak.hammering [--hits N] [--seed N]. The real loop, window, session and outbox; only the clock is
handed in. A false complete is a record whose state is complete and that carries no flag.
"""

import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from survey.record import State
from tests.soak import apart
from tests.soak.rig import records_of
from tests.soak.sittings import HandedClock, counter_in

PACES = ((0.02, 0.08), (0.08, 0.25), (0.25, 0.6), (0.6, 1.5), (1.5, 4.0))  # seconds between two hits
SPELL_HITS = (20, 400)  # then a pause, and perhaps another pace
PAUSE_S = (1, 120)


@dataclass
class Outcome:
    """`paces`: hits at each pace."""

    seed: int
    paces: dict[str, int] = field(default_factory=dict)
    records: int = 0
    complete: int = 0
    false_complete: int = 0
    flags: dict[str, int] = field(default_factory=dict)

    @property
    def false_share(self) -> float:
        return self.false_complete / max(self.records, 1)

    def line(self) -> str:
        return (
            f"{sum(self.paces.values()):,} random hits ({self.paces}): {self.records:,} records, "
            f"{self.complete} complete, {self.false_complete} of them without a flag = {self.false_share:.2%} of the "
            f"records; flags {self.flags}; seed {self.seed}"
        )


class Hitter:
    """Plays inside the loop: `going` is asked once a turn."""

    def __init__(self, counter, clock: HandedClock, outcome: Outcome, hits: int) -> None:
        self._counter, self._clock, self._outcome, self._left = counter, clock, outcome, hits
        self._rng, self._spell, self._pace = random.Random(outcome.seed), 0, PACES[0]

    def going(self) -> bool:
        if self._left <= 0:
            self._clock.pass_s(300)  # whoever it was has gone
            return self._counter.scene.screen != "invitation"
        if self._spell <= 0:
            self._spell, self._pace = self._rng.randint(*SPELL_HITS), self._rng.choice(PACES)
            self._clock.pass_s(self._rng.uniform(*PAUSE_S))
        else:
            self._hit()
        self._counter.window.wake()
        return True

    def _hit(self) -> None:
        self._clock.pass_s(self._rng.uniform(*self._pace))
        self._left, self._spell = self._left - 1, self._spell - 1
        name = f"{self._pace[0]}–{self._pace[1]} s"
        self._outcome.paces[name] = self._outcome.paces.get(name, 0) + 1
        width, height = self._counter.scene.size
        self._counter.tapped(self._rng.random() * width, self._rng.random() * height)


def run(hits: int, seed: int, size: str, directory: Path) -> Outcome:
    """Needs a display of that size."""
    clock, outcome = HandedClock(), Outcome(seed)
    counter, store = counter_in(directory, size, clock)
    from kiosk.notify import Notify

    counter.run(Hitter(counter, clock, outcome, hits).going, lambda: None, Notify({}))
    store.close()
    flags: Counter[str] = Counter()
    for record in records_of(directory):
        submission = record.submission
        flags.update(submission.flags)
        outcome.records += 1
        outcome.complete += submission.state is State.COMPLETE
        outcome.false_complete += submission.state is State.COMPLETE and not submission.flags
    outcome.flags = dict(sorted(flags.items()))
    return outcome


def run_apart(hits: int, seed: int, size: str = "800x480", timeout_s: float | None = None) -> Outcome:
    """The same in a process and on a display of its own."""
    return apart.run_apart("tests.soak.hammering", Outcome, {"hits": hits, "seed": seed}, size, timeout_s)


def main(arguments: Sequence[str] | None = None) -> int:
    return apart.command_line(__doc__, ("hits", 200_000), run_apart, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
