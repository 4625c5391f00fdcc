"""One set of certificates and one office for all of these tests; a well kiosk for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.doctor import bench as benches


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return benches.certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def office(made: dict[str, Path]) -> Iterator[int]:
    with benches.served(made["good"]) as port:
        yield port


@pytest.fixture
def bench(tmp_path: Path, office: int, made: dict[str, Path]) -> benches.Bench:
    return benches.well(tmp_path, office, made["authority"])
