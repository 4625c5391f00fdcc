"""The terminal's frames in bytes and back (PROTOCOL.md §2). Knows no port, no clock and no meaning of a press.

Reading never raises: a cable hands over anything. What is not a whole, undamaged, known frame is counted and dropped;
one zero byte later the reader is in step again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntFlag
from struct import Struct
from zlib import crc32

PROTOCOL = 1
HOST_LIMIT = 64  # decoded bytes, type and CRC included
TERMINAL_LIMIT = 40
_CRC = Struct("<I")
_LONGEST_RUN = 254

BURST = 0x20  # Press.what: BURST | mask of buttons; below it a button's index
BUTTONS = 5

SELF_TEST = 3  # Command.operation
TOTALS = 1  # Ping.want


class Flag(IntFlag):
    """Hello.flags, Status.flags."""

    PROVISIONED = 0x001
    FULL = 0x002
    STORE_FAULT = 0x004
    OVERFLOW = 0x008
    DEEP = 0x010
    TESTING = 0x020
    SUPPLY_LOW = 0x040
    DEEP_FOREIGN = 0x080
    DEEP_LOST = 0x100


@dataclass(frozen=True, slots=True)
class Hello:
    """Terminal → host: who I am; once a second until welcomed. `boot`, `now_ms`: which start, and how long ago."""

    protocol: int
    fw_major: int
    fw_minor: int
    fw_patch: int
    hardware: int
    buttons: int
    epoch: int
    boot: int
    now_ms: int
    reset_cause: int
    next_seq: int
    unacked: int
    capacity: int
    flags: int
    refused: int


@dataclass(frozen=True, slots=True)
class Press:
    """Terminal → host: one durable record. `what`: button, or BURST | mask; `aux`: hits of a burst, 255 = or more."""

    epoch: int
    seq: int
    boot: int
    t_ms: int
    what: int
    aux: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class Status:
    """Terminal → host: the answer to PING. `stuck`, `held`: button masks."""

    boot: int
    now_ms: int
    unacked: int
    flags: int
    stuck: int
    held: int
    refused: int
    rx_bad: int
    rx_overrun: int
    corrupt: int
    bad_slots: int
    supply_mv: int


@dataclass(frozen=True, slots=True)
class Result:
    """Terminal → host: what became of a Command; code 0 = done."""

    command: int
    code: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Terminal → host: in the start `boot` the quarter-hour `quarter` (TimeMark) began at `t_ms`."""

    boot: int
    t_ms: int
    quarter: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Terminal → host: records ever made under `epoch`, of each button and of bursts; `unacked` of them still wait."""

    epoch: int
    boot: int
    next_seq: int
    unacked: int
    presses_0: int
    presses_1: int
    presses_2: int
    presses_3: int
    presses_4: int
    bursts: int


@dataclass(frozen=True, slots=True)
class Touch:
    """Terminal → host, only in the self-test: a contact closed or opened; nothing is recorded."""

    t_ms: int
    button: int
    closed: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """Host → terminal: speak to me."""

    protocol: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Ack:
    """Host → terminal: this record is on the host's disk; forget it."""

    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Command:
    """Host → terminal: do this now, as the table of operations says; a repeated `id` is answered, not done again."""

    id: int
    operation: int
    a: int = 0
    b: int = 0
    c: int = 0


@dataclass(frozen=True, slots=True)
class Ping:
    """Host → terminal: I am here; are you? `want` TOTALS: say those as well."""

    want: int = 0


@dataclass(frozen=True, slots=True)
class Provision:
    """Host → terminal with an empty ring: take this identity and refractory time."""

    epoch: int
    new_epoch: int
    refractory_ms: int


@dataclass(frozen=True, slots=True)
class HelloRequest:
    """Host → terminal: say HELLO again."""


@dataclass(frozen=True, slots=True)
class TimeMark:
    """Host → terminal: `quarter` quarter-hours since 1970-01-01T00:00Z are over, the last one `offset_ms` ago."""

    quarter: int
    offset_ms: int


FromTerminal = Hello | Press | Status | Result | Mark | Totals | Touch
FromHost = Welcome | Ack | Command | Ping | Provision | HelloRequest | TimeMark
Message = FromTerminal | FromHost

LAYOUTS: dict[type[Message], tuple[int, Struct]] = {
    Hello: (0x01, Struct("<BBBBBBIHIBIHHHH")),
    Press: (0x02, Struct("<IIHIBBI")),
    Status: (0x03, Struct("<HIHHBBHHHBBH")),
    Result: (0x04, Struct("<BB")),
    Mark: (0x05, Struct("<HII")),
    Totals: (0x06, Struct("<IHIHIIIIII")),
    Touch: (0x07, Struct("<IBB")),
    Welcome: (0x81, Struct("<BI")),
    Ack: (0x82, Struct("<II")),
    Command: (0x83, Struct("<BBBBB")),
    Ping: (0x84, Struct("<B")),
    Provision: (0x85, Struct("<IIH")),
    HelloRequest: (0x86, Struct("<")),
    TimeMark: (0x87, Struct("<II")),
}
_NAMES = {kind: tuple(each.name for each in fields(kind)) for kind in LAYOUTS}
_BY_TYPE = {number: (kind, layout) for kind, (number, layout) in LAYOUTS.items()}


def encode(message: Message) -> bytes:
    """The whole frame, with both delimiters. Raises: struct.error when a field does not fit its width."""
    number, layout = LAYOUTS[type(message)]
    body = bytes([number]) + layout.pack(*[getattr(message, name) for name in _NAMES[type(message)]])
    return b"\0" + _stuff(body + _CRC.pack(crc32(body))) + b"\0"


def parse(body: bytes) -> Message | None:
    """The message in a body whose CRC was right; None for an unknown type or a body too short for its type.

    A longer body is taken: later versions only append fields.
    """
    kind, layout = _BY_TYPE.get(body[0], (None, None)) if body else (None, None)
    if kind is None or layout is None or len(body) - 1 < layout.size:
        return None
    return kind(*layout.unpack_from(body, 1))


class Decoder:
    """Bytes in, messages out, in any portions. `bad`: damaged frames; `unknown`: whole frames of no known kind."""

    def __init__(self, limit: int = HOST_LIMIT) -> None:
        self.bad = 0
        self.unknown = 0
        self._limit = limit
        self._frame = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        return [message for body in self._bodies(data) if (message := self._known(body)) is not None]

    def _bodies(self, data: bytes) -> Iterator[bytes]:
        *closed, rest = data.split(b"\0")
        for part in closed:
            self._collect(part)
            frame, self._frame = bytes(self._frame), bytearray()
            if not frame:
                continue
            body = self._check(frame)
            if body is None:
                self.bad += 1
            else:
                yield body
        self._collect(rest)

    def _collect(self, part: bytes) -> None:
        """Keep one byte more than any good frame has: enough to know it for too long, whatever still comes."""
        room = self._limit + 2 - len(self._frame)
        self._frame += part[: max(room, 0)]

    def _check(self, frame: bytes) -> bytes | None:
        if len(frame) > self._limit + 1:
            return None
        decoded = _unstuff(frame)
        if decoded is None or len(decoded) <= _CRC.size:
            return None
        body, check = decoded[: -_CRC.size], decoded[-_CRC.size :]
        return body if _CRC.pack(crc32(body)) == check else None

    def _known(self, body: bytes) -> Message | None:
        message = parse(body)
        self.unknown += message is None
        return message


def _stuff(data: bytes) -> bytes:
    """COBS: the same bytes without a zero among them."""
    out = bytearray()
    for run in data.split(b"\0"):
        while len(run) >= _LONGEST_RUN:
            out += b"\xff" + run[:_LONGEST_RUN]
            run = run[_LONGEST_RUN:]
        out.append(len(run) + 1)
        out += run
    return bytes(out)


def _unstuff(data: bytes) -> bytes | None:
    out = bytearray()
    at = 0
    while at < len(data):
        step = data[at]
        if step == 0 or at + step > len(data):
            return None
        out += data[at + 1 : at + step]
        at += step
        if step <= _LONGEST_RUN and at < len(data):
            out.append(0)
    return bytes(out)
