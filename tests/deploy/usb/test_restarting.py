"""New settings reach a kiosk between citizens: not while somebody sits, nor while a stick is at work."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from deploy.first_boot import __main__ as first_boot
from deploy.update.quiet import REST_S
from deploy.usb.restarting import COMMAND, PRESENT, SERVING, Restart
from deploy.usb.window import Window
from kiosk.runtime import Sitting

NOON_S = 1.7e9
UNIT = Path(__file__).parents[3] / "deploy/units/hailong-kiosk-restart.service"


@pytest.fixture
def restart(tmp_path: Path) -> Restart:
    (tmp_path / "run").mkdir()
    command = (sys.executable, "-c", f"open({str(tmp_path / 'done')!r}, 'a').write('x')")
    return Restart(tmp_path / "run", tmp_path / "private", command)


def times(restart: Restart) -> int:
    done = restart.run.parent / "done"
    return len(done.read_text()) if done.exists() else 0


@contextmanager
def held(path: Path) -> Iterator[None]:
    """As `hailong-usb serve` holds it."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


def test_nobody_is_cut_off(restart: Restart) -> None:
    sitting = Sitting(restart.run)
    sitting.turn(served=True)
    assert not restart.turn(0.0, NOON_S)
    sitting.turn(served=False)
    rose_s = (restart.run / "sitting").stat().st_mtime
    assert not restart.turn(0.0, rose_s + REST_S - 1), "who hesitates at the screen is not cut off"
    assert times(restart) == 0
    assert restart.turn(0.0, rose_s + REST_S + 1)
    assert times(restart) == 1


def test_a_stick_at_work_is_waited_for(restart: Restart) -> None:
    window = Window(restart.run)
    window.open(600.0)
    with held(restart.private / PRESENT):
        with held(restart.private / SERVING):
            assert not restart.turn(0.0, NOON_S)
            assert not restart.turn(601.0, NOON_S), "an export is not cut off by the window's end"
        assert not restart.turn(0.0, NOON_S), "the technician still reads how it ended"
        assert restart.turn(601.0, NOON_S), "a stick that is never pulled out is waited for in vain"
    window.open(600.0)
    assert restart.turn(0.0, NOON_S)
    assert times(restart) == 2


def test_the_first_boot_asks_and_does_not_restart_the_kiosk() -> None:
    with (
        patch("deploy.first_boot.__main__.subprocess.run") as run,
        patch("deploy.first_boot.__main__.shutil.which", lambda name: name),
    ):
        first_boot._reload(["/etc/hailong/kiosk.toml", "/etc/hailong/agent.toml"])
    asked = [" ".join(call.args[0]) for call in run.call_args_list]
    assert not [command for command in asked if "hailong-kiosk.service" in command]
    assert [command for command in asked if UNIT.name in command]
    assert "hailong-usb restart-kiosk" in UNIT.read_text()
    assert COMMAND[-1] == "hailong-kiosk.service"
