"""Builds the printer that the configuration names. The only place that knows every way to one."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hardware import printer_ports
from hardware.errors import BadPrinterSettings
from hardware.ports import ReceiptPrinter
from hardware.slip_bytes import Cut

WIDTHS_PX = range(256, 1025)
PAPERS = {"58": 384, "80": 576}  # mm of paper: dots of the usual head, 203 dpi
BAUDS = (9600, 19_200, 38_400, 57_600, 115_200, 230_400)
LONGEST_HOST = 253
HIGHEST_PORT = HIGHEST_ID = 0xFFFF


class PrinterKind(StrEnum):
    SERIAL = "serial"
    NETWORK = "network"
    USB = "usb"
    FILE = "file"  # a device node such as /dev/usb/lp0, a FIFO, a file


class Flow(StrEnum):
    """How a serial printer says that it is full."""

    RTSCTS = "rtscts"
    XONXOFF = "xonxoff"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PrinterSettings:
    """One printer. `width_px`: dots of its head, a multiple of 8: 384 on 58 mm, 576 on 80 mm, 512 on some Epsons.

    `asks`: it answers what it is asked (DLE EOT, GS r); a slip is never DONE without. `native_qr`: it draws QR codes
    itself (GS ( k). `numbers`: it answers GS ( H. `names`: it says its model (GS I 67), by which a head that is too
    narrow is found out. A printer that does not know one of these prints it as letters: leave them off unless its
    manual has them.
    """

    kind: PrinterKind
    width_px: int = PAPERS["58"]
    device: Path | None = None  # serial, file: a stable path such as /dev/serial/by-path/…
    baud: int = 115_200  # serial
    flow: Flow = Flow.RTSCTS  # serial
    host: str = ""  # network
    port: int = 9100  # network
    usb_vendor: int = 0  # usb: 0 for the first printer found
    usb_product: int = 0
    cut: Cut = Cut.PARTIAL
    asks: bool = True
    native_qr: bool = False
    numbers: bool = False
    names: bool = False


def open_printer(settings: PrinterSettings, *, torn: bool = False) -> ReceiptPrinter:
    """The printer; an absent device is a status of it, not an error. Nothing is opened before the first call.

    `torn`: a slip was being printed when the last process ended; what hangs of it is cut off before the next one.
    Raises: BadPrinterSettings.
    """
    check(settings)
    from hardware.escpos_printer import EscposPrinter  # who only checks settings draws no codes

    return EscposPrinter(
        _way(settings),
        settings.width_px,
        native_qr=settings.native_qr,
        cut=settings.cut,
        asks=settings.asks,
        numbers=settings.numbers,
        names=settings.names,
        torn=torn,
        first_number=secrets.randbelow(10_000),
    )


def check(settings: PrinterSettings) -> None:
    """Raises: BadPrinterSettings when no printer can be reached by these settings."""
    kind = settings.kind
    wrong = {
        f"width_px must be a multiple of 8, {WIDTHS_PX[0]} to {WIDTHS_PX[-1]}": settings.width_px not in WIDTHS_PX
        or settings.width_px % 8 != 0,
        "device must be set": kind in (PrinterKind.SERIAL, PrinterKind.FILE) and settings.device is None,
        f"baud must be one of {', '.join(map(str, BAUDS))}": settings.baud not in BAUDS,
        "host must be set": kind is PrinterKind.NETWORK and not settings.host,
        "host must be a name or an address": not _may_be_host(settings.host),
        f"port must be 1 to {HIGHEST_PORT}": not 1 <= settings.port <= HIGHEST_PORT,
        "usb_vendor and usb_product must be 0 to 0xffff": not all(
            0 <= number <= HIGHEST_ID for number in (settings.usb_vendor, settings.usb_product)
        ),
        "numbers and names need asks": (settings.numbers or settings.names) and not settings.asks,
    }
    if reasons := [reason for reason, is_wrong in wrong.items() if is_wrong]:
        raise BadPrinterSettings("; ".join(reasons))


def _may_be_host(host: str) -> bool:
    """Whether the resolver can be asked for it at all: "192.168.1..5" cannot."""
    try:
        return len(host.encode("idna")) <= LONGEST_HOST and not any(letter.isspace() for letter in host)
    except UnicodeError:
        return False


def _way(settings: PrinterSettings) -> Callable[[], printer_ports.Port]:
    if settings.kind is PrinterKind.NETWORK:
        return lambda: printer_ports.NetworkPort(settings.host, settings.port)
    if settings.kind is PrinterKind.USB:
        return lambda: printer_ports.UsbPort(settings.usb_vendor, settings.usb_product)
    device = settings.device
    assert device is not None
    if settings.kind is PrinterKind.FILE:
        return lambda: printer_ports.NodePort(device, settings.asks)
    flow = "" if settings.flow is Flow.NONE else str(settings.flow)
    return lambda: printer_ports.SerialPort(device, settings.baud, flow)
