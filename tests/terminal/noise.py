"""A bad line, one way: bytes are flipped, lost, doubled and late, or the cable is out. Knows no port and no frame.

Bytes never overtake each other, as on any serial line: one that is late holds up all behind it.
"""

import random
from collections import deque
from dataclasses import dataclass

SHORT_DELAY_S = 0.06
LONG_DELAY_S = 1.5  # beyond the terminal's first wait for an acknowledgement
LONG_DELAYS = 0.05  # of all delays


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities, a byte each; `flips` is that of at least one wrong bit."""

    flips: float = 0.0
    drops: float = 0.0
    doubles: float = 0.0
    delays: float = 0.0


QUIET = Rates()
BAD_CABLE = Rates(flips=4e-3, drops=2e-3, doubles=2e-3, delays=1e-3)


@dataclass(slots=True)
class Harm:
    """What was done so far."""

    carried: int = 0
    flips: int = 0
    drops: int = 0
    doubles: int = 0
    delays: int = 0
    cut_off: int = 0


class NoisyLine:
    """`carry` takes what was sent and gives what arrives. Times are seconds of the caller's clock. Deterministic."""

    def __init__(self, dice: random.Random, rates: Rates = QUIET) -> None:
        self.rates = rates
        self.cut = False
        self.harm = Harm()
        self._dice = dice
        self._waiting: deque[tuple[float, int]] = deque()
        self._last_due_s = float("-inf")

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    def carry(self, now_s: float, sent: bytes) -> bytes:
        if self.cut:
            self.harm.cut_off += len(sent) + len(self._waiting)
            self._waiting.clear()
            return b""
        if self.rates == QUIET and not self._waiting:
            return sent
        for byte in sent:
            self._take(now_s, byte)
        arrived = bytearray()
        while self._waiting and self._waiting[0][0] <= now_s:
            arrived.append(self._waiting.popleft()[1])
        return bytes(arrived)

    def _take(self, now_s: float, byte: int) -> None:
        rates, harm, rolled = self.rates, self.harm, self._dice.random
        harm.carried += 1
        if rolled() < rates.drops:
            harm.drops += 1
            return
        if rolled() < rates.flips:
            harm.flips += 1
            byte ^= 1 << self._dice.randrange(8)
        due_s = max(now_s, self._last_due_s)
        if rolled() < rates.delays:
            harm.delays += 1
            due_s = now_s + self._delay_s()
        copies = 1
        if rolled() < rates.doubles:
            harm.doubles += 1
            copies = 2
        self._last_due_s = max(due_s, self._last_due_s)
        self._waiting.extend([(self._last_due_s, byte)] * copies)

    def _delay_s(self) -> float:
        longest_s = LONG_DELAY_S if self._dice.random() < LONG_DELAYS else SHORT_DELAY_S
        return self._dice.uniform(0, longest_s)
