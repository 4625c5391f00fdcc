"""Programs for the emulated board, each compiled once, and boards that run them."""

import shutil

import pytest

from tests.firmware_bridge.board.asked import Asked
from tests.firmware_bridge.board.avr import MONITOR, compile_program


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """`compiled(source)` gives the path of an .elf; each source is compiled once."""
    if not shutil.which("avr-gcc"):
        pytest.skip("avr-gcc is not installed: apt-get install gcc-avr avr-libc binutils-avr")
    place, known = tmp_path_factory.mktemp("avr"), {}

    def path_of(source):
        if source not in known:
            known[source] = place / f"{len(known)}.elf"
            compile_program(source, known[source])
        return known[source]

    return path_of


@pytest.fixture
def make(compiled):
    """`make(seed=…, store=…)` gives an Asked board; all are closed afterwards."""
    made = []

    def make_asked(**words):
        made.append(Asked(compiled(MONITOR), **words))
        return made[-1]

    yield make_asked
    for asked in made:
        asked.board.close()


@pytest.fixture
def asked(make):
    return make()
