import errno
import os
import random
import time
from itertools import pairwise

import pytest

from firmware_bridge.frames import Ack, Command, Decoder, Hello, Ping, Press, Provision, Result, Welcome, encode
from firmware_bridge.link import State
from firmware_bridge.ring import CAPACITY, Ring
from firmware_bridge.terminal import Terminal

PRESSES, SEED = 300, 20_260_712
FLIP, DROP, INSERT = 4e-3, 2e-3, 2e-3  # per byte, both ways: about one frame in five damaged


def ready(couple):
    couple.run(50)
    assert couple.host.state is State.LINKED
    return couple


@pytest.mark.slow
def test_300_presses_through_a_noisy_line_arrive_once_each_in_order(couple):
    """Damage both ways, and now and then a cable cut, a host that dies before or after its disk, a power cut."""
    rng = random.Random(SEED)
    ready(couple)
    noise = couple.noise
    noise.rng, noise.flip, noise.drop, noise.insert = rng, FLIP, DROP, INSERT
    couple.on_arrival = lambda arrival: rng.random() < 0.9  # a failing disk: not safe this time
    pressed, lit, events = [], 0, {"cable cuts": 0, "host restarts": 0, "power cuts": 0}
    for _ in range(PRESSES):
        button = rng.randrange(5)
        counts = sum(couple.terminal.lamp_counts)
        couple.press(button, hold_ms=rng.randrange(20, 400), bounce_ms=rng.randrange(6))
        couple.run(1600 + rng.randrange(500))
        lit += sum(couple.terminal.lamp_counts) - counts
        pressed.append(button)
        match rng.randrange(30):
            case 0:
                noise.cut, events["cable cuts"] = True, events["cable cuts"] + 1
            case 1:
                couple.start_host()
                events["host restarts"] += 1
            case 2:
                couple.start_terminal()
                couple.run(20)  # a contact closed from the start would not count, and not be confirmed
                events["power cuts"] += 1
            case 3 | 4 | 5 | 6:
                noise.cut = False
    noise.cut = False
    couple.run(60_000)
    sources = {arrival.source for arrival in couple.arrivals}
    lost, doubled = len(pressed) - len(sources), len(sources) - len({s.split("-")[1] for s in sources})
    hurt = (noise.flipped, noise.dropped, noise.inserted)
    print(
        f"{PRESSES} presses, seed {SEED}, odds per byte {FLIP:g} flip, {DROP:g} drop, {INSERT:g} insert"
        f" {hurt}, {events}, {len(couple.arrivals) - len(sources)} repetitions: {lost} lost, {doubled} doubled"
    )
    assert couple.buttons == pressed
    assert lit == PRESSES
    assert (lost, doubled) == (0, 0)
    assert couple.ring.live == [], "all acknowledged"
    assert len(couple.arrivals) > len(sources), "no repetition at all: the noise did nothing"
    assert min(noise.flipped, noise.dropped, noise.inserted, *events.values()) > 0


def test_an_acknowledgement_that_is_lost_is_asked_for_again(couple):
    ready(couple)
    lose = [True, True, False]
    couple.on_arrival = lambda _: not lose.pop(0)
    couple.press(2)
    couple.run(3000)
    assert len(couple.arrivals) == 3
    assert len({arrival.source for arrival in couple.arrivals}) == 1
    assert couple.ring.live == []


def test_retries_grow_rarer_and_any_acknowledgement_hastens_them(couple):
    ready(couple)
    couple.on_arrival = lambda _: False
    couple.press(2)
    couple.run(12_000)
    times = [ms for ms, who, raw in couple.said if isinstance(Decoder().feed(raw)[0], Press)]
    gaps = [b - a for a, b in pairwise(times)]
    assert gaps[:5] == [300, 600, 1200, 2400, 4000]


def test_the_lamp_is_lit_only_when_the_record_is_durable(couple, monkeypatch):
    ready(couple)
    seen = []
    synced = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (seen.append(couple.terminal.lit), synced(fd)))
    couple.noise.cut = True
    couple.press(4)
    couple.run(200)
    assert seen == [[]], "one durable write, and dark until it returned"
    assert couple.terminal.lit == [4], "the promise needs no host"
    couple.run(1000)
    assert couple.terminal.lit == []
    assert couple.terminal.lamp_counts == [0, 0, 0, 0, 1]


def test_a_failing_store_leaves_the_lamp_dark_and_counts(couple, monkeypatch):
    ready(couple)

    def fail(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "pwrite", fail)
    couple.press(4)
    couple.run(200)
    assert couple.terminal.lamp_counts == [0] * 5
    assert couple.terminal.refused == 1
    monkeypatch.undo()
    couple.run(2000)
    couple.press(1)
    couple.run(2000)
    assert couple.buttons == [1]


def test_a_full_ring_refuses_visibly_and_loses_nothing_that_it_confirmed(couple):
    ready(couple)
    couple.noise.cut = True
    pressed = [n % 5 for n in range(CAPACITY + 5)]
    for button in pressed:
        couple.press(button)
        couple.run(1700)
    assert sum(couple.terminal.lamp_counts) == CAPACITY
    assert couple.terminal.refused == 5
    couple.start_terminal()
    couple.noise.cut = False
    couple.run(15_000)
    assert couple.buttons == pressed[:CAPACITY]
    couple.press(4)
    couple.run(1000)
    assert couple.buttons == [*pressed[:CAPACITY], 4]


def test_without_identity_presses_are_refused(tmp_path):
    terminal = Terminal(Ring(tmp_path / "ring"), lambda t: 100 < t < 200)
    out = Decoder().feed(terminal.step(1500))
    assert (terminal.refused, terminal.lamp_counts) == (1, [0] * 5)
    assert isinstance(out[0], Hello)
    assert out[0].refused == 1


def test_words_for_another_terminal_change_nothing(couple):
    ready(couple)
    couple.on_arrival = lambda _: False
    couple.press(0)
    couple.run(100)
    epoch = couple.ring.epoch
    words = [Ack(epoch ^ 1, 0), Ack(epoch, 1), Provision(0, 99, 1), Provision(epoch, 99, 1), Provision(epoch, 0, 1)]
    for message in words:
        couple.terminal.step(100, encode(message))
    assert [record.seq for record in couple.ring.live] == [0]
    assert couple.ring.epoch == epoch


@pytest.mark.parametrize("greeting", [Welcome(2, 0x5EED1E57), Welcome(1, 0x11), Ping()])
def test_only_the_right_welcome_links(couple, greeting):
    couple.run(1)  # provisioned, but not yet welcomed
    couple.terminal.step(1, couple._down)
    couple.terminal.step(2, encode(greeting))
    assert not couple.terminal.linked


def test_a_host_that_is_gone_is_noticed(couple):
    ready(couple)
    couple.noise.cut = True
    couple.run(9_900)
    assert couple.terminal.linked
    couple.run(200)
    assert not couple.terminal.linked


def test_lamps_on_command(couple):
    ready(couple)
    out = couple.terminal.step(100, encode(Command(9, 1, 0b01010, 50)))
    assert Decoder().feed(out) == [Result(9, 0)]
    assert couple.terminal.lit == [1, 3]
    assert Decoder().feed(couple.terminal.step(101, encode(Command(10, 0x7F)))) == [Result(10, 1)]


def test_a_contact_closed_at_the_start_is_not_a_press(couple):
    ready(couple)
    couple.press(3, hold_ms=4000)
    couple.run(2000)
    couple.start_terminal()  # while the finger is still on it
    couple.run(8000)
    couple.press(3)
    couple.run(2000)
    assert couple.buttons == [3, 3]


def test_anything_may_come_in(couple):
    ready(couple)
    rng = random.Random(SEED)
    started_s = time.monotonic()
    for now_ms in range(100, 5100):
        couple.terminal.step(now_ms, rng.randbytes(8))
    took_s = time.monotonic() - started_s
    print(f"40,000 random bytes, seed {SEED}: {couple.terminal.bad_frames} frames refused, {took_s:.1f} s")
    assert couple.ring.epoch == 0x5EED1E57
    assert couple.ring.live == []
