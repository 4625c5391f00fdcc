"""The touch screen's reader: the kernel's bytes become taps, one a finger; a device may go and come back.

No machine of the tests has /dev/uinput, so the bytes come through a FIFO in the place of a device; what only a device
can tell, its axes, is handed in. A FIFO whose writer has gone ends as a device that was pulled does.
"""

import logging
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware import touch_device as module
from hardware.touch_device import ABS, EVENT, KEY, MT_ID, MT_SLOT, MT_X, MT_Y, SYN, Axes, Fingers, TouchDevice

SLOTS = Axes((0, 4095), (0, 2047), slots=True)
SINGLE = Axes((100, 900), (50, 850), slots=False)
REPORT = (SYN, 0, 0)


def finger(slot: int, number: int, x: int, y: int) -> list[tuple[int, int, int]]:
    return [(ABS, MT_SLOT, slot), (ABS, MT_ID, number), (ABS, MT_X, x), (ABS, MT_Y, y), REPORT]


def lifted(slot: int) -> list[tuple[int, int, int]]:
    return [(ABS, MT_SLOT, slot), (ABS, MT_ID, -1), REPORT]


def fed(axes: Axes, *events: tuple[int, int, int]) -> list[tuple[float, float]]:
    fingers = Fingers(axes)
    return [tap for event in events for tap in fingers.feed(*event)]


def test_a_finger_is_one_tap_where_it_came_down():
    moved = [(ABS, MT_X, 900), REPORT, (ABS, MT_Y, 1500), REPORT] * 20
    assert fed(SLOTS, *finger(0, 7, 4095, 0), *moved, *lifted(0)) == [(1.0, 0.0)]


def test_two_fingers_down_are_a_gesture_and_only_the_first_is_a_tap():
    taps = fed(SLOTS, *finger(0, 1, 0, 0), *finger(1, 2, 4095, 2047), *lifted(1), *finger(1, 3, 9, 9), *lifted(0))
    assert taps == [(0.0, 0.0)]
    together = finger(0, 1, 0, 0)[:-1] + finger(1, 2, 9, 9)
    assert fed(SLOTS, *together) == []


def test_what_has_not_changed_is_not_told_again():
    """The kernel leaves out a coordinate that is the slot's last one, even from before we looked."""
    axes = Axes((0, 100), (0, 100), slots=True, slot=3, at={3: (50, 25)})
    assert fed(axes, (ABS, MT_ID, 9), REPORT) == [(0.5, 0.25)]
    again = [*finger(3, 1, 10, 20), *lifted(3), (ABS, MT_ID, 2), (ABS, MT_Y, 30), REPORT]
    assert fed(axes, *again) == [(0.1, 0.2), (0.1, 0.3)]


def test_a_screen_that_knows_one_finger():
    down, up = [(KEY, 0x14A, 1), (ABS, 0, 500), (ABS, 1, 850), REPORT], [(KEY, 0x14A, 0), REPORT]
    assert fed(SINGLE, *down, *up, *down) == [(0.5, 1.0), (0.5, 1.0)]
    assert fed(SINGLE, (KEY, 0x14A, 1), (ABS, 0, 5000), (ABS, 1, -7), REPORT) == [(1.0, 0.0)]


def test_after_an_overrun_nothing_is_believed():
    fingers = Fingers(SLOTS)
    for event in ((SYN, 3, 0), *finger(0, 1, 5, 5)):
        assert fingers.feed(*event) == []
    assert fingers.lost


def test_noise_makes_no_tap_outside_the_screen_and_no_error():
    rng, events, taps = random.Random(11), 20_000, 0
    fingers = Fingers(SLOTS)
    codes = (MT_SLOT, MT_ID, MT_X, MT_Y, 0, 1, 0x14A)
    for _ in range(events):
        kind, code = rng.choice((ABS, ABS, ABS, KEY, SYN)), rng.choice(codes)
        value = {MT_SLOT: rng.randint(0, 2), MT_ID: rng.choice((-1, -1, 5))}.get(code, rng.randint(-5, 5000))
        for x, y in fingers.feed(kind, 0 if kind == SYN else code, value):
            taps += 1
            assert 0 <= x <= 1
            assert 0 <= y <= 1
    print(f"\n{events} random kernel events, seed 11: {taps} taps, all on the screen")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "platform-i2c-event"


@pytest.fixture
def reader(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TouchDevice]:
    monkeypatch.setattr(module, "LOOK_S", 0.01)
    device = TouchDevice(place, lambda: None, lambda _handle: SLOTS)
    wait_for(lambda: device._there is False)
    yield device
    device.close()


def wait_for(condition: Callable[[], object]) -> None:
    end_s = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.005)


def plug(place: Path) -> int:
    """The writing end of a device that somebody reads."""
    os.mkfifo(place)
    return os.open(place, os.O_RDWR)


def write(handle: int, *events: tuple[int, int, int]) -> None:
    os.write(handle, b"".join(EVENT.pack(0, 0, *event) for event in events))


def taps_of(reader: TouchDevice) -> list[tuple[float, float]]:
    taken: list[tuple[float, float]] = []
    wait_for(lambda: taken.extend(reader.take()) or taken)
    return taken


def test_a_device_that_goes_and_comes_back_is_taken_up_under_the_same_name(reader, place, caplog):
    caplog.set_level(logging.INFO)
    for round_ in range(3):
        wait_for(lambda: reader._there is False)
        rounds = reader.rounds
        wait_for(lambda before=rounds: reader.rounds > before + 3)  # looked for again and again, told once
        handle = plug(place)
        wait_for(lambda: reader._there)
        write(handle, *finger(0, round_, 4095, 2047), *lifted(0))
        assert taps_of(reader) == [(1.0, 1.0)]
        write(handle, *finger(0, 50, 0, 0)[:-1])  # half a touch, then the cable is pulled
        place.unlink()
        os.close(handle)
    wait_for(lambda: reader._there is False)
    assert reader.take() == []
    told = [record.message for record in caplog.records if record.name == module.__name__]
    assert told == ["touch.found", "touch.lost"] * 3, "the first loss was told before the test began"


def test_whoever_waits_is_woken_and_the_thread_ends(place):
    woken: list[bool] = []
    handle = plug(place)
    device = TouchDevice(place, lambda: woken.append(True), lambda _handle: SLOTS)
    write(handle, *finger(0, 1, 1, 1))
    wait_for(lambda: woken)
    device.close()
    assert not device._thread.is_alive()
    os.close(handle)


def test_what_is_no_touch_screen_is_refused_and_said_once(tmp_path, caplog):
    path = tmp_path / "file"
    path.write_bytes(b"x")
    device = TouchDevice(path, lambda: None)
    wait_for(lambda: device.rounds)
    device.close()
    assert [record.message for record in caplog.records if record.name == module.__name__] == ["touch.lost"]
