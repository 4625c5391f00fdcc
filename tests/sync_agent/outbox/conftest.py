"""An outbox in a directory of its own, and a seeded source of chance."""

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_agent.outbox import Outbox

MEMORY = Path("/dev/shm")


@pytest.fixture
def chance() -> random.Random:
    return random.Random(20261122)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A directory where a sync costs nothing, if there is one: for thousands of outboxes on simulated disks."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="hailong-test-") as directory:
        yield Path(directory)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    opened = Outbox.open(path)
    yield opened
    opened.close()
