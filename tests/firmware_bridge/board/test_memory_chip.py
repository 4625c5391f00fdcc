"""The emulated two-wire bus, its FRAM, and what may sit in its place."""

import itertools

from firmware_bridge.simulator.board import EventKind, Fram
from firmware_bridge.simulator.native import FRAM_SIZE
from tests.firmware_bridge.board.asked import ACK, DDRC, PINC, START, STOP, STUCK, TWCR, TWDR


def test_fram_writes_and_reads_in_sequence_and_wraps(asked):
    assert asked.write_memory(0x7FFE, 0xAA, 0xBB, 0xCC) == [0x18, 0x28, 0x28, 0x28, 0x28, 0x28]
    assert asked.board.fram[-2:] + asked.board.fram[:1] == b"\xaa\xbb\xcc"
    assert asked.read_memory(0x7FFE, 2) == [0xAA, 0xBB]
    asked.twi(START)
    assert asked.put(0xA1) == [0x40]
    assert asked.read_on(1) == [0xCC], "a read without an address goes on where the last one ended"
    assert asked.board.fram_writes[0x7FFE] == 1
    assert asked.board.stats().twi_violations == 0


def test_a_byte_on_the_wires_takes_nine_bits_of_scl(asked):
    asked.board.send(b"f\x10")
    assert asked.hear(1) == b"\x28"
    written = [event.cycle for event in asked.events(EventKind.FRAM)]
    assert len(written) == 16
    steps = [b - a for a, b in itertools.pairwise(written)]
    nine_bits = 9 * (16 + 2 * 12)  # TWBR 12: 400 kHz
    assert min(steps) >= nine_bits
    assert max(steps) < nine_bits * 1.3


def test_a_power_cut_tears_the_one_byte_in_flight(make):
    torn = set()
    for seed in range(40):
        asked = make(seed=seed)
        asked.board.fram = b"\x0f" * FRAM_SIZE
        asked.twi(START)
        asked.put(0xA0, 0, 5, 0xF0)
        asked.board.send(b"d\xf0")
        asked.board.run_until(lambda a=asked: a.board.fram[6] != 0x0F or a.board.stats().fram_bytes > 1, 5_000, 5)
        asked.board.power_off()
        assert asked.board.fram[:6] == b"\x0f" * 5 + b"\xf0"
        assert asked.board.fram[7:] == b"\x0f" * (FRAM_SIZE - 7)
        torn.add(asked.board.fram[6])
    assert len(torn) > 20
    print(f"40 power cuts within a byte of the FRAM: {len(torn)} different torn bytes")


def test_a_reset_before_the_acknowledgement_leaves_the_old_byte(asked):
    asked.board.fram = b"\x0f" * FRAM_SIZE
    asked.twi(START)
    asked.put(0xA0, 0, 5)
    asked.board.send(b"d\xf0")
    assert asked.board.run_until(lambda: asked.board.fram[5] != 0x0F, 5_000, 5)
    asked.board.reset()
    asked.started()
    assert asked.board.fram[5] == 0x0F


def test_absent_and_failing_chips_do_not_acknowledge(asked):
    asked.board.set_fram(Fram.ABSENT)
    assert asked.write_memory(0, 1) == [0x20, 0x30, 0x30, 0x30]
    asked.board.set_fram(Fram.FAILING, 5)
    assert asked.write_memory(0, 1, 2, 3) == [0x18, 0x28, 0x28, 0x28, 0x28, 0x30]
    assert asked.write_memory(0, 1)[0] == 0x20
    assert asked.board.fram[:2] == b"\x01\x02"
    asked.board.set_fram(Fram.PRESENT)
    assert asked.write_memory(0, 9)[0] == 0x18


def test_a_24c256_writes_its_page_after_the_stop_and_is_deaf_meanwhile(asked):
    asked.board.set_fram(Fram.EEPROM)
    before = asked.board.fram
    asked.twi(START)
    asked.put(0xA0, 0, 0x3E, 1, 2, 3)
    assert asked.board.fram == before, "nothing is written before the STOP"
    asked.twi(STOP)
    assert asked.write_memory(0x100, 7)[0] == 0x20, "it does not answer while it writes"
    asked.board.run_us(6_000)
    assert asked.board.fram[0x3E:0x40] + asked.board.fram[:1] == b"\x01\x02\x03", "within its page of 64 bytes"
    assert asked.board.fram[1:0x3E] == before[1:0x3E]
    assert asked.board.fram[0x40:] == before[0x40:]
    start, end = asked.events(EventKind.FRAM)
    assert 0 <= end.cycle - start.cycle - 5_000 * 16 <= 8
    assert asked.read_memory(0x3E, 2) == [1, 2]


def test_a_power_cut_puts_the_whole_page_of_a_24c256_at_risk(make):
    hurt = set()
    for seed in range(20):
        asked = make(seed=seed)
        asked.board.set_fram(Fram.EEPROM)
        asked.board.fram = b"\x00" * FRAM_SIZE
        asked.write_memory(0x40, 0x55)
        asked.board.run_us(seed * 180)
        asked.board.power_off()
        hurt |= {n for n, byte in enumerate(asked.board.fram) if byte}
    assert hurt == set(range(0x40, 0x80))


def test_a_chip_that_was_sending_when_the_master_was_reset_holds_the_bus(asked):
    asked.board.fram = b"\x00" * FRAM_SIZE
    asked.twi(START)
    asked.put(0xA0, 0, 0)
    asked.twi(START)
    asked.put(0xA1)
    asked.twi(ACK)  # the chip goes on with the next byte, a zero
    asked.board.reset()
    asked.started()
    assert asked.twi(START) == STUCK
    asked.write(TWCR, 0)
    assert not asked.read(PINC) & 0x10, "SDA is low"
    pulses = 0
    while not asked.read(PINC) & 0x10:
        asked.write(DDRC, 0x20)
        asked.write(DDRC, 0x00)
        pulses += 1
        assert pulses <= 9
    assert pulses == 8
    assert asked.twi(START) == 0x08
    assert asked.put(0xA0) == [0x18]


def test_the_interface_counts_what_it_would_have_spoilt(asked):
    asked.write(TWDR, 0x12)  # TWINT is not set: a write collision
    assert asked.board.stats().twi_violations == 1
    assert asked.read(TWDR) == 0xFF
