"""The board in step with real time: a pty for its line, a socket for its fingers. Knows no protocol.

Opening the port pulls the reset line, as DTR does on a Nano. `unplug` cuts the line, and the supply too when the box is
powered by its bus. SIGKILL cuts the supply: the store file keeps what the chips held, torn where they were writing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.control import ControlSocket
from firmware_bridge.simulator.board import Board
from firmware_bridge.simulator.orders import Orders
from firmware_bridge.simulator.pace import Pace
from firmware_bridge.simulator.port import Port

TICK_S = 0.002
SLICE_US = 2_000
MOST_SLICES = 25  # between two looks at the control socket
MOST_QUEUED = 64  # bytes of the host inside the USB-serial chip; the rest waits in the host


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths of one simulated box, and how it differs from the usual one."""

    program: Path
    link: Path
    control: Path
    store: Path
    rate: float = 1.0
    dtr_reset: bool = True
    bootloader_ms: int = 500
    bus_powered: bool = False
    clock_ppm: float = 0.0
    seed: int = 1


class Simulator:
    """Call `step` for ever. `now_s`: a monotonic clock.

    Raises: OSError when store, link or socket cannot be made or are another's; ValueError for a bad program; NotBuilt.
    """

    def __init__(self, settings: Settings, now_s: Callable[[], float]) -> None:
        self.settings = settings
        self.board = Board(settings.program, settings.store, settings.seed)
        self.board.set_clock_ppm(settings.clock_ppm)
        self.port = Port(settings.link)
        self._pace = Pace(now_s, settings.rate)
        self._orders = Orders(self)
        self._control = ControlSocket(settings.control, self.obey)
        self.plug()

    def step(self) -> None:
        """Wait a tick, or less when the host has sent something, and live up to now. Raises: CpuStopped."""
        wake_on = self.port.fileno()
        listening = wake_on is not None and self._room() > 0
        wait_s = TICK_S if self._pace.due_us() < SLICE_US else 0.0
        self._control.serve(wait_s, *([wake_on] if listening and wake_on is not None else []))
        self._live(MOST_SLICES)

    def obey(self, line: str) -> str:
        """Carry out one line of the control socket now; its reply. Raises: ValueError for a wrong line."""
        self._live(None)
        return self._orders.obey(line)

    def plug(self) -> None:
        self.port.plug()
        if self.settings.bus_powered:
            self.board.power_on()

    def unplug(self) -> None:
        self.port.unplug()
        self.board.drop_line()
        if self.settings.bus_powered:
            self.board.power_off()

    def close(self) -> None:
        self.port.unplug()
        self._control.close()
        self.board.close()

    def _live(self, most_slices: int | None) -> None:
        """Catch up with the clock, or with a part of what is due."""
        if self.port.opened() and self.settings.dtr_reset:
            self.board.reset(self.settings.bootloader_ms * 1000)
        due_us = self._pace.due_us()
        if most_slices is not None:
            due_us = min(due_us, most_slices * SLICE_US)
        while due_us > 0:
            slice_us = min(due_us, SLICE_US)
            self._pass(slice_us)
            self._pace.paid(slice_us)
            due_us -= slice_us

    def _pass(self, us: float) -> None:
        if (room := self._room()) > 0:
            self.board.send(self.port.read(room))
        self.board.run_us(us)
        self.port.write(self.board.receive())

    def _room(self) -> int:
        return MOST_QUEUED - self.board.rx_queued
