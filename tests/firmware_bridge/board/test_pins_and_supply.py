"""Contacts, straps, lamps, supply and resets of the emulated board."""

import pytest

from firmware_bridge.simulator.board import EventKind
from tests.firmware_bridge.board.asked import ADCH, ADCL, ADCSRA, ADMUX, PINC, PIND, PORTD


def test_a_held_button_stays_held_whatever_the_program_writes(asked):
    asked.board.down(2)
    asked.board.run_us(100)
    assert asked.read(PIND) & 0x7C == 0x6C
    asked.write(PORTD, 0x6C)
    asked.write(PORTD, 0x7C)
    assert asked.read(PIND) & 0x7C == 0x6C
    assert asked.board.lit == [2]
    asked.board.up(2)
    asked.board.run_us(100)
    assert asked.read(PIND) & 0x7C == 0x7C
    assert asked.board.lamp_counts == [0, 0, 1, 0, 0]


def test_an_input_without_its_pull_up_floats(asked):
    asked.write(PORTD, 0x00)
    assert len({asked.read(PIND) & 0x7C for _ in range(40)}) > 10


def test_an_output_against_a_closed_contact_is_counted(asked):
    asked.write(0x2A, 0x10)  # DDRD: button 2 driven high
    assert asked.board.stats().pin_violations == 0
    asked.board.down(2)
    asked.board.run_us(100)
    assert asked.board.stats().pin_violations > 0


def test_bounce_ends_where_it_should(asked):
    asked.board.press(1, hold_us=50_000, bounce_us=5_000)
    asked.board.run_us(5_500)
    changes = len(asked.events(EventKind.LAMP))
    asked.board.run_us(40_000)
    assert asked.board.lit == [1]
    assert changes >= 3
    assert not asked.events(EventKind.LAMP)
    asked.board.run_us(20_000)
    assert asked.board.lit == []


@pytest.mark.parametrize(("buttons", "straps"), [(5, 0x06), (4, 0x04), (3, 0x02)])
def test_straps_name_the_number_of_buttons(asked, buttons, straps):
    asked.board.set_buttons(buttons)
    assert asked.read(PINC) & 0x06 == straps


def bandgap(asked, settle_us=200):
    asked.write(ADMUX, 0x40)
    asked.board.run_us(200)
    asked.write(ADCSRA, 0x87)
    asked.write(ADMUX, 0x4E)
    asked.board.run_us(settle_us)
    asked.write(ADCSRA, 0xC7)
    asked.board.run_us(500)
    return asked.read(ADCL) | asked.read(ADCH) << 8


def test_the_adc_sees_the_supply_against_the_bandgap(asked):
    for millivolts in (5000, 4500, 3000):
        asked.board.set_supply_mv(millivolts)
        assert bandgap(asked) == 1100 * 1023 // millivolts
    asked.board.set_bandgap_mv(1200)
    assert bandgap(asked) == 1200 * 1023 // 3000


def test_a_reset_says_why(asked):
    board = asked.board
    board.power_off()
    board.run_us(1_000)
    assert not board.alive
    board.power_on()
    assert asked.started() == 1
    board.reset()
    assert asked.started() == 2
    board.send(b"h")
    assert asked.started() == 8
    board.set_supply_mv(2600)
    assert not board.alive
    board.run_us(10_000)
    board.set_supply_mv(2720)
    assert not board.alive, "the detector has a hysteresis"
    board.set_supply_mv(5000)
    assert asked.started() == 4
    assert board.stats().resets == 2


def test_a_watchdog_that_is_running_bites_after_its_time(asked):
    asked.board.events()
    asked.board.send(b"h")
    began = asked.board.now_us
    assert asked.started() == 8
    assert 15_000 <= asked.board.now_us - began <= 21_000  # 16 ms of the 128 kHz clock, and the bytes


def test_nothing_is_sensed_while_the_bootloader_runs(asked):
    asked.board.reset(bootloader_us=300_000)
    asked.board.send(b"r\x3f" * 10)
    asked.board.press(1, hold_us=50_000)
    asked.board.run_us(299_000)
    assert asked.board.receive() == b""
    assert asked.board.stats().rx_deaf == 20
    assert asked.started() == 2
    assert asked.board.lamp_counts[1] == 0


def test_lamps_go_out_with_a_reset_and_with_the_power(asked):
    for stop in (asked.board.reset, asked.board.power_off):
        asked.board.down(3)
        asked.board.run_us(1_000)
        assert asked.board.lit == [3]
        stop()
        assert asked.board.lit == []
        asked.board.up(3)
        asked.board.run_us(1_000)
