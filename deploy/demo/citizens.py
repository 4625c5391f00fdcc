"""Scripted citizens: who answers how, decided by seeded dice before anyone moves. Knows only eyes and fingers.

Most tap the screen; some walk away after the first face; some press the box on the cable or the buttons on the pins,
with the bounce that real contacts have.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deploy.demo.fingers import Eyes, Finger, Lit, tell
from deploy.demo.ledger import Given
from deploy.demo.stage import DemoFailed

LEVEL_WEIGHTS = (1, 1, 2, 5, 6)  # worst first
HOLD_MS = (60, 400)
BOUNCE_US = (0, 5000)
TAP_PAUSE_S = 0.6  # the kiosk takes a second touch of one place within 0.5 s for a trembling finger
NEAR_PX = 100.0
SETTLE_S = 1.7  # a second press within 1.5 s counts as a burst of the first
MOST_STEPS = 200


class Way(StrEnum):
    WHOLE = "the whole form"
    FIRST_TAP = "one tap, then away"
    BOX = "button of the box"
    PINS = "button on the pins"


WAYS = (Way.WHOLE,) * 5 + (Way.FIRST_TAP,) * 2 + (Way.BOX,) * 2 + (Way.PINS,) * 1


@dataclass(frozen=True)
class Citizen:
    way: Way
    level: int
    seed: int


def invite(count: int, seed: int) -> list[Citizen]:
    """`count` citizens; the first four take one way each, so that every small demo shows all of them."""
    dice = random.Random(seed)
    ways = [*list(Way)[:count], *(dice.choice(WAYS) for _ in range(count - len(Way)))]
    return [Citizen(way, dice.choices((1, 2, 3, 4, 5), LEVEL_WEIGHTS)[0], dice.randrange(2**32)) for way in ways]


@dataclass
class Counter:
    """The counter as citizens meet it."""

    eyes: Eyes
    finger: Finger
    box: Path
    pins: Path
    overall: str
    pause: Callable[[float], None] = time.sleep
    _last_press_s: float = 0.0
    _last_tap_s: float = 0.0
    _last_target: str = ""
    _last_place: tuple[float, float] = (0.0, 0.0)

    def serve(self, citizen: Citizen) -> Given:
        """Let one citizen answer; what was given. Raises: DemoFailed if the kiosk does not follow."""
        if citizen.way in (Way.BOX, Way.PINS):
            return self._press(citizen)
        lit, dice = self._find_invitation(), random.Random(citizen.seed)
        opens = f"level:{citizen.level}"  # the invitation asks the overall question itself, or else has a start
        if opens not in lit.targets:
            lit = self._answer(lit, "start")
            opens = _choice(lit, dice)
        asked = self.overall if lit.screen == "invitation" else lit.question
        lit = self._answer(lit, opens)
        if citizen.way is Way.WHOLE:
            self.fill_in(lit, dice, citizen.level)
            asked = self.overall
        return Given("screen", citizen.level if asked == self.overall else None)

    def _find_invitation(self) -> Lit:
        """Whoever finds the form of somebody who has left ends it; most kiosks are met in mid-form now and then."""
        lit = self.eyes.wait_for("a screen", lambda _lit: True)
        if "finish" in lit.targets:
            self._tap(lit, "finish")
        return self.eyes.wait_for("the invitation", lambda now: now.screen == "invitation")

    def fill_in(self, lit: Lit, dice: random.Random, level: int) -> None:
        for _ in range(MOST_STEPS):
            if lit.screen == "thanks":
                return
            lit = self._answer(lit, f"level:{level}" if lit.question == self.overall else _choice(lit, dice))
        raise DemoFailed(f"no thanks after {MOST_STEPS} steps; lit is {lit.screen} {lit.question}")

    def _answer(self, lit: Lit, target: str) -> Lit:
        """Tap, and wait for what comes."""
        self._tap(lit, target)
        return self.eyes.wait_for("the next screen", lambda now: now.number > lit.number)

    def _tap(self, lit: Lit, target: str) -> None:
        if target not in lit.targets:
            raise DemoFailed(f"no target {target} on {lit.screen} {lit.question}: {', '.join(lit.targets)}")
        place = lit.targets[target]
        if target == self._last_target or math.dist(place, self._last_place) < NEAR_PX:
            self.pause(max(0.0, self._last_tap_s + TAP_PAUSE_S - time.monotonic()))
        self.finger.tap(place)
        self._last_target, self._last_place, self._last_tap_s = target, place, time.monotonic()

    def _press(self, citizen: Citizen) -> Given:
        dice = random.Random(citizen.seed)
        self.pause(max(0.0, self._last_press_s + SETTLE_S - time.monotonic()))
        control = self.box if citizen.way is Way.BOX else self.pins
        tell(control, f"press {citizen.level - 1} {dice.randint(*HOLD_MS)} {dice.randint(*BOUNCE_US)}")
        self._last_press_s = time.monotonic()
        return Given("button", citizen.level)


def _choice(lit: Lit, dice: random.Random) -> str:
    """What a citizen touches on this screen: a rating, an option, or the way on."""
    levels = [name for name in lit.targets if name.startswith("level:")]
    options = [name for name in lit.targets if name.startswith("option:")]
    ahead: Sequence[str] = [name for name in ("next", "more", "skip", "finish") if name in lit.targets]
    if levels:
        return dice.choice(levels)
    if options and (not {"next", "more"} & set(ahead) or dice.random() < 0.5):
        return dice.choice(options)
    if not ahead:
        raise DemoFailed(f"no way on from {lit.screen} {lit.question}: {', '.join(lit.targets)}")
    return ahead[0]
