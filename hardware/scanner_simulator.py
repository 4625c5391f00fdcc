"""A serial scanner in software: a pty behind a stable path, and a socket that shows it codes.

`python -m hardware.scanner_simulator --link PATH --control PATH`. As strict as the device: bytes leave at the pace of
its baud rate, one code after the other, and what is sent while nobody listens, or it is unplugged, is lost.
"""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from firmware_bridge.control import ControlSocket
from firmware_bridge.simulator.port import Port

TICK_S = 0.01
BITS_A_BYTE = 10  # start, eight, stop
MOST_QUEUED = 20_000  # bytes
ENDINGS = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "none": b""}


class ScannerSimulator:
    """Call `step` for ever. Listens on the Unix socket `control` for `scan TEXT`, `scan-hex HEX`, `unplug`, `plug`.

    `now_s`: a monotonic clock. Raises: OSError when the link or the socket cannot be made.
    """

    def __init__(self, link: Path, control: Path, now_s: Callable[[], float], baud: int = 9600, ending: str = "cr"):
        self.port = Port(link)
        self._now_s, self._byte_s, self._ending = now_s, BITS_A_BYTE / baud, ENDINGS[ending]
        self._queue = b""
        self._sent_s = now_s()
        self._control = ControlSocket(control, self.obey)
        self.port.plug()

    def step(self) -> None:
        """Wait a tick, or less when the socket is spoken to, and send what is due."""
        self._control.serve(TICK_S)
        self.port.opened()
        now_s = self._now_s()
        due = int((now_s - self._sent_s) / self._byte_s)
        if not self._queue:
            self._sent_s = now_s
        elif due > 0:
            self.port.write(self._queue[:due])
            self._queue = self._queue[due:]
            self._sent_s += due * self._byte_s

    def obey(self, line: str) -> str:
        """Carry out one line of the control socket; its reply. Raises: ValueError for a wrong line."""
        word, _, rest = line.partition(" ")
        if word in ("scan", "scan-hex") and rest:
            self._show(rest.encode() if word == "scan" else bytes.fromhex(rest))
        elif line == "unplug":
            self.port.unplug()
            self._queue = b""
        elif line == "plug":
            self.port.plug()
        else:
            raise ValueError("scan TEXT, scan-hex HEX, unplug or plug wanted")
        return "ok"

    def close(self) -> None:
        self.port.unplug()
        self._control.close()

    def _show(self, data: bytes) -> None:
        self.port.opened()
        if not self.port.plugged:
            raise ValueError("it is unplugged")
        if len(self._queue) + len(data) > MOST_QUEUED:
            raise ValueError(f"at most {MOST_QUEUED} bytes may wait")
        self._queue += data + self._ending


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 in order, 69 when link or socket cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m hardware.scanner_simulator", description=__doc__)
    parser.add_argument("--link", type=Path, required=True, help="path of the port, a symbolic link to the pty")
    parser.add_argument("--control", type=Path, required=True, help="path of the socket")
    parser.add_argument("--baud", type=int, default=9600)
    parser.add_argument("--ending", choices=ENDINGS, default="cr", help="what is sent after each code")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        simulator = ScannerSimulator(options.link, options.control, time.monotonic, options.baud, options.ending)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 69
    sys.stdout.write(f"scanner at {options.link}\n")
    sys.stdout.flush()
    while not stop.is_set():
        simulator.step()
    simulator.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
