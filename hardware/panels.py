"""Builds the panel that the configuration names. The only place that knows every kind of panel."""

import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from hardware.debounce import Rules
from hardware.errors import BadPanelSettings
from hardware.ports import ButtonPanel, PanelStatus

MOST_BUTTONS = 5
BOX_BUTTONS = (3, 4, 5)
BOX = re.compile(r"(?!0{8})[0-9a-f]{8}")
LONGEST_NAME, MOST_PANELS = 40, 8  # what a heartbeat can tell of
HIGHEST_PIN = 27  # of the BCM numbers on a Pi's header


class PanelKind(StrEnum):
    SERIAL = "serial"
    GPIO = "gpio"
    GPIO_SIMULATED = "gpio-simulated"


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """One panel of a kiosk. `button_pins`, `lamp_pins`: BCM numbers, worst button first; `lamp_pins` may be empty.

    `box`: the terminal bound to this point, 8 hexadecimal digits; "" binds the first one that is met, until `close`.
    `buttons`: how many the terminal must have; a panel on pins has as many as `button_pins`.
    `refractory_ms`: a terminal on a serial line takes it over when it gets its identity, and keeps it.
    """

    kind: PanelKind
    name: str = "buttons"
    device: Path | None = None  # serial: a stable path
    box: str = ""  # serial
    buttons: int = 5  # serial
    button_pins: tuple[int, ...] = ()
    lamp_pins: tuple[int, ...] = ()
    control_socket: Path | None = None  # gpio-simulated
    refractory_ms: int = 1500
    lamp_ms: int = 1000


def open_panel(
    settings: PanelSettings,
    *,
    boot_id: str,
    clock: Callable[[], float] = time.monotonic,
    wall_ms: Callable[[], int | None] = lambda: None,
    on_ready: Callable[[], None] | None = None,
) -> ButtonPanel:
    """The panel, running; an absent device is a status of it, not an error.

    `boot_id`: of this start of the machine or of the process; no two presses then ever share a source. `wall_ms`:
    milliseconds since 1970 UTC, None while this machine's clock is not to be trusted; called from another thread, as
    is `on_ready`, when `poll` may have something; a hint, go on polling every 50 ms or so without it.
    Raises: BadPanelSettings; OSError when the simulator's socket cannot be made.
    """
    check(settings)
    if settings.kind is PanelKind.SERIAL:
        return _serial(settings, clock, wall_ms, on_ready)
    return _gpio(settings, boot_id, clock, on_ready)


def check(settings: PanelSettings) -> None:
    """Raises: BadPanelSettings when no panel can be built from these settings."""
    pins = (*settings.button_pins, *settings.lamp_pins)
    wrong = {
        f"name must be 1 to {LONGEST_NAME} printable letters": not 1 <= len(settings.name) <= LONGEST_NAME
        or not settings.name.isprintable(),
        "refractory_ms must be 0 to 65535": not 0 <= settings.refractory_ms <= 65535,
        "lamp_ms must be 1 or more": settings.lamp_ms < 1,
    }
    if settings.kind is PanelKind.SERIAL:
        wrong |= {
            "device must be set": settings.device is None,
            "box must be 8 hexadecimal digits, not all 0": bool(settings.box) and not BOX.fullmatch(settings.box),
            f"buttons must be one of {', '.join(map(str, BOX_BUTTONS))}": settings.buttons not in BOX_BUTTONS,
        }
    else:
        wrong |= {
            f"button_pins must name 1 to {MOST_BUTTONS} pins": not 1 <= len(settings.button_pins) <= MOST_BUTTONS,
            "lamp_pins must be empty or as many as button_pins": len(settings.lamp_pins)
            not in (0, len(settings.button_pins)),
            "a pin is named twice": len(set(pins)) < len(pins),
            f"pins must be 0 to {HIGHEST_PIN}": any(not 0 <= pin <= HIGHEST_PIN for pin in pins),
        }
    if settings.kind is PanelKind.GPIO_SIMULATED:
        wrong["control_socket must be set"] = settings.control_socket is None
    if reasons := [reason for reason, is_wrong in wrong.items() if is_wrong]:
        raise BadPanelSettings(f"panel {settings.name!r}: {'; '.join(reasons)}")


def check_together(panels: Sequence[PanelSettings]) -> None:
    """Raises: BadPanelSettings when panels of one kiosk would take each other's name, port, box or pins."""
    pins = [pin for panel in panels for pin in {*panel.button_pins, *panel.lamp_pins} if panel.kind is PanelKind.GPIO]
    twice: dict[str, Sequence[Hashable]] = {
        "name": [panel.name for panel in panels],
        "device": [panel.device.resolve() for panel in panels if panel.device],
        "box": [panel.box for panel in panels if panel.box],
        "pin": pins,
        "control_socket": [panel.control_socket for panel in panels if panel.control_socket],
    }
    reasons = [f"{what} {each} is used by two panels" for what, all_of in twice.items() for each in _repeated(all_of)]
    if len(panels) > MOST_PANELS:
        reasons.append(f"at most {MOST_PANELS} panels")
    if reasons:
        raise BadPanelSettings("; ".join(reasons))


def twins(statuses: Sequence[PanelStatus]) -> tuple[tuple[str, ...], ...]:
    """Names of panels that report one and the same box: its memory was copied, or moved to another board."""
    boxes = _repeated([status.box for status in statuses if status.box])
    return tuple(tuple(status.panel for status in statuses if status.box == box) for box in boxes)


def _repeated(values: Sequence[Hashable]) -> list[Hashable]:
    return [value for value, times in Counter(values).items() if times > 1]


def _serial(
    settings: PanelSettings,
    clock: Callable[[], float],
    wall_ms: Callable[[], int | None],
    on_ready: Callable[[], None] | None,
) -> ButtonPanel:
    from hardware.serial_panel import SerialPanel  # a kiosk on pins needs no pyserial

    assert settings.device is not None
    return SerialPanel(
        settings.name,
        settings.device,
        box=int(settings.box, 16) if settings.box else None,
        buttons=settings.buttons,
        new_epoch=lambda: secrets.randbelow(2**32 - 1) + 1,
        clock=clock,
        wall_ms=wall_ms,
        refractory_ms=settings.refractory_ms,
        on_ready=on_ready,
    )


def _gpio(
    settings: PanelSettings, boot_id: str, clock: Callable[[], float], on_ready: Callable[[], None] | None
) -> ButtonPanel:
    from hardware.gpio_panel import GpioPanel  # a kiosk on a serial line needs no gpiozero

    open_factory, on_close = _lgpio_factory, None
    if settings.kind is PanelKind.GPIO_SIMULATED:
        from hardware.simulator import GpioSimulator

        assert settings.control_socket is not None
        simulator = GpioSimulator(settings.button_pins, settings.lamp_pins, settings.control_socket)
        open_factory, on_close = (lambda: simulator.factory), simulator.close
    return GpioPanel(
        settings.name,
        settings.button_pins,
        settings.lamp_pins,
        open_factory=open_factory,
        boot_id=boot_id,
        clock=clock,
        rules=Rules(refractory_us=settings.refractory_ms * 1000),
        lamp_s=settings.lamp_ms / 1000,
        on_ready=on_ready,
        on_close=on_close,
    )


def _lgpio_factory() -> Any:
    """The Pi's own pins. Importing lgpio makes a file in the working directory, which must be writable."""
    from gpiozero.pins.lgpio import LGPIOFactory

    return LGPIOFactory()
