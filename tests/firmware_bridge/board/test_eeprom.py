"""The emulated EEPROM: times, modes, torn cells, wear, and what the data sheet forbids."""

import random

import pytest

from firmware_bridge.simulator.board import EventKind
from tests.firmware_bridge.board.asked import EEARL, EECR, ERASE, ERASE_AND_WRITE, WRITE


@pytest.mark.parametrize(("mode", "takes_us"), [(ERASE_AND_WRITE, 3400), (ERASE, 1800), (WRITE, 1800)])
def test_eeprom_operations_take_their_time(asked, mode, takes_us):
    asked.eeprom(9, 0x3C, mode)
    start, end = asked.events(EventKind.EEPROM)
    assert (start.what, start.detail, end.what, end.detail) == (1, 9, 0, 9)
    assert 0 <= end.cycle - start.cycle - takes_us * 16 <= 8


def test_each_mode_does_what_it_says(asked):
    asked.eeprom(9, 0x0F)
    assert asked.board.eeprom[9] == 0x0F
    asked.eeprom(9, 0x3C, WRITE)
    assert asked.board.eeprom[9] == 0x0C, "writing only clears bits"
    asked.eeprom(9, 0x00, ERASE)
    assert asked.board.eeprom[9] == 0xFF
    board = asked.board
    assert (board.eeprom_erases[9], board.eeprom_writes[9], board.stats().eeprom_violations) == (2, 2, 0)


def test_what_the_data_sheet_forbids_is_counted(asked):
    asked.write(EECR, 0x02)  # EEPE without EEMPE
    assert asked.board.stats().eeprom_violations == 1
    asked.write(EECR, 0x04)
    asked.write(EECR, 0x02)  # far more than four cycles later
    assert asked.board.stats().eeprom_violations == 2
    assert asked.board.eeprom == b"\xff" * 1024
    asked.eeprom(9, 0x3C, wait=False)
    asked.write(EECR, 0x31)  # read while busy; the mode is locked
    assert asked.read(EECR) & 0x32 == 0x02
    assert asked.board.stats().eeprom_violations == 3
    asked.write(EEARL, 10)
    assert asked.board.stats().eeprom_violations == 4
    asked.board.run_us(5_000)
    assert asked.board.eeprom[9:11] == b"\x3c\xff", "the address was latched"


def test_a_power_cut_leaves_the_cell_torn(make):
    old, new, seen = 0b1100_0011, 0b1010_0101, {}
    for seed in range(60):
        asked = make(seed=seed)
        asked.board.eeprom = bytes([old]) * 1024
        mode = seed % 3
        asked.eeprom(3, new, mode, wait=False)
        asked.board.run_us(random.Random(seed).randrange(1, 1500))
        asked.board.power_off()
        asked.board.run_us(1_000_000)
        assert not asked.board.stats().eeprom_busy
        seen.setdefault(mode, set()).add(asked.board.eeprom[3])
        assert asked.board.eeprom[:3] + asked.board.eeprom[4:] == bytes([old]) * 1023
    assert all(byte & old == old for byte in seen[ERASE]), "erasing only sets bits"
    assert all(byte & ~old == 0 and byte & (old & new) == old & new for byte in seen[WRITE])
    assert min(len(states) for states in seen.values()) > 3
    print(f"60 power cuts within an EEPROM operation: {sum(map(len, seen.values()))} different torn states of one cell")


def test_a_reset_does_not_stop_an_eeprom_write(asked):
    asked.eeprom(3, 0x3C, wait=False)
    asked.board.reset()
    asked.started()
    asked.board.run_us(4_000)
    assert asked.board.eeprom[3] == 0x3C


def test_a_worn_bit_reads_zero_whatever_is_written(asked):
    asked.board.wear_out(3, 0b100)
    asked.eeprom(3, 0xFF)
    assert asked.board.eeprom[3] == 0b1111_1011
