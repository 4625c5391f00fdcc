import os
import random

import pytest

from firmware_bridge.ring import CAPACITY, Ring

TORN, SEED = 500, 20_260_713


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ring"


def reopened(ring, path):
    ring.close()
    return Ring(path)


def test_what_was_added_is_there_after_reopening_oldest_first(path):
    ring = Ring(path)
    ring.provision(7, 900)
    for n in range(5):
        assert ring.add(n, n, 0)
    ring.acknowledge(1)
    ring = reopened(ring, path)
    assert [record.seq for record in ring.live] == [0, 2, 3, 4]
    assert (ring.epoch, ring.refractory_ms, ring.next_seq, ring.boot) == (7, 900, 5, 2)


def test_numbers_go_on_when_all_is_acknowledged_and_slots_are_used_again(path):
    ring = Ring(path)
    for n in range(3 * CAPACITY):
        assert ring.add(n, 0, 0)
        ring.acknowledge(n)
    ring = reopened(ring, path)
    assert (ring.live, ring.next_seq) == ([], 3 * CAPACITY)


def test_a_full_ring_takes_no_more_and_overwrites_nothing(path):
    ring = Ring(path)
    assert all(ring.add(n, 0, 0) for n in range(CAPACITY))
    assert ring.full
    assert not ring.add(999, 0, 0)
    assert [record.seq for record in reopened(ring, path).live] == list(range(CAPACITY))


def test_one_simulator_at_a_time(path):
    ring = Ring(path)
    with pytest.raises(BlockingIOError):
        Ring(path)
    ring.close()


def test_damaged_slots_are_free_counted_and_harm_no_other(path):
    rng = random.Random(SEED)
    for _ in range(TORN):
        path.unlink(missing_ok=True)
        ring = Ring(path)
        ring.provision(7, 900)
        for n in range(10):
            ring.add(n, n % 5, 0)
        ring.close()
        torn = rng.randrange(10)
        with path.open("r+b") as file:
            file.seek(32 * (torn + 1) + rng.randrange(17))
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ rng.randrange(1, 256)]))
        ring = Ring(path)
        assert [record.seq for record in ring.live] == [n for n in range(10) if n != torn]
        assert ring.corrupt == 1
        ring.close()
    print(f"{TORN} torn slots, seed {SEED}: 0 believed")


def test_milliseconds_wrap_after_49_days(path):
    ring = Ring(path)
    ring.provision(7, 900)
    assert ring.add(2**32 + 5, 1, 0)
    ring = reopened(ring, path)
    assert [record.t_ms for record in ring.live] == [5]
    ring.close()
