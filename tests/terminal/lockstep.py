"""The lock-step soak: thousands of presses in virtual time, everything going wrong, deterministic for a seed.

Power cuts at any microsecond, resets, cables pulled, hosts that die around their commits, noise both ways. Afterwards
the judge (match) compares what was pressed with what is on the disk, and TOTALS say what the terminal counted.

Run: python -m tests.terminal.lockstep [--presses N] [--stores ring deep] [--seed N]
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_bridge.counts import Verdict
from firmware_bridge.simulator.board import Fram
from firmware_bridge.simulator.native import BUTTONS
from tests.terminal.builds import program, program_name
from tests.terminal.match import Pressed, mismatch
from tests.terminal.noise import BAD_CABLE, QUIET, Rates
from tests.terminal.rig import Rig

WRITE_PATH_MS = 130
START_MS = 1000
BOOTLOADER_US = 1_600_000
SEEN_OPEN_US = 100_000
MOST_TOLD = 3
QUIET_MS = 20_000
PATIENCE_MS = 600_000
NEARLY_FULL = 60  # of the 67 records of the internal ring; some may be given up while the press is held


@dataclass(frozen=True, slots=True)
class Trial:
    """Chances are for each press."""

    presses: int
    seed: int
    fram: Fram
    rates: Rates = BAD_CABLE
    cut_in_write_path: float = 0.03
    cut_while_idle: float = 0.01
    cable_pulled: float = 0.015
    longest_pull: int = 90  # presses; the internal ring holds 67
    reset: float = 0.005
    second_hit: float = 0.01
    host_crash: float = 0.01  # for each step with presses


@dataclass(slots=True)
class Outcome:
    pressed: list[Pressed]
    delivered: list[int]
    bursts: int
    seed: int
    happened: Counter[str] = field(default_factory=Counter)
    checks: Counter[Verdict] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    wall_s: float = 0.0

    @property
    def lit(self) -> int:
        return sum(press.lit for press in self.pressed)

    def line(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in sorted(self.happened.items()))
        verdict = "; ".join(self.faults[:MOST_TOLD]) or "each once"
        return (
            f"{len(self.pressed):,} presses, {self.lit:,} promised, {len(self.delivered):,} delivered: {verdict}; "
            f"{self.bursts} bursts; {counts}; cross-checks {self.checks[Verdict.EQUAL]:,} equal, "
            f"{self.checks[Verdict.DIFFERENT]} different; seed {self.seed}"
        )


class LockStep:
    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.dice = random.Random(trial.seed)
        self.rig = Rig(program(), seed=trial.seed, kind=trial.fram)
        self.happened: Counter[str] = Counter()
        self.pressed: list[Pressed] = []
        self.faults: list[str] = []
        self._waiting = 0  # records in the terminal's memory when the contact closed
        self._pulled_for = 0
        self._starting_ms = 0  # a press while the deep store is read counts, and its lamp comes after that

    def run(self, tell: Callable[[str], None] = lambda line: None) -> Outcome:
        began_s = time.monotonic()
        with self.rig:
            self.rig.connect()
            self._set_rates(self.trial.rates, self.trial.host_crash)
            for n in range(self.trial.presses):
                self._press()
                if n % 1000 == 999:
                    tell(f"{n + 1:,} presses, {time.monotonic() - began_s:.0f} s")
            self._settle()
            outcome = self._outcome()
        outcome.wall_s = time.monotonic() - began_s
        return outcome

    def _set_rates(self, rates: Rates, crash: float) -> None:
        self.rig.up.rates = self.rig.down.rates = rates
        self.rig.host.crash_rate = crash

    def _press(self) -> None:
        trial, dice = self.trial, self.dice
        button, before = dice.randrange(BUTTONS), self.rig.board.lamp_counts
        self._waiting = self.rig.memory.live_records()
        hold_ms, bounce_us = dice.uniform(30, 140), dice.uniform(0, 6000)
        rest_ms = 0 if dice.random() < trial.second_hit else dice.uniform(310, 460)
        self.rig.board.press(button, hold_ms * 1000, bounce_us)
        if dice.random() < trial.cut_in_write_path:
            self.rig.run_us(dice.uniform(0, WRITE_PATH_MS * 1000))
            self._cut_power("power cuts in a write path")
            self.rig.run_ms(hold_ms + 900)  # a contact that still bounced may count only now
            self._judge(button, before, may_be_dark=True)
            return
        self.rig.run_ms(hold_ms)
        if not rest_ms:
            self._hit_again()
        self.rig.run_ms((rest_ms or 700) + self._starting_ms)
        self._starting_ms = 0
        self._judge(button, before)
        self._misfortune()

    def _hit_again(self) -> None:
        """Within the refractory time: one burst in all, and no lamp."""
        self.happened["hits too soon"] += 1
        self.rig.run_ms(60)
        self.rig.board.press(self.dice.randrange(BUTTONS), 60_000)

    def _judge(self, button: int, before: list[int], may_be_dark: bool = False) -> None:
        lit = self.rig.promised(button, before)
        self.pressed.append(Pressed(button, lit))
        if not lit and not may_be_dark:
            self.happened["presses refused"] += 1
            if self._waiting < NEARLY_FULL:
                self.faults.append(f"press {len(self.pressed)} stayed dark though only {self._waiting} waited")

    def _misfortune(self) -> None:
        trial, rolled = self.trial, self.dice.random()
        for chance, happens in (
            (trial.cut_while_idle, lambda: self._cut_power("power cuts while idle")),
            (trial.reset, self._reset),
            (trial.cable_pulled, self._pull),
        ):
            if rolled < chance:
                happens()
                break
            rolled -= chance
        if self._pulled_for:
            self._pulled_for -= 1
            if not self._pulled_for:
                self.rig.up.cut = self.rig.down.cut = False

    def _cut_power(self, name: str) -> None:
        self.happened[name] += 1
        self.rig.cut_power(off_ms=self.dice.uniform(1, 400))
        self._starting_ms = START_MS
        self.rig.run_ms(self.dice.uniform(60, 300))

    def _reset(self) -> None:
        self.happened["resets"] += 1
        self.rig.board.reset(self.dice.uniform(0, BOOTLOADER_US))
        self.rig.run_us(BOOTLOADER_US + SEEN_OPEN_US)  # a contact that is closed at the start is no press
        self._starting_ms = START_MS

    def _pull(self) -> None:
        if not self._pulled_for:
            self.happened["cables pulled"] += 1
            self.rig.up.cut = self.rig.down.cut = True
            self._pulled_for = self.dice.randrange(2, self.trial.longest_pull)

    def _settle(self) -> None:
        self.rig.up.cut = self.rig.down.cut = False
        self._set_rates(QUIET, 0)
        self.rig.run_ms(QUIET_MS)
        self.rig.cut_power()
        self.rig.run_ms(50)
        assert self.rig.run_until(lambda: self.rig.host.linked, PATIENCE_MS), "the terminal did not come back"
        self.rig.ask_totals(PATIENCE_MS)

    def _outcome(self) -> Outcome:
        rig, disk = self.rig, self.rig.host.disk
        outcome = Outcome(self.pressed, disk.buttons(), disk.bursts, self.trial.seed, self.happened, rig.host.checks)
        for harm, line in ((rig.up.harm, "up"), (rig.down.harm, "down")):
            assert harm.carried or self.trial.rates == QUIET
            for name in ("flips", "drops", "doubles", "delays"):
                self.happened[f"{name} {line}"] = getattr(harm, name)
        self.happened["host crashes"] = rig.host.crashes
        self.happened["repetitions"] = disk.repetitions
        self.happened["bad frames at the host"] = rig.host.all_bad_frames
        outcome.faults = self._faults(outcome)
        return outcome

    def _faults(self, outcome: Outcome) -> list[str]:
        rig, faults = self.rig, list(self.faults)
        if found := mismatch(outcome.pressed, outcome.delivered):
            faults.append(str(found))
        totals = rig.ask_totals()
        made = [getattr(totals, f"presses_{button}") for button in range(BUTTONS)]
        on_disk = [outcome.delivered.count(button) for button in range(BUTTONS)]
        if made != on_disk or totals.bursts != outcome.bursts:
            faults.append(f"TOTALS {made} and {totals.bursts} bursts, on the disk {on_disk} and {outcome.bursts}")
        if rig.host.differences:
            faults.append(f"cross-check: {rig.host.differences[0]}")
        if outcome.bursts > outcome.happened["hits too soon"]:
            faults.append(f"{outcome.bursts} bursts from {outcome.happened['hits too soon']} hits too soon")
        if status := rig.host.link.status:
            faults += [f"{name} {value}" for name in ("corrupt", "bad_slots") if (value := getattr(status, name))]
        return faults + [f"{count} {name}" for name, count in rig.violations().items()]


STORES = {"ring": Fram.ABSENT, "deep": Fram.PRESENT}


def run(trial: Trial) -> Outcome:
    return LockStep(trial).run(lambda line: print(f"  {trial.fram.name.lower()}: {line}", flush=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--presses", type=int, default=20_000, help="in all stores together")
    parser.add_argument("--stores", nargs="+", choices=STORES, default=list(STORES))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    trials = [
        Trial(options.presses // len(options.stores), options.seed + n, STORES[name])
        for n, name in enumerate(options.stores)
    ]
    with multiprocessing.Pool(len(trials)) as pool:
        outcomes = pool.map(run, trials)
    for name, outcome in zip(options.stores, outcomes, strict=True):
        print(f"lock-step, {name}: {outcome.line()}, program {program_name()}, {outcome.wall_s:.0f} s")
    return any(outcome.faults for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())
