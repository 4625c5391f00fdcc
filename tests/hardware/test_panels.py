from dataclasses import replace
from pathlib import Path

import pytest

from hardware.errors import BadPanelSettings
from hardware.handover import MOST_WAITING, REMEMBERED, Handover
from hardware.panels import PanelKind, PanelSettings, check
from hardware.ports import Press
from hardware.serial_panel import _Refusals

SERIAL = PanelSettings(PanelKind.SERIAL, device=Path("/dev/serial/by-path/x"))
GPIO = PanelSettings(PanelKind.GPIO, button_pins=(5, 6), lamp_pins=(12, 16))
SIMULATED = replace(GPIO, kind=PanelKind.GPIO_SIMULATED, control_socket=Path("/run/x"))


@pytest.mark.parametrize("settings", [SERIAL, GPIO, SIMULATED, replace(GPIO, lamp_pins=())])
def test_good_settings(settings):
    check(settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (replace(SERIAL, device=None), "device"),
        (replace(SERIAL, name=""), "name"),
        (replace(SERIAL, refractory_ms=65536), "refractory_ms"),
        (replace(GPIO, lamp_ms=0), "lamp_ms"),
        (replace(GPIO, button_pins=()), "button_pins"),
        (replace(GPIO, button_pins=(1, 2, 3, 4, 5, 6), lamp_pins=()), "button_pins"),
        (replace(GPIO, lamp_pins=(12,)), "lamp_pins"),
        (replace(GPIO, lamp_pins=(5, 16)), "twice"),
        (replace(GPIO, button_pins=(5, 28)), "0 to 27"),
        (replace(SIMULATED, control_socket=None), "control_socket"),
    ],
)
def test_settings_that_no_panel_can_be_built_from_are_named(settings, words):
    with pytest.raises(BadPanelSettings, match=words) as caught:
        check(settings)
    assert caught.value.code
    assert caught.value.hint


def press(source: str) -> Press:
    return Press("row", 0, source, None)


def test_a_handover_takes_each_source_once_and_remembers_what_was_confirmed():
    handover = Handover()
    assert handover.put(press("a"), 10.0)
    assert handover.put(press("a"), 10.0)
    assert [(p.source, p.age_ms) for p in handover.due(10.5)] == [("a", 500)]
    assert handover.due(11.4) == []
    assert len(handover.due(11.5)) == 1
    assert handover.confirm("a")
    assert not handover.confirm("a")
    assert handover.is_confirmed("a")
    assert handover.put(press("a"), 10.0)
    assert handover.due(99.0) == []


def test_a_handover_is_bounded_in_both_directions():
    handover = Handover()
    taken = [handover.put(press(str(n)), None) for n in range(MOST_WAITING + 1)]
    assert taken == [True] * MOST_WAITING + [False]
    for n in range(REMEMBERED + 10):
        handover.put(press(f"b{n}"), None)
        handover.confirm(str(n))
        handover.confirm(f"b{n}")
    assert len(handover._confirmed) == REMEMBERED


def test_refusals_are_summed_over_restarts_of_the_terminal():
    refusals = _Refusals()
    for refused in (0, 2, 2, 5, 0, 1, 0):
        refusals.see(refused)
    assert refusals.total == 6
