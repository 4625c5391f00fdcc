"""What the first boot left of hailong.toml: told on the screen of an unenrolled kiosk, and never trusted."""

import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from deploy.first_boot.__main__ import main
from kiosk.card import LONGEST, MOST_BYTES, OUTCOME_FILE, CardFile, Faults, read_faults
from kiosk.enrolling import LOOK_S, Do, Enrolling, Place
from kiosk.flow import Screen


def left(directory: Path, **fields: object) -> Path:
    path = directory / OUTCOME_FILE
    path.write_text(json.dumps({"v": 1, "problems": [], **fields}), "utf-8")
    return path


def test_what_the_first_boot_says_is_what_the_kiosk_shows(tmp_path: Path) -> None:
    """Both programs, one file: the format is theirs together."""
    card = tmp_path / "hailong.toml"
    wrong = "[sound]\non = 1\nvolume = 2\n[voice]\nspeed = 1\n[keypad]\npins = [1]\n[time]\nservers = 1\n"
    card.write_text("version = 1\n" + wrong)
    data = tmp_path / "var/lib/hailong"
    assert main(["--file", str(card), "--root", str(tmp_path)]) == 65
    faults = CardFile(data).look()
    assert faults is not None
    assert (len(faults.shown), faults.more) == (3, 2)
    assert all(line.startswith("[") for line in faults.shown)
    card.write_text("version = 1\n[sound]\non = true\n")
    assert main(["--file", str(card), "--root", str(tmp_path)]) == 0
    assert CardFile(data).look() is None


def test_a_card_with_thousands_of_faults_is_told_too(tmp_path: Path) -> None:
    card = tmp_path / "hailong.toml"
    card.write_text("".join(f"x{number} = 1\n" for number in range(5000)))
    assert main(["--file", str(card), "--root", str(tmp_path)]) == 65
    faults = CardFile(tmp_path / "var/lib/hailong").look()
    assert faults is not None
    assert faults.more > 30


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"v": 2, "problems": ["a"]}',
        b'{"v": 1}',
        b'{"v": 1, "problems": "abc"}',
        b'{"v": 1, "problems": [1]}',
        b"[" * 60_000,
        b'{"v": 1, "problems": ["a"]}' + b" " * MOST_BYTES,
    ],
)
def test_a_file_that_is_none_tells_nothing_but_the_log(
    tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / OUTCOME_FILE).write_bytes(data)
    file = CardFile(tmp_path)
    with caplog.at_level(logging.WARNING, "kiosk.card"):
        assert [file.look() for _ in range(3)] == [None] * 3
    assert [record.message for record in caplog.records] == ["card.outcome_unreadable"], "once, not at every look"


def test_a_link_or_a_pipe_is_not_followed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    elsewhere = left(tmp_path, problems=["a"]).rename(tmp_path / "elsewhere")
    (tmp_path / OUTCOME_FILE).symlink_to(elsewhere)
    assert read_faults(tmp_path / OUTCOME_FILE) is None
    (tmp_path / OUTCOME_FILE).unlink()
    os.mkfifo(tmp_path / OUTCOME_FILE)
    assert read_faults(tmp_path / OUTCOME_FILE) is None
    assert len(caplog.records) == 2
    (tmp_path / OUTCOME_FILE).unlink()
    assert read_faults(tmp_path / OUTCOME_FILE) is None
    assert len(caplog.records) == 2, "no file is no news"


def test_a_line_is_one_line_of_printable_letters(tmp_path: Path) -> None:
    faults = read_faults(left(tmp_path, problems=["a\nb\u202e\x07c", " ", "đ" * 999, "x", "y"]))
    assert faults == Faults(("a b c", "đ" * LONGEST, "x"), 1)


def test_the_screen_of_an_unenrolled_kiosk_follows_the_file(tmp_path: Path, clock: Any) -> None:
    enrolling = Enrolling(tmp_path, lambda: False, clock, os.urandom)

    def turn(screen: Screen = Screen.UNASSIGNED) -> Faults | None:
        clock.pass_s(LOOK_S)
        enrolling.tick(screen)
        return enrolling.showing().faults

    assert turn() is None
    left(tmp_path, problems=["[sound] on: sai"])
    assert turn() == Faults(("[sound] on: sai",))
    enrolling.act(Do.BEGIN)
    assert turn() is None, "who types a code is not disturbed"
    assert enrolling.showing().place is Place.TYPING
    enrolling.act(Do.BACK)
    assert turn() is not None
    left(tmp_path, problems=[])
    assert turn() is None
    left(tmp_path, problems=["a"])
    assert turn(Screen.INVITATION) is None
