"""A virtual printer in the same process: a port without a cable, and a clock that nobody waits for. For tests."""

from hardware.ports import PrinterStatus
from hardware.printer_ports import PortFailed
from hardware.virtual_printer.device import VirtualPrinter


class Clock:
    """Seconds that pass only when somebody waits."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class InsidePort:
    """Implements hardware.printer_ports.Port. Raises: PortFailed when the printer is not plugged in.

    `keeps_line`: with the printer switched off the line is still there, as on a serial cable.
    """

    def __init__(self, printer: VirtualPrinter, clock: Clock, *, keeps_line: bool = False) -> None:
        self._printer, self._clock, self._keeps_line = printer, clock, keeps_line
        self._starts = printer.counts.starts
        self._check()

    def write(self, data: bytes) -> None:
        self._check()
        left = data
        while left:
            took = self._printer.receive(left[: self._printer.room()])
            left = left[took:]
            self._check()
            if not took:
                raise PortFailed(PrinterStatus.SILENT)  # it is full, and nobody makes room

    def read(self, wait_s: float) -> bytes:
        self._check()
        self._printer.go_on()
        if said := self._printer.answers():
            return said
        self._clock.now_s += wait_s
        return b""

    def close(self) -> None:
        """What the printer says from now on is heard by nobody."""
        self._printer.answers()

    def _check(self) -> None:
        state, restarted = self._printer.state, self._printer.counts.starts != self._starts
        if not state.plugged or (not self._keeps_line and (not state.powered or restarted)):
            raise PortFailed(PrinterStatus.ABSENT)
