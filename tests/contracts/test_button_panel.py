"""What every ButtonPanel owes its caller (hardware/ports.py): over the pins of a Pi, and over a serial line with the
shipped program of the box behind it, on its emulated board."""

import json
import threading
import time
from pathlib import Path

import pytest

from hardware.panels import PanelKind, PanelSettings, open_panel
from hardware.ports import Link, Press, Reason

pytestmark = pytest.mark.slow  # real time on real ports

PATIENCE_S = 60.0


def test_one_press_is_one_press_and_its_lamp_is_lit_once_it_is_safe(rig, wait_for):
    rig.press(3)
    (press,) = rig.gather(1)
    assert (press.panel, press.button, press.flags) == (rig.panel.name, 3, ())
    assert press.age_ms is not None
    assert 0 <= press.age_ms < 2000
    one = [0, 0, 0, 1, 0]
    assert rig.lamp_counts() == (one if rig.lights_itself else [0] * 5), "a panel without memory waits for the disk"
    rig.panel.confirm(press)
    assert rig.lamp_counts() == one
    wait_for(lambda: (rig.panel.poll(), not json.loads(rig.tell("lamps"))["lit"])[1], "the lamp going out")


def test_a_bouncing_contact_is_one_press(rig):
    rig.press(0, hold_ms=80, bounce_us=5000)
    assert [press.button for press in rig.gather(1)] == [0]


def test_every_button_has_its_number_and_order_is_kept(rig):
    for button in (4, 0, 2, 1, 3):
        rig.press(button, bounce_us=2000)
        time.sleep(1.2)
    presses = rig.gather(5)
    assert [press.button for press in presses] == [4, 0, 2, 1, 3]
    assert len({press.source for press in presses}) == 5


def test_two_at_once_are_one_press_and_one_burst(rig):
    rig.press(1)
    rig.press(4)
    first, burst = rig.gather(2)
    assert {first.button, burst.button} == {1, 4}
    assert (first.flags, first.buttons, first.hits) == ((), (), 1)
    assert (burst.flags, burst.buttons, burst.hits) == (("burst",), (burst.button,), 1)
    rig.panel.confirm(first)
    rig.panel.confirm(burst)
    assert sum(rig.lamp_counts()) == 1, "no lamp for a burst"


def test_hammering_is_one_press_and_one_burst(rig):
    for _ in range(6):
        rig.press(2, hold_ms=30)
        time.sleep(0.08)
    assert [(press.button, press.flags) for press in rig.gather(2)] == [(2, ()), (2, ("burst",))]


def test_a_long_hold_is_one_press(rig):
    rig.press(1, hold_ms=1500, bounce_us=3000)
    assert [press.button for press in rig.gather(1)] == [1]
    time.sleep(1.2)
    assert [press.button for press in rig.gather(0) if "burst" in press.flags] == []


def test_a_press_comes_again_with_the_same_source_until_it_is_confirmed(rig, wait_for):
    rig.press(3)
    (press,) = rig.gather(1)
    again = wait_for(lambda: list(rig.panel.poll()), "a repetition")
    assert [p.source for p in again] == [press.source]
    assert again[0].age_ms > press.age_ms
    rig.panel.confirm(press)
    deadline_s = time.monotonic() + 2.5
    while time.monotonic() < deadline_s:
        assert list(rig.panel.poll()) == []
        time.sleep(0.02)


def test_confirming_twice_or_a_stranger_does_no_harm(rig):
    rig.press(3)
    (press,) = rig.gather(1)
    for _ in range(3):
        rig.panel.confirm(press)
    rig.panel.confirm(Press(rig.panel.name, 0, "00000000-00000000-0000-00000000", None))
    rig.panel.confirm(Press(rig.panel.name, 0, "never-seen", None))
    assert rig.lamp_counts() == [0, 0, 0, 1, 0]
    assert rig.panel.status().link is Link.UP


def test_no_two_presses_share_a_source_even_when_the_program_starts_again(rig):
    sources = []
    for _ in range(3):
        rig.press(3)
        (press,) = rig.gather(1)
        rig.panel.confirm(press)
        sources.append(press.source)
        time.sleep(0.2)
        rig.panel.close()
        rig.open()  # with the same boot id
    assert len(set(sources)) == 3


def test_a_panel_that_is_up_says_so_and_nothing_else(rig):
    status = rig.panel.status()
    assert (status.panel, status.link, status.reason, status.down_since_s) == (
        rig.panel.name,
        Link.UP,
        Reason.NONE,
        None,
    )
    assert (status.stuck, status.lost, status.note, status.faults, status.buttons) == ((), 0, "", (), 5)


def test_a_press_that_is_not_confirmed_is_waiting(rig, wait_for):
    rig.press(3)
    (press,) = rig.gather(1)
    assert rig.panel.status().waiting == 1
    rig.panel.confirm(press)
    wait_for(lambda: rig.panel.status().waiting == 0, "its end")


def test_the_caller_may_be_woken(rig):
    rig.woken.clear()
    rig.press(3)
    assert rig.woken.wait(PATIENCE_S)


def test_a_panel_that_lives_goes_round_and_one_that_is_closed_does_not(rig, wait_for):
    before = rig.panel.rounds()
    wait_for(lambda: (rig.panel.poll(), rig.panel.rounds() > before)[1], "a round")
    rig.panel.close()
    closed = rig.panel.rounds()
    rig.panel.poll()
    assert rig.panel.rounds() == closed


def test_close_may_be_called_twice_and_leaves_no_thread(rig):
    rig.panel.close()
    rig.panel.close()
    assert list(rig.panel.poll()) == []
    rig.panel.confirm(Press(rig.panel.name, 0, "never-seen", None))
    status = rig.panel.status()
    assert (status.link, status.reason, status.count) == (Link.ABSENT, Reason.CLOSED, None)
    names = {thread.name for thread in threading.enumerate()}
    assert names & {f"panel-{rig.panel.name}", "gpio-simulator"} == set()


@pytest.mark.parametrize("kind", [PanelKind.SERIAL, PanelKind.GPIO])
def test_an_absent_device_is_a_status(kind, folder, monkeypatch, wait_for):
    monkeypatch.chdir(folder)  # lgpio makes a file where it is imported
    if kind is PanelKind.GPIO and Path("/dev/gpiochip0").exists():
        pytest.skip("this machine has pins")
    settings = PanelSettings(kind, device=folder / "no-such-port", button_pins=(5, 6), lamp_pins=(12, 16))
    panel = open_panel(settings, boot_id="0123456789abcdef")
    try:
        wait_for(lambda: panel.status().note, "a reason")
        assert panel.status().link is Link.ABSENT
        assert list(panel.poll()) == []
        panel.confirm(Press("buttons", 0, "00000000-00000000-0000-00000000", None))
    finally:
        panel.close()
