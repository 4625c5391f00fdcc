"""The GPIO panel in virtual time: pins are moved and the clock is set by the test."""

import pytest
from gpiozero.exc import BadPinFactory, PinSetInput
from gpiozero.pins.mock import MockFactory

from hardware.debounce import Rules
from hardware.gpio_panel import GpioPanel
from hardware.handover import MOST_WAITING
from hardware.ports import Fault, Link, PanelStatus, Press, Reason
from hardware.simulator import StampedPin

BUTTONS, LAMPS = (5, 6, 13), (12, 16, 20)
BOOT = "0123456789abcdef"


class Bench:
    """A panel on mock pins. `lag_s`: how long an edge takes from the contact to the panel's callback."""

    def __init__(self, now_s: float = 1000.0, ticks_from_s: float = 0.0) -> None:
        self.now_s, self.lag_s, self.ticks_from_s = now_s, 0.0, ticks_from_s
        self.factory = MockFactory(pin_class=StampedPin)
        self.fail = False
        self.closed = 0
        self.panel = self.make()

    def make(self, boot_id: str = BOOT) -> GpioPanel:
        return GpioPanel(
            "row", BUTTONS, LAMPS, open_factory=self.open, boot_id=boot_id, clock=lambda: self.now_s, rules=Rules(),
            on_close=self.count_close,
        )  # fmt: skip

    def open(self):
        if self.fail:
            raise BadPinFactory("no chip")
        return self.factory

    def count_close(self) -> None:
        self.closed += 1

    def contact(self, button: int, closed: bool) -> None:
        """The contact moves now; the panel hears of it `lag_s` later."""
        stamp_s = self.now_s - self.ticks_from_s
        self.now_s += self.lag_s
        self.factory.pin(BUTTONS[button]).contact(closed, stamp_s)
        self.now_s -= self.lag_s

    def after(self, seconds: float) -> list[Press]:
        self.now_s += seconds
        return list(self.panel.poll())

    def press(self, button: int, hold_s: float = 0.1) -> list[Press]:
        """Everything handed over from the press until the panel is quiet again, each source once."""
        self.contact(button, True)
        presses = self.after(hold_s)
        self.contact(button, False)
        return list({press.source: press for press in [*self.after(2.0), *presses]}.values())

    def lit(self) -> list[int]:
        return [lamp for lamp, number in enumerate(LAMPS) if self.factory.pin(number).state]


@pytest.fixture
def bench():
    bench = Bench()
    yield bench
    bench.panel.close()


def test_the_lamp_is_lit_by_confirm_alone_and_goes_out_after_its_second(bench):
    (press, *_) = bench.press(1)
    assert bench.lit() == []
    bench.panel.confirm(press)
    assert bench.lit() == [1]
    bench.after(0.9)
    assert bench.lit() == [1]
    bench.after(0.2)
    assert bench.lit() == []


def test_a_source_is_boot_panel_counter_and_the_counter_never_goes_back(bench):
    first = bench.press(0)[0].source
    boot, name, counter = first.split("-")
    assert (boot, name) == (BOOT, "row")
    bench.panel.close()
    bench.panel = bench.make()  # the same boot id: the program was started again
    assert int(bench.press(0)[0].source.split("-")[2]) > int(counter)


def test_age_is_counted_from_the_contact(bench):
    bench.contact(0, True)
    (press,) = bench.after(0.5)
    assert press.age_ms == 492
    (again,) = bench.after(2.0)
    assert (again.source, again.age_ms) == (press.source, 2492)


def test_the_same_press_comes_again_each_second_until_confirmed(bench):
    bench.contact(0, True)
    times = [tenth for tenth in range(1, 45) if bench.after(0.1)]
    assert times == [1, 11, 21, 31, 41]


def test_edges_are_counted_by_their_stamps_however_late_the_thread_is(bench):
    bench.contact(0, True)
    bench.now_s, bench.lag_s = bench.now_s + 0.005, 0.3
    bench.contact(0, False)  # a glitch of 5 ms whose end is told 0.3 s late
    assert bench.after(3.0) == []
    bench.contact(0, True)
    bench.now_s, bench.lag_s = bench.now_s + 0.009, 0.291
    bench.contact(0, False)  # a press of 9 ms, both ends told in the same instant
    assert [press.button for press in bench.after(3.0)] == [0]


@pytest.mark.parametrize("ticks_from_s", [-1.6e9, -3.0, 990.0])
def test_the_origin_of_the_stamps_is_anybodys(ticks_from_s):
    bench = Bench(ticks_from_s=ticks_from_s)
    assert [press.button for press in bench.press(2)] == [2]
    bench.ticks_from_s += 86_400  # and it may be set while we run
    assert [press.button for press in bench.press(1) if press.button == 1] == [1]
    bench.ticks_from_s -= 2 * 86_400
    assert [press.button for press in bench.press(0) if press.button == 0] == [0]
    bench.panel.close()


def test_an_edge_that_never_came_is_put_right_by_reading_the_pin(bench):
    pin = bench.factory.pin(BUTTONS[1])
    pin._state = False  # closed, and the kernel's queue was full
    bench.after(0.1)
    assert [press.button for press in bench.after(0.1)] == [1]
    pin._state = True
    bench.after(2.0)
    bench.after(0.1)
    assert 1 in [press.button for press in bench.press(1)]


def test_a_button_held_at_the_start_is_no_press_and_becomes_stuck(bench):
    class HeldPin(StampedPin):
        def _set_pull(self, value):
            super()._set_pull(value)
            if self.info.name == "GPIO6":
                self.drive_low()

    bench.panel.close()
    bench.factory = MockFactory(pin_class=HeldPin)
    bench.panel = bench.make()
    assert bench.after(15.0) == []
    assert bench.panel.status().stuck == ()
    bench.after(0.1)
    assert bench.panel.status().stuck == (1,)
    assert [press.button for press in bench.press(0)] == [0], "others work"
    bench.contact(1, False)
    bench.after(0.1)
    assert bench.panel.status().stuck == ()
    assert 1 in [press.button for press in bench.press(1)]


def test_unconfirmed_presses_are_kept_to_a_limit_then_counted_as_lost(bench):
    sources = set()
    for _ in range(MOST_WAITING + 3):
        sources |= {press.source for press in bench.press(0)}
    assert len(sources) == MOST_WAITING
    assert bench.panel.status().lost == 3


def test_pins_that_cannot_be_had_are_absent_until_they_can():
    bench = Bench()
    bench.panel.close()
    bench.fail = True
    bench.panel = bench.make()
    assert bench.panel.status().link is Link.ABSENT
    assert "no chip" in bench.panel.status().note
    assert (bench.panel.status().reason, bench.panel.status().down_since_s) == (Reason.ABSENT, 1000.0)
    assert bench.after(1.0) == []
    bench.fail = False
    bench.after(3.0)
    assert bench.panel.status().link is Link.ABSENT, "not yet tried again"
    bench.after(2.0)
    assert bench.panel.status() == PanelStatus("row", Link.UP, buttons=3)
    assert [press.button for press in bench.press(2)] == [2]
    bench.panel.close()


def test_a_failing_lamp_does_not_stop_anything(bench, monkeypatch):
    (press, *_) = bench.press(1)

    def fail(*_):
        raise OSError("I/O error")

    monkeypatch.setattr(StampedPin, "_set_state", fail)
    bench.panel.confirm(press)
    (again,) = bench.press(0)
    bench.panel.confirm(again)
    assert "I/O error" in bench.panel.status().note
    assert (bench.panel.status().link, bench.panel.status().faults) == (Link.UP, (Fault.LAMP,))
    monkeypatch.undo()
    for press in [*bench.press(1), *bench.press(0)]:
        bench.panel.confirm(press)
    assert bench.lit() != []
    assert bench.panel.status().faults == ()


def test_a_lamp_that_would_not_go_out_is_put_out_when_it_can_be(bench, monkeypatch):
    (press, *_) = bench.press(1)
    bench.panel.confirm(press)

    def fail(*_):
        raise OSError("I/O error")

    monkeypatch.setattr(StampedPin, "_set_state", fail)
    bench.after(1.1)
    assert bench.panel.status().faults == (Fault.LAMP,)
    monkeypatch.undo()
    assert bench.lit() == [1]
    bench.after(1.1)
    assert bench.lit() == []
    assert bench.panel.status() == PanelStatus("row", Link.UP, buttons=3)


def test_a_lamp_pin_that_cannot_be_had_leaves_the_buttons_working():
    class NoLamp16(StampedPin):
        def _set_function(self, value):
            if self.info.name == "GPIO16" and value == "output":
                raise PinSetInput("not this one")
            super()._set_function(value)

    bench = Bench()
    bench.panel.close()
    bench.factory = MockFactory(pin_class=NoLamp16)
    bench.panel = bench.make()
    assert (bench.panel.status().link, bench.panel.status().faults) == (Link.UP, (Fault.LAMP,))
    assert "lamp 1" in bench.panel.status().note
    for button, lit in ((1, []), (2, [2])):
        (press, *_) = bench.press(button)
        bench.panel.confirm(press)
        assert (press.button, bench.lit()) == (button, lit)
        bench.after(2.0)
    bench.panel.close()
    assert bench.factory.pins == {}


def test_two_at_once_are_a_press_and_a_burst_that_names_its_buttons_and_hits(bench):
    for button in (2, 0, 1, 0):
        bench.contact(button, True)
        bench.after(0.05)
        bench.contact(button, False)
        bench.after(0.05)
    first = bench.press(1)
    found = {press.source: press for press in [*first, *bench.after(3.0)]}.values()
    ordinary, burst = sorted(found, key=lambda press: press.flags)
    assert (ordinary.button, ordinary.buttons, ordinary.hits) == (2, (), 1)
    assert (burst.button, burst.buttons, burst.hits, burst.flags) == (0, (0, 1), 4, ("burst",))
    assert {press.tally for press in found} == {""}, "pins count nothing themselves"


def test_a_burst_of_more_than_a_record_can_say_says_so(bench):
    for _ in range(300):
        bench.contact(0, True)
        bench.after(0.02)
        bench.contact(0, False)
        bench.after(0.02)
    found = {press.source: press for press in bench.after(3.0)}.values()
    assert [(press.hits, press.buttons) for press in found if press.flags] == [(255, (0,))]


@pytest.mark.parametrize("hold_s", [3.0, 14.0])
def test_a_long_hold_is_one_press_whenever_it_ends(bench, hold_s):
    bench.contact(1, True)
    sources = {press.source for _ in range(int(hold_s * 10)) for press in bench.after(0.1)}
    bench.contact(1, False)
    sources |= {press.source for press in bench.after(3.0)}
    assert len(sources) == 1


def test_a_chattering_contact_is_neither_press_nor_burst(bench):
    for _ in range(500):
        bench.contact(0, True)
        bench.after(0.004)
        bench.contact(0, False)
        bench.after(0.004)
    assert bench.after(3.0) == []


def test_close_frees_the_pins_and_calls_back_once(bench):
    bench.panel.close()
    bench.panel.close()
    assert bench.closed == 1
    assert bench.factory.pins == {}
    assert bench.panel.poll() == []
