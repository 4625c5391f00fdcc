"""A technician's side of the line: greets a box, asks, tests, commands, and never takes a record. Sans-IO.

Like every host it says nothing before a whole frame came from a terminal (PROTOCOL.md §1). Unlike the kiosk it sends no
ACK, no PROVISION and no TIME_MARK: a citizen's record stays in the box, a blank box stays blank, and a laptop's clock
proves nothing.
"""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from firmware_bridge.commands import RESET
from firmware_bridge.frames import (
    PROTOCOL,
    SELF_TEST,
    TOTALS,
    Command,
    Decoder,
    FromTerminal,
    Hello,
    HelloRequest,
    Message,
    Ping,
    Result,
    Status,
    Totals,
    Welcome,
    encode,
)

PING_S = 1.0
SILENCE_S = 8.0
ASK_AGAIN_S = 1.0
TEST_S, RENEW_S = 12, 4.0  # a box whose technician walked away is back at work within 12 s
REPEAT_S = 0.4
MOST_TRIES = 20


class Operation(IntEnum):
    """Command.operation."""

    LAMPS = 1
    BUZZER = 2
    SELF_TEST = SELF_TEST
    RESTART = 4
    IDENTIFY = 5


@dataclass
class _Pending:
    command: Command
    tries: int = 0
    again_s: float = 0.0


class Inspection:
    """One look at one box. `step` is called often, with what was read; times in seconds on any steady clock.

    `hello`, `status`, `totals`: the last of each; None before. `foreign`: the protocol number that we do not speak.
    `results`: code by command id, None when the box never answered. `restarts`: how often its clock began anew.
    """

    def __init__(self, now_s: float) -> None:
        self.hello: Hello | None = None
        self.status: Status | None = None
        self.totals: Totals | None = None
        self.linked = False
        self.foreign: int | None = None
        self.results: dict[int, int | None] = {}
        self.restarts = 0
        self._now_ms = 0
        self._decoder = Decoder()
        self._next_id = 0  # 0 is RESET's
        self._pending: deque[_Pending] = deque()
        self._testing = False
        self._test_id: int | None = None
        self._heard_s = self._ping_s = self._renew_s = now_s
        self._asked_s = float("-inf")

    @property
    def damaged(self) -> int:
        """Damaged frames heard so far; the first may only have been half heard."""
        return self._decoder.bad

    @property
    def idle(self) -> bool:
        """Whether every command was answered or given up."""
        return not self._pending

    def step(self, now_s: float, data: bytes) -> tuple[bytes, list[FromTerminal]]:
        """What to send, and what the box said."""
        heard = [m for m in self._decoder.feed(data) if isinstance(m, FromTerminal)]
        out = b"".join(self._hear(now_s, message) for message in heard)
        if self.linked and now_s > self._heard_s + SILENCE_S:
            self.linked = False
        if self.linked:
            out += self._speak(now_s)
        return out, heard

    def command(self, operation: Operation, a: int = 0, b: int = 0) -> int:
        """Have the box do this as soon as it is linked; the id under which `results` will have the answer."""
        self._next_id = self._next_id % 255 + 1
        self.results.pop(self._next_id, None)
        self._pending.append(_Pending(Command(self._next_id, operation, a, b)))
        return self._next_id

    def test(self, on: bool) -> None:
        """Keep the box in its self-test, in which nothing is recorded, from now on; or put it back to work."""
        if on and not self._testing:
            self._renew_s = float("-inf")
        elif not on and self._testing:
            self._pending.clear()
            self._test_id = self.command(Operation.SELF_TEST, 0)
        self._testing = on

    @property
    def test_answer(self) -> int | None:
        """The box's code to the last word about the self-test, 0 = done; None while there is none."""
        return None if self._test_id is None else self.results.get(self._test_id)

    def _hear(self, now_s: float, message: Message) -> bytes:
        self._heard_s = now_s
        if isinstance(message, Hello | Status):
            self._see_clock(message.now_ms)
        if isinstance(message, Hello):
            return self._greet(message)
        if isinstance(message, Status):
            self.status = message
        elif isinstance(message, Totals):
            self.totals = message
        elif isinstance(message, Result):
            self._settle(message)
        return b"" if self.linked or self.foreign else self._ask_hello(now_s)

    def _greet(self, hello: Hello) -> bytes:
        self.foreign = None if hello.protocol == PROTOCOL else hello.protocol
        if self.foreign is not None:
            self.linked = False
            return b""
        self.hello, self.linked = hello, True
        self._ping_s = self._renew_s = float("-inf")  # it unlinked, so its self-test is over
        return encode(Welcome(PROTOCOL, hello.epoch)) + encode(RESET)

    def _see_clock(self, now_ms: int) -> None:
        self.restarts += now_ms < self._now_ms
        self._now_ms = now_ms

    def _ask_hello(self, now_s: float) -> bytes:
        if now_s < self._asked_s + ASK_AGAIN_S:
            return b""
        self._asked_s = now_s
        return encode(HelloRequest())

    def _settle(self, result: Result) -> None:
        if self._pending and self._pending[0].command.id == result.command:
            self._pending.popleft()
            self.results[result.command] = result.code

    def _speak(self, now_s: float) -> bytes:
        out = b""
        if self._testing and now_s >= self._renew_s + RENEW_S:
            self._renew_s = now_s
            self._test_id = self.command(Operation.SELF_TEST, TEST_S)
        if now_s >= self._ping_s + PING_S:
            self._ping_s = now_s
            out = encode(Ping(TOTALS))
        return out + self._commands(now_s)

    def _commands(self, now_s: float) -> bytes:
        while self._pending and self._pending[0].tries >= MOST_TRIES and now_s >= self._pending[0].again_s:
            self.results[self._pending.popleft().command.id] = None
        if not self._pending or now_s < self._pending[0].again_s:
            return b""
        head = self._pending[0]
        head.tries += 1
        head.again_s = now_s + REPEAT_S
        return encode(head.command)
