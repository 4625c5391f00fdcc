"""The emulated USART: two bytes and a shift register, real byte times, clocks that disagree."""

import random

import pytest

from firmware_bridge.simulator.board import Board, EventKind
from tests.firmware_bridge.board.asked import BYTE_US
from tests.firmware_bridge.board.avr import ECHO, MONITOR


def test_a_third_byte_waits_and_a_fourth_overruns(make):
    for count, received, lost in [(3, [1, 2, 3], 0), (4, [1, 2, 4], 1), (6, [1, 2, 6], 3)]:
        asked = make()
        asked.board.send(b"l" + bytes(range(1, count + 1)))
        said = asked.hear(1 + 2 * len(received))
        assert list(said[2::2]) == received
        assert list(said[1::2]) == [0, 0, 8 if lost else 0], "DOR comes with the byte after the gap"
        assert asked.board.stats().rx_overruns == lost


def test_a_sent_byte_is_heard_when_its_stop_bit_is_over(compiled):
    with Board(compiled(MONITOR)) as board:
        heard = []
        while len(heard) < 2:
            board.run_us(10)
            heard += [board.now_us] * len(board.receive())
    assert BYTE_US - 11 <= heard[1] - heard[0] <= BYTE_US + 11


def test_a_program_that_writes_before_it_may_loses_the_byte(asked):
    asked.board.send(b"u")
    assert asked.hear(2) == b"xy"
    assert asked.board.stats().tx_violations == 1


@pytest.mark.parametrize(
    ("ppm", "understood"), [(0, True), (30_000, True), (-30_000, True), (70_000, False), (-70_000, False)]
)
def test_clocks_too_far_apart_do_not_understand_each_other(asked, ppm, understood):
    asked.board.set_clock_ppm(ppm)
    asked.board.send(b"r\x3f" * 20)
    asked.board.run_us(60_000)
    errors = asked.board.stats().framing_errors
    assert (errors == 0) is understood
    assert (asked.board.receive() == b"\0" * 20) is understood


def test_interrupts_stay_raised_until_they_are_served(compiled):
    """Both directions at line rate for 4,000 bytes, with level interrupts and sleep; EEPROM ready and TWI once each."""
    data = random.Random(1).randbytes(4000)
    with Board(compiled(ECHO)) as board:
        board.run_us(1_000)
        board.send(data)
        board.run_us(4001 * BYTE_US + 2_000)
        assert board.receive() == data
        lamps = [(event.what, event.detail) for event in board.events() if event.kind is EventKind.LAMP]
        assert sorted(lamps) == [(0, 1), (1, 1)]
        assert board.stats().rx_overruns == 0
