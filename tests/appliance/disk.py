"""The appliance's disk as an NBD server whose writes may vanish: what was not flushed is gone at a cut, or most of it.

Knows sectors and flushes, no file system and no machine. A process of its own, so that the machine can be killed
without it: SIGUSR1 is the power cut, SIGTERM the orderly end. Protocol: the NBD project's doc/proto.md, the newstyle
handshake with one export.
"""

import argparse
import json
import os
import random
import signal
import socket
import struct
import sys
import threading
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn

SECTOR = 512  # bytes; what a device writes whole or not at all
CACHE_SECTORS = 65_536  # 32 MiB: what a device holds back at most, a generous SSD
OPTION_MAGIC, REPLY_MAGIC = 0x49484156454F5054, 0x3E889045565A9
REQUEST, REQUEST_MAGIC, ANSWER, ANSWER_MAGIC = struct.Struct(">IHHQQI"), 0x25609513, struct.Struct(">IIQ"), 0x67446698
EXPORT_NAME, ABORT, INFO, GO = 1, 2, 6, 7
ACK, INFO_REPLY, UNSUPPORTED = 1, 3, 0x80000001
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3
FUA = 1
HAS_FLAGS, SEND_FLUSH, SEND_FUA = 1, 4, 8
EINVAL = 22


class VolatileDisk:
    """An image file behind a write cache that a cut empties.

    `lying`: says yes to every flush and keeps nothing back for it, as cheap cards do. `held`: sectors at the most
    before the oldest are put on the medium by themselves.
    """

    def __init__(self, image: Path, lying: bool = False, held: int = CACHE_SECTORS) -> None:
        self._file = os.open(image, os.O_RDWR)
        self.size = os.fstat(self._file).st_size
        self._cache: dict[int, bytes] = {}
        self._lying, self._held = lying, held
        self._lock = threading.Lock()
        self.writes = self.flushes = 0

    def read(self, offset: int, length: int) -> bytes:
        with self._lock:
            data = os.pread(self._file, length, offset)
            first, count = offset // SECTOR, length // SECTOR
            if not self._cache:
                return data
            kept = self._cache.keys() & set(range(first, first + count))
            if not kept:
                return data
            mixed = bytearray(data)
            for sector in kept:
                place = (sector - first) * SECTOR
                mixed[place : place + SECTOR] = self._cache[sector]
            return bytes(mixed)

    def write(self, offset: int, data: bytes, through: bool = False) -> None:
        """`through`: not answered before it is on the medium (FUA). The rest stays volatile, as the standard has it."""
        with self._lock:
            self.writes += 1
            if through and not self._lying:
                self._put(offset // SECTOR, data)
                return
            for at in range(0, len(data), SECTOR):
                sector = (offset + at) // SECTOR
                self._cache.pop(sector, None)  # the newest write is the youngest
                self._cache[sector] = data[at : at + SECTOR]
            if len(self._cache) > self._held and not self._lying:
                self._settle(list(islice(self._cache, len(self._cache) // 2)))

    def flush(self) -> None:
        with self._lock:
            self.flushes += 1
            if not self._lying:
                self._settle(list(self._cache))

    def cut(self, dice: random.Random) -> tuple[int, int]:
        """The power goes: a random part of the volatile sectors survives, of a lying disk none. How many of them."""
        with self._lock:
            share, volatile = 0.0 if self._lying else dice.random(), list(self._cache)
            lucky = [sector for sector in volatile if dice.random() < share]
            self._settle(lucky)
            self._cache.clear()
            os.fsync(self._file)
            return len(volatile), len(lucky)

    def close(self) -> None:
        """An orderly end: everything is on the medium."""
        with self._lock:
            self._settle(list(self._cache))
            os.close(self._file)

    def _put(self, first: int, data: bytes) -> None:
        os.pwrite(self._file, data, first * SECTOR)
        for sector in range(first, first + len(data) // SECTOR):
            self._cache.pop(sector, None)

    def _settle(self, sectors: Sequence[int]) -> None:
        for sector in sectors:
            os.pwrite(self._file, self._cache.pop(sector), sector * SECTOR)


def shake_hands(link: socket.socket, disk: VolatileDisk) -> bool:
    """The newstyle handshake; whether the other side goes on to the disk."""
    flags = HAS_FLAGS | SEND_FLUSH | SEND_FUA
    link.sendall(b"NBDMAGIC" + struct.pack(">QH", OPTION_MAGIC, 1))
    take(link, 4)
    while True:
        _, option, length = struct.unpack(">QII", take(link, 16))
        take(link, length)
        if option == EXPORT_NAME:
            link.sendall(struct.pack(">QH", disk.size, flags) + bytes(124))
            return True
        if option in (INFO, GO):
            _reply(link, option, INFO_REPLY, struct.pack(">HQH", 0, disk.size, flags))
        _reply(link, option, ACK if option in (ABORT, INFO, GO) else UNSUPPORTED)
        if option in (ABORT, GO):
            return bool(option == GO)


def _reply(link: socket.socket, option: int, kind: int, body: bytes = b"") -> None:
    link.sendall(struct.pack(">QIII", REPLY_MAGIC, option, kind, len(body)) + body)


def serve(link: socket.socket, disk: VolatileDisk) -> None:
    """Answer requests until the other side leaves. Raises: EOFError, ConnectionError when it is killed."""
    if not shake_hands(link, disk):
        return
    while True:
        magic, flags, kind, handle, offset, length = REQUEST.unpack(take(link, REQUEST.size))
        if magic != REQUEST_MAGIC:
            raise ConnectionError("not an NBD request")
        if kind == DISCONNECT:
            return
        error, body = 0, b""
        if kind == READ:
            body = disk.read(offset, length)
        elif kind == WRITE:
            disk.write(offset, take(link, length), through=bool(flags & FUA))
        elif kind == FLUSH:
            disk.flush()
        else:
            error = EINVAL
        link.sendall(ANSWER.pack(ANSWER_MAGIC, error, handle) + body)


def take(link: socket.socket, length: int) -> bytes:
    """Exactly `length` bytes. Raises: EOFError at the end of the stream, which also loses a write that is half here."""
    parts: list[bytes] = []
    while length:
        part = link.recv(min(length, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    options = _options(arguments)
    disk = VolatileDisk(options.image, options.lying)
    dice = random.Random(options.seed)

    def end(number: int, _frame: object) -> None:
        volatile, lucky = disk.cut(dice) if number == signal.SIGUSR1 else (0, 0)
        disk.close()
        told = {"volatile": volatile, "survived": lucky, "writes": disk.writes, "flushes": disk.flushes}
        os.write(sys.stdout.fileno(), json.dumps(told).encode() + b"\n")
        os._exit(os.EX_OK)

    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(options.socket))
    listener.listen(4)
    signal.signal(signal.SIGUSR1, end)
    signal.signal(signal.SIGTERM, end)
    print("up", flush=True)
    while True:
        link, _ = listener.accept()
        threading.Thread(target=_guarded, args=(link, disk), daemon=True).start()


def _guarded(link: socket.socket, disk: VolatileDisk) -> None:
    with link:
        try:
            serve(link, disk)
        except (EOFError, ConnectionError):
            return  # the machine was killed


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.appliance.disk", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("image", type=Path)
    parser.add_argument("socket", type=Path)
    parser.add_argument("--lying", action="store_true", help="answer flushes without keeping anything")
    parser.add_argument("--seed", type=int, default=1, help="of what survives a cut (1)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
