"""Every way to a printer, each with a virtual printer at its end, and the hands that trouble it."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firmware_bridge.control import tell
from hardware import printer_ports
from hardware.drawing import Align, draw_text
from hardware.escpos_printer import EscposPrinter
from hardware.ports import Feed, Picture, QrCode, Slip
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.hands import Hands
from hardware.virtual_printer.inside import Clock, InsidePort
from hardware.virtual_printer.lines import FifoLine, Line, PtyLine, TcpLine
from hardware.virtual_printer.process import Process

WIDTH_PX = 384
PATIENCE_S = 30.0
CODE = "HTTPS://DANHGIA.EXAMPLE.VN/P/ABCDEFGHJKLMNPQRSTUV"
QUIET_S = 0.2  # a virtual printer keeps nobody waiting


def slip() -> Slip:
    """A small one: a line, a code, a line."""
    return Slip(
        (
            draw_text("MỜI ÔNG/BÀ ĐÁNH GIÁ", WIDTH_PX, 28, bold=True, align=Align.CENTRE),
            QrCode(CODE, 4),
            Feed(6),
            draw_text("Dùng một lần", WIDTH_PX, 20),
        )
    )


@dataclass
class Rig:
    """`asks`: the way goes both ways. `keeps_line`: a serial line is there even when the printer is off."""

    printer: EscposPrinter
    device: VirtualPrinter
    tell: Callable[[str], str]
    asks: bool = True
    keeps_line: bool = False
    close: Callable[[], None] = lambda: None
    sheets: list[Picture] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        seen: dict[str, Any] = json.loads(self.tell("state"))
        return seen

    def inked(self) -> list[Picture]:
        return [sheet for sheet in self.sheets if any(sheet.rows)]

    def wait_for_sheets(self, count: int) -> list[Picture]:
        """A FIFO tells nobody when it has been read."""
        deadline_s = time.monotonic() + PATIENCE_S
        while len(self.inked()) < count and time.monotonic() < deadline_s:
            time.sleep(0.005)
        return self.inked()


@dataclass
class _Table:
    """Where a printer without a cable stands."""

    printer: VirtualPrinter
    slips: int = 0

    def mind_the_line(self) -> None:
        """There is none."""


def inside(*, numbers: bool = False, keeps_line: bool = False, native_qr: bool = False) -> Rig:
    sheets: list[Picture] = []
    device, clock = VirtualPrinter(WIDTH_PX, on_cut=sheets.append), Clock()
    printer = EscposPrinter(
        lambda: InsidePort(device, clock, keeps_line=keeps_line),
        WIDTH_PX,
        numbers=numbers,
        native_qr=native_qr,
        clock=clock,
    )
    return Rig(printer, device, Hands(_Table(device)).obey, keeps_line=keeps_line, sheets=sheets)


def cabled(folder: Path, way: str) -> Rig:
    """A real pty, TCP connection or FIFO; the printer lives in a thread."""
    sheets: list[Picture] = []
    device = VirtualPrinter(WIDTH_PX, on_cut=sheets.append)
    line, open_port = _line(folder, way)
    control = folder / "control"
    process = Process(device, line, folder, control, time.monotonic)
    stop = threading.Event()
    thread = threading.Thread(target=_live, args=(process, stop), daemon=True)
    thread.start()
    asks = way != "file"
    printer = EscposPrinter(open_port, WIDTH_PX, asks=asks, numbers=way == "network", quiet_s=QUIET_S)

    def close() -> None:
        printer.close()
        stop.set()
        thread.join(PATIENCE_S)

    return Rig(printer, device, lambda words: tell(control, words), asks, way == "serial", close, sheets)


def _live(process: Process, stop: threading.Event) -> None:
    while not stop.is_set():
        process.step()
    process.close()


def _line(folder: Path, way: str) -> tuple[Line, Callable[[], printer_ports.Port]]:
    if way == "serial":
        link = folder / "tty"
        return PtyLine(link), lambda: printer_ports.SerialPort(link, 115_200, "")
    if way == "network":
        line = TcpLine(0)
        return line, lambda: printer_ports.NetworkPort("127.0.0.1", line.port)
    node = folder / "lp0"
    return FifoLine(node), lambda: printer_ports.NodePort(node, False)
