"""What the kernel says of the file system under a folder: its type, and whether it has met errors. Only reads."""

import os
from dataclasses import dataclass
from pathlib import Path

PROC_MOUNTS = Path("/proc/self/mountinfo")
SYS = Path("/sys")


@dataclass(frozen=True, slots=True)
class FileSystem:
    """`errors`: how many ext4 has counted since the last check, None where it does not count. `first_error_s`: seconds
    since 1970 of the first one, 0 for none."""

    kind: str
    device: str
    read_only: bool
    errors: int | None
    first_error_s: int


def look(folder: Path, mounts: Path = PROC_MOUNTS, sys: Path = SYS) -> FileSystem:
    """Raises: OSError where the folder or the kernel's answers cannot be read."""
    numbers = folder.stat().st_dev
    kind, device = _mounted(mounts.read_text("utf-8", "surrogateescape"), folder.resolve())
    block = (sys / "dev" / "block" / f"{os.major(numbers)}:{os.minor(numbers)}").resolve().name
    counted = sys / "fs" / "ext4" / block
    errors = _number(counted / "errors_count")
    read_only = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    return FileSystem(kind, device, read_only, errors, _number(counted / "first_error_time") or 0)


def _mounted(mounts: str, folder: Path) -> tuple[str, str]:
    """Type and device of the longest mount point above `folder`; of several at one place the last one counts."""
    best, found = -1, ("", "")
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        point = left.split()[4].replace("\\040", " ")
        if folder.is_relative_to(point) and len(point) >= best:
            best, found = len(point), (right.split()[0], right.split()[1])
    return found


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None
