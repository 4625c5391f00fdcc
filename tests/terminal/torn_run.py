"""Starts the program on torn memories and compares what it says with what it must say. Knows no layout.

Run: python -m tests.terminal.torn_run [--images N] [--deep N] [--seed N] [--jobs N]
"""

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from firmware_bridge.frames import Flag, Press
from firmware_bridge.simulator.board import Fram
from tests.terminal import deep_torn, image, torn
from tests.terminal.builds import program, program_name
from tests.terminal.image import Record
from tests.terminal.rig import BLANK, Memory
from tests.terminal.start import Said, Starter
from tests.terminal.torn_past import Expected

MOST_TOLD = 5


@dataclass(slots=True)
class Tally:
    images: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> "Tally":
        return Tally(self.images + other.images, self.kinds + other.kinds, self.wrong + other.wrong)

    def note(self, kind: str, name: str, faults: list[str]) -> None:
        self.images += 1
        self.kinds[kind] += 1
        if faults:
            self.wrong.append(f"{name} ({kind}): {'; '.join(faults)}")


def differences(expected: Expected, said: Said) -> list[str]:
    """What was said and should not have been, or the other way round; empty when all is right."""
    if said.hello is None:
        return ["no HELLO"]
    hello = said.hello
    found = {"epoch": hello.epoch, "next_seq": hello.next_seq, "boot": hello.boot, "unacked": hello.unacked}
    wanted = {
        "epoch": expected.epoch,
        "next_seq": expected.next_seq,
        "boot": expected.boot,
        "unacked": len(expected.presses),
    }
    faults = [f"{name} {found[name]}, not {wanted[name]}" for name in found if found[name] != wanted[name]]
    return faults + (_differences_of_words(expected, said) if expected.epoch else [])


def _differences_of_words(expected: Expected, said: Said) -> list[str]:
    faults = []
    presses = [_record_of(press) for press in said.presses[: len(expected.presses) or None]]
    if presses != expected.presses:
        faults.append(f"presses {[r.seq for r in presses]}, not {[r.seq for r in expected.presses]}")
    if said.totals is None or said.status is None:
        return [*faults, "no TOTALS or no STATUS"]
    totals = said.totals
    made = (totals.presses_0, totals.presses_1, totals.presses_2, totals.presses_3, totals.presses_4, totals.bursts)
    if made != expected.made:
        faults.append(f"totals {made}, not {expected.made}")
    marks = sorted(expected.marks.values(), key=lambda mark: -mark.boot)
    if said.marks != marks:
        faults.append(f"marks {said.marks}, not {marks}")
    for name in ("corrupt", "bad_slots", "refused"):
        if getattr(said.status, name):
            faults.append(f"{name} {getattr(said.status, name)}")
    if said.status.flags & (Flag.STORE_FAULT | Flag.DEEP_LOST | Flag.DEEP_FOREIGN):
        faults.append(f"flags {said.status.flags:#x}")
    return faults


def _record_of(press: Press) -> Record:
    return Record(press.seq, press.boot, press.t_ms, press.what, press.aux)


def try_torn(path: Path, seed: int, count: int, first_erased: int = image.MARK_OF_RECORD) -> Tally:
    """Internal memories, without a deep store."""
    tally, starter = Tally(), Starter(path, Fram.ABSENT, seed)
    for number, one in enumerate(torn.many(seed, count, first_erased)):
        said = starter.start(Memory(one.image, BLANK.fram))
        tally.note(one.kind, f"image {number} of seed {seed}, step {one.step}", differences(one.expected, said))
    starter.close()
    return tally


def try_deep(path: Path, seed: int, count: int) -> Tally:
    tally, starter = Tally(), Starter(path, Fram.PRESENT, seed)
    for number, (kind, memory, expected) in enumerate(deep_torn.many(seed, count)):
        said = starter.start(memory)
        tally.note(f"deep {kind}", f"deep image {number} of seed {seed}", differences(expected, said))
    starter.close()
    return tally


def run(images: int, deep: int, seed: int, jobs: int) -> Tally:
    """Both kinds, in `jobs` processes with a seed each."""
    program()  # fails here, not in every process
    work = [(program(), seed * 1000 + job, images // jobs) for job in range(jobs)]
    deep_work = [(program(), seed * 1000 + job, deep // jobs) for job in range(jobs)]
    whole = Tally()
    with multiprocessing.Pool(jobs) as pool:
        for tally in [*pool.starmap(try_torn, work), *pool.starmap(try_deep, deep_work)]:
            whole = whole.add(tally)
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--deep", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    began_s = time.monotonic()
    tally = run(options.images, options.deep, options.seed, options.jobs)
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(tally.kinds.items()))
    print(
        f"torn images: {tally.images:,} ({kinds}), {len(tally.wrong)} wrong, "
        f"seed {options.seed}, program {program_name()}"
    )
    print(f"  {time.monotonic() - began_s:.0f} s")
    for line in tally.wrong[:MOST_TOLD]:
        print(f"  {line}")
    return bool(tally.wrong)


if __name__ == "__main__":
    sys.exit(main())
