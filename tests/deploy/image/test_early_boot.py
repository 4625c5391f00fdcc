"""The early boot's own lines, run with stand-ins for what mounts: whatever the disk is like, systemd follows."""

import os
import subprocess
from pathlib import Path

import pytest

EARLY = Path(__file__).parents[3] / "deploy/image/early/init"
STAND_INS = {
    "mount": 'case "$*" in *"-t ext4"*) exit "$EXT4" ;; esac',
    "e2fsck": "exit 0",
    "findfs": "echo /dev/vda3",
    "modprobe": "",
    "umount": "",
    "chown": "",
    "switch_root": "",
    "reboot": "",
    "sleep": "",
    "sync": "",
}


def start(directory: Path, ext4: int) -> list[str]:
    """What was called, one line each. `ext4`: what mounting the data partition ends with."""
    root, stand_ins, called = directory / "root", directory / "bin", directory / "called"
    for place in ("data", "etc/hailong", "etc/systemd/network", "etc/wpa_supplicant", "var/lib/chrony", "var/log"):
        (root / place).mkdir(parents=True)
    stand_ins.mkdir()
    for name, text in STAND_INS.items():
        (stand_ins / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{called}\n{text}\n')
        (stand_ins / name).chmod(0o755)
    script = EARLY.read_text().replace("export PATH=/bin:/sbin", f"export PATH={stand_ins}:{os.environ['PATH']}")
    for path in ("/root", "/dev/kmsg", "/run.fsck"):
        script = script.replace(path, f"{directory}/{path.strip('/').replace('/', '-')}")
    assert "mkdir -p /proc /sys /dev" in script
    script = script.replace("mkdir -p /proc /sys /dev", "mkdir -p")
    environment = {**os.environ, "EXT4": str(ext4)}
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [line.replace(str(directory), "") for line in called.read_text().splitlines()]


def test_the_data_partition_is_laid_over_the_root(tmp_path: Path) -> None:
    called = start(tmp_path, 0)
    assert "mount --bind /root/data/hailong /root/var/lib/hailong" in called
    assert not [line for line in called if "remount" in line and line.endswith("/var/lib/hailong")]
    assert called[-1] == "switch_root /root /usr/lib/systemd/systemd"
    assert len((tmp_path / "root/data/system/machine-id").read_text()) == 33


@pytest.mark.parametrize("ext4", [1, 32])
def test_nothing_can_be_kept_where_nothing_is_durable(tmp_path: Path, ext4: int) -> None:
    """A citizen thanked for an answer in memory would be deceived."""
    called = start(tmp_path, ext4)
    assert any("-t tmpfs" in line and line.endswith("/root/data") for line in called)
    bound = called.index("mount --bind /root/data/hailong /root/var/lib/hailong")
    assert called[bound + 1] == "mount -o remount,ro,bind /root/var/lib/hailong"
    assert called[-1] == "switch_root /root /usr/lib/systemd/systemd"
