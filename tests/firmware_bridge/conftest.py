"""The tables of PROTOCOL.md, which are test vectors."""

import pytest

from tests.firmware_bridge import document


@pytest.fixture(scope="session")
def tables() -> dict[str, list[list[str]]]:
    return document.tables()
