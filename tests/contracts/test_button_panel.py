"""What every ButtonPanel owes its caller (hardware/ports.py), over the panels of a Pi's pins and of a serial line."""

import json
import os
import pty
import select
import threading
import time
import tty
from dataclasses import replace
from pathlib import Path

import pytest

from firmware_bridge.frames import Hello, encode
from hardware.panels import PanelKind, PanelSettings, open_panel
from hardware.ports import Link, Press

pytestmark = pytest.mark.slow  # real time on real ports

PATIENCE_S = 20.0


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
    assert (first.flags, burst.flags) == ((), ("burst",))
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


def test_the_caller_may_be_woken(rig):
    rig.woken.clear()
    rig.press(3)
    assert rig.woken.wait(PATIENCE_S)


def test_close_may_be_called_twice_and_leaves_no_thread(rig):
    rig.panel.close()
    rig.panel.close()
    assert list(rig.panel.poll()) == []
    rig.panel.confirm(Press(rig.panel.name, 0, "never-seen", None))
    assert rig.panel.status().link is Link.ABSENT
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


# Serial only: the line is another machine's, and may go.


def test_unplugged_presses_arrive_after_plugging_in_again(serial_rig, wait_for):
    rig = serial_rig
    rig.press(0)
    (before,) = rig.gather(1)
    rig.tell("unplug")
    wait_for(lambda: rig.panel.status().link is Link.ABSENT, "absence")
    rig.panel.confirm(before)  # its acknowledgement cannot be sent now
    for button in (1, 2, 3):
        rig.press(button)
        time.sleep(1.2)
    assert rig.lamp_counts() == [1, 1, 1, 1, 0], "the box promises without us"
    rig.tell("plug")
    presses = rig.gather(3)
    assert [press.button for press in presses] == [1, 2, 3], "and the confirmed one is not handed over again"
    assert {press.age_ms for press in presses} == {None}, "the terminal was restarted by the opening"
    for press in presses:
        rig.panel.confirm(press)
    wait_for(lambda: json.loads(rig.tell("stats"))["unacked"] == 0, "acknowledgement of all")


def test_a_press_survives_kill_9_of_terminal_and_of_host_between_lamp_and_acknowledgement(serial_rig, wait_for):
    rig = serial_rig
    rig.press(2)
    (press,) = rig.gather(1)
    rig.terminal.kill()
    rig.panel.close()  # and with it all that the host knew
    rig.terminal.start()
    rig.open()
    (again,) = rig.gather(1)
    assert (again.source, again.button) == (press.source, 2)
    rig.panel.confirm(again)
    wait_for(lambda: json.loads(rig.tell("stats"))["unacked"] == 0, "acknowledgement")


def test_a_power_cut_at_any_moment_of_a_press_keeps_what_was_promised(serial_rig, wait_for):
    """SIGKILL 0 to 45 ms after the contact closes: a lit lamp means delivered, and never twice."""
    rig, cuts, lit, delivered = serial_rig, 16, 0, {}
    for n in range(cuts):
        rig.press(n % 5)
        deadline_s = time.monotonic() + n * 0.003
        while time.monotonic() < deadline_s:
            time.sleep(0.001)
        lit_now = sum(rig.lamp_counts())  # as the citizen sees it, at the last moment
        rig.terminal.kill()
        lit += lit_now
        rig.terminal.start()
        wait_for(lambda: json.loads(rig.tell("stats"))["linked"] and rig.panel.status().link is Link.UP, "a link")

        new = []

        def collect(new=new):
            for press in rig.panel.poll():
                new += [press.button] if press.source not in delivered else []
                delivered[press.source] = press.button
                rig.panel.confirm(press)
            return json.loads(rig.tell("stats"))["unacked"] == 0

        wait_for(collect, "acknowledgement")
        assert new == [n % 5] or (not new and not lit_now)
    numbers = {source.split("-")[1] for source in delivered}
    print(f"{cuts} power cuts 0 to {(cuts - 1) * 3} ms after the contact: {lit} lamps seen, {len(delivered)} delivered")
    assert lit <= len(delivered) <= cuts
    assert len(numbers) == len(delivered), "a number was used twice"
    assert lit > 0


def open_port():
    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.close(slave)
    return master, name


@pytest.mark.parametrize("chatter", [b"", b"\x1b@ticket printer ready\r\n"])
def test_a_port_with_something_else_behind_it_is_never_spoken_to(chatter, wait_for):
    master, name = open_port()
    panel = open_panel(PanelSettings(PanelKind.SERIAL, device=Path(name)), boot_id="0123456789abcdef")
    try:
        wait_for(lambda: panel.status().link is Link.SILENT, "silence")
        deadline_s = time.monotonic() + 4.0
        while time.monotonic() < deadline_s:
            os.write(master, chatter)
            assert select.select([master], [], [], 0.1)[0] == [], "spoke to a stranger"
        assert panel.status().note == "silent"
    finally:
        panel.close()
        os.close(master)


def test_a_terminal_of_another_protocol_is_named_and_not_spoken_to(wait_for):
    master, name = open_port()
    panel = open_panel(PanelSettings(PanelKind.SERIAL, device=Path(name)), boot_id="0123456789abcdef")
    try:
        wait_for(lambda: panel.status().link is Link.SILENT)
        os.write(master, encode(Hello(2, 9, 0, 0, 1, 5, 1, 0, 0, 0, 0, 75, 1, 0)))
        wait_for(lambda: panel.status().note == "refused")
        assert select.select([master], [], [], 0.3)[0] == []
    finally:
        panel.close()
        os.close(master)


def test_two_programs_do_not_share_a_port(serial_rig, wait_for):
    other = open_panel(replace(serial_rig.settings, name="second"), boot_id="0123456789abcdef")
    try:
        assert wait_for(lambda: other.status().note, "a reason")
        assert other.status().link is Link.ABSENT
        serial_rig.press(3)
        assert [press.button for press in serial_rig.gather(1)] == [3]
    finally:
        other.close()
