"""Builds the panel that the configuration names. The only place that knows every kind of panel."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from hardware.debounce import Rules
from hardware.errors import BadPanelSettings
from hardware.ports import ButtonPanel

MOST_BUTTONS = 5
HIGHEST_PIN = 27  # of the BCM numbers on a Pi's header


class PanelKind(StrEnum):
    SERIAL = "serial"
    GPIO = "gpio"
    GPIO_SIMULATED = "gpio-simulated"


@dataclass(frozen=True, slots=True)
class PanelSettings:
    """One panel of a kiosk. `button_pins`, `lamp_pins`: BCM numbers, worst button first; `lamp_pins` may be empty.

    `refractory_ms`: a terminal on a serial line takes it over when it gets its identity, and keeps it.
    """

    kind: PanelKind
    name: str = "buttons"
    device: Path | None = None  # serial: a stable path
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
    on_ready: Callable[[], None] | None = None,
) -> ButtonPanel:
    """The panel, running; an absent device is a status of it, not an error.

    `boot_id`: of this start of the machine or of the process; no two presses then ever share a source. `on_ready`:
    called from another thread when `poll` may have something; a hint, go on polling every 50 ms or so without it.
    Raises: BadPanelSettings; OSError when the simulator's socket cannot be made.
    """
    check(settings)
    if settings.kind is PanelKind.SERIAL:
        return _serial(settings, clock, on_ready)
    return _gpio(settings, boot_id, clock, on_ready)


def check(settings: PanelSettings) -> None:
    """Raises: BadPanelSettings when no panel can be built from these settings."""
    pins = (*settings.button_pins, *settings.lamp_pins)
    wrong = {
        "name must not be empty": not settings.name,
        "refractory_ms must be 0 to 65535": not 0 <= settings.refractory_ms <= 65535,
        "lamp_ms must be 1 or more": settings.lamp_ms < 1,
    }
    if settings.kind is PanelKind.SERIAL:
        wrong["device must be set"] = settings.device is None
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


def _serial(settings: PanelSettings, clock: Callable[[], float], on_ready: Callable[[], None] | None) -> ButtonPanel:
    from hardware.serial_panel import SerialPanel  # a kiosk on pins needs no pyserial

    assert settings.device is not None
    return SerialPanel(
        settings.name,
        settings.device,
        new_epoch=lambda: secrets.randbelow(2**32 - 1) + 1,
        clock=clock,
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
