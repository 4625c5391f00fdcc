"""A stick's file system, mounted where nobody but this process sees it, and the files of its folder HAILONG.

Nothing on it is executed or followed: a link, a pipe or a device on a stick is not there. Knows no task.
"""

import contextlib
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

FOLDER = "HAILONG"
TYPES = ("vfat", "exfat", "ext4")
OPTIONS = "nosuid,nodev,noexec"
MOUNT_S = 30.0
MOST_NAMES = 1000
COPIED_BYTES = 1 << 20


class NotReadable(OSError):
    """No file system of the three kinds, or one that cannot be read."""


class Stick:
    """A block device at `device`, to be mounted at the empty directory `point`."""

    def __init__(self, device: Path, point: Path) -> None:
        self._device, self._point = device, point

    @contextlib.contextmanager
    def mounted(self, writable: bool = False) -> Iterator[Path]:
        """The root of its files. Raises: NotReadable."""
        mode = "rw" if writable else "ro"
        for kind in TYPES:
            options = f"{mode},{OPTIONS}" + (",noload" if kind == "ext4" and not writable else "")
            if _run("mount", "-t", kind, "-o", options, str(self._device), str(self._point)):
                break
        else:
            raise NotReadable(f"{self._device}: none of {', '.join(TYPES)}")
        try:
            yield self._point
        finally:
            if not _run("umount", str(self._point)):
                _run("umount", "--lazy", str(self._point))


def _run(*command: str) -> bool:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=MOUNT_S, check=False)  # noqa: S603
    return done.returncode == 0


class Folder:
    """The folder HAILONG of a mounted stick, held open: nothing is looked up by a path that a stick could bend."""

    def __init__(self, root: Path) -> None:
        """Raises: FileNotFoundError where the stick has no such folder."""
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        with os.scandir(root) as entries:
            name = next((each.name for each in entries if each.name.upper() == FOLDER), FOLDER)
        self.handle = os.open(root / name, flags)

    def close(self) -> None:
        os.close(self.handle)

    def __enter__(self) -> "Folder":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def names(self) -> list[str]:
        """Its plain files, in order of their names; those that begin with a dot are left out."""
        with os.scandir(self.handle) as entries:
            found = [
                e.name for _, e in zip(range(MOST_NAMES), entries, strict=False) if e.is_file(follow_symlinks=False)
            ]
        return sorted(name for name in found if not name.startswith("."))

    def folders_with(self, name: str) -> list[str]:
        """Folders in it that hold a plain file `name`."""
        with os.scandir(self.handle) as entries:
            found = [
                e.name for _, e in zip(range(MOST_NAMES), entries, strict=False) if e.is_dir(follow_symlinks=False)
            ]
        return sorted(each for each in found if self._has(each, name))

    def _has(self, folder: str, name: str) -> bool:
        try:
            os.close(self.open(f"{folder}/{name}"))
        except OSError:
            return False
        return True

    def open(self, name: str) -> int:
        """A plain file of it, or of a folder in it, open for reading. Raises: OSError."""
        *folders, last = name.split("/")
        handle, held = self.handle, []
        try:
            for folder in folders:
                handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
                held.append(handle)
            found = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=handle)
        finally:
            for each in held:
                os.close(each)
        if not stat.S_ISREG(os.fstat(found).st_mode):
            os.close(found)
            raise FileNotFoundError(f"{name} is no plain file")
        return found

    def read(self, name: str, most: int) -> bytes:
        """At most one byte more than it may have. Raises: OSError."""
        with os.fdopen(self.open(name), "rb") as file:
            return file.read(most + 1)

    def write(self, name: str, data: bytes) -> None:
        """A new file, whole or not at all, on the medium when this returns. Raises: OSError."""
        aside = f"~{name[:-4]}.tmp"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(aside, dir_fd=self.handle)
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=self.handle)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, name, src_dir_fd=self.handle, dst_dir_fd=self.handle)
        os.fsync(self.handle)
