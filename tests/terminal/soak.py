"""The soak in real time: terminal, cable and host are processes, killed and cut at random; match is the judge.

Run: python -m tests.terminal.soak [--presses N] [--rate R] [--seed N] [--directory DIR] [--least-cuts N]
     [--least-pulls N]
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

from firmware_bridge.simulator.native import BUTTONS
from tests.terminal.builds import program_name
from tests.terminal.match import Mismatch, Pressed, mismatch
from tests.terminal.noise import QUIET, Rates
from tests.terminal.processes import Rigging

GAP_MS = 420  # between two contacts
LAMP_MS = 1500  # a start, in which a contact waits, takes 1.2 s (PROTOCOL.md §5): a lamp after that is a fault
UNNAMED_GAP_MS = 2000  # the refractory time is 1.5 s until the identity says otherwise
NOISE = Rates(flips=2e-3, drops=5e-4, doubles=5e-4, delays=5e-4)
LONGEST_OUT = 12  # presses, for which the cable is out
POLL_S = 0.005
SETTLE_POLLS = 40
POLLS = 4000
TELL_EVERY = 500
POWER_CUTS = ("power cuts in a write path", "power cuts while idle")
PULLS = ("cables cut", "cables unplugged")


@dataclass(frozen=True, slots=True)
class Trial:
    """Chances are for each press; `rate`: how much faster than real time; `noise`: on the line, both ways.

    `least_cuts`, `least_pulls`: with fewer power cuts or cables pulled it was no trial.
    """

    presses: int
    seed: int
    rate: float = 5.0
    cut_in_write_path: float = 0.02
    cut_while_idle: float = 0.005
    pulled: float = 0.015
    host_crash: float = 0.01
    noise: Rates = NOISE
    least_cuts: int = 0
    least_pulls: int = 0

    def shortfalls(self, happened: Counter[str]) -> list[str]:
        """What happened too seldom to prove anything."""
        wanted = {"power cuts": (POWER_CUTS, self.least_cuts), "pulls": (PULLS, self.least_pulls)}
        made = {name: sum(happened[way] for way in ways) for name, (ways, _) in wanted.items()}
        return [f"{made[name]} {name} of {least} wanted" for name, (_, least) in wanted.items() if made[name] < least]


@dataclass(slots=True)
class Outcome:
    pressed: list[Pressed]
    delivered: list[int]
    bursts: int
    faults: list[str]
    happened: Counter[str]
    trial: Trial
    harm: dict[str, dict[str, int]] = field(default_factory=dict)

    def line(self) -> str:
        lit = sum(press.lit for press in self.pressed)
        counts = ", ".join(f"{count:,} {name}" for name, count in sorted(self.happened.items()))
        return (
            f"{len(self.pressed):,} presses, {lit:,} promised, {len(self.delivered):,} delivered: "
            f"{'; '.join(self.faults) or 'each once'}; {self.bursts} bursts; {counts}; "
            f"{self._noise()}; seed {self.trial.seed}"
        )

    def _noise(self) -> str:
        rates = ", ".join(f"{name} {rate:g}" for name, rate in asdict(self.trial.noise).items())
        done = {name: sum(way[name] for way in self.harm.values()) for name in asdict(Rates())}
        carried = sum(way["carried"] for way in self.harm.values())
        done_words = ", ".join(f"{count:,} {name}" for name, count in done.items())
        return f"noise per byte {rates}: {done_words} in {carried:,} bytes"


class Soak:
    def __init__(self, trial: Trial, directory: Path) -> None:
        self.trial = trial
        self.dice = random.Random(trial.seed)
        self.pressed: list[Pressed] = []
        self.happened: Counter[str] = Counter()
        self._out_for = 0
        self._back = ""
        self.rigging = Rigging(directory, trial.seed, trial.rate, trial.host_crash)

    def run(self, say: Callable[[str], None] = lambda line: None) -> Outcome:
        try:
            self._name_terminal()
            self._make_noise(self.trial.noise)
            for number in range(1, self.trial.presses + 1):
                self._press()
                if number % TELL_EVERY == 0:
                    say(f"{number:,} presses, {dict(self.happened)}")
            return self._settle()
        finally:
            self.rigging.close()

    def _make_noise(self, rates: Rates) -> None:
        self.rigging.to_cable(f"noise {' '.join(map(str, astuple(rates)))}")

    def _name_terminal(self) -> None:
        """Until it has its identity: only then it counts presses."""
        for _ in range(POLLS):
            self.rigging.to_terminal("press 0 60")
            self._pass_ms(UNNAMED_GAP_MS)
            if any(self.rigging.lamp_counts()):
                break
        self.pressed.append(Pressed(0, lit=True))
        assert self.rigging.lamp_counts() == [1, 0, 0, 0, 0], "the terminal never got its identity"

    def _pass_ms(self, ms: float) -> None:
        """Let the terminal live for so long, however slow this machine is."""
        end_ms = self.rigging.now_ms() + ms
        for _ in range(POLLS):
            if self.rigging.now_ms() >= end_ms:
                return
            time.sleep(POLL_S)
        raise AssertionError("the terminal's clock stands still")

    def _press(self) -> None:
        trial, dice, before = self.trial, self.dice, self.rigging.lamp_counts()
        button, dies = dice.randrange(BUTTONS), dice.random() < trial.cut_in_write_path
        if dies:
            self.rigging.to_terminal(f"die {dice.randrange(100, 80_000)} press")
        self.rigging.to_terminal(f"press {button} {dice.randrange(40, 140)} {dice.randrange(6000)}")
        if dies:
            self.rigging.terminal.wait()
            self._power_back(POWER_CUTS[0])
        else:
            self._wait_for_lamp(button, before)
        after = self.rigging.lamp_counts()
        rises = [now - then for now, then in zip(after, before, strict=True)]
        assert sum(rises) == rises[button] <= 1, self._wrong_lamps(button, rises)
        self.pressed.append(Pressed(button, bool(rises[button])))
        self._misfortune()

    def _wrong_lamps(self, button: int, rises: list[int]) -> str:
        """A lamp of a press that was given up as dark is late; any other is false."""
        late = [press.button for press in self.pressed if not press.lit and rises[press.button]]
        before = f"; dark until now and perhaps late: {late}" if late else ", none of them late: false lamps"
        return f"press {len(self.pressed)}, of {button}: lamps rose {rises}{before}; {dict(self.happened)}"

    def _wait_for_lamp(self, button: int, before: list[int]) -> None:
        start_ms = self.rigging.now_ms()
        for _ in range(POLLS):
            lit = self.rigging.lamp_counts()[button] > before[button]
            passed_ms = self.rigging.now_ms() - start_ms
            if passed_ms >= (GAP_MS if lit else LAMP_MS):
                return
            time.sleep(POLL_S)
        raise AssertionError("the terminal's clock stands still")

    def _misfortune(self) -> None:
        self.rigging.look_after_host()
        rolled = self.dice.random()
        if rolled < self.trial.cut_while_idle:
            self.rigging.terminal.kill()
            self._power_back(POWER_CUTS[1])
        elif rolled < self.trial.cut_while_idle + self.trial.pulled and not self._out_for:
            self._pull()
        if self._out_for:
            self._out_for -= 1
            if not self._out_for:
                self.rigging.to_cable(self._back)

    def _power_back(self, name: str) -> None:
        self.happened[name] += 1
        self.rigging.power_back()
        self._pass_ms(GAP_MS)

    def _pull(self) -> None:
        self._out_for = self.dice.randrange(2, LONGEST_OUT)
        way, self._back = self.dice.choice((("cut on", "cut off"), ("unplug", "plug")))
        self.happened[PULLS[0] if way == "cut on" else PULLS[1]] += 1
        self.rigging.to_cable(way)

    def _settle(self) -> Outcome:
        """A quiet line, no more deaths; until all is there, and then whether more comes."""
        if self._out_for:
            self.rigging.to_cable(self._back)
        self._make_noise(QUIET)
        self.rigging.look_after_host(crash_rate=0)
        self.rigging.restart_host()
        for _ in range(POLLS):
            if self._verdict()[2] is None:
                break
            self._pass_ms(GAP_MS)
        for _ in range(SETTLE_POLLS):
            self._pass_ms(GAP_MS)
        delivered, bursts, found = self._verdict()
        self.happened["host deaths"] = self.rigging.host_deaths
        self.happened["repetitions"] = self.rigging.count_of("repetition")
        harm = json.loads(self.rigging.to_cable("harm"))
        faults = self._faults(found)
        return Outcome(self.pressed, delivered, bursts, faults, self.happened, self.trial, harm)

    def _faults(self, found: Mismatch | None) -> list[str]:
        """The ring is never full here: only a power cut keeps a lamp dark."""
        dark = sum(not press.lit for press in self.pressed)
        cuts = self.happened[POWER_CUTS[0]]
        faults = [str(found)] * (found is not None) + [f"{dark} dark presses after {cuts} cuts"] * (dark > cuts)
        return faults + self.trial.shortfalls(self.happened)

    def _verdict(self) -> tuple[list[int], int, Mismatch | None]:
        rows = self.rigging.delivered()
        delivered = [button for button, burst in rows if not burst]
        return delivered, len(rows) - len(delivered), mismatch(self.pressed, delivered)


def run(trial: Trial, directory: Path | None = None, say: Callable[[str], None] = lambda line: None) -> Outcome:
    own = Path(tempfile.mkdtemp(prefix="soak-", dir=directory))
    try:
        return Soak(trial, own).run(say)
    finally:
        shutil.rmtree(own, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--presses", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--least-cuts", type=int, default=200, metavar="N", help="fewer power cuts: failed")
    parser.add_argument("--least-pulls", type=int, default=200, metavar="N", help="fewer cables pulled: failed")
    options = parser.parse_args()
    began_s = time.monotonic()
    trial = Trial(
        options.presses,
        options.seed,
        options.rate,
        least_cuts=options.least_cuts,
        least_pulls=options.least_pulls,
    )
    outcome = run(trial, options.directory, lambda line: print(line, flush=True))
    print(f"soak: {outcome.line()}, program {program_name()}, rate {options.rate}, {time.monotonic() - began_s:.0f} s")
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
