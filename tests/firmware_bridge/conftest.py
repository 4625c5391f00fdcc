"""A host and a terminal in virtual time, on a line that may damage what passes."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from firmware_bridge.link import Arrival, HostLink
from firmware_bridge.ring import Ring
from firmware_bridge.simulator import Finger
from firmware_bridge.terminal import Terminal

DOCUMENT = Path(__file__).parents[2] / "firmware_bridge" / "PROTOCOL.md"
EPOCH = 0x5EED1E57


@dataclass
class Noise:
    """Flips a bit of, drops, or inserts a byte, each with its own probability per byte."""

    rng: random.Random
    flip: float = 0.0
    drop: float = 0.0
    insert: float = 0.0
    cut: bool = False
    flipped: int = 0
    dropped: int = 0
    inserted: int = 0

    def __call__(self, data: bytes) -> bytes:
        out = bytearray()
        for byte in b"" if self.cut else data:
            if self.rng.random() < self.insert:
                out.append(self.rng.randrange(256))
                self.inserted += 1
            if self.rng.random() < self.drop:
                self.dropped += 1
                continue
            if self.rng.random() < self.flip:
                byte ^= 1 << self.rng.randrange(8)
                self.flipped += 1
            out.append(byte)
        return bytes(out)


@dataclass
class Couple:
    """`on_arrival` decides whether a press is safe at once; by default it is. Times in milliseconds."""

    store: Path
    noise: Noise
    fingers: list[Finger] = field(default_factory=list)
    on_arrival: Callable[[Arrival], bool] = lambda _: True
    now_ms: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    said: list[tuple[int, str, bytes]] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ring = Ring(self.store)
        self.start_terminal()
        self.start_host()

    def start_host(self) -> None:
        self.host = HostLink(self.now_ms / 1000, new_epoch=lambda: EPOCH)
        self._down = b""

    def start_terminal(self) -> None:
        """Switch it on, perhaps after a power cut: nothing but the file remains."""
        self.ring.close()
        self.ring = Ring(self.store)
        self._started_ms = started_ms = self.now_ms
        self.terminal = Terminal(
            self.ring, lambda t: sum({1 << f.button for f in self.fingers if f.closed(started_ms + t)})
        )

    def press(self, button: int, hold_ms: int = 120, bounce_ms: int = 3) -> None:
        self.fingers.append(Finger(button, self.now_ms + 1, self.now_ms + 1 + hold_ms, bounce_ms))

    def run(self, for_ms: int) -> None:
        for now_ms in range(self.now_ms, self.now_ms + for_ms):
            self.now_ms = now_ms
            up = self.terminal.step(self.now_ms - self._started_ms, self._down)
            self._down = b""
            self._say("terminal", up)
            step = self.host.step(self.now_ms / 1000, self.noise(up))
            down = step.send
            for arrival in step.presses:
                self.arrivals.append(arrival)
                if arrival.source in self._done or self.on_arrival(arrival):
                    self._done.add(arrival.source)
                    down += self.host.acknowledge(arrival.source)
            self._say("host", down)
            self._down = self.noise(down)
        self.now_ms += 1
        self.fingers = [f for f in self.fingers if f.until_ms + f.bounce_ms > self.now_ms]

    @property
    def buttons(self) -> list[int]:
        """The buttons of all presses that arrived, each press once, in the order in which they were pressed."""
        first = {arrival.source: arrival.buttons[0] for arrival in self.arrivals}
        return [first[source] for source in sorted(first, key=lambda source: int(source.split("-")[1], 16))]

    def _say(self, who: str, data: bytes) -> None:
        for frame in re.findall(rb"\x00[^\x00]+\x00", data):
            self.said.append((self.now_ms, who, frame))


@pytest.fixture
def noise() -> Noise:
    return Noise(random.Random(0))


@pytest.fixture
def couple(tmp_path: Path, noise: Noise) -> Iterator[Couple]:
    couple = Couple(tmp_path / "ring", noise)
    yield couple
    couple.ring.close()


@pytest.fixture(scope="session")
def tables() -> dict[str, list[list[str]]]:
    """The tables of PROTOCOL.md: by heading, the cells of each row after the header; backquotes taken off."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|") and not line.startswith("|--"):
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            found.setdefault(heading, []).append(cells)
    return {heading: rows[1:] for heading, rows in found.items()}
