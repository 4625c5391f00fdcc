"""Whatever cannot keep the promise is refused by name before the file is touched."""

from pathlib import Path

import apsw
import pytest

from sync_agent.outbox import Outbox, UnsafeStorage, guard, opening
from sync_agent.outbox.guard import JOURNAL, Journal
from sync_agent.outbox.store import open_outbox

ROOT = "22 1 254:0 / / rw,relatime - ext4 /dev/root rw"


@pytest.mark.parametrize(
    "version", ["3.40.1", "3.7.0", "3.44.5", "3.45.3", "3.46.1", "3.50.6", "3.51.2", "3.49.9", "2.8.17", "x", "3.51"]
)
def test_a_library_with_the_race_is_refused(version: str) -> None:
    with pytest.raises(UnsafeStorage) as refusal:
        guard.check_library(version)
    assert refusal.value.code == "unsafe_library"
    assert refusal.value.hint


@pytest.mark.parametrize("version", ["3.44.6", "3.50.7", "3.51.3", "3.52.0", "3.54.1", "3.54.1.0", "4.0.0"])
def test_a_mended_library_is_taken(version: str) -> None:
    guard.check_library(version)


def test_the_library_in_use_is_looked_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(UnsafeStorage, match=r"3\.40\.1"):
        Outbox.open(path)
    assert not path.exists()


@pytest.mark.parametrize("mode", ["delete", "truncate", "persist", "memory", "off", None])
def test_another_journal_is_refused(mode: str | None) -> None:
    with pytest.raises(UnsafeStorage) as refusal:
        guard.check_journal(JOURNAL, mode, 2)
    assert refusal.value.code == "unsafe_mode"


@pytest.mark.parametrize("synchronous", [0, 1, 3, 7, None, "full?"])
def test_another_synchronous_is_refused(synchronous: object) -> None:
    with pytest.raises(UnsafeStorage):
        guard.check_journal(JOURNAL, "wal", synchronous)


def test_a_disk_that_gives_no_log_is_refused(path: Path) -> None:
    """SQLite falls back to another journal without an error where shared memory cannot be had."""

    class NoSharedMemory(apsw.VFS):
        def __init__(self) -> None:
            super().__init__("no-shared-memory", "unix-none")

    layer = NoSharedMemory()
    with pytest.raises(UnsafeStorage, match="journal delete"):
        open_outbox(path, "no-shared-memory", Journal())
    layer.unregister()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("nfs", "rw"), ("nfs4", "rw"), ("cifs", "rw"), ("smb3", "rw"), ("9p", "rw"), ("vfat", "rw"), ("exfat", "rw"),
        ("fuse.sshfs", "rw"), ("fuse", "rw"), ("virtiofs", "rw"), ("ext4", "rw,nobarrier"), ("ext4", "rw,barrier=0"),
        ("f2fs", "rw,fsync_mode=nobarrier"), ("f2fs", "rw,fsync_mode=posix"), ("ext4", "ro"),
    ],
)  # fmt: skip
def test_a_file_system_that_does_not_sync_is_refused(kind: str, options: str) -> None:
    mounts = f"{ROOT}\n36 22 8:1 / /data rw - {kind} /dev/sda1 {options}"
    with pytest.raises(UnsafeStorage) as refusal:
        guard.check_file_system(Path("/data/hailong"), mounts)
    assert refusal.value.code == "unsafe_file_system"
    assert guard.check_file_system(Path("/database"), mounts) == "ext4"  # a name that only begins alike


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "xfs", "tmpfs", "overlay"])
def test_a_local_file_system_is_taken(kind: str) -> None:
    assert guard.check_file_system(Path("/data"), f"{ROOT}\n36 22 8:1 / /data rw - {kind} x rw") == kind


def test_the_mount_that_covers_the_directory_counts() -> None:
    mounts = f"{ROOT}\n36 22 8:1 / /data rw - ext4 x rw\n37 36 8:1 / /data rw - vfat x rw\n"
    with pytest.raises(UnsafeStorage):
        guard.check_file_system(Path("/data/a"), mounts)
    spaced = f"{ROOT}\n36 22 8:1 / /my\\040data rw shared:1 master:2 - nfs x rw"
    with pytest.raises(UnsafeStorage):
        guard.check_file_system(Path("/my data/a"), spaced)


def test_an_unknown_mount_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UnsafeStorage, match="no mount"):
        guard.check_file_system(Path("/data"), "")
    monkeypatch.setattr(opening, "MOUNTS", tmp_path / "absent")
    with pytest.raises(UnsafeStorage, match="cannot tell"):
        Outbox.open(path)
    (tmp_path / "absent").write_text(ROOT.replace("ext4", "nfs4"))
    with pytest.raises(UnsafeStorage, match="nfs4"):
        Outbox.open(path)
    assert not path.exists()
