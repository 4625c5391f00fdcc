"""The plug is pulled while citizens tap: the disk forgets what was not flushed, the machine boots again, and every
answer that anybody was promised must be there, once, in order.

The control that must fail: the same with a disk that says yes to a flush and does nothing.
"""

import contextlib
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.appliance.glass import Glass, Ledger, NotShown, PowerGone, fits
from tests.appliance.ground import DATA, Ground, enrol, memory_used_mb, status, wait_for_delivery
from tests.appliance.machine import Disk, Machine
from tests.appliance.parts import Outcome
from tests.appliance.shell import ShellError

THANKED_BEFORE = (1, 3)  # citizens who are let finish in a boot: what nobody was thanked for cannot be lost
TAPPING_S = 15.0  # from the last of those on people tap until the cut, at most so long
IN_THE_START = 0.2  # share of cuts that come before anybody is asked
START_S = (5.0, 60.0)
LYING_S = 5.0


@dataclass(frozen=True)
class Plan:
    """When one boot is cut: after `thanked` citizens and `tapping_s` seconds of others; or, where nobody is thanked,
    `tapping_s` seconds after power-on."""

    thanked: int
    tapping_s: float

    @classmethod
    def thrown(cls, dice: random.Random) -> "Plan":
        if dice.random() < IN_THE_START:
            return cls(0, dice.uniform(*START_S))
        return cls(dice.randint(*THANKED_BEFORE), dice.uniform(0.0, TAPPING_S))


@dataclass
class Boots:
    """What happened over all boots of one disk."""

    ledgers: list[Ledger] = field(default_factory=list)
    volatile: int = 0
    survived: int = 0
    in_the_start: int = 0

    def promised(self) -> list[list[int]]:
        return [ledger.levels for ledger in self.ledgers]

    def counts(self) -> dict[str, int]:
        return {
            "boots": len(self.ledgers) + self.in_the_start,
            "cut in the start": self.in_the_start,
            "taps": sum(ledger.taps for ledger in self.ledgers),
            "promised": sum(map(len, self.promised())),
            "thanked": sum(ledger.thanked for ledger in self.ledgers),
            "volatile sectors": self.volatile,
            "of them survived": self.survived,
        }


def run(ground: Ground, outcome: Outcome, cycles: int) -> None:
    """Boot, enrol, tap, cut, and so on `cycles` times; then compare with the office."""
    image, boots, dice = ground.card("cuts.img"), Boots(), ground.dice("cuts")
    for number in range(cycles):
        plan, seed = Plan.thrown(dice), dice.randrange(2**32)
        try:
            if number == 0:
                one_boot(ground, image, boots, "cold", seed, Plan(max(1, plan.thanked), plan.tapping_s), _enrolled)
            elif plan.thanked:
                one_boot(ground, image, boots, "after-cut", seed, plan)
            else:
                cut_in_the_start(ground, image, boots, seed, plan)
        finally:
            outcome.counts |= {"cuts": number + 1, **boots.counts(), "seed": ground.seed}
        print(f"  cut {number + 1}/{cycles}: {outcome.line()}", flush=True)
    _compare(ground, outcome, image, boots)
    outcome.counts["seconds to the first screen"] = sorted(ground.boots["after-cut"])


def one_boot(
    ground: Ground,
    image: Path,
    boots: Boots,
    kind: str,
    seed: int,
    plan: Plan,
    prepared: "Callable[[Ground, Machine, Glass], None] | None" = None,
    lying: bool = False,
) -> None:
    """One start from cold to the cut. Raises: NotShown, ShellError if it does not come up."""
    boots.ledgers.append(Ledger([]))
    with _until_the_cut(ground, image, boots, seed, lying) as machine:
        glass = ground.first_screen(machine, kind)
        if prepared:
            prepared(ground, machine, glass)
        citizens = ground.citizens(glass, ground.dice(f"citizens {seed}"), boots.ledgers[-1])
        for _ in range(plan.thanked):
            citizens.serve_whole()
        plug = threading.Timer(plan.tapping_s, machine.kill)
        plug.start()
        with contextlib.suppress(PowerGone):
            while True:
                citizens.serve()
        plug.join()


def cut_in_the_start(ground: Ground, image: Path, boots: Boots, seed: int, plan: Plan) -> None:
    """The power comes and goes before anybody is asked."""
    boots.in_the_start += 1
    with _until_the_cut(ground, image, boots, seed):
        time.sleep(plan.tapping_s)


@contextlib.contextmanager
def _until_the_cut(ground: Ground, image: Path, boots: Boots, seed: int, lying: bool = False) -> Iterator[Machine]:
    """A machine on its disk; whatever happens it ends with the plug pulled."""
    server = ground.serve(image, seed, lying)
    try:
        with ground.machine("cuts", Disk(socket=server.socket)) as machine:
            yield machine
    finally:
        told = server.end(cut=True)
        boots.volatile += told["volatile"]
        boots.survived += told["survived"]


def _enrolled(ground: Ground, machine: Machine, glass: Glass) -> None:
    ground.look_at_the_code_pad(glass)
    machine.shell.wait(120.0)
    enrol(machine, ground.office)
    glass.wait_for("the invitation", lambda now: now.screen == "invitation")


def _compare(ground: Ground, outcome: Outcome, image: Path, boots: Boots) -> None:
    """One more boot, an orderly one: what the outbox and the office have is what was promised."""
    server = ground.serve(image, ground.seed)
    promised = boots.promised()
    try:
        with ground.machine("cuts", Disk(socket=server.socket)) as machine:
            ground.first_screen(machine, "after-cut")
            machine.shell.wait(120.0)
            sealed = wait_for_delivery(machine, ground.office, sum(map(len, promised)))
            told, overall = status(machine), overall_question(machine)
            outcome.counts["memory in use MB"] = memory_used_mb(machine)
            shut_down(machine)
    finally:
        server.end(cut=False)
    found = levels(ground, told["kiosk"], overall)
    outcome.counts |= {"found": len(found), "lost": max(0, sum(map(len, promised)) - len(found)),
                       "unseen": len(found) - sum(map(len, promised)), "sealed": sealed}  # fmt: skip
    if not sum(ledger.thanked for ledger in boots.ledgers):
        outcome.wrong.append(
            "nobody was thanked before any cut, so nothing could be lost: more cycles, or a quieter machine"
        )
    if not fits(promised, found):
        outcome.wrong.append(f"promised {promised}, found {found}")
    if told["health"]["quarantined"] or len(found) != sealed:
        outcome.wrong.append(f"the outbox sealed {sealed}, the office counts {len(found)}: {told['health']}")
    ground.office.office("verify")


def control(ground: Ground, outcome: Outcome) -> None:
    """A lying disk, once, without a line: what was promised on it must be missing then, or this trial is blind."""
    image, boots, before = ground.work / "cuts.img", Boots(), [0]
    if not image.exists():
        outcome.skipped.append("needs the disk that the part «cuts» has enrolled")
        return

    def note(_ground: Ground, machine: Machine, _glass: Glass) -> None:
        machine.plug_line(False)
        machine.shell.wait(120.0)
        before[0] = status(machine)["health"]["next_seq"]

    one_boot(ground, image, boots, "lying", ground.seed, Plan(2, LYING_S), note, lying=True)
    promised = sum(map(len, boots.promised()))
    kept, seen = _left(ground, image, before[0])
    outcome.counts |= {**boots.counts(), "kept": kept, "then": seen, "seed": ground.seed}
    if not promised or kept >= promised:
        outcome.wrong.append(f"a disk that keeps nothing kept {kept} of {promised}: this trial cannot see a loss")


def _left(ground: Ground, image: Path, before: int) -> tuple[int, str]:
    """How many answers the next boot still has, and how that boot went."""
    server = ground.serve(image, ground.seed)
    try:
        with ground.machine("control", Disk(socket=server.socket)) as machine:
            machine.plug_line(False)
            ground.first_screen(machine, "after-lying")
            machine.shell.wait(120.0)
            return status(machine)["health"]["next_seq"] - before, "it boots"
    except (NotShown, ShellError, PowerGone, ValueError, KeyError) as error:
        return 0, f"it does not come up: {str(error)[:80]}"
    finally:
        server.end(cut=False)


def levels(ground: Ground, kiosk: str, overall: str) -> list[int]:
    """Overall ratings of this kiosk's records at the office, in the order of its chain."""
    records = [record for record in ground.office.records() if record["kiosk"] == kiosk]
    return [int(record["answers"][overall]) for record in records]


def overall_question(machine: Machine) -> str:
    form: dict[str, Any] = json.loads(machine.shell.run(f"cat {DATA}/form.json"))
    return next(str(asked["code"]) for asked in form["questions"] if asked.get("role") == "overall")


def shut_down(machine: Machine) -> None:
    """In order, as a technician would."""
    with contextlib.suppress(ShellError):  # the shell goes down with it
        machine.shell.run("systemctl poweroff", 5.0, check=False)
    machine.process.wait(300.0)
