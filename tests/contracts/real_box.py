"""The shipped program on the emulated board with a host beside it, in virtual time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from firmware_bridge.arrivals import Arrival
from firmware_bridge.link import HostLink
from firmware_bridge.simulator.board import Board
from firmware_bridge.simulator.command import SHIPPED_PROGRAM
from firmware_bridge.states import State

EPOCH = 0x5EED1E57
STEP_US = 1000
START_MS = 5000  # to be read in, named and linked
Edges = list[tuple[int, int, bool]]  # (t_ms, button, closed), in order


@dataclass
class RealBox:
    """Everything that arrives is safe at once. `store`: its memories, where they must outlive this object."""

    refractory_ms: int
    store: Path | None = None
    seed: int = 1
    arrivals: dict[str, tuple[int, Arrival]] = field(default_factory=dict)  # with t_ms of the box
    said: list[tuple[int, str, bytes]] = field(default_factory=list)  # (ms, who, bytes)

    def __post_init__(self) -> None:
        self.board = Board(SHIPPED_PROGRAM, self.store, self.seed)
        self.link = HostLink(0.0, new_epoch=lambda: EPOCH, refractory_ms=self.refractory_ms)
        self._phase_us = 0.0

    def start(self) -> None:
        """Until it is linked, and its first millisecond of sampling is found."""
        assert self.run_until_linked(), "no link"
        self._phase_us = self._find_phase_us()

    def close(self) -> None:
        self.board.close()

    def run_us(self, us: float) -> None:
        end_us = self.board.now_us + us
        while (left_us := end_us - self.board.now_us) > 0.1:
            self.board.run_us(min(left_us, STEP_US))
            self._exchange()

    def run_until_linked(self) -> bool:
        for _ in range(START_MS):
            self.run_us(1000)
            if self.link.state is State.LINKED and self.board.link_lit:
                return True
        return False

    def move(self, edges: Iterable[tuple[float, int, bool]]) -> None:
        """Contacts change at those milliseconds, in the middle between two samples: each spans as many as it says."""
        from_us = (self.board.now_us // 1000 + 2) * 1000 + self._phase_us
        for t_ms, button, closed in edges:
            self.run_us(max(0.0, from_us + t_ms * 1000 - self.board.now_us))
            (self.board.down if closed else self.board.up)(button)

    def _exchange(self) -> None:
        now_s = self.board.now_us / 1e6
        heard = self.board.receive()
        step = self.link.step(now_s, heard)
        out = step.send
        for arrival in step.presses:
            t_ms = int(arrival.source.rsplit("-", 1)[1], 16)
            self.arrivals.setdefault(arrival.source, (t_ms, arrival))
            out += self.link.acknowledge(arrival.source)
        for who, data in (("terminal", heard), ("host", out)):
            if data:
                self.said.append((round(now_s * 1000), who, data))
        if out:
            assert self.board.send(out) == len(out)

    def _find_phase_us(self) -> float:
        """Microseconds past a full one that lie in the middle between two samples, found by halving."""
        low_us, high_us = 0.0, 1000.0
        first = self._counted_at(low_us)
        for _ in range(5):
            middle_us = (low_us + high_us) / 2
            if self._counted_at(middle_us) == first:
                low_us = middle_us
            else:
                high_us = middle_us
        return (high_us + 500) % 1000

    def _counted_at(self, past_us: float) -> int:
        """How many milliseconds its clock is behind ours, as a contact sees it that closes so long past a full one."""
        self._phase_us = past_us
        before = set(self.arrivals)
        from_ms = int(self.board.now_us // 1000 + 2)
        self.move([(0, 0, True), (50, 0, False)])
        self.run_us((self.refractory_ms + 300) * 1000)
        (new,) = self.arrivals.keys() - before
        return self.arrivals[new][0] - from_ms
