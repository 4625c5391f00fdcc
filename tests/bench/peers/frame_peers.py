"""Serial framings on equal terms: 20 bytes of an event in, bytes of the line out, and back. Knows no press."""

from collections.abc import Iterator
from zlib import crc32

from cobs import cobs
from pySerialTransfer import pySerialTransfer

from firmware_bridge.frames import LAYOUTS, Decoder, Press, encode

EVENT_BYTES = 20
MIN_ID = 2
PRESS = LAYOUTS[Press][1]


class Ours:
    """firmware_bridge.frames, in plain Python: COBS and CRC-32, and the message read into its fields."""

    name = "firmware_bridge.frames"

    def encode(self, event: bytes) -> bytes:
        return encode(Press(*PRESS.unpack(event)))

    def decode(self, data: bytes) -> list[bytes]:
        return [self._event(each) for each in Decoder().feed(data) if isinstance(each, Press)]

    def _event(self, press: Press) -> bytes:
        return PRESS.pack(press.epoch, press.seq, press.boot, press.t_ms, press.what, press.aux, press.now_ms)


class CobsCrc:
    """The least: the cobs package (C) and zlib's CRC-32, one type byte, a zero at both ends."""

    name = "cobs (C) + CRC-32"

    def encode(self, event: bytes) -> bytes:
        body = b"\x02" + event
        return b"\0" + cobs.encode(body + crc32(body).to_bytes(4, "little")) + b"\0"

    def decode(self, data: bytes) -> list[bytes]:
        return list(self._events(data))

    def _events(self, data: bytes) -> Iterator[bytes]:
        for part in data.split(b"\0"):
            try:
                body = cobs.decode(part)
            except cobs.DecodeError:
                continue
            if len(body) == EVENT_BYTES + 5 and crc32(body[:-4]).to_bytes(4, "little") == body[-4:]:
                yield body[1:-4]


class Min:
    """A frame of MIN 2 (Microcontroller Interconnect Network), written here from its published layout: AA AA AA, id,
    length, payload, CRC-32 highest byte first, 55; a 55 is stuffed after two AA. Its own host is in no registry."""

    name = "MIN 2 frame (from its layout)"

    def encode(self, event: bytes) -> bytes:
        body = bytes([MIN_ID, len(event)]) + event
        out = bytearray(b"\xaa\xaa\xaa")
        run = 0
        for byte in body + crc32(body).to_bytes(4, "big"):
            out.append(byte)
            run = run + 1 if byte == 0xAA else 0
            if run == 2:
                out.append(0x55)
                run = 0
        return bytes(out) + b"\x55"

    def decode(self, data: bytes) -> list[bytes]:
        found: list[bytes] = []
        frame: bytearray | None = None
        run = 0
        for byte in data:
            if run == 2:
                run = 0
                if byte == 0xAA:
                    frame = bytearray()
                    continue
                if byte == 0x55:
                    continue
                frame = None
                continue
            run = run + 1 if byte == 0xAA else 0
            if frame is None:
                continue
            frame.append(byte)
            if len(frame) > 1 and len(frame) == frame[1] + 7:
                body, check, end = frame[:-5], frame[-5:-1], frame[-1]
                if end == 0x55 and crc32(body).to_bytes(4, "big") == check and body[0] == MIN_ID:
                    found.append(bytes(body[2:]))
                frame = None
        return found


class _Line:
    """What pySerialTransfer needs of a port."""

    is_open = True

    def __init__(self) -> None:
        self.data = b""
        self.at = 0

    @property
    def in_waiting(self) -> int:
        return len(self.data) - self.at

    def read(self, size: int = 1) -> bytes:
        part = self.data[self.at : self.at + size]
        self.at += len(part)
        return part

    def write(self, data: bytes) -> int:
        self.data += bytes(data)
        return len(data)


class SerialTransfer:
    """pySerialTransfer as it comes, on a line in memory."""

    name = "pySerialTransfer"

    def __init__(self) -> None:
        self._link = pySerialTransfer.SerialTransfer("none", restrict_ports=False, debug=False)

    def encode(self, event: bytes) -> bytes:
        line = self._link.connection = _Line()
        self._link.tx_struct_obj(event)
        self._link.send(len(event))
        return line.data

    def decode(self, data: bytes) -> list[bytes]:
        line = self._link.connection = _Line()
        line.data = data
        self._link.state = pySerialTransfer.State.FIND_START_BYTE
        found = []
        for _ in range(len(data)):
            if not line.in_waiting:
                break
            size = self._link.available()
            if size:
                found.append(bytes(self._link.rx_buff[:size]))
        return found


ALL = (Ours, CobsCrc, Min, SerialTransfer)
