"""The terminal's side of the protocol (PROTOCOL.md §4) as pure logic over a ring. Knows no pty and no clock.

A lamp is lit, and a record sent, only when the record is durable. A firmware can take this module's place.
"""

from collections.abc import Callable

from firmware_bridge.contacts import Contacts, Hit
from firmware_bridge.frames import (
    BUTTONS,
    FULL,
    PROTOCOL,
    PROVISIONED,
    STORE_FAULT,
    TERMINAL_LIMIT,
    Ack,
    Command,
    Decoder,
    Hello,
    HelloRequest,
    Message,
    Ping,
    Press,
    Provision,
    Result,
    Status,
    Welcome,
    encode,
)
from firmware_bridge.ring import CAPACITY, Ring

HELLO_MS = 1000
UNLINK_MS = 10_000
FIRST_RETRY_MS, LAST_RETRY_MS = 300, 4000
LAMP_MS = 600
LINE_BAUD = 38_400
LAMP_OPERATION = 1
DONE, NOT_KNOWN = 0, 1
VERSION = (0, 2, 0)
HARDWARE_SIMULATED = 0
_WORD = 0xFFFF


class Terminal:
    """One start of a terminal. Times: milliseconds since that start. `contacts(t)`: mask of the closed contacts."""

    def __init__(self, ring: Ring, contacts: Callable[[int], int]) -> None:
        self.refused = 0
        self.lamp_counts = [0] * BUTTONS
        self._ring = ring
        self._contacts = contacts
        self._filter = Contacts(ring.refractory_ms)
        self._decoder = Decoder(TERMINAL_LIMIT)
        self._lamp_until_ms = [0] * BUTTONS
        self._store_fault = False
        self._linked = False
        self._now_ms = self._heard_ms = self._hello_at_ms = 0
        self._line_free_ms = 0.0
        self._sent: set[int] = set()  # numbers sent in this pass over the ring
        self._retry_ms, self._retry_at_ms = FIRST_RETRY_MS, 0

    @property
    def linked(self) -> bool:
        return self._linked

    @property
    def bad_frames(self) -> int:
        return self._decoder.bad

    @property
    def lit(self) -> list[int]:
        """Buttons whose lamp is lit."""
        return [button for button, until in enumerate(self._lamp_until_ms) if until > self._now_ms]

    def step(self, now_ms: int, data: bytes = b"") -> bytes:
        """Live until `now_ms`, `data` having come in; what goes out."""
        for t_ms in range(self._now_ms + 1, now_ms + 1):
            for hit in self._filter.sample(t_ms, self._contacts(t_ms)):
                self._record(hit)
        self._now_ms = now_ms
        out = b"".join(self._on(message) for message in self._decoder.feed(data))
        if self._linked and now_ms - self._heard_ms >= UNLINK_MS:
            self._linked, self._hello_at_ms = False, now_ms
        return out + (self._send_records() if self._linked else self._send_hello())

    def _record(self, hit: Hit) -> None:
        try:
            safe = self._ring.epoch != 0 and self._ring.add(hit.t_ms, hit.what, hit.aux)
        except OSError:
            self._store_fault, safe = True, False
        if not safe:
            self.refused += 1
        elif hit.what < BUTTONS:
            self._light(1 << hit.what, hit.t_ms + LAMP_MS)

    def _light(self, mask: int, until_ms: int) -> None:
        for button in range(BUTTONS):
            if mask >> button & 1:
                self._lamp_until_ms[button] = until_ms
                self.lamp_counts[button] += 1

    def _on(self, message: Message) -> bytes:
        match message:
            case Welcome(protocol=protocol, epoch=epoch) if protocol == PROTOCOL and epoch == self._ring.epoch != 0:
                self._linked, self._heard_ms = True, self._now_ms
                self._start_pass(FIRST_RETRY_MS)
            case Ack(epoch=epoch, seq=seq) if epoch == self._ring.epoch:
                self._acknowledge(seq)
            case Ping() if self._linked:
                self._heard_ms = self._now_ms
                return self._status()
            case Provision(epoch=epoch, new_epoch=new_epoch, refractory_ms=refractory_ms):
                self._provision(epoch, new_epoch, refractory_ms)
                return self._hello()
            case Command(id=number, operation=operation, a=mask, b=tens_ms):
                return self._command(number, operation, mask, tens_ms * 10)
            case HelloRequest():
                return self._hello()
        return b""

    def _acknowledge(self, seq: int) -> None:
        self._heard_ms = self._now_ms
        try:
            self._ring.acknowledge(seq)
        except OSError:
            self._store_fault = True  # the record stays live and is sent again
        self._retry_ms = FIRST_RETRY_MS
        self._retry_at_ms = self._now_ms + FIRST_RETRY_MS

    def _provision(self, epoch: int, new_epoch: int, refractory_ms: int) -> None:
        if epoch != self._ring.epoch or new_epoch == 0 or self._ring.live:
            return
        try:
            self._ring.provision(new_epoch, refractory_ms)
        except OSError:
            self._store_fault = True
            return
        self._linked = False
        self._filter = Contacts(refractory_ms)

    def _command(self, number: int, operation: int, mask: int, lit_ms: int) -> bytes:
        if operation != LAMP_OPERATION:
            return encode(Result(number, NOT_KNOWN))
        self._light(mask, self._now_ms + lit_ms)
        return encode(Result(number, DONE))

    def _send_hello(self) -> bytes:
        if self._now_ms < self._hello_at_ms:
            return b""
        self._hello_at_ms = self._now_ms + HELLO_MS
        return self._hello()

    def _send_records(self) -> bytes:
        """New records at once, the others in passes that grow rarer until any acknowledgement comes."""
        live = self._ring.live
        if live and all(record.seq in self._sent for record in live) and self._now_ms >= self._retry_at_ms:
            self._start_pass(min(self._retry_ms * 2, LAST_RETRY_MS))
        out = b""
        for record in live:
            if record.seq not in self._sent and self._line_free_ms <= self._now_ms:
                fields = (record.seq, record.boot, record.t_ms, record.what, record.aux, self._now_ms % 2**32)
                frame = encode(Press(self._ring.epoch, *fields))
                out += frame
                self._sent.add(record.seq)
                self._line_free_ms = self._now_ms + len(frame) * 10_000 / LINE_BAUD
                self._retry_at_ms = self._now_ms + self._retry_ms
        return out

    def _start_pass(self, retry_ms: int) -> None:
        self._sent.clear()
        self._retry_ms = retry_ms

    def _flags(self) -> int:
        ring = self._ring
        return PROVISIONED * bool(ring.epoch) | FULL * ring.full | STORE_FAULT * self._store_fault

    def _hello(self) -> bytes:
        ring, now_ms = self._ring, self._now_ms % 2**32
        who = (PROTOCOL, *VERSION, HARDWARE_SIMULATED, ring.epoch, ring.boot, now_ms, 0, ring.next_seq)
        return encode(Hello(*who, len(ring.live), CAPACITY, self._flags(), min(self.refused, _WORD)))

    def _status(self) -> bytes:
        ring, contacts = self._ring, self._filter
        health = (min(self.refused, _WORD), min(self._decoder.bad, _WORD), 0, min(ring.corrupt, 255), 0)
        state = (len(ring.live), self._flags(), contacts.stuck, contacts.held)
        return encode(Status(ring.boot, self._now_ms % 2**32, *state, *health))
