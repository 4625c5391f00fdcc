"""The printer in step with its cable: a line for its bytes, a socket for hands, a folder for paper. Knows no order."""

from collections.abc import Callable
from pathlib import Path

from firmware_bridge.control import ControlSocket
from hardware.drawing import as_image
from hardware.ports import Picture
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.hands import Hands
from hardware.virtual_printer.lines import Line

TICK_S = 0.005
BITS = 10  # of a byte on a serial line
MOST_AHEAD_BYTES = 256.0  # after a stall the line does not race


class Process:
    """Call `step` for ever. `baud`: the speed of the line, 0 for as fast as it comes. `now_s`: a monotonic clock.

    Each piece of paper with ink on it becomes `out`/slip-NNNN.png. Raises: OSError when socket or line cannot be made.
    """

    def __init__(
        self,
        printer: VirtualPrinter,
        line: Line,
        out: Path,
        control: Path,
        now_s: Callable[[], float],
        baud: int = 0,
    ) -> None:
        self.printer, self._line, self._out, self._now_s, self._baud = printer, line, out, now_s, baud
        self.slips = 0
        self._is_there = False
        self._last_s, self._due_bytes = now_s(), 0.0
        self._control = ControlSocket(control, Hands(self).obey)
        try:
            self.mind_the_line()
        except OSError:
            self._control.close()
            raise

    def step(self) -> None:
        """Wait a tick, or less when the host has sent something, and obey what came."""
        wake_on = self._line.fileno() if self._is_there and self.printer.room() else None
        self._control.serve(TICK_S, *([wake_on] if wake_on is not None and self._baud == 0 else []))
        if self._is_there:
            self._pass(self._line.read(self._most()))
        self.mind_the_line()

    def keep(self, sheet: Picture) -> None:
        """A piece of paper: written whole or not at all."""
        if not any(sheet.rows):
            return
        self.slips += 1
        path = self._out / f"slip-{self.slips:04d}.png"
        half = path.with_suffix(".half")
        as_image(sheet).save(half, "PNG")
        half.replace(path)

    def mind_the_line(self) -> None:
        """The line is there as long as the cable is, and, for most, the power."""
        state = self.printer.state
        wanted = state.plugged and (state.powered or not self._line.drops_with_power)
        if wanted != self._is_there:
            (self._line.plug if wanted else self._line.unplug)()
            self._is_there = wanted

    def close(self) -> None:
        self._line.unplug()
        self._control.close()

    def _pass(self, data: bytes) -> None:
        self.printer.receive(data)
        self.printer.go_on()
        self._line.write(self.printer.answers())

    def _most(self) -> int:
        """Bytes that can have come by now and have room."""
        room = self.printer.room()
        if not self._baud:
            return room
        now_s = self._now_s()
        self._due_bytes = min(self._due_bytes + (now_s - self._last_s) * self._baud / BITS, MOST_AHEAD_BYTES)
        self._last_s = now_s
        most = min(room, int(self._due_bytes))
        self._due_bytes -= most
        return most
