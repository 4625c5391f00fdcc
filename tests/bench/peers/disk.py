"""What a disk is sent: an ext4 on a loop device, whose counters of flushes and written bytes are read twice."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sent:
    """Totals since the device was made."""

    flushes: int
    written_bytes: int


class LoopDisk:
    """A mounted file system of its own. Needs root and loop devices."""

    def __init__(self, device: str, place: Path) -> None:
        self.place = place
        self._counters = Path("/sys/block", Path(device).name, "stat")

    def sent(self) -> Sent:
        """Counters of the block layer (kernel: Documentation/block/stat.rst)."""
        fields = self._counters.read_text().split()
        return Sent(int(fields[15]), int(fields[6]) * 512)


def can_count() -> bool:
    """Whether this machine lets us mount a loop device."""
    return os.geteuid() == 0 and Path("/dev/loop-control").exists()


@contextmanager
def loop_disk(directory: Path, megabytes: int = 160) -> Iterator[LoopDisk]:
    """A fresh ext4 with default options on a file in `directory`."""
    image, place = directory / "disk.img", directory / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    _run("mkfs.ext4", "-q", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", str(image))
    device = _run("losetup", "--show", "-f", str(image))
    try:
        _run("mount", "-o", "noatime", device, str(place))
        try:
            yield LoopDisk(device, place)
        finally:
            _run("umount", str(place))
    finally:
        _run("losetup", "-d", device)
        image.unlink()
        place.rmdir()


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.strip()
