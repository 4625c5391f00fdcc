"""A Nano on a pty: a real bootloader in its flash, restarted by the opening of the port, at the baud rate set there.

Run: -m tests.firmware_bridge.nano LINK BOOTLOADER.hex START PROGRAM.hex STUCK, the last two perhaps empty; prints
"ready". STUCK: address of a cell of the flash that never takes another value than 0xFF.
"""

import ctypes
import sys
import termios
import time
from pathlib import Path

from firmware_bridge.simulator import build
from firmware_bridge.simulator.board import Board, CpuStopped
from firmware_bridge.simulator.image import read_program
from firmware_bridge.simulator.port import Port

BAUDS = {termios.B9600: 9600, termios.B38400: 38400, termios.B57600: 57600, termios.B115200: 115200}
MOST_BEHIND_US = 200_000
SLICE_US = 2_000
_OSPEED = 5  # place in what termios.tcgetattr gives


def flash_with(bootloader: Path, program: Path | None) -> bytes:
    """The whole flash: the program below, the bootloader above, 0xFF between."""
    upper = read_program(bootloader)
    lower = read_program(program) if program else b""
    return lower + upper[len(lower) :]


class Nano:
    def __init__(self, link: Path, flash: bytes, start: int, stuck: int | None) -> None:
        self.board = Board(flash)
        self.board.set_start(start)
        self.board.reset()
        self.port = Port(link)
        self.port.plug()
        self.stuck = stuck
        view = ctypes.CDLL(str(build.library())).board_flash
        view.argtypes, view.restype = [ctypes.c_void_p], ctypes.POINTER(ctypes.c_uint8)
        self.flash = view(self.board._handle)
        self.lost_itself = False
        self.due_us, self.then_us = 0.0, time.monotonic_ns() / 1000

    def step(self) -> None:
        """Live up to now, in step with real time, or slower."""
        if self.port.opened():
            self.board.reset()  # DTR
            self.lost_itself = False
        now_us = time.monotonic_ns() / 1000
        self.due_us = min(self.due_us + now_us - self.then_us, MOST_BEHIND_US)
        self.then_us = now_us
        if self.due_us < SLICE_US / 4:
            time.sleep(0.0005)
            return
        slice_us = min(self.due_us, SLICE_US)
        self.due_us -= slice_us
        self._run(slice_us)
        self._pass_bytes()

    def _run(self, us: float) -> None:
        """A bootloader that starts an empty flash runs into itself for ever, deeper each time, until the next reset."""
        try:
            if not self.lost_itself:
                self.board.run_us(us)
        except CpuStopped:
            self.lost_itself = True
        if self.stuck is not None:
            self.flash[self.stuck] = 0xFF

    def _pass_bytes(self) -> None:
        self.port.write(self.board.receive())
        line = self.port.fileno()
        if line is None:
            return
        self.board.set_host_baud(BAUDS[termios.tcgetattr(line)[_OSPEED]])
        self.board.send(self.port.read(4096))


def main() -> None:
    link, bootloader, start, program, stuck = sys.argv[1:]
    flash = flash_with(Path(bootloader), Path(program) if program else None)
    nano = Nano(Path(link), flash, int(start), int(stuck) if stuck else None)
    print("ready", flush=True)
    while True:
        nano.step()


if __name__ == "__main__":
    main()
