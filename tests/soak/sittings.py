"""Citizens without end at one counter, to see whether its memory grows: the real loop, window, session and outbox.

Run: python -m tests.soak.sittings [--sittings N] [--seed N] [--size 800x480]. Only the clock is handed in, so that a
sitting takes as long as its frames and its flushes. Prints the slope of its memory (PSS) by least squares.
"""

import os
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from kiosk.buttons import Desk
from kiosk.clock import Moment
from kiosk.config import Config, ScreenSettings, Timeouts
from kiosk.misuse import History
from kiosk.notify import Notify
from kiosk.report import NoReport
from kiosk.session import Session
from kiosk.standing import StandingFiles
from kiosk.store import outbox_in
from kiosk.texts import read_words
from kiosk.ui.gallery import FORM, form, standing
from survey.record import Clock
from tests.soak import apart

BOOT = "0123456789abcdef"
SAMPLES = 600
WARM = 0.3  # the part of the run in which caches may still fill
LONG = 0.04  # sittings of twenty taps or more, comment and all; the others leave after one to three


@dataclass
class Outcome:
    """`samples`: (sittings so far, kB of our own, kB of PSS). PSS counts a share of every library, which other
    processes change when they come and go; the slope is that of our own memory."""

    sittings: int
    seed: int
    taps: int = 0
    seconds: float = 0.0
    kept: dict[str, int] = field(default_factory=dict)
    samples: list[tuple[int, int, int]] = field(default_factory=list)

    def slope_kb(self) -> tuple[float, float]:
        """kB per 1,000 sittings and its standard error, by least squares over the samples after the caches are full.

        Each sample is taken after another citizen, whose comment took more or less: single ones differ by megabytes.
        """
        points = [(x / 1000, y) for x, y, _ in self.samples if x >= self.sittings * WARM]
        mean_x, mean_y = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
        spread = sum((x - mean_x) ** 2 for x, _ in points)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
        rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
        return slope, (rest / max(len(points) - 2, 1) / spread) ** 0.5

    def line(self) -> str:
        slope, error = self.slope_kb()
        first, last = next(each for each in self.samples if each[0] >= self.sittings * WARM), self.samples[-1]
        return (
            f"{self.sittings:,} sittings, {self.taps:,} taps in {self.seconds:,.0f} s: own memory "
            f"{first[1] / 1024:.1f} MB after {WARM:.0%}, {last[1] / 1024:.1f} MB at the end, slope "
            f"{slope:+.1f} ± {error:.1f} kB per 1,000 sittings; "
            f"PSS {last[2] / 1024:.1f} MB; caches {self.kept}; seed {self.seed}"
        )


class HandedClock:
    """Office hours for ever: time moves only when told to."""

    def __init__(self) -> None:
        self.at_s, self.wall = 1000.0, datetime(2023, 9, 4, 8, tzinfo=timezone(timedelta(hours=7)))

    def __call__(self) -> Moment:
        return Moment(self.wall, self.at_s, Clock.SYNCHRONISED)

    def pass_s(self, seconds: float) -> None:
        self.at_s += seconds
        self.wall += timedelta(seconds=seconds)


class Crowd:
    """Plays citizen after citizen inside the loop: `going` is asked once a turn, and taps."""

    def __init__(self, counter, clock: HandedClock, outcome: Outcome) -> None:
        self._counter, self._clock, self._outcome = counter, clock, outcome
        self._rng, self._done, self._answering = random.Random(outcome.seed), 0, False
        self._patience, self._rest = 1, 0
        self.sample()

    def going(self) -> bool:
        """One tap, or one silence; then the loop takes its turn without sleep."""
        screen = self._counter.scene.screen
        if screen == "invitation" and self._answering:
            self._leave()
        if self._done >= self._outcome.sittings:
            return False
        self._clock.pass_s(self._rng.uniform(0.6, 3))
        self._rest -= 1
        if self._rest > 0:
            pass  # nobody is there: the loop gets ahead with its work
        elif screen == "thanks":
            self._clock.pass_s(6)
        elif self._patience <= 0 and self._answering and self._rng.random() < 0.3:
            self._clock.pass_s(31)  # walks away
        else:
            self._tap()
        self._counter.window.wake()
        return True

    def _tap(self) -> None:
        targets = self._counter.scene.targets
        wanted = (
            [t for t in targets if t.id in ("finish", "send", "done", "send_anyway")] if self._patience <= 0 else []
        )
        target = self._rng.choice(wanted or targets)
        self._patience -= 1
        self._outcome.taps += 1
        self._answering = True
        rect = target.rect
        self._counter.tapped(rect.x + rect.w * self._rng.random(), rect.y + rect.h * self._rng.random())

    def _leave(self) -> None:
        self._done += 1
        self._answering, self._rest = False, 4
        self._patience = 20 if self._rng.random() < LONG else self._rng.randint(1, 3)
        if self._done % max(self._outcome.sittings // SAMPLES, 1) == 0:
            self.sample()

    def sample(self) -> None:
        rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
        of = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in rollup.splitlines()[1:])}
        self._outcome.samples.append((self._done, of["Pss_Anon"], of["Pss"]))
        print(*self._outcome.samples[-1], file=sys.stderr, flush=True)


def run(sittings: int, seed: int, size: str, directory: Path) -> Outcome:
    """Needs a display of that size."""
    clock, outcome = HandedClock(), Outcome(sittings, seed)
    counter, store = counter_in(directory, size, clock)
    began_s = time.monotonic()
    crowd = Crowd(counter, clock, outcome)
    counter.run(crowd.going, lambda: None, Notify({}))
    crowd.sample()
    outcome.seconds = time.monotonic() - began_s
    outcome.kept = kept(counter)
    store.close()
    return outcome


def counter_in(directory: Path, size: str, clock: HandedClock):
    """A counter of the reduced form that lives in `directory`, and its outbox. Needs a display of that size."""
    from kiosk.ui.counter import Counter

    width, height = map(int, size.split("x"))
    (directory / "form.json").write_bytes(FORM.read_bytes())
    (directory / "assignment.json").write_bytes(standing(form()).assignment.encode())
    screen = ScreenSettings(width=width, height=height, dpi=max(133 * width // 800, 40))
    config = Config(directory, screen=screen, timeouts=Timeouts())
    files, store, history = StandingFiles(directory, lambda: clock().wall.date()), outbox_in(directory), History()
    words = {language: read_words(language) for language in config.languages}
    session = Session(store, files.read, clock, os.urandom, BOOT, config.timeouts, history)
    desk = Desk([], store, files.read, clock, os.urandom, BOOT, config.timeouts.retry_s, history)
    return Counter(session, desk, words, config, clock, NoReport()), store


def kept(counter) -> dict[str, int]:
    """How full each cache of the screen is."""
    from kiosk.ui import lettering, painter

    setter, brush = counter._typesetter, counter.window._painter
    return {
        "drawings": len(brush._kept),
        "films": len(brush._films),
        "textures": lettering.texture_of.cache_info().currsize,
        "corners": painter._quarter.cache_info().currsize,
        "fits": setter.fit.cache_info().currsize,
    }


def run_apart(sittings: int, seed: int, size: str = "800x480", timeout_s: float | None = None) -> Outcome:
    """The same in a process and on a display of its own."""
    return apart.run_apart("tests.soak.sittings", Outcome, {"sittings": sittings, "seed": seed}, size, timeout_s)


def main(arguments: Sequence[str] | None = None) -> int:
    return apart.command_line(__doc__, ("sittings", 50_000), run_apart, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
