"""What outlives the emulated board: SIGKILL as a power cut, one owner for a store."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from firmware_bridge.simulator.board import Board
from tests.firmware_bridge.board.avr import MONITOR

ROOT = Path(__file__).parents[3]


KILLED = """
import sys
from pathlib import Path
from firmware_bridge.simulator.board import Board
program, store, after_us = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
board = Board(program, store)
board.run_us(5_000)
board.down(4)
board.run_us(1_000)
board.send(b"e" + bytes([9, 0x00, 0]))
board.die_in_us(after_us)
board.run_us(100_000)
"""


@pytest.mark.parametrize(("after_us", "states"), [(500, {0xFF}), (10_000, {0x00})])
def test_the_store_survives_sigkill_at_a_chosen_cycle(compiled, tmp_path, after_us, states):
    store = tmp_path / "store"
    command = [sys.executable, "-c", KILLED, compiled(MONITOR), store, str(after_us)]
    killed = subprocess.run(list(map(str, command)), cwd=ROOT, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    with Board(compiled(MONITOR), store) as board:
        assert board.eeprom[9] in states
        assert board.lamp_counts == [0, 0, 0, 0, 1], "the citizen saw it"


def test_sigkill_within_a_write_leaves_the_torn_cell_in_the_store(compiled, tmp_path):
    found = set()
    for after_us in range(1_300, 4_000, 300):
        store = tmp_path / str(after_us)
        command = [sys.executable, "-c", KILLED, compiled(MONITOR), store, str(after_us)]
        assert subprocess.run(list(map(str, command)), cwd=ROOT, timeout=120, check=False).returncode == -signal.SIGKILL
        with Board(compiled(MONITOR), store) as board:
            found.add(board.eeprom[9])
    assert found - {0x00, 0xFF}
    print(f"9 SIGKILLs within an EEPROM write: cells {sorted(found)}")


def test_a_store_has_one_owner(compiled, tmp_path):
    with Board(compiled(MONITOR), tmp_path / "store"), pytest.raises(BlockingIOError):
        Board(compiled(MONITOR), tmp_path / "store")
    Board(compiled(MONITOR), tmp_path / "store").close()


def test_a_file_of_something_else_is_refused_and_left_alone(compiled, tmp_path):
    foreign = tmp_path / "letter"
    foreign.write_bytes(b"dear office")
    with pytest.raises(OSError, match="not a store"):
        Board(compiled(MONITOR), foreign)
    assert foreign.read_bytes() == b"dear office"
