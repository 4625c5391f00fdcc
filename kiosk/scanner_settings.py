"""The table [scanner] of the configuration: which reader of QR codes the counter has, if any. Opens none."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware.scanner import ScannerSettings
    from kiosk.config import _Table


def read_scanner(table: "_Table") -> "ScannerSettings | None":
    if not table.value:
        return None
    from hardware.errors import BadScannerSettings  # a kiosk without a scanner starts sooner
    from hardware.scanner import ScannerKind, ScannerSettings, check

    kind, device = table.choice("kind", tuple(ScannerKind), ScannerKind.SERIAL), table.text("device", None)
    settings = ScannerSettings(ScannerKind(kind), Path(device), int(table.number("baud", 9600, 1200, 115_200)))
    try:
        check(settings)
    except BadScannerSettings as error:
        table.problems.append(f"scanner: {error}")
    return settings
