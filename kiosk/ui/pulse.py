"""Proof that the screen lives, for the watchdog (kiosk.notify): frames reach the display and input comes through."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.ui.inlet import Inlet

if TYPE_CHECKING:
    from hardware.touch_device import TouchDevice


class Pulse:
    """A frame that was asked for is on the display, and an event of ours came back through SDL's queue.

    Where we read the touch device ourselves, its reader has gone round as well.
    """

    def __init__(self, inlet: Inlet, ask_frame: Callable[[], None], device: "TouchDevice | None") -> None:
        self._inlet, self._ask_frame, self._device = inlet, ask_frame, device
        self._asked, self._returned, self._drawn, self._rounds = 0, 0, True, 0

    def ask(self) -> None:
        """Begin a proof; one that is under way is forgotten."""
        self._asked = self._asked % 1_000_000 + 1
        self._drawn = False
        self._rounds = self._device.rounds if self._device is not None else 0
        self._ask_frame()
        self._inlet.push(self._asked)

    def given(self) -> bool:
        """Whether all that was asked for has come back."""
        read = self._device is None or self._device.rounds > self._rounds
        return self._drawn and self._returned == self._asked and read

    def returned(self, code: int) -> None:
        self._returned = code or self._returned

    def drawn(self) -> None:
        """A frame is on the display. Work that the graphics chip still owes is waited for."""
        if not self._drawn:
            from kivy.graphics.opengl import glFinish

            glFinish()
        self._drawn = True
