"""The supply or the bus fails at the worst moments: whoever saw the lamp is counted once (PROTOCOL.md §4, §9).

The firmware is also built wrong on purpose, to see that these tests find it out.
"""

import random

import pytest

from firmware_bridge.frames import BURST, Flag, Hello, Provision
from firmware_bridge.simulator.board import Fram
from tests.firmware_bridge import images
from tests.firmware_bridge.box import EPOCH, Bench, Box, bench, workshop
from tests.firmware_bridge.images import Record
from tests.firmware_bridge.portions import DRAWN, portion

__all__ = ["bench", "workshop"]
SEED = 5
OLDEST = 0xFF05  # its first byte erased, it is above all others; its second one is erased already
STORES = pytest.mark.parametrize("deep", [Fram.ABSENT, Fram.PRESENT], ids=["ring", "deep"])


def cut_at(bench: Bench, base: Box, at_ms: float, *, flags: tuple[str, ...] = (), linked: bool = True) -> bool:
    """A press on a box with the memory of `base`, whose supply is cut so long after the contact; whether it was lit.

    Lit: delivered once. Not lit: delivered once or never. Afterwards it works, and its totals are exact.
    """
    deep = Fram.PRESENT if base.status().flags & Flag.DEEP else Fram.ABSENT
    memory = {"eeprom": base.board.eeprom, "fram": base.board.fram}
    box = bench.linked(*flags, deep=deep, seed=int(at_ms * 10) + 1, **memory)
    before = box.totals()
    box.present = linked
    box.board.press(3, 60_000, 2000)
    box.run(at_ms)
    lit = box.board.lamp_counts[3]
    box.power_cycle()
    box.link()
    box.run(100)
    assert box.press(1), at_ms
    box.run_until(lambda: box.status().unacked == 0)
    assert box.buttons == [3, 1] or (box.buttons == [1] and not lit), at_ms
    expected = (0, 1, 0, int(3 in box.buttons), 0, 0)
    assert tuple(a - b for a, b in zip(box.totals(), before, strict=True)) == expected, at_ms
    status = box.status()
    assert (status.corrupt, status.bad_slots, status.flags & Flag.STORE_FAULT) == (0, 0, 0), at_ms
    bench.scrap(box)
    return bool(lit)


def gone_round(bench: Bench, deep: Fram) -> Box:
    """A box whose ring has wrapped twice, everything delivered."""
    box = bench.linked(deep=deep)
    for n in range(140):
        box.press(n % 5, then_ms=80)
    box.run(500)
    return box


@pytest.mark.slow
@STORES
@pytest.mark.parametrize("linked", [True, False], ids=["linked", "alone"])
def test_the_supply_cut_at_every_millisecond_of_a_press(bench, deep, linked):
    base = gone_round(bench, deep)
    cuts_ms = portion(range(110), 3)
    lit = [cut_at(bench, base, at_ms, linked=linked) for at_ms in cuts_ms]
    assert len(lit) / 5 < sum(lit) < len(lit)
    print(
        f"{deep.name.lower()}, {'linked' if linked else 'alone'}: {len(lit)} cuts, {cuts_ms[0]} to {cuts_ms[-1]} ms "
        f"after the contact, {sum(lit)} after the lamp, {DRAWN}; none lost, none doubled"
    )


def test_a_lamp_that_is_lit_too_early_is_found_out(bench):
    base = gone_round(bench, Fram.ABSENT)
    with pytest.raises(AssertionError, match="28"):
        cut_at(bench, base, 28, flags=("-DBROKEN_LAMP_EARLY",))


def full_circle(mark_of_oldest: int, t_ms: int = 1) -> bytes:
    """Every slot holds a record, the oldest one is next to be erased; the totals contain them all."""
    records = [(0, Record(OLDEST, 1, t_ms, 0, 0, mark_of_oldest))]
    records += [(n, Record(OLDEST + n, 1, n, n % 5, 0, images.ACKNOWLEDGED)) for n in range(1, images.SLOTS)]
    return images.eeprom(EPOCH, records, counted=images.totals(EPOCH, OLDEST + images.SLOTS, (14, 14, 14, 13, 13, 0)))


def deliver_the_oldest(bench: Bench, *flags: str) -> Box:
    box = bench.linked(*flags, eeprom=full_circle(images.LIVE))
    box.run(1000)
    return box


def test_a_live_record_in_the_next_slot_is_delivered_and_then_goes_its_way(bench):
    """A power cut in the erasure of a slot may leave what was there as if it still waited."""
    box = deliver_the_oldest(bench)
    assert (box.buttons, box.status().unacked) == ([0], 0)
    assert [box.press(1, then_ms=100) for _ in range(3)] == [True] * 3
    broken = deliver_the_oldest(bench, "-DBROKEN_HEAD_LIVE")
    assert (broken.buttons, broken.status().unacked) == ([], 1), "it is found out"


def record_with_a_treacherous_half() -> int:
    """A `t_ms` for the oldest record of full_circle: its check and two bytes erased, the check is right again."""
    for t_ms in range(1, 10_000):
        body = images.slot(Record(OLDEST, 1, t_ms, 0))[:11]
        if images.crc8(b"\xff\xff" + body[2:]) == 0xFF:
            return t_ms
    raise AssertionError("one of 256 is such a record")


def numbers_after_cuts(bench: Bench, *flags: str) -> set[int]:
    """HELLO.next_seq after the supply was cut at each half millisecond of the erasure that follows the start."""
    image, found = full_circle(images.ACKNOWLEDGED, record_with_a_treacherous_half()), set()
    for half_ms in range(2, 80):
        box = bench.box(*flags, eeprom=image, seed=half_ms, present=False)
        box.run(half_ms / 2)
        box.power_cycle(off_ms=1)
        found.add(box.wait_for(Hello).next_seq)
        bench.scrap(box)
    return found


def test_a_slot_is_erased_from_its_mark_on_so_half_a_record_is_none(bench):
    assert numbers_after_cuts(bench) == {OLDEST + images.SLOTS}
    assert numbers_after_cuts(bench, "-DBROKEN_RECYCLE_ORDER") == {OLDEST + images.SLOTS, 0x10000}, "it is found out"


def after_reset(bench: Bench, base: Box, at_us: float, press: bool) -> bool:
    """The reset line pulled so long after a contact closed, or after power; whether it was lit."""
    box = bench.box(deep=Fram.PRESENT, eeprom=base.board.eeprom, fram=base.board.fram, seed=int(at_us) + 1)
    if press:
        box.link()
        box.board.press(3, 60_000)
    box.board.run_us(at_us)
    lit = bool(box.board.lamp_counts[3])
    box.board.reset()
    box.run(100)
    box.link()
    box.run_until(lambda: box.status().unacked == 0)
    assert box.status().flags & (Flag.DEEP | Flag.DEEP_LOST | Flag.STORE_FAULT) == Flag.DEEP, at_us
    assert box.press(1, then_ms=100), at_us
    assert box.buttons in ([3, 1], [1]), at_us
    assert 3 in box.buttons or not lit, at_us
    before, now = base.totals(), box.totals()
    assert [b - a for a, b in zip(before, now, strict=True)] == [0, 1, 0, int(3 in box.buttons), 0, 0], at_us
    bench.scrap(box)
    return lit


def spread_us(rng: random.Random, many: int, below_us: float) -> list[float]:
    """In order, one in each stretch."""
    return [(n + rng.random()) * below_us / many for n in range(many)]


@pytest.mark.slow
def test_a_reset_in_the_middle_of_the_bus_leaves_the_deep_store_in_use(bench):
    """The supply stays: the chip still waits for the rest of a byte, or holds the line, when the firmware is back."""
    base = bench.linked(deep=Fram.PRESENT)
    base.press(0, then_ms=300)
    rng = random.Random(SEED)
    lit = [after_reset(bench, base, at_us, True) for at_us in portion(range(7_500, 13_000, 41), 3)]
    scans = [after_reset(bench, base, at_us, False) for at_us in portion(spread_us(rng, 40, 500_000), 3)]
    print(
        f"{len(lit)} resets around a press, {sum(lit)} after its lamp; {len(scans)} in the scan, {DRAWN}; seed {SEED}"
    )
    assert 0 < sum(lit) < len(lit)


@pytest.mark.slow
@STORES
def test_totals_are_exact_through_power_cuts_at_any_moment(bench, deep):
    rng = random.Random(SEED)
    box = bench.linked(deep=deep)
    cuts = 0
    for _ in range(25):
        for _ in range(rng.randrange(1, 14)):
            box.press(rng.randrange(5), then_ms=rng.choice([40, 70, 400]))
        box.board.press(rng.randrange(5), 60_000, 2000)
        box.run(rng.uniform(0, 90))
        box.power_cycle()
        cuts += 1
        box.link()
        box.run_until(lambda: box.status().unacked == 0)
        counted = [box.buttons.count(button) for button in range(5)]
        bursts = sum(what >= BURST for what in box.buttons)
        assert box.totals() == (*counted, bursts)
    assert sum(box.board.lamp_counts) <= len(box.delivered)
    assert len({key[1] for key in box.delivered}) == len(box.delivered), "no number twice"
    print(f"{deep.name.lower()}: {len(box.delivered)} records, {cuts} power cuts, totals equal after each, seed {SEED}")


@pytest.mark.slow
def test_a_deep_store_that_fails_anywhere_neither_loses_nor_doubles(bench):
    """The bus dies after N more bytes, in the course of a press; the ring goes on; it comes back at a later start."""
    in_ring = doubtful = 0
    tried = portion(range(90), 2)
    for bytes_left in tried:
        box = bench.linked(deep=Fram.PRESENT, seed=bytes_left + 1)
        box.press(0, then_ms=80)
        box.present = False
        box.board.set_fram(Fram.FAILING, bytes_left)
        lit = [box.press(button, then_ms=250) for button in (1, 2, 3)]
        assert lit == [True] * 3, bytes_left
        doubtful += box.board.eeprom[10:14] != bytes(4)
        in_ring += box.board.eeprom[128:131] != b"\xff\xff\xff"
        box.power_cycle()
        assert Flag(box.wait_for(Hello).flags) & Flag.DEEP_LOST or bytes_left > 60, bytes_left
        box.board.set_fram(Fram.PRESENT)
        box.power_cycle()
        box.link()
        box.run_until(lambda box=box: box.status().unacked == 0)
        assert box.buttons == [0, 1, 2, 3], bytes_left
        assert box.totals() == (1, 1, 1, 1, 0, 0), bytes_left
        assert box.press(4, then_ms=200)
        assert box.buttons == [0, 1, 2, 3, 4]
        assert Flag(box.status().flags) & (Flag.DEEP | Flag.DEEP_LOST) == Flag.DEEP
        assert len({key[1] for key in box.delivered}) == 5
        bench.scrap(box)
    print(
        f"bus dead after {len(tried)} counts of 0 to 89 bytes, {DRAWN}: {in_ring} times the ring went on, "
        f"{doubtful} times after a doubtful record; none lost or doubled"
    )
    assert doubtful > len(tried) // 30


@pytest.mark.slow
@STORES
def test_a_power_cut_while_it_is_provisioned_leaves_it_as_it_was_or_as_it_shall_be(bench, deep):
    base = bench.linked(deep=deep)
    for n in range(5):
        base.press(n, then_ms=80)
    eeprom, fram, seen = base.board.eeprom, base.board.fram, set()
    for at_ms in portion(range(0, 240, 4), 2):
        box = bench.box(deep=deep, eeprom=eeprom, fram=fram, seed=at_ms + 1)
        box.link()
        box.say(Provision(EPOCH, 77, 30))
        box.present = False
        box.run(at_ms)
        box.power_cycle()
        box.link()
        epoch = box.heard(Hello)[-1].epoch
        seen.add(epoch)
        assert box.totals() == {EPOCH: (1, 1, 1, 1, 1, 0), 77: (0,) * 6}[epoch], at_ms
        assert box.press(2, then_ms=200)
        assert box.totals() == {EPOCH: (1, 1, 2, 1, 1, 0), 77: (0, 0, 1, 0, 0, 0)}[epoch], at_ms
        assert Flag(box.status().flags) & (Flag.DEEP | Flag.DEEP_FOREIGN | Flag.STORE_FAULT) == (
            Flag.DEEP if deep == Fram.PRESENT else 0
        ), at_ms
        bench.scrap(box)
    assert seen == {EPOCH, 77}
