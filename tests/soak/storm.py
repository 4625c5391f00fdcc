"""A child with ten fingers, a keyboard, a mouse and nobody to mind it: random events under the window of a real kiosk.

Touches, other buttons, drags, long presses, every key with every modifier, the shortcuts by which desktops are left,
and what SDL could bring beside that. Then a citizen answers the form, and every record is read back.
"""

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kiosk.flow import Screen
from kiosk.service.flow import Place
from survey.record import Record, State
from tests.screens.conftest import Citizen
from tests.soak import sdl_events
from tests.soak.rig import CORNER_PX, HEIGHT, WIDTH, Rig, kiosk, records_of, wait_for

QUIET_S = 8.0  # longer than the idle time, after which the next citizen finds the kiosk's own language
BATCH = (5, 500)  # events handed to the display at once; then the kiosk's loop is waited for
WAKE = sdl_events.bare(0x8000)
MODIFIERS = (37, 50, 64, 108, 133)  # control, shift, alt, the other alt, super
SHORTCUTS = {  # X key codes: modifiers and key
    "F1": ((), 67), "Escape": ((), 9), "Alt-F4": ((64,), 70), "Ctrl-C": ((37,), 54), "Ctrl-V": ((37,), 55),
    "Ctrl-Q": ((37,), 24), "Ctrl-W": ((37,), 25), "Ctrl-E": ((37,), 26), "Print": ((), 107), "F10": ((), 76),
    "F11": ((), 95), "F12": ((), 96), "Alt-Tab": ((64,), 23), "Ctrl-Alt-Delete": ((37, 64), 119), "Super": ((133,), 33),
    "Menu": ((), 135), "Shift-F10": ((50,), 76), "Ctrl-Shift-I": ((37, 50), 31),
}  # fmt: skip
LEAVING = ("kivy.uix.settings", "kivy.app", "kivy.modules.", "kivy.uix.popup", "kivy.core.clipboard.", "pdb", "pty")
OWN = {str(screen) for screen in Screen} - {"paused", "unassigned"} | {str(Place.PAD)}  # which asks for a code
BEHIND = {str(place) for place in Place} - {str(Place.PAD), str(Place.CLOSED)}
CORNERS = 0.1  # of the taps fall into the upper corners, where the way into the menu begins


@dataclass
class Outcome:
    """`false_complete`: complete answers without any flag. `pads`: how often the code of the menu was asked for."""

    seed: int
    events: Counter[str] = field(default_factory=Counter)
    records: int = 0
    complete: int = 0
    false_complete: int = 0
    exits: int = 0
    settings: int = 0
    shells: int = 0
    flags: Counter[str] = field(default_factory=Counter)
    screens: set[str] = field(default_factory=set)
    pads: int = 0
    behind: int = 0
    whole: bool = False
    seconds: float = 0.0

    @property
    def false_share(self) -> float:
        return self.false_complete / max(self.records, 1)

    def line(self) -> str:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.events.items()))
        return (
            f"{self.events.total():,} random events ({kinds}) in {self.seconds:,.0f} s: {self.records:,} records, "
            f"{self.exits} exits, {self.settings} settings, {self.shells} shells, {self.pads} code pads, "
            f"{self.behind} screens behind them, {self.complete} complete, of which "
            f"{self.false_complete} without a flag = {self.false_share:.2%}; flags {dict(sorted(self.flags.items()))}; "
            f"chain whole, form answered after it: {self.whole}; seed {self.seed}"
        )


class Storm:
    """Throws events at a rig; `throw` is told of each kind by its count in `outcome`."""

    def __init__(self, rig: Rig, outcome: Outcome, rounds: Path = Path("/dev/null")) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        self._rig, self._outcome, self._rng = rig, outcome, random.Random(outcome.seed)
        self._x, self._codes, self._fake = rig.citizen._x, X, xtest.fake_input
        self._held: set[int] = set()
        self._rounds = rounds
        self._kinds = (
            [self._tap] * 10 + [self._key] * 5 + [self._shortcut] * 2
            + [self._drag, self._hold, self._other_button, self._release, self._sdl]
        )  # fmt: skip

    def knock(self) -> None:
        """Begin on the code pad: random hands find it once in a long while, and then hammer on its digits."""
        time.sleep(1.2)  # the gesture begins after a rest of the glass
        near, far = CORNER_PX / 2, WIDTH - CORNER_PX / 2
        for x in (near, far, far, near):
            self._rig.citizen.touch(x, near)
        self._outcome.screens.add(self._rig.citizen.wait()["screen"])

    def run(self, events: int) -> None:
        while self._outcome.events.total() < events:
            for _ in range(self._rng.randint(*BATCH)):
                self._rng.choice(self._kinds)()
            self._look()
        self._let_go()
        self._look()

    def _look(self) -> None:
        """Wait until the kiosk has drunk it all, and see whether it is still itself."""
        self._x.sync()
        rounds = self._rounds.stat().st_size
        wait_for(self._has_gone_round(rounds + 2), "rounds of the kiosk's loop", 60)
        outcome, rig = self._outcome, self._rig
        outcome.exits += rig.citizen.process.poll() is not None
        outcome.shells += len(rig.children())
        while (line := rig.citizen._line()) is not None:
            with suppress(json.JSONDecodeError):  # a line was dropped because nobody read
                rig.citizen.shown = json.loads(line)  # the last one is where a storm that is over has left the kiosk
                outcome.screens.add(rig.citizen.shown["screen"])
        assert not outcome.exits, rig.log.read_text()[-2000:]

    def _has_gone_round(self, wanted: int) -> Callable[[], bool]:
        def has() -> bool:
            self._rig.push(WAKE)
            return self._rounds.stat().st_size >= wanted or self._rig.citizen.process.poll() is not None

        return has

    def _count(self, kind: str) -> None:
        self._outcome.events[kind] += 1

    def _input(self, kind: int, detail: int = 0, x: int = 0, y: int = 0) -> None:
        self._fake(self._x, kind, detail, x=x, y=y)

    def _anywhere(self) -> tuple[int, int]:
        return self._rng.randrange(WIDTH), self._rng.randrange(HEIGHT)

    def _press(self, button: int, x: int, y: int) -> None:
        self._input(self._codes.MotionNotify, 0, x, y)
        self._input(self._codes.ButtonPress, button)

    def _tap(self) -> None:
        self._count("taps")
        x, y = self._anywhere()
        if self._rng.random() < CORNERS:
            x, y = self._rng.choice((0, WIDTH - CORNER_PX)) + x % CORNER_PX, y % CORNER_PX
        self._press(1, x, y)
        self._input(self._codes.ButtonRelease, 1)

    def _drag(self) -> None:
        self._count("drags")
        self._press(1, *self._anywhere())
        self._input(self._codes.MotionNotify, 0, *self._anywhere())
        self._input(self._codes.ButtonRelease, 1)

    def _hold(self) -> None:
        """A finger that stays down while others go on."""
        self._count("held")
        self._press(1, *self._anywhere())

    def _release(self) -> None:
        self._count("released")
        self._let_go()

    def _let_go(self) -> None:
        for button in (1, 2, 3):
            self._input(self._codes.ButtonRelease, button)
        for code in self._held:
            self._input(self._codes.KeyRelease, code)
        self._held.clear()

    def _other_button(self) -> None:
        self._count("other buttons")
        button = self._rng.choice((2, 3, 4, 5, 6, 7, 8, 9))
        self._press(button, *self._anywhere())
        self._input(self._codes.ButtonRelease, button)

    def _key(self) -> None:
        self._count("keys")
        held = [code for code in MODIFIERS if self._rng.random() < 0.15]
        self._chord(held, self._rng.randint(9, 254))
        if self._rng.random() < 0.02:
            code = self._rng.randint(9, 254)
            self._held.add(code)
            self._input(self._codes.KeyPress, code)  # and stays down: it repeats

    def _shortcut(self) -> None:
        self._count("shortcuts")
        self._chord(*self._rng.choice(list(SHORTCUTS.values())))

    def _chord(self, held: Any, code: int) -> None:
        for each in held:
            self._input(self._codes.KeyPress, each)
        self._input(self._codes.KeyPress, code)
        self._input(self._codes.KeyRelease, code)
        for each in held:
            self._input(self._codes.KeyRelease, each)

    def _sdl(self) -> None:
        self._count("SDL events")
        self._rig.push(sdl_events.random_event(self._rng))


def run(events: int, seed: int) -> Outcome:
    """A whole storm, and the judgement of what it left."""
    outcome, began_s = Outcome(seed), time.monotonic()
    with TemporaryDirectory() as directory:
        rounds = Path(directory) / "rounds"
        with kiosk(idle_s=5, options=["--rounds", str(rounds)]) as rig:
            storm = Storm(rig, outcome, rounds)
            storm.knock()
            storm.run(events)
            answered = answer_the_form(rig)
            outcome.settings = len([name for name in rig.modules() if name.startswith(LEAVING)])
            outcome.exits += rig.citizen.end() != 0
            judge(outcome, records_of(rig.citizen.data), answered)
            entered = [place for place in places_in(rig.log) if place]
            outcome.pads, outcome.behind = entered.count(Place.PAD), sum(place != Place.PAD for place in entered)
            outcome.behind += len(outcome.screens & BEHIND)
    outcome.seconds = time.monotonic() - began_s
    return outcome


def places_in(log: Path) -> list[str]:
    """Where in the service menu somebody was, by the kiosk's own log: no line of it is dropped."""
    lines = (json.loads(line) for line in log.read_text().splitlines() if line.startswith("{"))
    return [line["place"] for line in lines if line.get("event") == "service.entered"]


def judge(outcome: Outcome, records: list[Record], answered: dict[str, object]) -> None:
    """The last record is the citizen's; all others are the storm's."""
    *stormy, last = [record.submission for record in records]
    outcome.whole = dict(last.answers) == answered and last.state is State.COMPLETE
    outcome.records = len(stormy)
    complete = [each for each in stormy if each.state is State.COMPLETE]
    outcome.complete, outcome.false_complete = len(complete), sum(not each.flags for each in complete)
    for each in stormy:
        outcome.flags.update(each.flags)


def answer_the_form(rig: Rig) -> dict[str, object]:
    """A citizen finds the kiosk at rest and answers everything; what was answered."""
    citizen = rig.citizen
    come_to_rest(citizen)
    citizen.answer("level:2", "question", "RG.HL1")
    for number, level in ((2, 4), (3, 3), (4, 5)):
        citizen.answer(f"level:{level}", "question", f"RG.HL{number}")
    citizen.answer("level:1", "question", "RG.PA")
    citizen.answer("option:CO", "question", "RG.HL5")
    citizen.answer("not_applicable", "question", "RG.LD")
    citizen.answer("option:LD06", "question", "RG.LD")
    while "next" not in [target["id"] for target in citizen.shown["targets"]]:
        citizen.answer("more", "question", "RG.LD")
    citizen.answer("next", "comment")
    citizen.answer("key:t", "comment")
    citizen.answer("key:o", "comment")
    citizen.answer("key:t", "comment")
    citizen.answer("send", "thanks")
    return {
        "RG.HL0": 2, "RG.HL1": 4, "RG.HL2": 3, "RG.HL3": 5, "RG.HL4": 1, "RG.PA": "CO", "RG.HL5": "KAD",
        "RG.LD": ["LD06"], "RG.YK": "tot",
    }  # fmt: skip


def come_to_rest(citizen: Citizen) -> None:
    """Wait until what was thrown is worked off, and whoever threw it counts as gone."""
    end_s = quiet_s = time.monotonic()
    while time.monotonic() < end_s + 120:
        if line := citizen._line():
            citizen.shown, quiet_s = json.loads(line), time.monotonic()
        elif time.monotonic() - quiet_s > QUIET_S and citizen.shown["screen"] == "invitation":
            return
        time.sleep(0.01)
    raise AssertionError(f"no rest after the storm: {citizen.shown}")
