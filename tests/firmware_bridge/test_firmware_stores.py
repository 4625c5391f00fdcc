"""The real firmware's memory: full, worn, torn, lost, replaced; nothing lost, nothing doubled (PROTOCOL.md §4, §9)."""

import pytest

from firmware_bridge.frames import BURST, Flag, Hello, Press
from firmware_bridge.simulator.board import Fram
from tests.firmware_bridge import images
from tests.firmware_bridge.box import EPOCH, bench, workshop
from tests.firmware_bridge.images import Record

__all__ = ["bench", "workshop"]


def full_fram(live: int) -> bytes:
    """`live` records wait, numbered from 1; the header counts none of them."""
    return images.fram(EPOCH, [Record(seq, 1, seq, seq % 5, 0, images.DEEP_LIVE) for seq in range(1, live + 1)])


def test_a_full_ring_refuses_visibly_keeps_all_through_power_cuts_and_delivers(bench):
    box = bench.linked()
    box.present = False
    box.run(11_000)
    lit = [box.press(n % 5, then_ms=80) for n in range(70)]
    assert lit == [True] * 67 + [False] * 3
    box.run(500)
    assert box.sounds[-1][1] > 300
    hello = box.wait_for(Hello)
    assert (hello.unacked, hello.capacity, hello.refused) == (67, 67, 3)
    assert Flag(hello.flags) & Flag.FULL
    for _ in range(2):
        box.power_cycle()
        assert box.wait_for(Hello).unacked == 67
        assert not box.press(1)
    box.link()
    box.run_until(lambda: box.status().unacked == 0)
    assert box.buttons == [n % 5 for n in range(67)]
    assert box.press(2)
    assert box.totals() == (14, 14, 14, 13, 13, 0)


def test_a_burst_that_finds_no_room_is_refused_too(bench):
    records = [(n, Record(n + 1, 1, n, 0)) for n in range(66)]
    box = bench.linked(eeprom=images.eeprom(EPOCH, records, who=images.identity(EPOCH, 300)), acknowledges=False)
    box.press(1)
    box.press(2, then_ms=500)
    status = box.status()
    assert (status.unacked, status.refused) == (67, 1)
    assert sum(box.board.lamp_counts) == 1


def test_a_full_deep_store_senses_presses_while_it_is_read_and_refuses_at_2039(bench):
    box = bench.box(deep=Fram.PRESENT, fram=full_fram(2038), eeprom=images.eeprom(EPOCH), present=False)
    for button in (3, 4):
        box.run(200)
        box.board.press(button, 100_000)
    hello = box.wait_for(Hello, 2000)
    started_ms = box.now_ms
    box.run(300)
    assert box.board.lamp_counts == [0, 0, 0, 1, 0], "one found room, both were sensed"
    hello = box.wait_for(Hello)
    assert (hello.unacked, hello.capacity, hello.refused) == (2039, 2039, 1)
    assert Flag(hello.flags) & (Flag.FULL | Flag.DEEP) == Flag.FULL | Flag.DEEP
    box.link()
    box.run_until(lambda: len(box.delivered) == 2039, 120_000)
    assert box.status().unacked == 0
    assert box.buttons == [seq % 5 for seq in range(1, 2039)] + [3]
    assert [press.seq for press in box.heard(Press)][:2039] == list(range(1, 2040)), "oldest first"
    assert box.totals() == (407, 408, 408, 409, 407, 0)
    print(f"deep store with 2,038 records: HELLO {started_ms:.0f} ms after power, two presses sensed before it")


def test_worn_cells_cost_slots_not_presses(bench):
    box = bench.linked()
    for slot, offset, bit in ((5, 3, 0), (9, 12, 7), (20, 5, 2), (40, 12, 2)):
        box.board.wear_out(images.RING_AT + images.SLOT_BYTES * slot + offset, 1 << bit)
    lit = [box.press(n % 5, then_ms=130) for n in range(200)]
    assert lit == [True] * 200
    box.run(200)
    assert box.buttons == [n % 5 for n in range(200)]
    status = box.status()
    assert status.bad_slots == 4
    assert Flag(status.flags) & Flag.STORE_FAULT
    assert box.totals() == (40,) * 5 + (0,)


@pytest.mark.slow
def test_worn_cells_in_the_totals_and_the_identity_do_not_stop_it(bench):
    box = bench.linked()
    box.board.wear_out(80 + 10, 0xFF)
    box.board.wear_out(6, 0xFF)
    assert [box.press(n % 5, then_ms=300) for n in range(150)] == [True] * 150
    box.power_cycle()
    box.link()
    assert box.totals() == (30,) * 5 + (0,)
    assert len(box.delivered) == 150


@pytest.mark.slow
def test_every_slot_of_the_ring_wears_alike(bench):
    box = bench.linked()
    for n in range(340):
        box.press(n % 5, then_ms=80)
    erases = box.board.eeprom_erases
    slots = [max(erases[a : a + 13]) for a in range(128, 128 + 68 * 13, 13)]
    assert max(slots) - min(slots) <= 1
    assert max(erases[80:128]) <= 6
    print(
        f"340 presses: a ring cell erased {min(slots)} to {max(slots)} times, "
        f"a cell of the totals at most {max(erases[80:128])}"
    )


def test_an_absent_deep_store_costs_nothing_and_a_24c256_is_told_apart(bench):
    box = bench.box(present=False)
    assert box.wait_for(Hello).now_ms < 5
    box = bench.linked(deep=Fram.EEPROM)
    hello = box.heard(Hello)[-1]
    assert (hello.capacity, Flag(hello.flags) & (Flag.DEEP | Flag.DEEP_FOREIGN | Flag.DEEP_LOST)) == (67, 0)
    assert box.press(1)


def test_a_foreign_deep_store_is_left_alone(bench):
    fram = images.fram(EPOCH + 1, [Record(9, 1, 5, 2, 0, images.DEEP_LIVE)])
    box = bench.linked(deep=Fram.PRESENT, fram=fram, eeprom=images.eeprom(EPOCH))
    hello = box.heard(Hello)[-1]
    assert (hello.epoch, hello.capacity, hello.unacked) == (EPOCH, 67, 0)
    assert Flag(hello.flags) & (Flag.DEEP | Flag.DEEP_FOREIGN) == Flag.DEEP_FOREIGN
    assert box.press(1, then_ms=200)
    assert (box.buttons, box.board.fram) == ([1], fram)


def test_a_blank_board_takes_over_the_deep_store_it_finds(bench):
    records = [Record(seq, 7, seq, 2, 0, images.DEEP_LIVE) for seq in range(300, 310)]
    head = images.header(EPOCH, 4, 290, (1, 2, 3, 4, 5, 6), 900)
    box = bench.linked(deep=Fram.PRESENT, fram=images.fram(EPOCH, records, head=head))
    hello = box.heard(Hello)[0]
    assert (hello.epoch, hello.unacked, hello.next_seq, hello.boot) == (EPOCH, 10, 310, 8)
    box.run(500)
    assert box.press(0, then_ms=1200)
    assert box.buttons == [2] * 10 + [0]
    assert box.totals() == (2, 2, 13, 4, 5, 6)
    box.power_cycle()
    box.link()
    assert box.heard(Hello)[-1].epoch == EPOCH
    assert box.totals() == (2, 2, 13, 4, 5, 6)
    box.press(1)
    box.press(3, then_ms=1200)
    assert box.buttons[-2:] == [1, BURST | 1 << 3], "its refractory time came with it"


@pytest.mark.slow
def test_without_its_deep_store_numbers_go_on_above_those_it_may_hold(bench):
    box = bench.linked(deep=Fram.PRESENT)
    for n in range(30):
        box.press(n % 5, then_ms=80)
    box.board.set_fram(Fram.ABSENT)
    box.power_cycle()
    box.link()
    hello = box.heard(Hello)[-1]
    assert Flag(hello.flags) & (Flag.DEEP | Flag.DEEP_LOST) == Flag.DEEP_LOST
    assert hello.next_seq > 30
    for n in range(100):
        box.press(n % 5, then_ms=130)
    box.board.set_fram(Fram.PRESENT)
    box.power_cycle()
    box.link()
    for n in range(300):
        box.press(n % 5, then_ms=60)
    box.run(300)
    assert box.buttons == [n % 5 for n in range(30)] + [n % 5 for n in range(100)] + [n % 5 for n in range(300)]
    assert box.totals() == (86,) * 5 + (0,)
    assert box.heard(Hello)[-1].boot > hello.boot


def test_records_of_both_stores_go_out_by_their_numbers(bench):
    ring = [(0, Record(300, 3, 1, 1)), (1, Record(301, 3, 2, 2))]
    deep = [Record(seq, 2, seq, 0, 0, images.DEEP_LIVE) for seq in (10, 11, 400)]
    box = bench.linked(deep=Fram.PRESENT, fram=images.fram(EPOCH, deep), eeprom=images.eeprom(EPOCH, ring))
    box.run(300)
    assert [press.seq for press in box.heard(Press)] == [10, 11, 300, 301, 400]
    assert box.totals() == (3, 1, 1, 0, 0, 0)


def test_an_unacknowledged_record_is_never_overwritten_while_the_ring_goes_round(bench):
    box = bench.linked(acknowledges=False)
    box.press(4)
    stubborn = box.heard(Press)[0].seq
    box.acknowledges, box.ignored = True, {stubborn}
    assert [box.press(n % 4, then_ms=130) for n in range(150)] == [True] * 150
    assert box.status().unacked == 1
    box.ignored = set()
    box.run_until(lambda: box.status().unacked == 0)
    assert box.buttons == [4] + [n % 4 for n in range(150)]
    assert box.heard(Press)[-1].seq == stubborn


def test_a_deep_store_that_is_added_later_takes_over_from_the_ring(bench):
    box = bench.linked(acknowledges=False)
    for n in range(5):
        box.press(n)
    box.board.set_fram(Fram.PRESENT)
    box.power_cycle()
    box.acknowledges = True
    box.link()
    box.run(300)
    assert box.press(2, then_ms=200)
    assert box.buttons == [0, 1, 2, 3, 4, 2]
    hello = box.heard(Hello)[-1]
    assert (hello.capacity, hello.unacked) == (2039, 5)
    box.power_cycle()
    box.link()
    assert box.totals() == (1, 1, 2, 1, 1, 0)


@pytest.mark.parametrize("broken", [0, 16], ids=["first", "second"])
def test_either_copy_of_the_identity_is_enough_and_mends_the_other(bench, broken):
    image = bytearray(images.eeprom(EPOCH))
    image[broken + 5] ^= 0x10
    box = bench.linked(eeprom=bytes(image))
    box.run(300)
    assert box.heard(Hello)[0].epoch == EPOCH
    assert box.board.eeprom[:32] == images.identity(EPOCH) * 2
