"""Frames as a bad cable, and as malice, would deliver them, with what was really sent. Deterministic for a seed."""

import random
from collections.abc import Callable
from struct import pack
from zlib import crc32

from firmware_bridge.frames import LAYOUTS

_SIZES = [(number, layout.size) for number, layout in LAYOUTS.values()]
_EXTREMES = bytes([0, 0, 0, 1, 0xFE, 0xFF])
LONGEST = 90


def batch(dice: random.Random, count: int) -> tuple[bytes, set[bytes], int]:
    """A line of `count` frames, most of them damaged; the bodies that were sent whole; how many are untouched."""
    line, sent, untouched = bytearray(), set(), 0
    for _ in range(count):
        body = _body(dice)
        frame = framed(body)
        sent.add(body)
        if dice.random() < 0.15:
            untouched += 1
        else:
            frame = dice.choice(_MUTATIONS)(dice, frame)
        line += b"\0" + frame + b"\0"
    return bytes(line), sent, untouched


def framed(body: bytes) -> bytes:
    """COBS and CRC, without delimiters; shorter than 254 bytes."""
    return b"".join(bytes([len(run) + 1]) + run for run in (body + pack("<I", crc32(body))).split(b"\0"))


def _body(dice: random.Random) -> bytes:
    """Of a known type, seldom longer than version 1 has it."""
    number, size = dice.choice(_SIZES)
    if dice.random() < 0.1:
        size += dice.randrange(1, 6)
    fields = dice.randbytes(size)
    if dice.random() < 0.5:
        fields = bytes(dice.choice(_EXTREMES) if byte & 1 else byte for byte in fields)
    return bytes([number]) + fields


def _flip(dice: random.Random, frame: bytes) -> bytes:
    out = bytearray(frame)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 8))):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return bytes(out)


def _drop(dice: random.Random, frame: bytes) -> bytes:
    at = dice.randrange(len(frame))
    return frame[:at] + frame[at + dice.choice((1, 1, 2, 5)) :]


def _insert(dice: random.Random, frame: bytes) -> bytes:
    at = dice.randrange(len(frame) + 1)
    return frame[:at] + dice.randbytes(dice.choice((1, 1, 2, 5))) + frame[at:]


def _double(dice: random.Random, frame: bytes) -> bytes:
    at = dice.randrange(len(frame))
    return frame[: at + 1] + frame[at:]


def _zero(dice: random.Random, frame: bytes) -> bytes:
    """One or two delimiters in the middle."""
    at = dice.randrange(len(frame))
    return frame[:at] + bytes(dice.choice((1, 2))) + frame[at:]


def _truncate(dice: random.Random, frame: bytes) -> bytes:
    return frame[: dice.randrange(len(frame))]


def _join(dice: random.Random, frame: bytes) -> bytes:
    """Two frames whose delimiters were lost."""
    return frame + framed(_body(dice)) if dice.random() < 0.5 else frame + frame


def _swap(dice: random.Random, frame: bytes) -> bytes:
    at, out = dice.randrange(len(frame) - 1), bytearray(frame)
    out[at], out[at + 1] = out[at + 1], out[at]
    return bytes(out)


def _too_long(dice: random.Random, frame: bytes) -> bytes:
    """A good CRC over more than any reader takes."""
    return framed(bytes([dice.choice(_SIZES)[0]]) + dice.randbytes(dice.randrange(64, LONGEST)))


def _noise(dice: random.Random, frame: bytes) -> bytes:
    return dice.randbytes(dice.randrange(1, LONGEST))


def _wrong_step(dice: random.Random, frame: bytes) -> bytes:
    """A COBS step that lies: beyond the end, into the next run, or 0xFF."""
    steps, at = [], 0
    while at < len(frame):
        steps.append(at)
        at += frame[at]
    out = bytearray(frame)
    out[dice.choice(steps)] = dice.choice((1, 2, 0xFE, 0xFF, dice.randrange(1, 256)))
    return bytes(out)


def _trailing_step(dice: random.Random, frame: bytes) -> bytes:
    """Steps of nothing at the end: zeros that were not sent."""
    return frame + b"\x01" * dice.choice((1, 1, 2, 30))


def _too_short(dice: random.Random, frame: bytes) -> bytes:
    """A good CRC over fewer fields than the type has, or over no fields at all."""
    number, size = dice.choice([pair for pair in _SIZES if pair[1]])
    return framed((bytes([number]) + dice.randbytes(dice.randrange(size))) if dice.random() < 0.9 else b"")


def _unknown(dice: random.Random, frame: bytes) -> bytes:
    """A good CRC over a type that version 1 has not."""
    known = {number for number, _ in _SIZES}
    number = dice.choice([n for n in range(256) if n not in known])
    return framed(bytes([number]) + dice.randbytes(dice.randrange(30)))


_MUTATIONS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip,
    _flip,
    _flip,
    _drop,
    _insert,
    _double,
    _zero,
    _truncate,
    _join,
    _swap,
    _too_long,
    _noise,
    _wrong_step,
    _trailing_step,
    _too_short,
    _unknown,
)
