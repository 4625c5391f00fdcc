"""Time and chance on the emulated board: deterministic for a seed, exact to the instruction."""

import random

import pytest

from firmware_bridge.simulator.board import Board, CpuStopped
from tests.firmware_bridge.board.asked import BYTE_US
from tests.firmware_bridge.board.avr import MEMORY_DUMP, MONITOR


def test_it_is_deterministic_for_a_seed_and_differs_for_another(compiled):
    def life(seed):
        with Board(compiled(MONITOR), seed=seed) as board:
            board.press(2, 30_000, bounce_us=8_000)
            board.run_us(20_000)
            board.send(b"e\x05\x77\x00")
            board.run_us(3_000)
            board.power_off()
            board.power_on()
            board.run_us(50_000)
            return board.receive(), board.events(), board.eeprom, board.fram, board.stats(), board.cycle

    first = life(7)
    assert first == life(7)
    assert first[1] != life(8)[1]
    assert len(first[1]) > 10


def test_the_clock_stops_within_an_instruction_of_where_it_is_told_to(asked):
    rng = random.Random(3)
    late = []
    for _ in range(500):
        target = asked.board.cycle + rng.randrange(1, 40_000)
        asked.board.run_until_cycle(target)
        late.append(asked.board.cycle - target)
    assert 0 <= min(late) <= max(late) <= 8
    print(f"500 stops at a chosen cycle: at most {max(late)} cycles late")


def test_a_thousand_short_steps_are_as_long_as_one_long_step(compiled):
    with Board(compiled(MONITOR)) as short, Board(compiled(MONITOR)) as long:
        for _ in range(1000):
            short.run_us(137.3)
        long.run_us(137_300)
        assert abs(short.cycle - long.cycle) <= 40


@pytest.mark.parametrize("ppm", [-5000, 0, 5000])
def test_a_resonator_that_is_off_runs_more_or_fewer_cycles_in_a_second(compiled, ppm):
    with Board(compiled(MONITOR)) as board:
        board.set_clock_ppm(ppm)
        board.run_us(1_000_000)
        assert abs(board.cycle - 16_000_000 * (1 + ppm / 1e6)) <= 8
        assert abs(board.now_us - 1_000_000) <= 1


def test_memory_holds_rubbish_at_power_on(compiled):
    def dump(seed):
        with Board(compiled(MEMORY_DUMP), seed=seed) as board:
            board.run_us(64 * BYTE_US + 2_000)
            return board.receive()

    assert len(dump(1)) == 64
    assert len(set(dump(1))) > 30
    assert dump(1) != dump(2)


def test_a_program_that_sleeps_for_ever_is_reported(asked):
    asked.board.send(b"z")
    with pytest.raises(CpuStopped):
        asked.board.run_us(10_000)
