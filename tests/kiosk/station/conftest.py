"""A counter of each test's own."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.station.rig import Printer, Station, furnish


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short, for a Unix socket's name has 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="hl-") as made:
        yield Path(made)


@pytest.fixture
def printer(folder: Path) -> Iterator[Printer]:
    made = Printer(folder)
    yield made
    made.end()


@pytest.fixture
def station(folder: Path, printer: Printer) -> Iterator[Callable[..., Station]]:
    started: list[Station] = []

    def start(**settings: Any) -> Station:
        furnish(folder)
        started.append(Station(folder, printer, **settings))
        return started[-1]

    yield start
    for each in started:
        each.end()
