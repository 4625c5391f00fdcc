"""The disk that forgets: what a cut may take and what not, and the protocol as QEMU speaks it."""

import random
import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.appliance.disk import (
    ANSWER,
    FUA,
    GO,
    OPTION_MAGIC,
    READ,
    REQUEST,
    REQUEST_MAGIC,
    SECTOR,
    WRITE,
    VolatileDisk,
    serve,
    take,
)

SIZE = 64 * SECTOR
CUTS = 400


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image"
    path.write_bytes(bytes(SIZE))
    return path


def sector(letter: str, count: int = 1) -> bytes:
    return letter.encode() * SECTOR * count


@pytest.mark.slow
def test_a_cut_takes_only_what_was_not_flushed(image: Path) -> None:
    volatile = survived = 0
    for seed in range(CUTS):
        image.write_bytes(bytes(SIZE))
        disk = VolatileDisk(image)
        disk.write(0, sector("a", 8))
        disk.flush()
        disk.write(4 * SECTOR, sector("b", 8))
        counts = disk.cut(random.Random(seed))
        disk.close()
        found = image.read_bytes()
        assert found[: 4 * SECTOR] == sector("a", 4)
        for at in range(4, 12):
            assert found[at * SECTOR : (at + 1) * SECTOR] in (sector("b"), sector("a" if at < 8 else "\0"))
        assert sum(found[at * SECTOR] == ord("b") for at in range(64)) == counts[1]
        volatile, survived = volatile + counts[0], survived + counts[1]
    assert 0 < survived < volatile
    print(f"{CUTS} cuts: {volatile} volatile sectors, {survived} of them survived, no flushed one was lost")


def test_the_same_seed_takes_the_same_sectors(image: Path, tmp_path: Path) -> None:
    def left(seed: int) -> bytes:
        image.write_bytes(bytes(SIZE))
        disk = VolatileDisk(image)
        disk.write(0, sector("x", 64))
        disk.cut(random.Random(seed))
        return image.read_bytes()

    assert left(7) == left(7)
    assert len({left(seed) for seed in range(20)}) > 10


def test_reading_sees_what_is_still_volatile(image: Path) -> None:
    disk = VolatileDisk(image)
    disk.write(2 * SECTOR, sector("v", 2))
    assert disk.read(SECTOR, 4 * SECTOR) == bytes(SECTOR) + sector("v", 2) + bytes(SECTOR)
    assert image.read_bytes() == bytes(SIZE)


def test_a_write_through_outlives_the_cut_and_takes_nothing_else_along(image: Path) -> None:
    disk = VolatileDisk(image)
    disk.write(0, sector("p", 2))
    disk.write(SECTOR, sector("f"), through=True)
    assert image.read_bytes()[: 2 * SECTOR] == bytes(SECTOR) + sector("f")
    assert disk.read(0, 2 * SECTOR) == sector("p") + sector("f")


def test_a_lying_disk_loses_what_it_said_it_had_flushed(image: Path) -> None:
    lost = 0
    for seed in range(50):
        image.write_bytes(bytes(SIZE))
        disk = VolatileDisk(image, lying=True)
        disk.write(0, sector("a"), through=True)
        disk.flush()
        disk.cut(random.Random(seed))
        disk.close()
        lost += image.read_bytes()[:SECTOR] != sector("a")
    assert lost == 50


def test_a_full_cache_puts_the_oldest_on_the_medium(image: Path) -> None:
    disk = VolatileDisk(image, held=4)
    disk.write(0, sector("o", 4))
    disk.write(8 * SECTOR, sector("n"))
    assert image.read_bytes()[: 2 * SECTOR] == sector("o", 2)
    assert image.read_bytes()[8 * SECTOR : 9 * SECTOR] == bytes(SECTOR)


@pytest.fixture
def link(image: Path) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=_serve_until_left, args=(theirs, VolatileDisk(image)))
    thread.start()
    with ours:
        assert take(ours, 18) == b"NBDMAGIC" + struct.pack(">QH", OPTION_MAGIC, 1)
        ours.sendall(struct.pack(">I", 1) + struct.pack(">QII", OPTION_MAGIC, GO, 6) + bytes(6))
        information = take(ours, 20 + 12)
        assert struct.unpack(">HQH", information[20:]) == (0, SIZE, 1 | 4 | 8)
        take(ours, 20)
        yield ours
        ours.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve_until_left(link: socket.socket, disk: VolatileDisk) -> None:
    with link, pytest.raises(EOFError):
        serve(link, disk)


def test_a_client_reads_what_it_wrote_and_an_unknown_request_is_an_error(link: socket.socket, image: Path) -> None:
    link.sendall(REQUEST.pack(REQUEST_MAGIC, FUA, WRITE, 1, SECTOR, SECTOR) + sector("w"))
    assert ANSWER.unpack(take(link, ANSWER.size))[1:] == (0, 1)
    assert image.read_bytes()[SECTOR : 2 * SECTOR] == sector("w")
    link.sendall(REQUEST.pack(REQUEST_MAGIC, 0, READ, 2, SECTOR, SECTOR))
    assert ANSWER.unpack(take(link, ANSWER.size))[1:] == (0, 2)
    assert take(link, SECTOR) == sector("w")
    link.sendall(REQUEST.pack(REQUEST_MAGIC, 0, 99, 3, 0, 0))
    assert ANSWER.unpack(take(link, ANSWER.size))[1] == 22
