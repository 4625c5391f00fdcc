"""A host in virtual time: the product's own link over a disk that survives its crashes. Knows no board.

It dies on request around its commits: before one, what it was handed is gone; after one and before the
acknowledgements leave, it is on the disk and the terminal does not know.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from firmware_bridge.arrivals import Arrival
from firmware_bridge.counts import BURST_KIND, KINDS, Comparison, Verdict, box_count, compare
from firmware_bridge.frames import Mark, Totals
from firmware_bridge.link import HostLink
from firmware_bridge.states import State

EPOCH = 0x5EED1E57
REFRACTORY_MS = 300


@dataclass(slots=True)
class Disk:
    """What was committed, in order; a repetition is dropped by its source. `counted`: as the kiosk counts, by kind."""

    arrivals: dict[str, Arrival] = field(default_factory=dict)
    counted: Counter[str] = field(default_factory=Counter)
    repetitions: int = 0
    known_before: frozenset[str] = frozenset()  # sources of an earlier time, not counted

    def commit(self, arrival: Arrival) -> None:
        if arrival.source in self.known_before:
            self.repetitions += 1
            return
        if known := self.arrivals.get(arrival.source):
            assert (known.buttons, known.hits) == (arrival.buttons, arrival.hits), (
                f"{arrival.source} came twice, changed"
            )
            self.repetitions += 1
            return
        self.arrivals[arrival.source] = arrival
        self.counted[arrival.tally.split("/")[1]] += 1

    def in_order(self) -> list[Arrival]:
        """As the terminal numbered them: a retry may arrive after a later press."""
        return sorted(self.arrivals.values(), key=lambda arrival: arrival.source)

    def buttons(self) -> list[int]:
        return [arrival.buttons[0] for arrival in self.in_order() if not arrival.burst]

    @property
    def bursts(self) -> int:
        return self.counted[BURST_KIND]


class Host:
    """Call `step` with what arrived; it returns what to send. `crashes_at`: the chance, for each step with presses."""

    def __init__(
        self, now_s: float, dice: random.Random, *, epoch: int = EPOCH, refractory_ms: int = REFRACTORY_MS
    ) -> None:
        self.disk = Disk()
        self.crash_rate = 0.0
        self.crashes = 0
        self.bad_frames = 0
        self.checks: Counter[Verdict] = Counter()
        self.differences: list[Comparison] = []
        self.deaf = False  # takes no press: nothing is committed, nothing acknowledged
        self.wall_ms: int | None = None
        self.named = 0  # how often an identity was given, counted from the last crash or restart
        self._dice = dice
        self._epoch, self._refractory_ms = epoch, refractory_ms
        self._checked: Totals | None = None
        self.link = self._new_link(now_s)

    def _new_link(self, now_s: float) -> HostLink:
        return HostLink(now_s, new_epoch=self._draw, wall_ms=lambda: self.wall_ms, refractory_ms=self._refractory_ms)

    def _draw(self) -> int:
        self.named += 1
        return self._epoch

    def restart(self, now_s: float) -> None:
        """The program died and came back; only the disk is left."""
        self.bad_frames += self.link.bad_frames
        self.named = 0
        self.link = self._new_link(now_s)

    @property
    def linked(self) -> bool:
        return self.link.state is State.LINKED

    @property
    def all_bad_frames(self) -> int:
        return self.bad_frames + self.link.bad_frames

    @property
    def marks(self) -> dict[int, Mark]:
        return dict(self.link._marks)

    def step(self, now_s: float, data: bytes) -> bytes:
        if not data and now_s < self.link.wake_at_s:
            return b""
        step = self.link.step(now_s, data)
        if step.presses and self.deaf:
            return step.send
        if step.presses and self._dice.random() < self.crash_rate:
            return self._crash(now_s, step.presses)
        self._commit(step.presses)
        self._cross_check()
        return step.send + b"".join(self.link.acknowledge(arrival.source) for arrival in step.presses)

    def _crash(self, now_s: float, presses: tuple[Arrival, ...]) -> bytes:
        self.crashes += 1
        self._commit(presses[: self._dice.randrange(len(presses) + 1)])
        self.restart(now_s)
        return b""

    def _commit(self, presses: tuple[Arrival, ...]) -> None:
        for arrival in presses:
            self.disk.commit(arrival)

    def _cross_check(self) -> None:
        """The product's rule 8, whenever totals come; the terminal has no past, so its baseline is 0."""
        totals = self.link.totals
        if totals is None or totals is self._checked:
            return
        self._checked = totals
        flags = self.link.status.flags if self.link.status else 0
        found = compare(box_count(totals, flags, fresh=True), self.disk.counted, dict.fromkeys(KINDS, 0))
        self.checks[found.verdict] += 1
        if found.verdict is Verdict.DIFFERENT:
            self.differences.append(found)
