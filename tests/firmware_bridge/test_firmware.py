"""The real firmware and its host, in virtual time: presses, lamps, link, commands (PROTOCOL.md §3 to §5)."""

import random
from itertools import pairwise

import pytest

from firmware_bridge.frames import (
    BURST,
    Ack,
    Hello,
    HelloRequest,
    Mark,
    Ping,
    Press,
    Provision,
    Status,
    TimeMark,
    Totals,
    Welcome,
)
from firmware_bridge.simulator.board import Fram
from tests.firmware_bridge import images
from tests.firmware_bridge.box import EPOCH, bench, workshop

__all__ = ["bench", "workshop"]
QUARTER = 1_988_100
STORES = pytest.mark.parametrize("deep", [Fram.ABSENT, Fram.PRESENT], ids=["ring", "deep"])


@STORES
def test_a_press_is_lit_when_durable_sent_when_lit_and_freed_by_its_ack(bench, deep):
    box = bench.linked(deep=deep, acknowledges=False)
    before_ms = box.now_ms
    assert box.press(3, then_ms=400)
    (lit_ms, lamp), *more = box.lamps
    first, again, *_ = box.heard(Press)
    assert (lamp, more) == (3, [])
    assert (first.epoch, first.seq, first.what, first.aux) == (EPOCH, 1, 3, 0)
    assert first.now_ms >= first.t_ms
    assert (again.seq, again.t_ms) == (first.seq, first.t_ms), "until it is acknowledged"
    assert lit_ms - before_ms < (15 if deep == Fram.PRESENT else 45), "in the firmware's own milliseconds"
    assert box.status().unacked == 1
    box.say(Ack(EPOCH, 1))
    assert box.status().unacked == 0
    since_ms = box.now_ms
    box.run(5000)
    assert not box.heard(Press, since_ms)
    print(f"{deep.name.lower()}: lamp {lit_ms - before_ms:.1f} ms after the touch, 2 ms of it bouncing")


@STORES
def test_nothing_is_sent_before_its_lamp(bench, deep):
    box = bench.linked(deep=deep)
    for n in range(20):
        box.press(n % 5, then_ms=120)
    sent = [(t_ms, m.what) for t_ms, m in box.said if isinstance(m, Press)]
    lit = [t_ms for t_ms, _ in box.lamps]
    assert [what for _, what in sent] == [n % 5 for n in range(20)]
    assert all(lit_ms < sent_ms for lit_ms, (sent_ms, _) in zip(lit, sent, strict=True))


def test_repeated_after_300_ms_then_rarer_and_after_300_ms_again_once_any_ack_came(bench):
    box = bench.linked(acknowledges=False, refractory_ms=1500)
    box.press(0, then_ms=20_000)
    sent = [t_ms for t_ms, m in box.said if isinstance(m, Press)]
    pauses = [round((b - a) / 100) for a, b in pairwise(sent)]
    assert pauses[:6] == [3, 6, 12, 24, 40, 40]
    box.press(1, then_ms=300)
    box.say(Ack(EPOCH, 1))
    since_ms = box.now_ms
    box.wait_for(Press)
    assert round((box.now_ms - since_ms) / 100) == 3


def test_unlinked_after_ten_seconds_of_silence_and_welcomed_again_it_sends_all(bench):
    box = bench.linked()
    box.present = False
    said_ms = box.now_ms
    box.run_until(lambda: bool(box.heard(Hello, said_ms)), 14_000)
    assert round((box.now_ms - box.pinged_ms) / 1000) == 10
    hellos = len(box.heard(Hello))
    assert [box.press(n, then_ms=200) for n in (4, 2, 0)] == [True] * 3
    box.run(3000 - 720)
    assert len(box.heard(Hello)) - hellos == 3
    assert box.buttons == []
    box.link()
    box.run(100)
    assert box.buttons == [4, 2, 0]


def test_hello_request_and_a_stranger_s_words(bench):
    box = bench.linked(acknowledges=False)
    box.press(2)
    since_ms = box.now_ms
    strange = EPOCH ^ 1
    box.say(Welcome(1, strange), Ack(strange, 1), Ack(EPOCH, 2), Ack(EPOCH, 0), Provision(strange, 7, 1))
    box.run(100)
    (hello,) = box.heard(Hello, since_ms)
    assert (hello.epoch, hello.unacked, hello.next_seq) == (EPOCH, 1, 2)
    assert box.status().unacked == 1, "still linked"
    box.present = False
    box.say(HelloRequest())
    box.wait_for(Hello)
    since_ms = box.now_ms
    box.say(Welcome(2, EPOCH), Welcome(1, strange), Welcome(1, 0), Ping())
    box.run(900)
    assert not box.heard(Status, since_ms)
    assert not box.heard(Press, since_ms)


@STORES
def test_provisioning_needs_the_present_identity_and_an_empty_store(bench, deep):
    box = bench.box(deep=deep, present=False)
    assert box.wait_for(Hello).epoch == 0
    assert not box.press(1, then_ms=500), "blank"
    assert box.sounds[-1][1] > 300
    box.say(Provision(5, EPOCH, 900))
    assert box.wait_for(Hello).epoch == 0
    box.say(Provision(0, 0, 900))
    assert box.wait_for(Hello).epoch == 0
    box.say(Provision(0, EPOCH, 900))
    hello = box.wait_for(Hello)
    assert (hello.epoch, hello.refused, hello.next_seq) == (EPOCH, 1, 1)
    box.power_cycle()
    assert box.wait_for(Hello).epoch == EPOCH, "HELLO came after it was durable"
    box.acknowledges = False
    box.link()
    assert box.press(1)
    box.say(Provision(EPOCH, 7, 900))
    assert box.wait_for(Hello).epoch == EPOCH, "a record waits"
    box.say(Ack(EPOCH, 1), Provision(EPOCH, 7, 900))
    assert box.wait_for(Hello).epoch == 7
    box.link()
    assert box.totals() == (0,) * 6
    box.power_cycle()
    box.link()
    assert box.totals() == (0,) * 6
    assert box.press(1, then_ms=200)
    assert box.heard(Press)[-1].seq >= 2, "numbers go on"
    assert box.totals() == (0, 1, 0, 0, 0, 0)


def test_another_refractory_time_under_the_same_identity_keeps_the_totals(bench):
    box = bench.linked(refractory_ms=100)
    box.press(4, then_ms=200)
    box.say(Provision(EPOCH, EPOCH, 5000))
    assert box.wait_for(Hello).epoch == EPOCH
    box.run(200)
    assert box.totals() == (0, 0, 0, 0, 1, 0)
    box.press(4, then_ms=200)
    box.press(3, then_ms=5300)
    assert box.buttons == [4, 4, BURST | 1 << 3]


def test_marks_are_kept_once_a_start_for_four_starts_and_told_newest_first(bench):
    box = bench.box(quarter=QUARTER)
    for start in range(6):
        box.quarter = QUARTER + start
        box.link()
        box.say(TimeMark(QUARTER + 99, 5))
        box.run(200)
        box.power_cycle()
    box.link()
    marks = box.heard(Mark)[-4:]
    assert [m.quarter for m in marks] == [QUARTER + n for n in (5, 4, 3, 2)]
    assert [m.boot for m in marks] == sorted((m.boot for m in marks), reverse=True)
    boot = box.heard(Hello)[-1].boot
    assert boot == marks[0].boot + 1
    assert all(-317_000 <= m.t_ms - 2**32 < 0 for m in marks), "the quarter began before the terminal did"
    order = [type(m) for _, m in box.said if isinstance(m, Mark | Status)][-5:]
    assert order == [Mark] * 4 + [Status]


def test_a_long_hold_is_one_press_and_stuck_after_15_seconds_others_work(bench):
    box = bench.linked(refractory_ms=500)
    box.board.down(2)
    box.run(14_500)
    assert box.status().stuck == 0
    box.run(1000)
    status = box.heard(Status)[-1]
    assert (status.stuck, status.held) == (1 << 2, 1 << 2)
    assert box.press(0, then_ms=600)
    box.board.up(2)
    box.run(500)
    assert (box.status().stuck, box.buttons) == (0, [2, 0])


def test_a_contact_closed_at_the_start_counts_after_it_was_open(bench):
    box = bench.linked(refractory_ms=500)
    box.board.down(1)
    box.run(700)
    box.power_cycle()
    box.link()
    box.run(1000)
    assert box.buttons == [1]
    box.board.up(1)
    box.run(100)
    assert box.press(1, then_ms=600)
    assert box.buttons == [1, 1]


def test_two_at_once_a_hand_over_all_and_hammering(bench):
    box = bench.linked(refractory_ms=1500)
    for button in (4, 1):
        box.board.press(button, 100_000)
    box.run(2000)
    assert box.buttons == [1, BURST | 1 << 4]
    for button in range(5):
        box.board.press(button, 80_000)
        box.run(30)
    box.run(2000)
    assert box.buttons[2:] == [0, BURST | 0b11110]
    for _ in range(500):
        box.press(3, 30, 20)
    box.run(2000)
    last = max(box.delivered.values(), key=lambda press: press.seq)
    assert box.buttons[4:] == [3, BURST | 1 << 3]
    assert last.aux == 255
    assert box.totals() == (1, 1, 0, 1, 0, 3)
    assert sum(box.board.lamp_counts) == 3


def test_glitches_of_up_to_seven_milliseconds_are_nothing(bench):
    box = bench.linked()
    for n in range(200):
        box.board.press(n % 5, 1000 * (1 + n % 7) - 100)
        box.run(20)
    box.run(200)
    assert (box.buttons, box.board.lamp_counts) == ([], [0] * 5)


def test_noise_at_line_rate_changes_nothing_and_is_counted(bench):
    rng = random.Random(4)
    box = bench.linked()
    lit = 0
    for n in range(10):
        box.board.send(bytes(0 if rng.random() < 0.1 else rng.randrange(256) for _ in range(1600)))
        lit += box.press(n % 5, then_ms=360)
    assert lit == 10
    box.run_until(lambda: len(box.delivered) == 10)
    status = box.status()
    assert status.rx_bad > 200
    assert box.board.stats().resets == 0
    assert len(box.heard(Totals)) == 0
    print(
        f"16,000 random bytes at line rate: {status.rx_bad} frames dropped, "
        f"{status.rx_overrun} bytes overrun, 10 of 10 presses"
    )


def test_images_are_what_the_firmware_itself_writes(bench):
    """The second opinion of images.py, checked where it matters: identity, totals, marks and a record."""
    box = bench.linked(quarter=QUARTER, acknowledges=False)
    box.press(3, then_ms=200)
    press, image = box.heard(Press)[0], box.board.eeprom
    mark_t_ms = int.from_bytes(image[34:38], "little")
    record = images.Record(1, press.boot, press.t_ms, 3)
    expected = images.eeprom(
        EPOCH, [(0, record)], counted=image[80:104], marks=[images.time_mark(press.boot, mark_t_ms, QUARTER)]
    )
    assert image[104:128] == images.totals(EPOCH, 1)
    assert image[:80] == expected[:80]
    assert image[128:] == expected[128:]
