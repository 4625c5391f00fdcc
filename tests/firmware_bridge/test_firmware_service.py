"""What technicians and years ask of the real firmware: commands, self-test, straps, supply, restarts, the clock."""

import pytest

from firmware_bridge.frames import Command, Flag, Hello, Press, Result, Touch
from tests.firmware_bridge.box import PATIENCE_MS, bench, workshop

__all__ = ["bench", "workshop"]


def test_commands_are_answered_each_time_and_done_once(bench):
    box = bench.linked()
    assert box.ask(Command(9, 1, 0b01010, 50)) == 0
    assert box.board.lit == [1, 3]
    box.run(600)
    assert box.board.lit == []
    assert box.ask(Command(9, 1, 0b01010, 50)) == 0
    assert box.board.lit == [], "a repetition"
    assert box.ask(Command(10, 2, 30)) == 0
    box.run(400)
    assert [round(ms / 10) for _, ms in box.sounds] == [30]
    assert [box.ask(Command(11, operation)) for operation in (0, 6, 0x7F)] == [1, 1, 1]
    box.say(*(Command(number, 0) for number in range(20, 30)))
    box.run(400)
    assert [r.command for r in box.heard(Result)[-10:]] == list(range(20, 30))


def test_identify_shows_every_lamp_in_turn_with_sound_and_ends(bench):
    box = bench.linked()
    box.ask(Command(1, 5, 3))
    box.run(3500)
    assert {lamp for _, lamp in box.lamps} == set(range(5))
    assert len(box.sounds) > 3
    lamps = len(box.lamps)
    box.run(2000)
    assert (len(box.lamps), box.buttons, box.board.lit) == (lamps, [], [])


def test_self_test_tells_touches_and_records_nothing(bench):
    box = bench.linked()
    assert box.ask(Command(1, 3, 60)) == 0
    assert Flag(box.status().flags) & Flag.TESTING
    box.press(2)
    box.board.down(4)
    box.run(50)
    assert box.board.lit == [4]
    assert [(m.button, m.closed) for m in box.heard(Touch)] == [(2, 1), (2, 0), (4, 1)]
    assert box.ask(Command(2, 3, 0)) == 0
    box.board.up(4)
    box.run(100)
    assert (box.buttons, box.totals(), box.board.lit) == ([], (0,) * 6, [])
    assert box.press(4)
    box.ask(Command(3, 3, 2))
    box.run(2500)
    assert not Flag(box.status().flags) & Flag.TESTING, "by the time"
    box.ask(Command(4, 3, 200))
    box.present = False
    box.run(12_000)
    assert not Flag(box.wait_for(Hello).flags) & Flag.TESTING, "by unlinking"
    box.say(Command(5, 3, 9))
    assert box.wait_for(Result).code == 1, "it takes a host to test with"


def test_restart_by_command_keeps_everything(bench):
    box = bench.linked(acknowledges=False)
    box.press(0)
    assert box.ask(Command(1, 4)) == 0
    hello = box.wait_for(Hello)
    assert (hello.reset_cause, hello.unacked) == (16, 1)


def test_the_watchdog_ends_a_hang(bench):
    box = bench.linked("-DTEST_HANG")
    box.press(1)
    boot = box.heard(Hello)[-1].boot
    box.say(Command(1, 0x7F))
    hello = box.wait_for(Hello, 4000)
    assert (hello.reset_cause, hello.boot) == (8, boot + 1)
    box.run(200)
    assert box.press(2)
    box.run(100)
    assert box.buttons == [1, 2]


def test_reset_causes_and_supply(bench):
    box = bench.linked()
    assert box.heard(Hello)[0].reset_cause == 1
    assert abs(box.status().supply_mv - 5000) < 100
    box.board.set_supply_mv(3900)
    box.run(200)
    status = box.status()
    assert abs(status.supply_mv - 3900) < 100
    assert Flag(status.flags) & Flag.SUPPLY_LOW
    box.board.set_supply_mv(5000)
    box.board.reset()
    assert box.wait_for(Hello).reset_cause & 2


def test_ages_stay_right_over_the_wrap_of_the_clock(bench):
    box = bench.linked("-DTEST_CLOCK_START=0xFFFFE000", acknowledges=False)
    box.press(1, then_ms=2000)
    before = box.heard(Press)[0]
    box.press(2, then_ms=8500)
    latest = box.heard(Press)[-1]
    assert before.t_ms > 0xFFFFE000
    assert latest.now_ms < 0x10000
    assert 0 < (latest.now_ms - latest.t_ms) % 2**32 < 10_000
    assert box.heard(Hello)[-1].reset_cause == 1, "presses within ten seconds held the restart off"


def test_after_24_8_days_it_restarts_when_nobody_presses(bench):
    box = bench.linked("-DTEST_CLOCK_START=0x7FFFD000", acknowledges=False)
    box.press(1)
    box.run(9000)
    box.board.down(2)
    box.run(12_000)
    assert box.heard(Hello)[-1].reset_cause == 1, "a button is held"
    box.board.up(2)
    hello = box.wait_for(Hello, PATIENCE_MS)
    assert (hello.reset_cause, hello.unacked) == (16, 2)
    assert box.heard(Hello)[-1].now_ms >= 0x7FFFD000


@pytest.mark.parametrize("count", [3, 4])
def test_straps_tell_the_number_of_buttons_and_a_contact_beyond_is_not_looked_at(bench, count):
    box = bench.linked(buttons=count)
    assert box.heard(Hello)[0].buttons == count
    assert [box.press(button) for button in range(5)] == [button < count for button in range(5)]
    assert box.status().refused == 0
    box.board.down(4)
    box.run(100)
    assert box.status().held == 0
    assert box.ask(Command(1, 1, 0b11111, 50)) == 0
    box.run(100)
    assert box.board.lit == list(range(count))
