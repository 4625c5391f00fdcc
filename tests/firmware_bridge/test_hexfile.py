"""The file that is to be flashed: Intel HEX judged line by line, and what is no program of ours."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.technician import flash
from firmware_bridge.technician.flash import FlashError, read_firmware
from firmware_bridge.technician.hexfile import LARGEST, DamagedHex, ForeignHex, firmware, read_image

JUMP = b"\x0c\x94\x34\x00"


def record(address: int, data: bytes, kind: int = 0) -> str:
    raw = bytes([len(data), *address.to_bytes(2), kind]) + data
    return f":{raw.hex().upper()}{-sum(raw) % 256:02X}"


def intel_hex(image: bytes) -> str:
    lines = [record(at, image[at : at + 16]) for at in range(0, len(image), 16)]
    return "\n".join([*lines, record(0, b"", 1)]) + "\n"


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
