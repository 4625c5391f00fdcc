"""Packs a laid-out root into a .deb, the same bytes for the same tree: owners, modes, times and order are fixed."""

import os
import subprocess
from pathlib import Path

MODE_FOLDER, MODE_FILE, MODE_COMMAND = 0o755, 0o644, 0o755


def settle(root: Path, epoch_s: int) -> None:
    """One of three modes, and `epoch_s` as the time of every file."""
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            os.utime(path, (epoch_s, epoch_s), follow_symlinks=False)
            continue
        path.chmod(_mode(path))
        os.utime(path, (epoch_s, epoch_s))
    os.utime(root, (epoch_s, epoch_s))


def _mode(path: Path) -> int:
    if path.is_dir():
        return MODE_FOLDER
    return MODE_COMMAND if path.stat().st_mode & 0o100 and path.suffix not in (".py", ".so") else MODE_FILE


def pack(root: Path, file: Path, epoch_s: int) -> None:
    """Raises: subprocess.CalledProcessError."""
    settle(root, epoch_s)
    file.parent.mkdir(parents=True, exist_ok=True)
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(root), str(file)]
    subprocess.run(
        command, check=True, env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch_s)}, stdout=subprocess.DEVNULL
    )
