"""Flashing: the file judged, avrdude understood, and the real one through real bootloaders into an emulated chip."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.__main__ import main
from firmware_bridge.frames import Hello, Provision, encode
from firmware_bridge.technician import avrdude, flash
from firmware_bridge.technician.avrdude import Outcome, Reader
from firmware_bridge.technician.flash import FlashError, read_firmware
from firmware_bridge.technician.hexfile import LARGEST, DamagedHex, ForeignHex, firmware, read_image
from firmware_bridge.technician.port import Port
from tests.firmware_bridge.workbench import EPOCH, PATIENCE_S, ROOT, Errand, hear, simulated, wait_for

BOOTLOADERS = Path("/usr/share/arduino/hardware/arduino/avr/bootloaders")
JUMP = b"\x0c\x94\x34\x00"


def record(address: int, data: bytes, kind: int = 0) -> str:
    raw = bytes([len(data), *address.to_bytes(2), kind]) + data
    return f":{raw.hex().upper()}{-sum(raw) % 256:02X}"


def intel_hex(image: bytes) -> str:
    lines = [record(at, image[at : at + 16]) for at in range(0, len(image), 16)]
    return "\n".join([*lines, record(0, b"", 1)]) + "\n"


# --- the file ---


@given(st.binary(min_size=1, max_size=600))
def test_what_was_written_is_read(image):
    assert read_image(intel_hex(image)) == image


def test_one_wrong_digit_anywhere_is_found():
    text = intel_hex(random.Random(3).randbytes(200))
    changed = 0
    for at, letter in enumerate(text):
        for other in "05AF:\n" if letter != "\n" else "":
            if other != letter:
                with pytest.raises(DamagedHex):
                    read_image(text[:at] + other + text[at + 1 :])
                changed += 1
    for at in range(len(text) - 2):
        with pytest.raises(DamagedHex):
            read_image(text[:at])
    print(f"Intel HEX: {changed} changed letters and {len(text) - 2} cuts all found, seed 3")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no end record"),
        (record(0, JUMP), "no end record"),
        ("hello", "colon"),
        (":xyz", "hexadecimal"),
        (":00", "length"),
        (record(0, b"", 1) + "\n" + record(0, JUMP), "after the end"),
        (record(0, b"\1") + "\n" + record(0, b"\2"), "twice"),
        (record(0, b"", 9), "unknown kind"),
        (record(0, b"\xff\xff", 4) + "\n" + record(0, b"\1"), "beyond"),
        (record(0, b"\1", 2), "length"),
    ],
)
def test_damage_is_named(text, reason):
    with pytest.raises(DamagedHex, match=reason):
        read_image(text)


def test_only_a_program_that_fits_is_taken():
    signed = JUMP + b"hailong-terminal 1.12.3\0"
    assert firmware(intel_hex(signed)).version == "1.12.3"
    assert firmware(intel_hex(JUMP)).version == ""
    firmware(intel_hex(JUMP + bytes(LARGEST - len(JUMP))))
    for image in (JUMP + bytes(LARGEST), b"\xff" * 9, b"GIF89a", b""):
        with pytest.raises(ForeignHex):
            firmware(intel_hex(image))


def test_the_shipped_firmware_is_taken_and_bad_files_are_told(tmp_path):
    assert len(read_firmware(flash.SHIPPED).image) > 4000
    bad = {"none": None, "words": "héllo", "cut": intel_hex(bytes(99))[:-9], "foreign": intel_hex(b"\xff" * 99)}
    keys = []
    for name, text in bad.items():
        if text is not None:
            (tmp_path / name).write_text(text, "utf-8")
        with pytest.raises(FlashError) as found:
            read_firmware(tmp_path / name)
        keys.append(found.value.key)
    assert keys == ["hex_unreadable", "hex_unreadable", "hex_damaged", "hex_foreign"]


def test_a_missing_avrdude_names_its_package(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "/nowhere")
    assert main(["flash", "--device", "/dev/none", "--language", "en"]) == os.EX_UNAVAILABLE
    assert "apt-get install avrdude" in capsys.readouterr().err


# --- avrdude's words, as versions 6.3 and 7.1 say them ---

GOOD = b"""
avrdude: AVR device initialized and ready to accept instructions

Reading | ################################################## | 100% 0.00s

avrdude: Device signature = 0x1e950f (probably m328p)
avrdude: writing flash (5674 bytes):

Writing | ################################################## | 100% 0.67s

avrdude: 5674 bytes of flash written

Reading | ################################################## | 100% 0.64s

avrdude: 5674 bytes of flash verified
"""


def test_progress_is_told_in_any_portions_and_only_grows():
    rng = random.Random(9)
    for _ in range(50):
        told: list[tuple[str, float]] = []
        reader = Reader(lambda phase, share, told=told: told.append((phase, share)))
        rest = GOOD
        while rest:
            size = rng.randrange(1, 60)
            reader.feed(rest[:size])
            rest = rest[size:]
        shares = [("writing", "verifying").index(phase) + share for phase, share in told]
        assert shares == sorted(shares)
        assert told[-1] == ("verifying", 1.0)
        assert ("writing", 1.0) in told
        assert reader.ending(0).outcome is Outcome.DONE
    print("avrdude: 50 ways to cut its words, seed 9")


@pytest.mark.parametrize(
    ("words", "outcome", "detail"),
    [
        ("avrdude: stk500_getsync() attempt 10 of 10: not in sync: resp=0x00\n", Outcome.NO_ANSWER, "not in sync"),
        ("avrdude error: programmer is not responding\navrdude done.  Thank you.\n", Outcome.NO_ANSWER, "responding"),
        ("avrdude: Expected signature for ATmega328P is 1E 95 0F\n", Outcome.WRONG_CHIP, "1E 95 0F"),
        ("avrdude: verification error, first mismatch at byte 0x0012\n 0x0c != 0xff\n", Outcome.MISMATCH, "0x0012"),
        (
            "avrdude warning: verification mismatch\n        device 0xff != input 0x05 at addr 0x0123 (error)\n",
            Outcome.MISMATCH,
            "0x0123",
        ),
        ("avrdude error: something new\n\navrdude done.  Thank you.\n", Outcome.FAILED, "something new"),
        ("", Outcome.FAILED, ""),
    ],
)
def test_a_failure_is_understood(words, outcome, detail):
    reader = Reader(lambda *_: None)
    reader.feed(words.encode())
    ending = reader.ending(1)
    assert ending.outcome is outcome
    assert detail in ending.detail


def test_a_bootloader_that_does_not_answer_is_not_called_for_ever(tmp_path):
    fake = tmp_path / "avrdude"
    lines = "".join(f"echo 'avrdude warning: attempt {n} of 10: not in sync: resp=0x00' >&2\n" for n in (1, 2))
    fake.write_text(f"#!/bin/sh\n{lines}exec sleep 600\n")
    fake.chmod(0o755)
    ending = avrdude.write_flash(str(fake), Path("/dev/null"), 115200, flash.SHIPPED, lambda *_: None)
    assert ending.outcome is Outcome.NO_ANSWER


# --- into a chip ---


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def optiboot(tmp_path_factory) -> Path:
    """Debian's own optiboot .hex is 532 bytes, 20 too many for its place: the same source, 1 KB further down."""
    source = BOOTLOADERS / "optiboot" / "optiboot.c"
    if not source.exists() or not shutil.which("avr-gcc"):
        pytest.skip("needs arduino-core-avr and gcc-avr")
    built = tmp_path_factory.mktemp("optiboot") / "optiboot"
    options = ["-Os", "-fno-split-wide-types", "-mrelax", "-mmcu=atmega328p", "-DF_CPU=16000000L"]
    places = [
        "-DLED_START_FLASHES=3",
        "-DBAUD_RATE=115200",
        "-Wl,--section-start=.text=0x7c00",
        "-Wl,--section-start=.version=0x7ffe",
    ]
    compiler = ["avr-gcc", *options, *places, "-nostartfiles", "-nostdlib", "-w", "-o", f"{built}.elf", str(source)]
    subprocess.run(compiler, check=True, timeout=PATIENCE_S, capture_output=True)
    sections = ["-j", ".text", "-j", ".data", "-j", ".version", "--set-section-flags", ".version=alloc,load"]
    copier = ["avr-objcopy", *sections, "-O", "ihex", f"{built}.elf", f"{built}.hex"]
    subprocess.run(copier, check=True, timeout=PATIENCE_S)
    return built.with_suffix(".hex")


@pytest.fixture
def nano(folder):
    """Starts a board: bootloader, its address, program and stuck cell; gives its port."""
    boards = []

    def start(bootloader: Path, address: int, program: Path | str = "", stuck: int | str = "") -> Path:
        words = [
            sys.executable,
            "-m",
            "tests.firmware_bridge.nano",
            folder / "tty",
            bootloader,
            address,
            program,
            stuck,
        ]
        boards.append(subprocess.Popen([*map(str, words)], cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert boards[-1].stdout.readline() == "ready\n"
        return folder / "tty"

    yield start
    for board in boards:
        board.send_signal(signal.SIGKILL)
        with board:
            board.wait(PATIENCE_S)


def test_a_new_board_is_flashed_through_optiboot_and_says_hello(nano, optiboot):
    device = nano(optiboot, 0x7C00)
    errand = Errand("flash", "--device", device)
    assert errand.end() == 0, (errand.said, errand.errors)
    said = "".join(errand.said)
    assert "taken for a new board" in said
    assert "115200" in said
    assert "57600" not in said
    assert said.index("Writing…") < said.index("Verifying…")
    assert "runs firmware 1.0.0" in said
    with Port(device) as port:
        assert hear(port, Hello).buttons == 5
    size = len(read_firmware(flash.SHIPPED).image)
    print(f"flash: avrdude wrote and verified {size} bytes through optiboot at 115,200 baud; the box said HELLO")


@pytest.mark.slow
def test_an_old_bootloader_is_found_at_the_second_rate(nano):
    old = BOOTLOADERS / "atmega" / "ATmegaBOOT_168_atmega328.hex"
    if not old.exists():
        pytest.skip("needs arduino-core-avr")
    errand = Errand("flash", "--device", nano(old, 0x7800))
    assert errand.end() == 0, errand.said
    said = "".join(errand.said)
    assert said.index("115200") < said.index("57600") < said.index("runs firmware")
    print("flash: ATmegaBOOT answered at 57,600 baud after silence at 115,200")


@pytest.mark.slow
def test_a_box_is_flashed_again_and_keeps_its_identity_and_records(nano, optiboot):
    device = nano(optiboot, 0x7C00, flash.SHIPPED)
    with Port(device) as port:
        hear(port, Hello)
        port.write(encode(Provision(0, EPOCH, 300)))
        hear(port, Hello, lambda hello: hello.epoch == EPOCH)
    errand = Errand("flash", "--device", device)
    assert errand.end() == 0, errand.said
    assert any("Now in the box: 5eed1e57" in line for line in errand.said)
    assert "Done: 5eed1e57 runs" in errand.said[-1], "the EEPROM was kept"


def test_a_cell_that_does_not_take_its_value_is_reported(nano, optiboot):
    errand = Errand("flash", "--device", nano(optiboot, 0x7C00, stuck=0x123))
    assert errand.end() == os.EX_IOERR, errand.said
    told = errand.errors
    assert "What was read back differs from the file" in told
    assert "0x0123" in told.lower()


def test_a_box_with_records_is_not_flashed_unless_forced(folder):
    box = simulated(folder)
    try:
        box.press(3)
        wait_for(lambda: '"counts": [0, 0, 0, 1, 0]' in box.tell("lamps"), "the lamp")
        errand = Errand("flash", "--device", box.device)
        assert errand.end() == os.EX_TEMPFAIL
        assert "1 presses wait in the box" in errand.errors
        assert not any("bootloader" in line for line in errand.said)
    finally:
        box.stop()


@pytest.mark.slow
def test_a_box_without_a_bootloader_is_told_of_the_jumper(folder):
    """The program itself runs all the time, as behind a closed J1; STK500's bytes are noise to it."""
    box = simulated(folder)
    try:
        errand = Errand("flash", "--device", box.device)
        assert errand.end() == os.EX_IOERR
        assert "Open jumper J1" in errand.errors
        status = Errand("status", "--device", box.device)
        assert status.end() == 0, "and it works as before"
    finally:
        box.stop()
