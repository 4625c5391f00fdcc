"""The firmware as it ships: committed program, bounds, and its frame reader against the Python one, byte for byte."""

import ctypes
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from firmware_bridge.frames import LAYOUTS, TERMINAL_LIMIT, Decoder, FromHost, FromTerminal, encode, parse
from tests.firmware_bridge.box import SOURCES, workshop
from tests.firmware_bridge.document import tables
from tests.firmware_bridge.test_frames import plain_frame, read_row

__all__ = ["workshop"]
SEED, STREAMS, PIECES = 20_261_122, 60, 400


@pytest.fixture(scope="module")
def host_build(workshop, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("host")
    done = workshop.make("host", f"OUT={out}")
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def test_the_committed_program_is_what_the_sources_make_wherever_they_lie(workshop, tmp_path):
    elsewhere = tmp_path / "copied" / "firmware"
    shutil.copytree(SOURCES, elsewhere, ignore=shutil.ignore_patterns("build"))
    command = ["make", "-C", str(elsewhere), f"OUT={tmp_path / 'out'}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    committed = (SOURCES / "terminal.hex").read_bytes()
    assert workshop.hex().read_bytes() == committed, "make -C firmware_bridge/firmware release"
    assert (tmp_path / "out" / "terminal.hex").read_bytes() == committed
    print(
        "firmware:",
        "; ".join(" ".join(row.split()) for row in done.stdout.splitlines() if row[:5] in ("flash", "stati")),
    )


def test_a_program_that_is_too_big_is_not_built(workshop, tmp_path):
    done = workshop.make(f"OUT={tmp_path}", "MOST_FLASH=1000")
    assert done.returncode != 0
    assert "too big" in done.stdout


def test_the_sources_pass_cppcheck(workshop):
    done = workshop.make("check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_source_file_is_longer_than_300_lines():
    lengths = {path.name: len(path.read_text().splitlines()) for path in SOURCES.glob("**/*.[ch]")}
    assert len(lengths) > 20
    assert not {name: length for name, length in lengths.items() if length > 300}


def read(host_build: Path, line: bytes) -> tuple[list[bytes], int]:
    """What the firmware's reader accepts (type and fields), and how many frames it drops."""
    done = subprocess.run([host_build / "frame_fuzz"], input=line, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    *bodies, bad = done.stdout.decode().split("\n")[:-1]
    return [bytes.fromhex(body) for body in bodies], int(bad.removeprefix("bad "))


def hostile_line(rng: random.Random) -> bytes:
    """Good frames, longer and shorter ones, of unknown kinds, damaged ones, and noise."""
    kinds = [*LAYOUTS.values(), (0x55, LAYOUTS[next(iter(LAYOUTS))][1])]
    line = bytearray()
    for _ in range(PIECES):
        number, layout = rng.choice(kinds)
        width = max(0, layout.size + rng.choice([0, 0, 0, -1, 1, 7, 30]))
        piece = bytearray(plain_frame(bytes([number]) + rng.choice([rng.randbytes, bytes])(width)))
        if rng.random() < 0.4:
            piece[rng.randrange(len(piece))] ^= 1 << rng.randrange(8)
        if rng.random() < 0.1:
            del piece[rng.randrange(len(piece)) :]
        line += piece
        if rng.random() < 0.1:
            line += rng.randbytes(rng.randrange(200))
    return bytes(line)


def test_the_firmware_reads_what_python_reads_and_drops_what_it_drops(host_build):
    rng = random.Random(SEED)
    accepted = dropped = sent = 0
    for _ in range(STREAMS):
        line = hostile_line(rng)
        decoder = Decoder(TERMINAL_LIMIT)
        heard = decoder.feed(line)
        bodies, bad = read(host_build, line)
        assert [parse(body) for body in bodies] == [m for m in heard if isinstance(m, FromHost)]
        assert bad == decoder.bad + decoder.unknown + sum(isinstance(m, FromTerminal) for m in heard)
        accepted, dropped, sent = accepted + len(bodies), dropped + bad, sent + len(line)
    print(f"frame.c against frames.py, AddressSanitizer: {sent} bytes, {accepted} read, {dropped} dropped, seed {SEED}")
    assert accepted > 1000
    assert dropped > 1000


def test_what_is_no_frame_is_dropped_and_the_next_one_is_read(host_build):
    good = plain_frame(b"\x86")
    rows = next(rows for (heading, _), rows in tables().items() if heading.startswith("7."))
    for raw, why, *_ in rows:
        assert read(host_build, bytes.fromhex(raw) + good)[0] == [b"\x86"], why
    assert len(rows) == 7


def test_the_firmware_writes_every_frame_of_the_document(host_build):
    library = ctypes.CDLL(str(host_build / "libframe.so"))
    rows = tables()["6. Frames", "name"]
    for row in rows:
        message, raw = read_row(row), bytes.fromhex(row[2])
        number, layout = LAYOUTS[type(message)]
        body = bytes([number]) + layout.pack(*(getattr(message, name) for name in message.__slots__))
        line = ctypes.create_string_buffer(128)
        length = library.frame_write(line, body, len(body)) & 0xFF
        assert line.raw[:length] == raw == encode(message), row[0]
    assert len(rows) == 16
