"""The terminal's frames in bytes and back (PROTOCOL.md §2). Knows no port, no clock and no meaning of a press.

Reading never raises: a cable hands over anything. What is not a whole, undamaged, known frame is counted and dropped;
one zero byte later the reader is in step again.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from struct import Struct
from zlib import crc32

PROTOCOL = 1
HOST_LIMIT = 64  # decoded bytes, type and CRC included
TERMINAL_LIMIT = 40
_CRC = Struct("<I")
_LONGEST_RUN = 254

BURST = 0x20  # Press.what: BURST | mask of buttons; below it a button's index
BUTTONS = 5

PROVISIONED, FULL, STORE_FAULT, OVERFLOW = 1, 2, 4, 8  # Hello.flags, Status.flags


@dataclass(frozen=True, slots=True)
class Hello:
    """Terminal → host: who I am; once a second until welcomed. `boot`, `now_ms`: which start, and how long ago."""

    protocol: int
    fw_major: int
    fw_minor: int
    fw_patch: int
    hardware: int
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


@dataclass(frozen=True, slots=True)
class Result:
    """Terminal → host: what became of a Command; code 0 = done."""

    command: int
    code: int


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
    """Host → terminal: do this now (operation 1 lamps: a = mask, b = tens of ms; 2 buzzer; 4 restart)."""

    id: int
    operation: int
    a: int = 0
    b: int = 0
    c: int = 0


@dataclass(frozen=True, slots=True)
class Ping:
    """Host → terminal: I am here; are you?"""


@dataclass(frozen=True, slots=True)
class Provision:
    """Host → terminal with an empty ring: take this identity and refractory time."""

    epoch: int
    new_epoch: int
    refractory_ms: int


@dataclass(frozen=True, slots=True)
class HelloRequest:
    """Host → terminal: say HELLO again."""


Message = Hello | Press | Status | Result | Welcome | Ack | Command | Ping | Provision | HelloRequest

LAYOUTS: dict[type[Message], tuple[int, Struct]] = {
    Hello: (0x01, Struct("<BBBBBIHIBIBBBH")),
    Press: (0x02, Struct("<IIHIBBI")),
    Status: (0x03, Struct("<HIBBBBHHHBB")),
    Result: (0x04, Struct("<BB")),
    Welcome: (0x81, Struct("<BI")),
    Ack: (0x82, Struct("<II")),
    Command: (0x83, Struct("<BBBBB")),
    Ping: (0x84, Struct("<")),
    Provision: (0x85, Struct("<IIH")),
    HelloRequest: (0x86, Struct("<")),
}
_BY_TYPE = {number: (kind, layout) for kind, (number, layout) in LAYOUTS.items()}


def encode(message: Message) -> bytes:
    """The whole frame, with both delimiters. Raises: struct.error when a field does not fit its width."""
    number, layout = LAYOUTS[type(message)]
    body = bytes([number]) + layout.pack(*astuple(message))
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
