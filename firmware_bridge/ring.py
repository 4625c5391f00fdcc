"""The memory of the terminal in software: identity and 75 records that outlive a power cut. Knows no time and no line.

A record is one aligned 32-byte write, made durable before `add` returns, and is not overwritten before it is
acknowledged. A slot whose check is wrong is free, and counted.
"""

import fcntl
import os
from dataclasses import dataclass, replace
from pathlib import Path
from struct import Struct
from zlib import crc32

CAPACITY = 75
REFRACTORY_MS = 1500
_MAGIC = b"HLR1"
_BLOCK = 32  # a power of two: no block crosses a page, so a killed process leaves none half written
_IDENTITY = Struct("<4sIH")
_SLOT = Struct("<IHIBB?")
_CRC = Struct("<I")


@dataclass(frozen=True, slots=True)
class Record:
    seq: int
    boot: int
    t_ms: int
    what: int
    aux: int
    live: bool = True


class Ring:
    """The ring in the file at `path`, made if need be. Raises: OSError (BlockingIOError: another has it open)."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._file, _BLOCK * (CAPACITY + 1))
        except OSError:
            os.close(self._file)
            raise
        self.corrupt = 0
        self.epoch, self.refractory_ms = self._read_identity()
        self._slots = [self._read_slot(index) for index in range(CAPACITY)]
        known = [record for record in self._slots if record]
        self.next_seq = max((record.seq for record in known), default=-1) + 1
        self.boot = max((record.boot for record in known), default=0) + 1  # only a boot that records uses one up

    @property
    def live(self) -> list[Record]:
        """Records not yet acknowledged, oldest first."""
        return sorted((r for r in self._slots if r and r.live), key=lambda record: record.seq)

    @property
    def full(self) -> bool:
        return all(record and record.live for record in self._slots)

    def add(self, t_ms: int, what: int, aux: int) -> bool:
        """Durable on return; False when every slot waits for its acknowledgement. Raises: OSError."""
        index = next((i for i, record in enumerate(self._slots) if not (record and record.live)), None)
        if index is None:
            return False
        self._write_slot(index, Record(self.next_seq, self.boot, t_ms % 2**32, what, aux))
        self.next_seq += 1
        return True

    def acknowledge(self, seq: int) -> None:
        """Free the record of that number; nothing if there is none. Raises: OSError."""
        for index, record in enumerate(self._slots):
            if record and record.live and record.seq == seq:
                self._write_slot(index, replace(record, live=False))

    def provision(self, epoch: int, refractory_ms: int) -> None:
        """Take an identity. Raises: OSError."""
        self._write(0, _IDENTITY.pack(_MAGIC, epoch, refractory_ms))
        self.epoch, self.refractory_ms = epoch, refractory_ms

    def close(self) -> None:
        os.close(self._file)

    def _read_identity(self) -> tuple[int, int]:
        body = self._read(0, _IDENTITY.size)
        magic, epoch, refractory_ms = _IDENTITY.unpack(body) if body else (b"", 0, 0)
        return (epoch, refractory_ms) if magic == _MAGIC else (0, REFRACTORY_MS)

    def _read_slot(self, index: int) -> Record | None:
        body = self._read(index + 1, _SLOT.size)
        return Record(*_SLOT.unpack(body)) if body else None

    def _write_slot(self, index: int, record: Record) -> None:
        fields = (record.seq, record.boot, record.t_ms, record.what, record.aux, record.live)
        self._write(index + 1, _SLOT.pack(*fields))
        self._slots[index] = record

    def _read(self, block: int, size: int) -> bytes | None:
        raw = os.pread(self._file, size + _CRC.size, block * _BLOCK)
        if not any(raw):
            return None  # never written
        if raw[size:] == _CRC.pack(crc32(raw[:size])):
            return raw[:size]
        self.corrupt += 1
        return None

    def _write(self, block: int, body: bytes) -> None:
        os.pwrite(self._file, body + _CRC.pack(crc32(body)), block * _BLOCK)
        os.fdatasync(self._file)
