"""A machine's screen as people meet it: which screen is lit, where to touch, and what the picture itself shows.

The kiosk's report says where the targets are; whether somebody was thanked is judged by the picture alone.
"""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from deploy.demo.fingers import Eyes, Lit
from tests.appliance.machine import Machine
from tests.appliance.qmp import QmpError

PATIENCE_S = 120.0  # an emulated machine beside others takes its time
SMALL = (128, 75)
SLIDING = 8  # of the small pixels: a screen comes in sideways, and an emulator draws few pictures on its way
SAME = 4.0  # mean difference of grey levels, of 255, up to which two pictures show the same
AGAIN_S = 15.0
TAP_PAUSE_S = 0.8  # a second touch of one place within half a second is a tremble
LOOKS_S = 8.0
FLAT = 3.0  # deviation of grey levels below which a picture shows nothing


class PowerGone(Exception):
    """The machine was cut off under the citizen's finger."""


class NotShown(Exception):
    """The screen did not become what it must."""


class Glass(Eyes):
    """`lit`: the screen that a restored snapshot shows, which is reported no second time."""

    def __init__(self, machine: Machine, lit: Lit | None = None) -> None:
        super().__init__(machine.report, self._feel_the_power)
        self.machine, self.lit = machine, lit
        self.repeated = 0  # taps that had to be repeated

    def _feel_the_power(self) -> None:
        if not self.machine.is_alive():
            raise PowerGone

    def wait_for(self, what: str, seen: Callable[[Lit], bool], patience_s: float = PATIENCE_S) -> Lit:
        """As its base, with the patience that emulation asks for. Raises: NotShown, PowerGone."""
        give_up = time.monotonic() + patience_s
        while True:
            lit = self.look()
            if lit is not None and seen(lit):
                return lit
            self._check_alive()
            if time.monotonic() > give_up:
                raise NotShown(f"waited {patience_s:.0f} s for {what}; lit is {lit.screen if lit else 'nothing'}")
            time.sleep(0.02)

    def tap(self, lit: Lit, target: str) -> None:
        board = self.machine.board
        x, y = lit.targets[target]
        try:
            self.machine.qmp.tap(x, y, board.width, board.height)
        except QmpError as error:
            raise PowerGone from error

    def go(self, lit: Lit, target: str) -> Lit:
        """Tap, once more if nothing happens, as people do, and the screen that follows."""
        for patience_s in (AGAIN_S, PATIENCE_S):
            self.tap(lit, target)
            try:
                following = self.wait_for(f"what follows {target}", lambda now: now.number > lit.number, patience_s)
                break
            except NotShown:
                if patience_s == PATIENCE_S:
                    raise
                self.repeated += 1
        time.sleep(TAP_PAUSE_S)
        return following

    def picture(self) -> Image.Image:
        """What the display shows now."""
        try:
            path = self.machine.qmp.picture(self.machine.directory / "look.ppm", "ppm")
        except QmpError as error:
            raise PowerGone from error
        with Image.open(path) as whole:
            return whole.convert("RGB")


@dataclass
class Album:
    """The pictures by which a screen is known again: taken once, kept as PNG for a person to look at."""

    directory: Path

    def path(self, name: str) -> Path:
        return self.directory / f"{name}.png"

    def keep(self, name: str, picture: Image.Image) -> Path:
        """Put it there whole: another lane may be looking."""
        self.directory.mkdir(parents=True, exist_ok=True)
        unfinished = self.directory / f".{name}-{os.getpid()}.png"
        picture.save(unfinished)
        return unfinished.replace(self.path(name))

    def shows(self, picture: Image.Image, name: str) -> bool:
        """Whether `picture` is that of `name`."""
        with Image.open(self.path(name)) as known:
            return difference(picture, known) <= SAME

    def wait_until_lit(self, glass: Glass, looks_s: float = 30.0) -> None:
        """A report comes when the frame was handed over; an emulated display may show it a moment later."""
        give_up = time.monotonic() + looks_s
        while deviation(glass.picture()) < FLAT:
            if time.monotonic() > give_up:
                raise NotShown("a screen was reported, and the picture is empty")
            time.sleep(0.2)

    def wait_until_shown(self, glass: Glass, name: str, looks_s: float = LOOKS_S) -> bool:
        give_up = time.monotonic() + looks_s
        while not self.shows(picture := glass.picture(), name):
            if time.monotonic() > give_up:
                return False
            self.keep(f"other-than-{name}", picture)
            time.sleep(0.1)
        return True


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of grey levels, 0 to 255, of both made small; the least while one still slides in sideways."""
    one, other = (picture.convert("L").resize(SMALL, Image.Resampling.BOX) for picture in (one, other))
    return min(_apart(one, other, shift) for shift in range(-SLIDING, SLIDING + 1))


def _apart(one: Image.Image, other: Image.Image, shift: int) -> float:
    """Of what both show when `other` is moved `shift` small pixels to the left."""
    width, height = SMALL
    seen = one.crop((max(0, -shift), 0, width - max(0, shift), height))
    known = other.crop((max(0, shift), 0, width + min(0, shift), height))
    return float(ImageStat.Stat(ImageChops.difference(seen, known)).mean[0])


def deviation(picture: Image.Image) -> float:
    """How far its grey levels lie apart; 0 for an empty screen."""
    return float(ImageStat.Stat(picture.convert("L")).stddev[0])


@dataclass
class Ledger:
    """What the citizens of one boot were promised, in order; `thanked` of them saw the thanks on the picture."""

    levels: list[int]
    thanked: int = 0
    taps: int = 0


@dataclass
class Citizens:
    """Seeded people before a kiosk whose invitation asks the overall question itself."""

    glass: Glass
    album: Album
    dice: random.Random
    ledger: Ledger
    walk_away: float = 0.25  # share of those who leave after the first tap
    patience: float = 0.35  # share of further questions that the others answer before they finish

    def serve(self) -> None:
        """One citizen, who may leave after the first tap. Raises: PowerGone, NotShown."""
        lit = self._rate()
        if self.dice.random() >= self.walk_away:
            self._finish(lit)

    def serve_whole(self) -> None:
        """One citizen who stays until the thanks."""
        self._finish(self._rate())

    def _rate(self) -> Lit:
        level = self.dice.randint(1, 5)
        lit = self._go(self._find_invitation(), f"level:{level}")
        self.ledger.levels.append(level)  # the next screen is drawn after the answer is on the disk, never before
        return lit

    def _finish(self, lit: Lit) -> None:
        while lit.screen != "thanks":
            lit = self._go(lit, self._choice(lit))
        self._thanked()

    def _thanked(self) -> None:
        if not self.album.path("thanks").exists():
            time.sleep(0.5)
            self.album.keep("thanks", self.glass.picture())
        if self.album.wait_until_shown(self.glass, "thanks"):
            self.ledger.thanked += 1
        else:
            self.album.keep("not-thanks", self.glass.picture())
            raise NotShown("thanks were reported, and the picture shows none: look at not-thanks.png")

    def _find_invitation(self) -> Lit:
        lit = self.glass.wait_for("a screen", lambda _now: True)
        if "finish" in lit.targets:
            lit = self._go(lit, "finish")
        return self.glass.wait_for("the invitation", lambda now: now.screen == "invitation")

    def _go(self, lit: Lit, target: str) -> Lit:
        self.ledger.taps += 1
        return self.glass.go(lit, target)

    def _choice(self, lit: Lit) -> str:
        ratings = [name for name in lit.targets if name.startswith(("level:", "option:"))]
        ahead = [name for name in ("finish", "next", "more", "skip") if name in lit.targets]
        if ratings and (not ahead or self.dice.random() < self.patience):
            return self.dice.choice(ratings)
        if not ahead:
            raise NotShown(f"no way on from {lit.screen} {lit.question}: {', '.join(lit.targets)}")
        return ahead[0]


def fits(boots: list[list[int]], found: list[int]) -> bool:
    """Whether `found`, in the order of the chain, is what each boot's citizens were promised, boot after boot.

    After each boot one more may stand: a tap whose screen came too late for anyone to see it. Nothing may be missing,
    doubled or out of place.
    """
    ends = {0}
    for levels in boots:
        after = {end + len(levels) for end in ends if found[end : end + len(levels)] == levels}
        ends = after | {end + 1 for end in after if end < len(found)}
    return len(found) in ends
