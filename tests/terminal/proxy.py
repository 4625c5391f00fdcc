"""A bad cable between the terminal's port and a port for the host, as a process of its own. Knows no frame.

Run: python -m tests.terminal.proxy TERMINAL HOST CONTROL SEED RATE; prints "ready", ends with SIGTERM. Lines of the
control socket: noise FLIPS DROPS DOUBLES DELAYS | cut on|off | plug | unplug | harm
"""

import json
import os
import random
import sys
import termios
import time
import tty
from dataclasses import asdict
from pathlib import Path

from firmware_bridge.control import ControlSocket
from firmware_bridge.simulator.port import Port
from tests.terminal.noise import NoisyLine, Rates

TICK_S = 0.002
MOST_BYTES = 4096


class Proxy:
    """`rate`: seconds of the terminal's world in one of ours; delays are in its time."""

    def __init__(self, terminal: Path, host: Path, control: Path, seed: int, rate: float) -> None:
        self._terminal, self._rate = terminal, rate
        self._far: int | None = None
        self._near = Port(host)
        dice = random.Random(seed)
        self._up, self._down = NoisyLine(dice), NoisyLine(dice)
        self._control = ControlSocket(control, self.obey)
        self._near.plug()

    def step(self) -> None:
        self._control.serve(TICK_S, *([self._far] if self._far is not None else []))
        self._far = self._open() if self._far is None else self._far
        self._near.opened()
        now_s = time.monotonic() * self._rate
        self._near.write(self._up.carry(now_s, self._hear()))
        self._say(self._down.carry(now_s, self._near.read(MOST_BYTES)))

    def _open(self) -> int | None:
        try:
            opened = os.open(self._terminal, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            tty.setraw(opened)
        except termios.error:  # it died at this moment
            os.close(opened)
            return None
        return opened

    def _hear(self) -> bytes:
        if self._far is None:
            return b""
        try:
            heard = os.read(self._far, MOST_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            heard = b""
        if not heard:  # the terminal's process died, or its cable is out
            os.close(self._far)
            self._far = None
        return heard

    def _say(self, data: bytes) -> None:
        if data and self._far is not None:
            try:
                os.write(self._far, data)
            except OSError:
                return

    def obey(self, line: str) -> str:
        match line.split():
            case ["noise", flips, drops, doubles, delays]:
                self._up.rates = self._down.rates = Rates(float(flips), float(drops), float(doubles), float(delays))
            case ["cut", ("on" | "off") as way]:
                self._up.cut = self._down.cut = way == "on"
            case ["plug"]:
                self._near.plug()
            case ["unplug"]:
                self._near.unplug()
            case ["harm"]:
                return json.dumps({"up": asdict(self._up.harm), "down": asdict(self._down.harm)})
            case _:
                raise ValueError(str(__doc__).rsplit(":", 1)[1].strip())
        return "ok"


def main() -> None:
    terminal, host, control, seed, rate = sys.argv[1:]
    proxy = Proxy(Path(terminal), Path(host), Path(control), int(seed), float(rate))
    print("ready", flush=True)
    while True:
        proxy.step()


if __name__ == "__main__":
    main()
