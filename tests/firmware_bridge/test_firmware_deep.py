"""The deep store misread, damaged, failing and cut off: no press that it holds is given up (PROTOCOL.md §9)."""

from itertools import product

import pytest

from firmware_bridge.frames import Flag, Hello, Provision
from firmware_bridge.simulator.board import EventKind, Fram
from tests.firmware_bridge import images
from tests.firmware_bridge.box import EPOCH, Bench, Box, bench, workshop
from tests.firmware_bridge.images import Record
from tests.firmware_bridge.portions import DRAWN, portion

__all__ = ["bench", "workshop"]
HEADER_BYTES = 64
SPARE_BYTE = 63  # of the first header
WRITTEN = 2  # EventKind.FRAM: the byte is permanent
DEEP_FLAGS = Flag.DEEP | Flag.DEEP_LOST | Flag.DEEP_FOREIGN
AFTER_FIRST_BLOCK_MS = 5.0  # from the writing of the spare byte on: two headers and four records were read
USED = images.eeprom(EPOCH, who=images.identity(EPOCH, deep_used=True), counted=images.totals(EPOCH, 800))


def mark_at(seq: int) -> int:
    return images.DEEP_AT + images.DEEP_SLOT_BYTES * (seq % images.DEEP_SLOTS) + 15


def marks(box: Box) -> bytes:
    return box.board.fram[mark_at(0) :: images.DEEP_SLOT_BYTES]


def live_marks(box: Box) -> int:
    return marks(box).count(images.DEEP_LIVE)


def waiting(many: int) -> list[Record]:
    return [Record(seq, 1, seq, seq % 5, 0, images.DEEP_LIVE) for seq in range(1, many + 1)]


def with_damage(fram: bytes, *places: int, mask: int = 0x01) -> bytes:
    image = bytearray(fram)
    for place in places:
        image[place] ^= mask
    return bytes(image)


# --- how long reading it takes ---


def start_ms(box: Box) -> float:
    """From power to the lamp of a press that came while the memory was read."""
    box.power_cycle()
    from_ms, before = box.now_ms, sum(box.board.lamp_counts)
    box.run(200)
    box.board.press(2, 60_000)
    box.run_until(lambda: sum(box.board.lamp_counts) > before)
    return box.now_ms - from_ms


def test_a_new_chip_full_of_noise_is_read_as_fast_as_an_empty_one_once_it_is_in_use(bench):
    """Left as it was, each of its marks that is none would be read three times at every start: 3 s more."""
    new, empty = bench.box(deep=Fram.PRESENT), bench.box(deep=Fram.PRESENT, fram=bytes(32 * 1024))
    assert len(set(marks(new))) > 200, "noise"
    for box in (new, empty):
        box.link()
        assert set(marks(box)) == {0}
    times_ms = [start_ms(box) for box in (new, empty)]
    print(
        f"a press while it starts: lamp {times_ms[0]:.0f} ms after power, {times_ms[1]:.0f} ms where the chip was empty"
    )
    assert abs(times_ms[0] - times_ms[1]) < 10
    assert max(times_ms) < 1200


# --- a record that may or may not be in the lost store ---


def doubtful_then_cut(bench: Bench, bytes_left: int, cut_ms: float, again_ms: float) -> bool:
    """The bus dies in a press, the supply soon after, and again while the terminal starts, or when it has just started;
    then a press, and a start.

    Whether a doubtful record was on file when the supply failed.
    """
    box = bench.linked(deep=Fram.PRESENT, seed=bytes_left * 100 + round(cut_ms))
    box.press(0, then_ms=100)
    box.present = False
    box.board.set_fram(Fram.FAILING, bytes_left)
    box.board.press(1, 30_000)
    box.run(cut_ms)
    lit = bool(box.board.lamp_counts[1])
    box.board.power_off()
    box.board.set_fram(Fram.PRESENT)
    doubtful = box.board.eeprom[10:14] not in (bytes(4), b"\xff" * 4)
    box.power_cycle()
    box.run(again_ms)
    box.power_cycle()
    box.wait_for(Hello)
    assert box.press(3, then_ms=200), (bytes_left, cut_ms)
    box.power_cycle()
    box.link()
    box.run_until(lambda: box.status().unacked == 0)
    assert box.buttons == [0, 1, 3] or (box.buttons == [0, 3] and not lit), (bytes_left, cut_ms)
    assert box.totals() == (1, int(1 in box.buttons), 0, 1, 0, 0), (bytes_left, cut_ms)
    assert len({key[1] for key in box.delivered}) == len(box.delivered), (bytes_left, cut_ms)
    assert box.board.eeprom[10:14] == bytes(4), "nothing is in doubt any more"
    bench.scrap(box)
    return doubtful


def test_a_number_in_doubt_is_not_given_again(bench):
    """Cut after the doubtful number is on file and before the ring has the press: nothing else tells of the number."""
    doubtful = [doubtful_then_cut(bench, 21, *both_ms) for both_ms in product(range(40, 140, 20), (500, 1200))]
    assert any(doubtful)
    print(f"bus dead, then {len(doubtful)} power cuts, {sum(doubtful)} with a number in doubt; none lost or doubled")


@pytest.mark.slow
def test_the_bus_dies_and_then_the_supply_at_any_moment(bench):
    tries = portion(product((14, 20, 21, 22, 36), range(10, 150, 24), (550,)), 2)
    doubtful = sum(doubtful_then_cut(bench, *one) for one in tries)
    done = f"bus dead × two power cuts: {len(tries)} of them, {DRAWN}"
    print(f"{done}, {doubtful} with a number in doubt; none lost or doubled")
    assert doubtful > len(tries) // 8


# --- the header ---


def test_one_wrong_bit_anywhere_in_the_only_header_costs_no_press(bench):
    good = images.fram(EPOCH, waiting(300))
    for place in (0, 3, 4, 9, 12, 17, 40, 61):
        box = bench.box(deep=Fram.PRESENT, eeprom=USED, fram=with_damage(good, place), present=False)
        hello = box.wait_for(Hello)
        assert (hello.unacked, Flag(hello.flags) & DEEP_FLAGS, live_marks(box)) == (300, Flag.DEEP, 300), place
        assert hello.next_seq == 800, "something is not known: it begins above all that was spoken for"
        bench.scrap(box)


def test_without_a_header_what_waited_is_delivered_and_headers_are_made(bench):
    fram = with_damage(images.fram(EPOCH, waiting(40), head=images.header(EPOCH, 5, 1)), 0)
    box = bench.linked(deep=Fram.PRESENT, eeprom=USED, fram=fram)
    box.run_until(lambda: box.status().unacked == 0)
    assert box.press(2, then_ms=200)
    assert box.buttons == [seq % 5 for seq in range(1, 41)] + [2]
    assert box.totals() == (8, 8, 9, 8, 8, 0)
    assert [box.board.fram[at : at + 4] for at in (0, HEADER_BYTES)] == [b"HLF1"] * 2


@pytest.mark.parametrize("eeprom", [None, images.eeprom(EPOCH)], ids=["blank", "never had one"])
def test_records_without_a_header_are_left_alone_by_a_terminal_that_cannot_own_them(bench, eeprom):
    fram = with_damage(images.fram(EPOCH, waiting(9)), 1)
    box = bench.box(deep=Fram.PRESENT, fram=fram, eeprom=eeprom, present=False)
    hello = box.wait_for(Hello)
    assert (hello.unacked, Flag(hello.flags) & DEEP_FLAGS) == (0, Flag.DEEP_LOST)
    box.link() if eeprom else box.say(Provision(0, EPOCH, 20))
    box.run(300)
    assert box.board.fram == fram


def test_a_used_store_that_was_replaced_by_an_empty_chip_is_taken_into_use(bench):
    box = bench.linked(deep=Fram.PRESENT, eeprom=USED)
    box.run(200)
    assert box.press(4, then_ms=200)
    hello = box.heard(Hello)[-1]
    assert (hello.next_seq, Flag(hello.flags) & DEEP_FLAGS) == (800, Flag.DEEP), "numbers of the old one are not used"
    assert box.buttons == [4]


def test_either_header_is_enough_from_the_first_day_on(bench):
    """Provisioned, some presses: the damage of one copy changes nothing, and the next start mends it."""
    first = bench.linked(deep=Fram.PRESENT)
    first.press(0, then_ms=100)
    first.present = False
    first.press(1, then_ms=100)
    eeprom, fram = first.board.eeprom, first.board.fram
    for place in (0, 20, HEADER_BYTES, HEADER_BYTES + 20):
        box = bench.linked(deep=Fram.PRESENT, eeprom=eeprom, fram=with_damage(fram, place, mask=0xFF))
        box.run(200)
        assert (box.buttons, box.totals()) == ([1], (1, 1, 0, 0, 0, 0)), place
        assert box.heard(Hello)[-1].next_seq == 3, place
        head, copy = (bytearray(box.board.fram[at : at + 60]) for at in (0, HEADER_BYTES))
        head[8:12] = copy[8:12] = bytes(4)  # the turn
        assert head == copy, "mended"
        bench.scrap(box)


def test_looking_for_the_store_writes_one_byte_that_belongs_to_nothing(bench):
    """In a store that is not its own, too."""
    fram = images.fram(EPOCH + 1, waiting(3))
    box = bench.box(deep=Fram.PRESENT, fram=fram, eeprom=images.eeprom(EPOCH), present=False)
    box.wait_for(Hello)
    assert box.board.fram == fram
    assert [place for place, writes in enumerate(box.board.fram_writes) if writes] == [SPARE_BYTE]


# --- one misreading at the start ---


def unacked_when_mended(bench: Bench, place: int, mended_ms: float) -> int:
    """HELLO.unacked of one record in slot 0, of which a bit is wrong until so long after the spare byte is written."""
    good = images.fram(EPOCH, [Record(images.DEEP_SLOTS, 1, 5, 2, 0, images.DEEP_LIVE)])
    box = bench.box(deep=Fram.PRESENT, fram=with_damage(good, images.DEEP_AT + place), eeprom=USED, present=False)
    for _ in range(2000):
        box.board.run_us(20)
        if any(event.kind == EventKind.FRAM for event in box.board.events()):
            break
    else:
        raise AssertionError("the spare byte was not written")
    box.board.run_us(mended_ms * 1000)
    now = box.board.fram
    box.board.fram = with_damage(now, images.DEEP_AT + place)
    unacked = box.wait_for(Hello).unacked
    bench.scrap(box)
    return unacked


@pytest.mark.parametrize("place", [0, 9, 13, 15], ids=["number", "time", "check", "mark"])
def test_a_record_that_was_misread_once_is_read_again(bench, place):
    assert unacked_when_mended(bench, place, AFTER_FIRST_BLOCK_MS) == 1
    assert unacked_when_mended(bench, place, 100) == 0, "it was wrong while it was read"


# --- marks ---


def test_a_mark_is_opened_in_two_steps_that_never_look_live(bench):
    old = Record(1, 1, 5, 2, 0, images.DEEP_ACKNOWLEDGED)
    head = images.header(EPOCH, 4, images.DEEP_SLOTS + 1)
    fram = images.fram(EPOCH, [old], head=head)
    eeprom = images.eeprom(
        EPOCH, who=images.identity(EPOCH, deep_used=True), counted=images.totals(EPOCH, images.DEEP_SLOTS + 300)
    )
    box = bench.linked(deep=Fram.PRESENT, fram=fram, eeprom=eeprom)
    box.run(300)
    box.board.events()
    box.board.press(3, 40_000)
    marks = []
    for _ in range(6000):
        box.board.run_us(5)
        if any(e.kind == EventKind.FRAM and e.what == WRITTEN and e.detail == mark_at(1) for e in box.board.events()):
            marks.append(box.board.fram[mark_at(1)])
    assert marks[:3] == [0x5A, images.DEEP_OPEN, images.DEEP_LIVE]


# --- another identity ---


@pytest.mark.parametrize("store", ["lost", "foreign"])
def test_no_new_identity_while_the_store_is_out_of_reach(bench, store):
    """What it holds would be of nobody's epoch afterwards. The refractory time may change."""
    fram = images.fram(EPOCH if store == "lost" else EPOCH + 1, waiting(5))
    deep = Fram.ABSENT if store == "lost" else Fram.PRESENT
    box = bench.linked(deep=deep, fram=fram, eeprom=USED)
    flag = Flag.DEEP_LOST if store == "lost" else Flag.DEEP_FOREIGN
    assert Flag(box.heard(Hello)[-1].flags) & DEEP_FLAGS == flag
    for provision in (Provision(EPOCH, 77, 30), Provision(EPOCH, EPOCH, 900)):
        box.say(provision)
        hello = box.wait_for(Hello)
        assert hello.epoch == EPOCH
        box.run(300)
    assert box.board.eeprom[8:10] == (900).to_bytes(2, "little")
    if store == "lost":
        box.board.set_fram(Fram.PRESENT)
        box.power_cycle()
        box.link()
        box.run(500)
        assert len(box.delivered) == 5
