"""What the kiosk leaves for those who want to restart the machine, and the answer that it takes to prove itself."""

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import self_test
from kiosk.notify import UNWATCHED_S, Heart, Notify
from kiosk.runtime import ALIVE, FOLDER, SITTING, Sitting
from sync_agent.outbox import FILE_NAME, Outbox, StorageFailed


def is_free(path: Path) -> bool:
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def test_the_lock_is_held_from_first_to_last_and_gone_with_the_process(tmp_path: Path) -> None:
    sitting = Sitting(tmp_path)
    sitting.turn(False)
    assert not (tmp_path / SITTING).exists()
    sitting.turn(True)
    sitting.turn(True)
    assert not is_free(tmp_path / SITTING)
    sitting.turn(False)
    assert is_free(tmp_path / SITTING)
    program = "import os, pathlib, sys, kiosk.runtime as r; s = r.Sitting(pathlib.Path(sys.argv[1]));"
    subprocess.run(
        [sys.executable, "-c", f"{program} s.turn(True); os._exit(0)", str(tmp_path)], check=True, timeout=60
    )
    assert is_free(tmp_path / SITTING), "a kiosk that died holds nobody up"


def test_a_lock_that_somebody_else_has_stops_no_citizen(tmp_path: Path) -> None:
    path = tmp_path / SITTING
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        sitting = Sitting(tmp_path)
        sitting.turn(True)
    sitting.turn(True)  # at the next turn it is had
    assert not is_free(path)
    sitting.close()
    Sitting(None).turn(True)
    Sitting(tmp_path / "absent").turn(True)


class Shown:
    """A proof that has always come."""

    def ask(self) -> None: ...

    def given(self) -> bool:
        return True


def test_each_proof_of_life_is_counted_in_the_runtime_folder(tmp_path: Path) -> None:
    notify = Notify({FOLDER: str(tmp_path)})
    assert notify.period_s == UNWATCHED_S
    heart = Heart(notify, Shown())
    for now_s in (5.0, 6.0, 15.0, 16.0):
        heart.turn(now_s)
    told = json.loads((tmp_path / ALIVE).read_text())
    assert (told["v"], told["beats"], told["at_s"]) == (1, 2, 16.0)
    assert [path.name for path in tmp_path.iterdir()] == [ALIVE]
    assert Notify({}).period_s == 0


def test_the_test_answer_goes_through_and_is_nowhere_after(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outbox.open(tmp_path / FILE_NAME).close()
    left = tmp_path / f"{self_test.FOLDER_PREFIX}old"
    left.mkdir()
    before = Outbox.open(tmp_path / FILE_NAME)
    head = before.health().next_seq
    assert self_test.run_self_test(tmp_path) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "pending": 0, "assigned": False}
    health = before.health()
    before.close()
    assert (health.next_seq, health.pending, health.drafts) == (head, 0, 0)
    assert not list(tmp_path.glob(f"{self_test.FOLDER_PREFIX}*"))


def test_a_disk_that_takes_no_answer_fails_the_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_arguments: object) -> None:
        raise StorageFailed("no space", "full", "Make room.")

    monkeypatch.setattr(Outbox, "finish", full)
    assert self_test.run_self_test(tmp_path) == 74
    assert "no space" in json.loads(capsys.readouterr().out)["why"]
    monkeypatch.setattr(Outbox, "finish", lambda *_arguments: None)
    assert self_test.run_self_test(tmp_path) == 70
    assert "0 sealed answers" in json.loads(capsys.readouterr().out)["why"]
