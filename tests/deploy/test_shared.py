"""What another account may have put where root reads: nothing waited for, nothing followed, nothing but bytes."""

import os
from pathlib import Path

import pytest

from deploy.shared import held, read_others


def test_only_a_plain_file_is_read(tmp_path: Path) -> None:
    plain, pipe, link = tmp_path / "plain", tmp_path / "pipe", tmp_path / "link"
    plain.write_bytes(b"0123456789")
    assert read_others(plain) == b"0123456789"
    assert read_others(plain, 4) == b"0123"
    os.mkfifo(pipe)
    link.symlink_to(plain)
    writer = os.open(pipe, os.O_RDWR)  # its other end is held open, and says nothing
    before = len(list(Path("/proc/self/fd").iterdir()))
    for odd in (pipe, link, tmp_path, tmp_path / "nothing"):
        with pytest.raises(OSError):
            read_others(odd)
    assert len(list(Path("/proc/self/fd").iterdir())) == before, "nothing is left open"
    os.close(writer)


def test_a_lock_is_had_once(tmp_path: Path) -> None:
    with held(tmp_path / "lock") as first, held(tmp_path / "lock") as second:
        assert (first, second) == (True, False)
    with held(tmp_path / "lock") as again:
        assert again
