"""When a machine may restart, what a new system must show, and the settings of `hailong-update`."""

import fcntl
import json
import os
import subprocess
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deploy.update import proof, quiet
from deploy.update.__main__ import Settings, main, read_update_settings
from deploy.update.slots import run_command
from deploy.update.table import Why
from kiosk import hours
from kiosk.runtime import FOLDER, Sitting

NOW_S = 10_000_000.0


def test_a_locked_or_just_left_kiosk_is_not_quiet(tmp_path: Path) -> None:
    lock = tmp_path / "sitting"
    with quiet.nobody_sits(lock, NOW_S) as alone:
        assert alone
        with quiet.nobody_sits(lock, NOW_S) as second:
            assert not second, "it is held as long as it lasts"
    sitting = Sitting(tmp_path)
    sitting.turn(True)
    with quiet.nobody_sits(lock, NOW_S) as alone:
        assert not alone
    sitting.turn(False)
    os.utime(lock, (NOW_S, NOW_S))
    for later_s, expected in ((0, False), (119, False), (121, True), (-5, True)):
        with quiet.nobody_sits(lock, NOW_S + later_s) as alone:
            assert alone is expected, later_s
    with quiet.nobody_sits(tmp_path / "absent" / "sitting", NOW_S) as alone:
        assert alone


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "sitting").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError), quiet.nobody_sits(tmp_path / "sitting", NOW_S):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_opening_hours_mean_here_what_they_mean_at_the_kiosk() -> None:
    compared = 0
    for spans in ([], ["07:30-11:30", "13:30-17:00"], ["sat 08:00-11:00"], ["mon-wed 07:00-12:00", "fri 13:00-16:00"]):
        told = f"open = {json.dumps(spans)}\n"
        read = [span for span in map(hours.read_span, spans) if span]
        at = datetime(2026, 11, 23)
        for _ in range(7 * 24 * 4):
            at += timedelta(minutes=15)
            same = bool(spans) and not hours.is_closed(read, at, quiet.GRACE_MIN)
            assert quiet.is_open(told, at) is same, (spans, at)
            compared += 1
    assert not quiet.is_open("open = [", datetime(2026, 11, 23, 9))
    print(f"{compared} instants judged alike")


def write(folder: Path, name: str, told: object) -> None:
    (folder / name).write_text(json.dumps(told))


def test_a_new_system_shows_frames_input_answer_and_contact(tmp_path: Path) -> None:
    places = proof.Places(tmp_path)
    assert proof.missing(places, 100, False, lambda: True) is Why.NO_FRAMES
    write(tmp_path, proof.ALIVE, {"v": 1, "beats": 2, "at_s": 95.0})
    assert proof.missing(places, 100, False, lambda: True) is Why.NO_INPUT
    write(tmp_path, proof.ALIVE, {"v": 1, "beats": 5, "at_s": 5.0})
    assert proof.missing(places, 100, False, lambda: True) is Why.NO_INPUT, "it has stopped since"
    write(tmp_path, proof.ALIVE, {"v": 1, "beats": 5, "at_s": 95.0})
    assert proof.missing(places, 100, True, lambda: True) is Why.NO_CONTACT
    assert proof.missing(places, 100, False, lambda: False) is Why.SELF_TEST
    assert proof.missing(places, 100, False, lambda: True) is None
    write(tmp_path, proof.HEARD, {"v": 1, "ok": True})
    assert proof.missing(places, 100, True, lambda: True) is None
    for wrong in ([], {"beats": "many"}, {"beats": 5, "at_s": "x"}):
        write(tmp_path, proof.ALIVE, wrong)
        assert proof.missing(places, 100, False, lambda: True) is Why.NO_FRAMES


def test_the_settings_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "update.toml"
    assert read_update_settings(path) == Settings()
    path.write_text('hours = "any"\nprove_within_s = 300\ninbox = "/x"\n')
    read = read_update_settings(path)
    assert (read.hours, read.prove_within_s, read.inbox) == ("any", 300.0, Path("/x"))
    for wrong in ('hours = "never"', "unknown = 1", "hours = [", 'prove_within_s = "soon"'):
        path.write_text(wrong)
        assert main(["--config", str(path), "status"]) == os.EX_CONFIG


def test_kiosk_and_update_name_the_same_files() -> None:
    from kiosk.runtime import ALIVE, SITTING

    assert (proof.ALIVE, "sitting", "HAILONG_RUN") == (ALIVE, SITTING, FOLDER)
    assert fcntl.LOCK_EX


def test_root_waits_for_no_pipe_and_follows_no_link_of_the_kiosk(tmp_path: Path) -> None:
    """The folder is the kiosk's: whoever has its account may put anything there."""
    places = proof.Places(tmp_path)
    os.mkfifo(tmp_path / proof.ALIVE)
    (tmp_path / "elsewhere").write_text('{"v": 1, "ok": true}')
    (tmp_path / proof.HEARD).symlink_to(tmp_path / "elsewhere")
    assert places.told(proof.ALIVE) == {}
    assert not proof.has_contact(places)


@pytest.mark.slow
def test_a_self_test_that_hangs_or_is_not_there_has_failed() -> None:
    def stopped_early(command: Sequence[str], timeout_s: int) -> "subprocess.CompletedProcess[str]":
        assert timeout_s == proof.SELF_TEST_S
        return run_command(command, 1)

    assert proof.passes(["true"], stopped_early)
    assert not proof.passes(["false"], stopped_early)
    assert not proof.passes(["sleep", "30"], stopped_early)
    assert not proof.passes(["no-such-program"], stopped_early)
