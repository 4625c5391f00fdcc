"""Board and host in one process and in virtual time, a bad line between them: deterministic for a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.frames import Ping, Totals, encode
from firmware_bridge.simulator.board import Board, Fram, Stats
from tests.terminal.host import Host
from tests.terminal.noise import NoisyLine

STEP_US = 1000
_RING_MARKS, _RING_LIVE = slice(128 + 12, 128 + 68 * 13, 13), 0x0F  # PROTOCOL.md §9
_DEEP_MARKS, _DEEP_LIVE = slice(128 + 15, 128 + 2040 * 16, 16), 0xA5
LINK_PATIENCE_MS = 30_000


@dataclass(frozen=True, slots=True)
class Memory:
    """All that outlives a power cut."""

    eeprom: bytes
    fram: bytes

    def live_records(self) -> int:
        """How many wait for an acknowledgement, by their marks, in both stores."""
        marks = self.eeprom[_RING_MARKS], self.fram[_DEEP_MARKS]
        return marks[0].count(_RING_LIVE) + marks[1].count(_DEEP_LIVE)


BLANK = Memory(b"\xff" * 1024, b"\x00" * 32768)


class Rig:
    """`kind`: what sits at the deep store's address."""

    def __init__(
        self, program: Path | bytes, *, seed: int, kind: Fram, memory: Memory = BLANK, powered: bool = True
    ) -> None:
        self.dice = random.Random(seed)
        self.board = Board(program, seed=seed)
        self.board.power_off()
        self.board.set_fram(kind)
        self.board.eeprom, self.board.fram = memory.eeprom, memory.fram
        self.up, self.down = NoisyLine(self.dice), NoisyLine(self.dice)
        self.host = Host(self.now_s, self.dice)
        if powered:
            self.board.power_on()

    def close(self) -> None:
        self.board.close()

    def __enter__(self) -> "Rig":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def now_s(self) -> float:
        return self.board.now_us / 1e6

    @property
    def memory(self) -> Memory:
        return Memory(self.board.eeprom, self.board.fram)

    def run_us(self, us: float) -> None:
        board, host = self.board, self.host
        while us > 0:
            part_us = min(us, STEP_US)
            us -= part_us
            board.run_us(part_us)
            now_s = self.now_s
            sent = host.step(now_s, self.up.carry(now_s, board.receive()))
            if (sent or self.down.busy) and (arrived := self.down.carry(now_s, sent)):
                board.send(arrived)

    def run_ms(self, ms: float) -> None:
        self.run_us(ms * 1000)

    def run_until(self, condition: Callable[[], bool], patience_ms: float = LINK_PATIENCE_MS) -> bool:
        left_ms = patience_ms
        while not condition():
            if left_ms <= 0:
                return False
            self.run_us(STEP_US)
            left_ms -= STEP_US / 1000
        return True

    def connect(self) -> None:
        """Until the terminal is linked: its STATUS ends the answer to WELCOME. Raises: AssertionError."""
        assert self.run_until(lambda: self.host.linked and self.host.link.status is not None), (
            "the terminal did not link"
        )

    def press(self, button: int, hold_ms: float = 60, rest_ms: float = 400, bounce_us: float = 0) -> bool:
        """One press and the rest after it; whether its lamp was lit."""
        before = self.board.lamp_counts
        self.board.press(button, hold_ms * 1000, bounce_us)
        self.run_ms(hold_ms + rest_ms)
        return self.promised(button, before)

    def promised(self, button: int, before: list[int]) -> bool:
        """Whether this lamp rose since `before`. Raises: AssertionError when another did, or it rose twice."""
        rises = [now - then for now, then in zip(self.board.lamp_counts, before, strict=True)]
        rose = rises.pop(button)
        assert rose in (0, 1), f"lamp {button} rose {rose} times for one press"
        assert not any(rises), f"a press of {button} lit another lamp: {rises}"
        return bool(rose)

    def ask_totals(self, patience_ms: float = LINK_PATIENCE_MS) -> Totals:
        """TOTALS with nothing under way, at a linked terminal on a quiet line. Raises: AssertionError."""
        for _ in range(20):
            self.host.link.totals = None
            self.board.send(encode(Ping(1)))
            came = self.run_until(lambda: self.host.link.totals is not None, patience_ms)
            assert came, "no TOTALS came"
            totals = self.host.link.totals
            assert totals is not None
            if not totals.unacked:
                return totals
            self.run_ms(500)
        raise AssertionError("records are never acknowledged")

    def cut_power(self, off_ms: float = 20) -> None:
        """What either end had sent and the other had not heard is gone."""
        self.board.power_off()
        self.board.drop_line()
        self.host.link.status = None
        self.run_ms(off_ms)
        self.board.power_on()

    def violations(self) -> dict[str, int]:
        """What the program did that the chips' data sheets forbid; by name, only what happened."""
        stats: Stats = self.board.stats()
        names = ("eeprom_violations", "twi_violations", "tx_violations", "pin_violations")
        return {name: getattr(stats, name) for name in names if getattr(stats, name)}
