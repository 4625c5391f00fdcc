"""Real fingers: pointer events into the X server (XTEST), lines into the simulators' control sockets.

Finds its targets in the kiosk's report of what is lit, as a citizen finds them with the eye.
"""

import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from deploy.demo.stage import DemoFailed

PATIENCE_S = 30.0
DOWN_S = 0.06


@dataclass(frozen=True)
class Lit:
    """A screen as it was reported after it was drawn; `number` counts screens since the start."""

    number: int
    screen: str
    question: str
    targets: Mapping[str, tuple[float, float]]  # id -> centre in pixels from the top left


class Eyes:
    """Follows the kiosk's report."""

    def __init__(self, report: Path, check_alive: Callable[[], None]) -> None:
        self._report = report.open("r", encoding="utf-8")
        self._check_alive = check_alive
        self._number = 0
        self._partial = ""
        self.lit: Lit | None = None

    def look(self) -> Lit | None:
        """The newest screen."""
        while line := self._report.readline():
            self._partial += line
            if self._partial.endswith("\n"):
                self._number += 1
                self.lit = _read(self._number, json.loads(self._partial))
                self._partial = ""
        return self.lit

    def wait_for(self, what: str, seen: Callable[[Lit], bool]) -> Lit:
        """The first screen that is lit now or later and passes `seen`. Raises: DemoFailed."""
        give_up = time.monotonic() + PATIENCE_S
        while True:
            lit = self.look()
            if lit is not None and seen(lit):
                return lit
            self._check_alive()
            if time.monotonic() > give_up:
                raise DemoFailed(f"waited {PATIENCE_S:.0f} s for {what}; lit is {lit.screen if lit else 'nothing'}")
            time.sleep(0.01)


def _read(number: int, line: dict[str, Any]) -> Lit:
    targets = {t["id"]: (t["x"] + t["w"] / 2, t["y"] + t["h"] / 2) for t in line["targets"]}
    return Lit(number, line["screen"], line["question"], targets)


class Finger:
    """One finger on the glass."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)

    def tap(self, place: tuple[float, float]) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=round(place[0]), y=round(place[1]))
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._display.sync()
        time.sleep(DOWN_S)
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()


def tell(control: Path, line: str) -> str:
    """Send one line to a simulator; its reply. Raises: DemoFailed if it refuses."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(PATIENCE_S)
        caller.connect(str(control))
        caller.sendall(line.encode() + b"\n")
        with caller.makefile("r", encoding="utf-8") as replies:
            reply = replies.readline().strip()
    if not reply or reply.startswith("error"):
        raise DemoFailed(f"{control.name} answered {reply!r} to {line!r}")
    return reply
