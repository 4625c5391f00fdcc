"""A GPIO panel's pins in software: gpiozero's mock pins, bounced by fingers that a control socket moves.

Stricter than the mock alone: a contact bounces, and an edge carries the time at which the contact moved, as the
kernel's stamps do, however late this thread gets to deliver it.
"""

import heapq
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin

from firmware_bridge.control import ControlSocket, numbers

IDLE_S = 0.05
BOUNCE_STEP_S = 0.0005
LONGEST_HOLD_MS = 60_000
LONGEST_BOUNCE_US = 100_000
CLOSE_S = 5.0


class StampedPin(MockPin):  # type: ignore[misc]
    """A mock pin that is told when its level changed, and counts how often it went high."""

    def __init__(self, factory: Any, info: Any) -> None:
        self.rises = 0
        self._stamp_s: float | None = None
        super().__init__(factory, info)

    def contact(self, closed: bool, at_s: float) -> None:
        """Close to ground or open, as of `at_s` (time.monotonic)."""
        self._stamp_s = at_s
        (self.drive_low if closed else self.drive_high)()
        self._stamp_s = None

    def _change_state(self, value: Any) -> bool:
        changed = bool(super()._change_state(value))
        self.rises += changed and bool(value)
        del self.states[:-1]  # the mock keeps every state it ever had
        return changed

    def _call_when_changed(self) -> None:
        ticks = self._last_change if self._stamp_s is None else self._stamp_s
        super(MockPin, self)._call_when_changed(ticks, self._state)


class GpioSimulator:
    """Listens on the Unix socket `control` for `press BUTTON HOLD_MS [BOUNCE_US]` and `lamps`; one line each in reply.

    `factory` is the gpiozero pin factory to build the panel on. Raises: OSError when the socket cannot be made.
    """

    def __init__(self, button_pins: Sequence[int], lamp_pins: Sequence[int], control: Path) -> None:
        self.factory = MockFactory(pin_class=StampedPin)
        self._buttons = [self.factory.pin(number) for number in button_pins]
        self._lamps = [self.factory.pin(number) for number in lamp_pins]
        self._moves: list[tuple[float, int, bool]] = []  # (at_s, button, closed), a heap
        self._control = ControlSocket(control, self._answer)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="gpio-simulator", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                next_s = self._moves[0][0] - time.monotonic() if self._moves else IDLE_S
                self._control.serve(min(max(next_s, 0.0), IDLE_S))
                self._move(time.monotonic())
        finally:
            self._control.close()

    def _move(self, now_s: float) -> None:
        while self._moves and self._moves[0][0] <= now_s:
            at_s, button, closed = heapq.heappop(self._moves)
            self._buttons[button].contact(closed, at_s)

    def _answer(self, line: str) -> str:
        word, *rest = line.split() or [""]
        if word == "press":
            self._press(*numbers(rest, 2, 3))
            return "ok"
        if word == "lamps":
            lit = [button for button, pin in enumerate(self._lamps) if pin.state]
            return json.dumps({"lit": lit, "counts": [pin.rises for pin in self._lamps]})
        raise ValueError("press BUTTON HOLD_MS [BOUNCE_US] or lamps wanted")

    def _press(self, button: int, hold_ms: int, bounce_us: int = 0) -> None:
        if button >= len(self._buttons) or hold_ms > LONGEST_HOLD_MS or bounce_us > LONGEST_BOUNCE_US:
            raise ValueError(f"button below {len(self._buttons)}, hold to {LONGEST_HOLD_MS} ms wanted")
        made_s = time.monotonic()
        for from_s, closed in ((made_s, True), (made_s + hold_ms / 1000, False)):
            swings = bounce_us / 1e6 / BOUNCE_STEP_S // 2 * 2  # even: it ends at the level where it began
            for step in range(int(swings) + 1):
                heapq.heappush(self._moves, (from_s + step * BOUNCE_STEP_S, button, closed == (step % 2 == 0)))
