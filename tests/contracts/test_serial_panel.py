"""What only a panel on a serial line owes its caller: the box is another machine, and may go, restart, or be another.

The shipped program of the box runs on its emulated board, as a process behind a pty.
"""

import os
import pty
import select
import time
import tty
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.counts import KINDS, Hindrance, Verdict, compare, find_baseline
from hardware.panels import PanelKind, PanelSettings, open_panel, twins
from hardware.ports import AgeQuality, Fault, Link, Reason

pytestmark = pytest.mark.slow  # real time on real ports

CUTS_MS = (1, 4, 6, 7, 8, 9, 10, 11, 12, 20)  # its lamp follows the contact by about 9 ms


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
    assert {press.age_quality for press in presses} == {AgeQuality.ANCHORED}, "it was restarted by the opening"
    ages_ms = [press.age_ms for press in presses]
    assert ages_ms == sorted(ages_ms, reverse=True)
    assert min(ages_ms) > 500
    for press in presses:
        rig.panel.confirm(press)
    rig.wait_until_acknowledged()


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
    rig.wait_until_acknowledged()


def test_a_power_cut_at_any_moment_of_a_press_keeps_what_was_promised(serial_rig, wait_for):
    """SIGKILL 1 to 20 ms after the contact closes: a lit lamp means delivered, and never twice."""
    rig, lit, delivered = serial_rig, 0, {}
    for n, cut_ms in enumerate(CUTS_MS):
        counts = rig.lamp_counts()
        rig.tell(f"die {cut_ms * 1000} press")
        rig.press(n % 5)
        rig.terminal.die()
        rig.terminal.start()
        lit_now = sum(rig.lamp_counts()) - sum(counts)  # as the citizen saw it
        lit += lit_now
        new = deliver_all(rig, delivered, wait_for)
        assert new == [n % 5] or (not new and not lit_now), f"cut at {cut_ms} ms"
    numbers = {source.split("-")[1] for source in delivered}
    cuts = f"{len(CUTS_MS)} power cuts {CUTS_MS[0]} to {CUTS_MS[-1]} ms after the contact"
    print(f"{cuts}: {lit} lamps lit, {len(delivered)} delivered")
    assert lit <= len(delivered) <= len(CUTS_MS)
    assert len(numbers) == len(delivered), "a number was used twice"
    assert 0 < lit < len(CUTS_MS)


def deliver_all(rig, delivered: dict[str, int], wait_for) -> list[int]:
    """Open the panel anew, confirm all that waits in the box; the buttons of what is new in `delivered`."""
    rig.panel.close()
    rig.open()
    new = []

    def nothing_under_way() -> bool:
        for press in rig.panel.poll():
            new.extend([press.button] if press.source not in delivered else [])
            delivered[press.source] = press.button
            rig.panel.confirm(press)
        return comparable(rig)() is not None

    wait_for(nothing_under_way, "delivery of all")
    return new


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
        assert panel.status().reason is Reason.SILENT
    finally:
        panel.close()
        os.close(master)


def test_two_programs_do_not_share_a_port(serial_rig, wait_for):
    other = open_panel(replace(serial_rig.settings, name="second"), boot_id="0123456789abcdef")
    try:
        assert wait_for(lambda: other.status().note, "a reason")
        assert (other.status().link, other.status().reason) == (Link.ABSENT, Reason.BUSY)
        serial_rig.press(3)
        assert [press.button for press in serial_rig.gather(1)] == [3]
    finally:
        other.close()


def test_a_box_says_who_it_is_and_how_it_is(serial_rig, wait_for):
    rig = serial_rig
    status = wait_for(lambda: rig.panel.status().supply_mv and rig.panel.status(), "its first answer")
    assert len(status.box) == 8
    assert status.firmware.count(".") == 2
    assert status.supply_mv == pytest.approx(5000, rel=0.1)
    rig.tell("supply 3600")
    wait_for(lambda: rig.panel.status().faults == (Fault.SUPPLY_LOW,), "a warning")
    rig.tell("supply 5000")
    wait_for(lambda: rig.panel.status().faults == (), "the end of it")
    rig.panel.close()
    rig.open()
    assert rig.panel.status().box == status.box


def test_another_box_at_this_point_is_told_and_keeps_its_presses(serial_rig, wait_for):
    rig, ours = serial_rig, serial_rig.panel.status().box
    rig.terminal.kill()
    rig.terminal.store = "another"
    rig.terminal.start()  # blank: it would take any identity
    wait_for(lambda: rig.panel.status().reason is Reason.OTHER_BOX, "a refusal")
    rig.press(1)
    assert rig.panel.status().box == ours
    rig.panel.close()
    rig.open()  # a panel that is bound to none
    theirs = rig.panel.status().box
    assert theirs not in ("", ours)
    rig.press(2)
    (press,) = rig.gather(1)
    assert (press.button, press.tally) == (2, f"{theirs}/2")
    rig.panel.confirm(press)
    rig.wait_until_acknowledged()
    rig.terminal.kill()
    rig.terminal.store = "store"
    rig.terminal.start()
    wait_for(lambda: rig.panel.status().reason is Reason.OTHER_BOX, "a refusal")
    rig.press(3)
    wait_for(lambda: rig.lamp_counts() == [0, 0, 0, 1, 0], "its lamp: the box promises without us")
    assert list(rig.panel.poll()) == []
    rig.panel.close()
    rig.settings = replace(rig.settings, box=ours)
    rig.open()
    assert [press.button for press in rig.gather(1)] == [3]


def test_a_box_with_another_number_of_buttons_is_told(serial_rig, wait_for):
    rig = serial_rig
    rig.tell("straps 4")
    rig.tell("restart")
    wait_for(lambda: rig.panel.status().reason is Reason.OTHER_BUTTONS, "a refusal")
    rig.panel.close()
    rig.settings = replace(rig.settings, buttons=4)
    rig.open()
    rig.press(4)
    rig.press(3)
    (press,) = rig.gather(1)
    assert (press.button, press.flags, rig.panel.status().buttons) == (3, (), 4), "a fifth contact is not looked at"


def test_box_and_disk_agree_over_restarts_and_a_missing_press_is_found(serial_rig, wait_for):
    rig, counted, done = serial_rig, {}, set()
    count = wait_for(lambda: rig.panel.status().count, "totals")
    baseline = find_baseline(count, counted)
    assert (count.fresh, baseline) == (True, dict.fromkeys(KINDS, 0))
    for button in (1, 4, 1):
        rig.press(button)
        rig.press((button + 2) % 5)  # a burst
        for press in rig.gather(2):
            if press.source not in done:
                box, kind = press.tally.split("/")
                assert box == count.box
                counted[kind] = counted.get(kind, 0) + 1
            done.add(press.source)
            rig.panel.confirm(press)
        rig.terminal.kill()
        rig.terminal.start()
        count = wait_for(comparable(rig), "totals")
        assert compare(count, counted, baseline).verdict is Verdict.EQUAL
    assert sum(counted.values()) == 6
    different = compare(count, counted | {"burst": 2}, baseline).differences
    assert [(d.kind, d.made, d.counted) for d in different] == [("burst", 3, 2)]


def comparable(rig):
    def count():
        found = rig.panel.status().count
        return found if found and found.hindrance is Hindrance.NONE else None

    return count


def test_two_boxes_at_one_counter_keep_apart(serial_rig, second_rig):
    rigs = (serial_rig, second_rig)
    assert len({rig.panel.status().box for rig in rigs}) == 2
    assert twins([rig.panel.status() for rig in rigs]) == ()
    for rig, button in zip(rigs, (1, 3), strict=True):
        rig.press(button)
    for rig, button in zip(rigs, (1, 3), strict=True):
        (press,) = rig.gather(1)
        assert (press.panel, press.tally) == (rig.panel.name, f"{rig.panel.status().box}/{button}")
        rig.panel.confirm(press)
    for rig in rigs:
        rig.wait_until_acknowledged()
