"""The ballast goes when there is little room, comes back when there is much, and is never half there."""

import os
from pathlib import Path

import pytest

from deploy.ballast import __main__ as ballast
from deploy.ballast.__main__ import LITTLE_BYTES, MUCH_BYTES, NAME, SIZE_BYTES, lay, turn


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballast, "SIZE_BYTES", 1 << 16)


def test_it_goes_and_comes_with_the_room(tmp_path: Path) -> None:
    turn(tmp_path, MUCH_BYTES + 1)
    assert (tmp_path / NAME).stat().st_blocks * 512 >= 1 << 16, "a hole holds no room"
    turn(tmp_path, LITTLE_BYTES)
    assert (tmp_path / NAME).exists()
    turn(tmp_path, LITTLE_BYTES - 1)
    assert not (tmp_path / NAME).exists()
    turn(tmp_path, MUCH_BYTES)
    assert not (tmp_path / NAME).exists()
    turn(tmp_path, MUCH_BYTES + 1)
    assert (tmp_path / NAME).exists()


def test_once_it_went_it_does_not_come_back_at_once() -> None:
    assert MUCH_BYTES > LITTLE_BYTES + SIZE_BYTES


def test_what_cannot_be_had_whole_is_not_there_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(OSError, match="No space"):
        lay(tmp_path / NAME)
    assert not list(tmp_path.iterdir())
