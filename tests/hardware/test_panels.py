from dataclasses import replace
from pathlib import Path

import pytest

from hardware.errors import BadPanelSettings
from hardware.panels import PanelKind, PanelSettings, check, check_together, twins
from hardware.ports import Link, PanelStatus

SERIAL = PanelSettings(PanelKind.SERIAL, device=Path("/dev/serial/by-path/x"))
GPIO = PanelSettings(PanelKind.GPIO, button_pins=(5, 6), lamp_pins=(12, 16))
SIMULATED = replace(GPIO, kind=PanelKind.GPIO_SIMULATED, control_socket=Path("/run/x"))


@pytest.mark.parametrize(
    "settings", [SERIAL, GPIO, SIMULATED, replace(GPIO, lamp_pins=()), replace(SERIAL, box="5eed1e57", buttons=3)]
)
def test_good_settings(settings):
    check(settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (replace(SERIAL, device=None), "device"),
        (replace(SERIAL, name=""), "name"),
        (replace(SERIAL, name="n" * 41), "name"),
        (replace(SERIAL, name="a\nb"), "name"),
        (replace(SERIAL, refractory_ms=65536), "refractory_ms"),
        (replace(SERIAL, box="5eed1e5"), "box"),
        (replace(SERIAL, box="5EED1E57"), "box"),
        (replace(SERIAL, box="00000000"), "box"),
        (replace(SERIAL, buttons=2), "buttons"),
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


OTHER = replace(SERIAL, name="other", device=Path("/dev/serial/by-path/y"))
PINS = replace(GPIO, name="pins")
MOCKED = replace(PINS, kind=PanelKind.GPIO_SIMULATED, name="mocked", control_socket=Path("/run/y"))


@pytest.mark.parametrize("panels", [[], [SERIAL], [SERIAL, OTHER, PINS], [PINS, MOCKED]])
def test_panels_that_do_not_meet(panels):
    check_together(panels)


@pytest.mark.parametrize(
    ("panels", "words"),
    [
        ([SERIAL, replace(OTHER, name=SERIAL.name)], "name buttons"),
        ([SERIAL, replace(OTHER, device=SERIAL.device)], "device /dev/serial/by-path/x"),
        ([replace(SERIAL, box="5eed1e57"), replace(OTHER, box="5eed1e57")], "box 5eed1e57"),
        ([PINS, replace(PINS, name="more", button_pins=(6, 7), lamp_pins=())], "pin 6"),
        ([MOCKED, replace(MOCKED, name="more")], "control_socket /run/y"),
        ([replace(SERIAL, name=f"p{n}", device=Path(f"/dev/none{n}")) for n in range(9)], "at most 8 panels"),
    ],
)
def test_two_panels_that_take_from_each_other_are_named(panels, words):
    with pytest.raises(BadPanelSettings, match=words):
        check_together(panels)


def test_one_device_by_two_paths_is_one_device(tmp_path):
    port = tmp_path / "ttyUSB0"
    port.touch()
    (tmp_path / "by-path").symlink_to(port)
    with pytest.raises(BadPanelSettings, match="device"):
        check_together([replace(SERIAL, device=port), replace(OTHER, device=tmp_path / "by-path")])


def test_one_box_on_two_panels_is_noticed():
    statuses = [PanelStatus(name, Link.UP, box=box) for name, box in [("a", "1"), ("b", "2"), ("c", "1"), ("pins", "")]]
    assert twins(statuses) == (("a", "c"),)
    assert twins([*statuses[:2], *statuses[3:], statuses[3]]) == ()
