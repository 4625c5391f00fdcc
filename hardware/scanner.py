"""Which scanner a counter has, and the real one built from its settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hardware.code_reader import CodeReader, Line
from hardware.errors import BadScannerSettings
from hardware.ports import CodeScanner

BAUDS = (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)
NAME = "scanner"  # what logs call it: a counter has one


class ScannerKind(StrEnum):
    SERIAL = "serial"
    HID = "hid"  # a keyboard to the machine


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """`device`: a stable path. `baud`: of a serial scanner; one that is a USB device takes any."""

    kind: ScannerKind
    device: Path
    baud: int = 9600


def check(settings: ScannerSettings) -> None:
    """Raises: BadScannerSettings when no scanner can be built from these settings."""
    if not settings.device.is_absolute():
        raise BadScannerSettings("device must be an absolute path")
    if settings.baud not in BAUDS:
        raise BadScannerSettings(f"baud must be one of {', '.join(map(str, BAUDS))}")


def open_scanner(
    settings: ScannerSettings,
    *,
    clock: Callable[[], float] = time.monotonic,
    on_ready: Callable[[], None] | None = None,
) -> CodeScanner:
    """The scanner, running; an absent device is a status of it, not an error. Raises: BadScannerSettings.

    `on_ready` is called from another thread when `take` has something.
    """
    check(settings)
    return CodeReader(NAME, lambda: _line(settings), clock, on_ready)


def _line(settings: ScannerSettings) -> Line:
    if settings.kind is ScannerKind.HID:
        from hardware.hid_scanner import HidLine  # each kind needs only its own

        return HidLine(settings.device)
    from hardware.serial_scanner import SerialLine

    return SerialLine(settings.device, settings.baud)
