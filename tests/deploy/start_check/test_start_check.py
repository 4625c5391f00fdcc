"""What the start check sees of a data partition, and of each answer of the agent's command."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from deploy.start_check import __main__ as start_check
from deploy.start_check.file_system import look


def kernel(tmp_path: Path, errors: str) -> tuple[Path, Path]:
    """A /proc/self/mountinfo and a /sys that speak of `tmp_path` as an ext4 with so many errors."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "20 1 8:1 / / rw - squashfs /dev/root ro\n"
        f"30 20 8:2 / {str(tmp_path.resolve()).replace(' ', chr(92) + '040')} rw - ext4 /dev/sda2 rw\n"
    )
    numbers = tmp_path.stat().st_dev
    device = tmp_path / "sys/devices/sda2"
    counted = tmp_path / "sys/fs/ext4/sda2"
    for folder in (device, counted, tmp_path / "sys/dev/block"):
        folder.mkdir(parents=True)
    (tmp_path / "sys/dev/block" / f"{os.major(numbers)}:{os.minor(numbers)}").symlink_to(device)
    (counted / "errors_count").write_text(f"{errors}\n")
    (counted / "first_error_time").write_text("1700000000\n")
    return mounts, tmp_path / "sys"


def test_errors_that_ext4_has_counted_are_seen(tmp_path: Path) -> None:
    seen = look(tmp_path, *kernel(tmp_path, "3"))
    assert (seen.kind, seen.device, seen.errors, seen.first_error_s) == ("ext4", "/dev/sda2", 3, 1_700_000_000)
    assert not start_check.is_well({"file_system": {"errors": 3, "read_only": False}, "outbox": {"state": "sound"}})


def test_a_file_system_that_does_not_count_is_no_fault(tmp_path: Path) -> None:
    mounts, sys_folder = kernel(tmp_path, "0")
    shutil.rmtree(sys_folder / "fs")
    assert look(tmp_path, mounts, sys_folder).errors is None


@pytest.mark.parametrize(("code", "state"), [(0, "sound"), (1, "damaged"), (78, "not_configured"), (70, "failed")])
def test_what_the_agent_says_is_told(code: int, state: str) -> None:
    command = [sys.executable, "-c", f"print('Sổ'); raise SystemExit({code})"]
    assert start_check.outbox(command) == {"state": state, "said": "Sổ"}


def test_a_command_that_is_not_there_stops_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "told.json"
    absent = str(tmp_path / "absent")
    assert start_check.main(["--data", str(tmp_path), "--told", str(told), "--check", absent]) == 0
    assert json.loads(told.read_text("utf-8"))["outbox"]["state"] == "failed"
    assert '"start.checked"' in capsys.readouterr().err
