"""Counters with a service menu, one or as many as a test wants."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.service.bench import Bench


@pytest.fixture
def bench(store: Any, clock: Any, standing: Any, randomness: Any, tmp_path: Path) -> Bench:
    return Bench(store, clock, standing, randomness, tmp_path)


@pytest.fixture
def new_bench(
    new_store: Callable[[], Any], standing: Any, randomness: Any, tmp_path: Path, clock: Any
) -> Callable[[], Bench]:
    """Another counter each time: for rules that are tried many times in one test."""
    return lambda: Bench(new_store(), type(clock)(), standing, type(randomness)(), tmp_path)
