"""Where codes end, which keys write what, and what is taken for a scanner: pure, and the edges of the devices."""

import os
import random
from pathlib import Path

import pytest

from hardware.code_frames import LONGEST_CODE, CodeFrames
from hardware.code_reader import Silence
from hardware.errors import BadScannerSettings
from hardware.hid_keys import ENTER, KEY, TAB, HidKeys
from hardware.hid_scanner import HidLine
from hardware.scanner import ScannerKind, ScannerSettings, check
from hardware.touch_device import EVENT, SYN, SYN_DROPPED

CTRL, ALT, SHIFT, A, ONE = 29, 56, 42, 30, 2


def keys(*events: tuple[int, int]) -> str:
    device = HidKeys()
    return b"".join(device.feed(KEY, code, value) for code, value in events).decode()


def stroke(code: int) -> list[tuple[int, int]]:
    return [(code, 1), (code, 0)]


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n", b"\r\r\n\n"])
def test_a_code_ends_with_any_line_end_however_it_is_cut(ending):
    for cut in range(8):
        frames, data = CodeFrames(), b"one" + ending + b"two" + ending
        assert frames.feed(data[:cut]) + frames.feed(data[cut:]) == ["one", "two"]
        assert not frames.is_open


def test_a_code_without_an_end_ends_with_the_pause():
    frames = CodeFrames()
    assert frames.feed(b" half ") == []
    assert frames.feed(b"whole\t") == []
    assert frames.is_open
    assert frames.end() == ["half whole"]
    assert frames.end() == []


def test_a_code_that_is_too_long_is_none_and_spoils_no_other():
    frames = CodeFrames()
    assert frames.feed(b"x" * 10_000) == []
    assert frames.feed(b"x" * LONGEST_CODE + b"\rnext\r") == [None, "next"]
    assert frames.feed(b"x" * LONGEST_CODE + b"\r") == ["x" * LONGEST_CODE]


def test_bytes_that_are_no_text_are_shown_as_such():
    assert CodeFrames().feed(b"a\xff\x00b\r") == ["a\ufffd\x00b"]


def test_random_bytes_raise_nothing_and_leave_nothing_long():
    rng, count, codes = random.Random(5), 20_000, 0
    frames = CodeFrames()
    for _ in range(count):
        for code in frames.feed(rng.randbytes(rng.choice((0, 1, 7, 64, 700)))):
            codes += 1
            assert code is None or 0 < len(code) <= LONGEST_CODE
    print(f"\n{count} random pieces, seed 5: {codes} codes")


def test_keys_write_as_on_an_american_keyboard():
    assert keys(*stroke(A), (SHIFT, 1), *stroke(A), *stroke(ONE), (SHIFT, 0), *stroke(ONE)) == "aA!1"
    assert keys(*stroke(ENTER), *stroke(96), *stroke(TAB)) == "\r\r\t"
    url = [(SHIFT, 1), *stroke(35), *stroke(39), (SHIFT, 0), *stroke(53), *stroke(53), *stroke(12), *stroke(52)]
    assert keys(*url) == "H://-."


def test_a_held_key_writes_once_and_a_chord_nothing():
    assert keys((A, 1), (A, 2), (A, 2), (A, 0)) == "a"
    for chord in (CTRL, 97, ALT, 100, 125, 126):
        assert keys((chord, 1), *stroke(A), *stroke(ENTER), (chord, 0), *stroke(A)) == "a"
    assert keys(*stroke(183), *stroke(1), *stroke(240)) == "", "F13, Escape, unknown"


def test_what_was_lost_is_told_and_no_shift_is_remembered(tmp_path: Path):
    path = tmp_path / "event"
    os.mkfifo(path)
    handle = os.open(path, os.O_RDWR)
    line = HidLine(path, lambda _handle: None)
    assert line.read(0) is Silence.QUIET
    for events, heard in (
        ([(KEY, SHIFT, 1), (SYN, 0, 0)], b""),
        ([(KEY, A, 1), (SYN, SYN_DROPPED, 0)], Silence.LOST),
        ([(KEY, A, 1), (KEY, A, 0)], b"a"),
    ):
        os.write(handle, b"".join(EVENT.pack(0, 0, *event) for event in events))
        assert line.read(1) == heard
    os.close(handle)
    with pytest.raises(OSError, match="end of file"):
        line.read(0)
    line.close()


def test_what_is_no_keyboard_is_not_taken(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError):
        HidLine(path)
    assert len(list(Path("/proc/self/fd").iterdir())) == open_files


def test_settings_that_make_no_scanner_are_refused():
    check(ScannerSettings(ScannerKind.SERIAL, Path("/dev/serial/by-id/x")))
    for settings in (
        ScannerSettings(ScannerKind.SERIAL, Path("ttyUSB0")),
        ScannerSettings(ScannerKind.SERIAL, Path("/dev/ttyUSB0"), baud=9601),
    ):
        with pytest.raises(BadScannerSettings):
            check(settings)
