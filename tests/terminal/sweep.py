"""The crash-point sweep: the supply cut at every step of a write path, each time from the same memory.

Judged after each cut: a promised press is delivered once, a dark one at most once; TOTALS are what was delivered;
nothing is damaged, no rule of the chips was broken; the next press is promised and delivered.

Run: python -m tests.terminal.sweep [--paths NAME …] [--every US] [--seed N] [--jobs N] [--picture FILE]
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from firmware_bridge.frames import Flag
from firmware_bridge.simulator.native import BUTTONS
from tests.terminal.builds import BUILD, program, program_name
from tests.terminal.match import Pressed, mismatch
from tests.terminal.paths import BY_NAME, DEEP, NOW_QUARTER, RING, Base, Reader, Start, Work, WritePath
from tests.terminal.rig import Rig

IDLE_MS = 350  # after the link is up: nothing is being written any more
HOLD_US, BOUNCE_US = 150_000, 2_500
REST_MS = 400
BUTTON, NEXT_BUTTON = 3, 1
PATIENCE_MS = 20_000
PICTURE = BUILD / "sweep.png"
MOST_TOLD = 10


class Fate(StrEnum):
    """What was left, when the supply was cut, of what was being written."""

    ABSENT = "absent"
    DARK = "durable, lamp dark"
    PROMISED = "lamp was lit"


@dataclass(frozen=True, slots=True)
class Cut:
    at_us: int
    fate: Fate
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class Swept:
    path: WritePath
    cuts: list[Cut] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        return [f"{self.path.name} at {cut.at_us:,} us: {'; '.join(cut.faults)}" for cut in self.cuts if cut.faults]

    def line(self) -> str:
        fates = Counter(cut.fate for cut in self.cuts)
        counted = ", ".join(f"{fates[fate]:,} {fate}" for fate in Fate)
        return f"{self.path.name}: {len(self.cuts):,} cuts ({counted}), {len(self.faults)} wrong"


@cache
def base_of(path: WritePath) -> Base:
    return path.base()


def moments(path: WritePath, step_us: int, dice: random.Random) -> list[int]:
    """One at a random place of each step."""
    return [at_us + dice.randrange(step_us) for at_us in range(0, path.span_us, step_us)]


def sweep(path: WritePath, binary: Path, moments_us: Iterable[int], seed: int) -> Swept:
    return Swept(path, [cut_at(path, binary, at_us, seed * 1_000_000 + at_us) for at_us in moments_us])


def cut_at(path: WritePath, binary: Path, at_us: int, seed: int) -> Cut:
    """One life of a terminal: up to the cut, and after it."""
    with Rig(binary, seed=seed, kind=path.fram, memory=base_of(path).memory) as rig:
        try:
            _begin(rig, path)
            before = rig.board.lamp_counts
            rig.run_us(at_us)
            lit = rig.board.lamp_counts != before
            _cut(rig)
            return _judge(rig, path, at_us, lit)
        except AssertionError as error:
            return Cut(at_us, Fate.ABSENT, (str(error),))


def _begin(rig: Rig, path: WritePath) -> None:
    """Up to the moment that the sweep's time is counted from."""
    rig.host.wall_ms = base_of(path).wall_ms
    rig.host.disk.known_before = base_of(path).delivered
    if path.start is Start.PROVISION:
        assert rig.run_until(lambda: rig.host.named > 0), "nobody asked for an identity"
        return
    if path.start is Start.TIME_MARK:
        assert rig.run_until(lambda: rig.host.linked), "no HELLO"
        return
    rig.connect()
    rig.run_ms(IDLE_MS)
    rig.up.cut = rig.down.cut = not path.linked
    rig.board.press(BUTTON, HOLD_US, BOUNCE_US)


def _cut(rig: Rig) -> None:
    rig.up.cut = rig.down.cut = False
    rig.host.wall_ms = None
    rig.host.restart(rig.now_s)
    rig.cut_power()


def _judge(rig: Rig, path: WritePath, at_us: int, lit: bool) -> Cut:
    rig.connect()
    hello = rig.host.link.hello
    assert hello is not None
    rig.run_ms(REST_MS)
    next_lit = rig.press(NEXT_BUTTON, rest_ms=REST_MS)
    faults = [] if next_lit else ["the next press was not promised"]
    faults += _wrong_totals(rig, base_of(path))
    delivered = rig.host.disk.buttons()
    pressed = [Pressed(BUTTON, lit)] if path.start is Start.PRESS else []
    pressed.append(Pressed(NEXT_BUTTON, next_lit))
    if found := mismatch(pressed, delivered):
        faults.append(f"{found}: pressed {pressed}, delivered {delivered}")
    faults += _wrong_marks(rig, base_of(path)) + _wrong_health(rig)
    return Cut(at_us, _fate(rig, path, lit, delivered), tuple(faults))


def _fate(rig: Rig, path: WritePath, lit: bool, delivered: Sequence[int]) -> Fate:
    if path.start is Start.PRESS:
        durable = BUTTON in delivered
    elif path.start is Start.PROVISION:
        durable = rig.host.named == 0
    else:
        durable = len(rig.host.marks.keys() - {mark.boot for mark in base_of(path).marks}) > 0
    return Fate.PROMISED if lit else Fate.DARK if durable else Fate.ABSENT


def _wrong_totals(rig: Rig, base: Base) -> list[str]:
    totals, disk = rig.ask_totals(), rig.host.disk
    made = [getattr(totals, f"presses_{button}") for button in range(BUTTONS)] + [totals.bursts]
    delivered = disk.buttons()
    came = [delivered.count(button) for button in range(BUTTONS)] + [disk.bursts]
    wanted = [before + now for before, now in zip(base.made, came, strict=True)]
    return [] if made == wanted else [f"TOTALS {made}, not {wanted}"]


def _wrong_marks(rig: Rig, base: Base) -> list[str]:
    """Of earlier starts the lowest may have lost its place; a new one must be right."""
    found, old = rig.host.marks, {mark.boot: mark for mark in base.marks}
    lost = [boot for boot in sorted(old)[1:] if found.get(boot) != old[boot]]
    strange = [mark for boot, mark in found.items() if mark != old.get(boot) and mark.quarter != NOW_QUARTER]
    return [f"time mark of start {boot} is gone" for boot in lost] + [f"{mark} is strange" for mark in strange]


def _wrong_health(rig: Rig) -> list[str]:
    status = rig.host.link.status
    if status is None:
        return ["no STATUS"]
    faults = [
        f"{name} {getattr(status, name)}" for name in ("corrupt", "bad_slots", "refused") if getattr(status, name)
    ]
    if status.flags & (Flag.STORE_FAULT | Flag.DEEP_LOST | Flag.DEEP_FOREIGN | Flag.FULL | Flag.OVERFLOW):
        faults.append(f"flags {status.flags:#x}")
    return faults + [f"{count} {name}" for name, count in rig.violations().items()]


def work_of(path: WritePath, binary: Path) -> list[Work]:
    """What an undisturbed path does and when, from the chips' own events."""
    with Rig(binary, seed=1, kind=path.fram, memory=base_of(path).memory) as rig:
        _begin(rig, path)
        rig.board.events()
        reader = Reader(rig.board.cycle)
        rig.run_us(path.span_us)
        for event in rig.board.events():
            reader.take(event)
    return reader.work


def sweep_all(paths: Sequence[WritePath], every_us: int | None, seed: int, jobs: int) -> list[Swept]:
    dice, work = random.Random(seed), []
    for path in paths:
        all_us = moments(path, every_us or path.step_us, dice)
        work += [(path, program(), all_us[at : at + 20], seed) for at in range(0, len(all_us), 20)]
    whole = {path.name: Swept(path) for path in paths}
    with multiprocessing.Pool(jobs) as pool:
        for swept in pool.starmap(sweep, work, chunksize=1):
            whole[swept.path.name].cuts += swept.cuts
    return list(whole.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--paths", nargs="+", choices=sorted(BY_NAME), help="all, unless given")
    parser.add_argument(
        "--every", type=int, help="microseconds between two cuts; 200 unless given, 50 in the deep store"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    options = parser.parse_args()
    began_s = time.monotonic()
    paths = [BY_NAME[name] for name in options.paths or BY_NAME]
    found = sweep_all(paths, options.every, options.seed, options.jobs)
    for swept in found:
        print(f"sweep, {swept.line()}")
    wrong = [fault for swept in found for fault in swept.faults]
    print(f"sweep: seed {options.seed}, program {program_name()}, {time.monotonic() - began_s:.0f} s")
    for fault in wrong[:MOST_TOLD]:
        print(f"  {fault}")
    draw(found, options.picture)
    return bool(wrong)


def draw(found: Sequence[Swept], out: Path) -> None:
    from tests.terminal import picture  # Pillow is slow to load, and only the picture needs it

    shown = [swept for swept in found if swept.path in (RING, DEEP)]
    if shown:
        picture.draw([(swept, work_of(swept.path, program())) for swept in shown], out)


if __name__ == "__main__":
    sys.exit(main())
