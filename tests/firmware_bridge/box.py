"""A box with the real firmware in virtual time, and a host beside it that does what its attributes say.

The host here is simpler than `HostLink` on purpose: a test must be able to be silent, wrong or late.
"""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from firmware_bridge.frames import (
    Ack,
    Command,
    Decoder,
    FromHost,
    Hello,
    Message,
    Ping,
    Press,
    Provision,
    Result,
    Status,
    TimeMark,
    Totals,
    Welcome,
    encode,
)
from firmware_bridge.simulator.board import Board, EventKind, Fram

SOURCES = Path(__file__).parents[2] / "firmware_bridge" / "firmware"
EPOCH = 0x5EED1E57
REFRACTORY_MS = 20
PING_MS = 3000
STEP_MS = 2
A_CYCLE_MS = 1 / 16_000
PATIENCE_MS = 30_000
BUILD_PATIENCE_S = 300

M = TypeVar("M", bound=Message)


@dataclass
class Box:
    """`said`: all that the terminal said and when, in milliseconds of virtual time since the box was made."""

    board: Board
    epoch: int = EPOCH
    refractory_ms: int = REFRACTORY_MS
    present: bool = True  # the host is there
    acknowledges: bool = True
    ignored: set[int] = field(default_factory=set)  # numbers that are never acknowledged
    quarter: int | None = None  # TIME_MARK after WELCOME
    pinged_ms: float = 0
    said: list[tuple[float, Message]] = field(default_factory=list)
    delivered: dict[tuple[int, int, int, int], Press] = field(default_factory=dict)
    repeated: int = 0
    lamps: list[tuple[float, int]] = field(default_factory=list)
    sounds: list[tuple[float, float]] = field(default_factory=list)
    _decoder: Decoder = field(default_factory=Decoder)
    _linked: bool = False
    _sounding_ms: float = 0

    @property
    def now_ms(self) -> float:
        return self.board.now_us / 1000

    def run(self, for_ms: float) -> None:
        end_ms = self.now_ms + for_ms
        while (left_ms := end_ms - self.now_ms) > A_CYCLE_MS:
            self.board.run_us(min(left_ms, STEP_MS) * 1000)
            self._look()
            self._listen()

    def run_until(self, condition: Callable[[], bool], patience_ms: float = PATIENCE_MS) -> None:
        end_ms = self.now_ms + patience_ms
        while not condition():
            assert self.now_ms < end_ms, f"not within {patience_ms} ms of virtual time"
            self.run(STEP_MS)

    def say(self, *messages: FromHost) -> None:
        for message in messages:
            self.board.send(encode(message))

    def heard(self, kind: type[M], since_ms: float = -1) -> list[M]:
        return [m for t_ms, m in self.said if isinstance(m, kind) and t_ms > since_ms]

    def wait_for(self, kind: type[M], patience_ms: float = PATIENCE_MS) -> M:
        """The next message of that kind from now on."""
        since_ms = self.now_ms
        self.run_until(lambda: bool(self.heard(kind, since_ms)), patience_ms)
        return self.heard(kind, since_ms)[0]

    def link(self) -> None:
        """Provisioned if blank, welcomed, and what follows has been said."""
        self.present, self._linked = True, False
        self.run_until(lambda: self._linked)
        self.run(120)

    def press(self, button: int, hold_ms: float = 40, then_ms: float = 60) -> bool:
        """Whether the lamp was lit for it by `then_ms` after the contact opened."""
        before = self.board.lamp_counts[button]
        self.board.press(button, hold_ms * 1000, 2000)
        self.run(hold_ms + then_ms)
        return self.board.lamp_counts[button] > before

    def ask(self, command: Command) -> int:
        """The code of its RESULT."""
        self.say(command)
        return self.wait_for(Result).code

    def status(self) -> Status:
        self.say(Ping())
        return self.wait_for(Status)

    def totals(self) -> tuple[int, ...]:
        """The counts of the five buttons, then of bursts."""
        self.say(Ping(want=1))
        t = self.wait_for(Totals)
        return t.presses_0, t.presses_1, t.presses_2, t.presses_3, t.presses_4, t.bursts

    def power_cycle(self, off_ms: float = 50) -> None:
        self.board.power_off()
        self._decoder, self._linked = Decoder(), False
        self.board.drop_line()
        self.run(off_ms)
        self.board.power_on()

    def scrap(self) -> None:
        """Raises: AssertionError when the firmware ever misused the chip."""
        stats = self.board.stats()
        self.board.close()
        wrong = (stats.eeprom_violations, stats.twi_violations, stats.tx_violations, stats.pin_violations)
        assert wrong == (0, 0, 0, 0), f"the firmware misused the chip: {stats}"

    @property
    def buttons(self) -> list[int]:
        """`what` of everything delivered, in the order of the numbers."""
        return [self.delivered[key].what for key in sorted(self.delivered, key=lambda key: key[1])]

    def _look(self) -> None:
        for event in self.board.events():
            t_ms = event.cycle / 16_000
            if event.kind == EventKind.LAMP and event.detail:
                self.lamps.append((t_ms, event.what))
            elif event.kind == EventKind.BUZZER and event.detail:
                self._sounding_ms = t_ms
            elif event.kind == EventKind.BUZZER:
                self.sounds.append((self._sounding_ms, t_ms - self._sounding_ms))

    def _listen(self) -> None:
        for message in self._decoder.feed(self.board.receive()):
            self.said.append((self.now_ms, message))
            if self.present:
                self._answer(message)
        if self.present and self._linked and self.now_ms - self.pinged_ms >= PING_MS:
            self.pinged_ms = self.now_ms
            self.say(Ping())

    def _answer(self, message: Message) -> None:
        if isinstance(message, Hello):
            self._linked = message.epoch != 0
            self.pinged_ms = self.now_ms
            self.say(*self._greeting(message))
        elif isinstance(message, Press) and self.acknowledges and message.seq not in self.ignored:
            key = (message.epoch, message.seq, message.boot, message.t_ms)
            self.repeated += key in self.delivered
            assert self.delivered.setdefault(key, message).what == message.what
            self.say(Ack(message.epoch, message.seq))

    def _greeting(self, hello: Hello) -> list[FromHost]:
        if hello.epoch == 0:
            return [Provision(0, self.epoch, self.refractory_ms)]
        mark = [] if self.quarter is None else [TimeMark(self.quarter, 317_000)]
        return [Welcome(1, hello.epoch), *mark]


class Workshop:
    """Builds the firmware, each variant once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["make", "-C", str(SOURCES), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=BUILD_PATIENCE_S, check=False)

    def hex(self, *flags: str) -> Path:
        out = self._directory / ("release" + "".join(flags)).replace("=", "_")
        if not (out / "terminal.hex").exists():
            done = self.make(f"OUT={out}", f"VARIANT_FLAGS={' '.join(flags)}")
            assert done.returncode == 0, done.stdout + done.stderr
        return out / "terminal.hex"


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("firmware"))


@dataclass
class Bench:
    """Makes boxes, and takes them apart after the test."""

    workshop: Workshop
    boxes: list[Box] = field(default_factory=list)

    def box(
        self,
        *flags: str,
        deep: Fram = Fram.ABSENT,
        eeprom: bytes | None = None,
        fram: bytes | None = None,
        buttons: int = 5,
        seed: int = 1,
        **host: object,
    ) -> Box:
        """Switched on with these memories; the host is there."""
        board = Board(self.workshop.hex(*flags), seed=seed)
        board.power_off()
        board.set_fram(deep)
        board.set_buttons(buttons)
        if eeprom is not None:
            board.eeprom = eeprom
        if fram is not None:
            board.fram = fram
        board.power_on()
        self.boxes.append(Box(board, **host))  # type: ignore[arg-type]
        return self.boxes[-1]

    def linked(self, *flags: str, **options: object) -> Box:
        box = self.box(*flags, **options)  # type: ignore[arg-type]
        box.link()
        return box

    def scrap(self, box: Box) -> None:
        """Done with it; its memory is free for the next one."""
        self.boxes.remove(box)
        box.scrap()


@pytest.fixture
def bench(workshop: Workshop) -> Iterator[Bench]:
    bench = Bench(workshop)
    yield bench
    for box in list(bench.boxes):
        bench.scrap(box)
