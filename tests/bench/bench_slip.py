"""One slip, from the request to its last byte at the printer, beside python-escpos' own text and its own pictures.

`python tests/bench/bench_slip.py [--json FILE] [--slips N]` prints one table. The line is a pty whose other end reads
11,520 bytes a second, as 115,200 baud do; every way prints the same words, with the same code, on the same line.
"""

import argparse
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import serial  # noqa: E402
from PIL import Image  # noqa: E402

from hardware.drawing import Align, as_image, draw_text  # noqa: E402
from hardware.ports import Feed, Outcome, Picture, QrCode, Slip  # noqa: E402
from hardware.printer import Flow, PrinterKind, PrinterSettings, open_printer  # noqa: E402
from hardware.printer_ports import escpos  # noqa: E402
from hardware.slip_bytes import PAPER_IN_ORDER, RESET, encode  # noqa: E402
from hardware.virtual_printer.device import VirtualPrinter  # noqa: E402
from hardware.virtual_printer.lines import PtyLine  # noqa: E402
from hardware.virtual_printer.process import Process  # noqa: E402

BAUD, BITS, TARGET_S = 115_200, 10, 0.7
WIDTHS = {"58": 384, "80": 576}
PROFILES = {384: "POS-5890", 576: "TM-T20II"}  # what python-escpos knows of such printers
LINES = (
    ("UBND XÃ ĐỒNG VIỆT", 22, True, Align.CENTRE),
    ("MỜI ĐÁNH GIÁ", 32, True, Align.CENTRE),
    ("Quét mã bằng điện thoại, hoặc đưa mã vào máy tại quầy.", 20, False, Align.CENTRE),
    ("{code}", 24, True, Align.CENTRE),
    ("Dùng một lần, đến hết ngày 22/12/2026.", 20, False, Align.CENTRE),
    ("Phiếu không ghi tên Ông/Bà.", 20, False, Align.CENTRE),
)
CODE_AFTER = 3
PATIENCE_S = 30.0
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"


def code(number: int) -> str:
    """Another one for each slip, so that nothing is drawn from memory."""
    letters = "".join(LETTERS[number * (7 + at) % len(LETTERS)] for at in range(20))
    return "-".join(letters[at : at + 5] for at in range(0, 20, 5))


def address(number: int) -> str:
    return "HTTPS://DANHGIA.BACGIANG.EXAMPLE.VN/P/" + code(number).replace("-", "")


def our_slip(number: int, width_px: int) -> Slip:
    parts: list[Picture | QrCode | Feed] = [
        draw_text(text.format(code=code(number)), width_px, size, bold=bold, align=align)
        for text, size, bold, align in LINES
    ]
    parts.insert(CODE_AFTER, QrCode(address(number), 6))
    return Slip(tuple(parts))


def ours(native_qr: bool) -> Callable[[int, int], bytes]:
    def make(number: int, width_px: int) -> bytes:
        return RESET + b"".join(encode(our_slip(number, width_px), width_px, native_qr=native_qr)) + PAPER_IN_ORDER

    return make


def escpos_text(number: int, width_px: int) -> bytes:
    """Its own letters: what they lack becomes a question mark. Its own way of a QR code, a picture."""
    printer = escpos().Dummy(profile=PROFILES[width_px])
    for at, (text, _, bold, _) in enumerate(LINES):
        if at == CODE_AFTER:
            printer.qr(address(number), ec=1, size=6, center=False)
        printer.set(align="center", bold=bold)
        printer.text(text.format(code=code(number)) + "\n")
    printer.cut()
    return bytes(printer.output)


def escpos_image(number: int, width_px: int) -> bytes:
    """One picture of the whole slip, drawn with the same letters, sent by its image()."""
    printer = escpos().Dummy(profile=PROFILES[width_px])
    slip, device = our_slip(number, width_px), VirtualPrinter(width_px)
    device.receive(b"".join(encode(slip, width_px)))
    drawn: Image.Image = as_image(device.paper.sheets[0])
    printer.image(drawn)
    printer.cut()
    return bytes(printer.output)


WAYS: dict[str, Callable[[int, int], bytes]] = {
    "ours": ours(native_qr=False),
    "ours, QR by the printer": ours(native_qr=True),
    "python-escpos text() and qr()": escpos_text,
    "python-escpos image()": escpos_image,
}


@dataclass
class Desk:
    """A printer on a paced line."""

    device: VirtualPrinter
    link: Path

    def wait_for(self, received: int) -> float:
        """When that many bytes had come."""
        give_up_s = time.monotonic() + PATIENCE_S
        while self.device.counts.received < received:
            if time.monotonic() > give_up_s:
                raise TimeoutError(f"{self.device.counts.received} of {received} bytes came")
            time.sleep(0.001)
        return time.monotonic()


@contextmanager
def desk(width_px: int) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        folder, stop = Path(name), threading.Event()
        device = VirtualPrinter(width_px)
        process = Process(device, PtyLine(folder / "tty"), folder, folder / "ctl", time.monotonic, BAUD)

        def live() -> None:
            while not stop.is_set():
                process.step()
            process.close()

        thread = threading.Thread(target=live, daemon=True)
        thread.start()
        try:
            yield Desk(device, folder / "tty")
        finally:
            stop.set()
            thread.join(PATIENCE_S)


def measured(make: Callable[[int, int], bytes], width_px: int, slips: int) -> dict[str, Any]:
    """Bytes and milliseconds of making a slip, and seconds until its last byte came over the paced line."""
    make(0, width_px)
    made_ms, line_s, sizes = [], [], []
    with desk(width_px) as printer, serial.Serial(str(printer.link), BAUD) as line:
        for number in range(1, slips + 1):
            begin_s = time.monotonic()
            data = make(number, width_px)
            made_s = time.monotonic()
            expected = printer.device.counts.received + len(data)
            line.write(data)
            line_s.append(printer.wait_for(expected) - begin_s)
            made_ms.append((made_s - begin_s) * 1000)
            sizes.append(len(data))
    return {
        "bytes": max(sizes),
        "make_ms": statistics.median(made_ms),
        "wire_s": max(sizes) * BITS / BAUD,
        "request_to_last_byte_s": statistics.median(line_s),
    }


def whole_way(width_px: int, slips: int) -> dict[str, Any]:
    """Through the printer itself: asked before, watched, its word at the end; a printer that prints in no time."""
    taken = []
    with desk(width_px) as place:
        settings = PrinterSettings(PrinterKind.SERIAL, width_px, place.link, flow=Flow.NONE)
        printer = open_printer(settings)
        printer.print(our_slip(0, width_px))  # opens the line
        for number in range(1, slips + 1):
            begin_s = time.monotonic()
            if printer.print(our_slip(number, width_px)).outcome is not Outcome.DONE:
                raise AssertionError("a slip was not printed")
            taken.append(time.monotonic() - begin_s)
        printer.close()
    return {"request_to_word_s": statistics.median(taken)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--slips", type=int, default=8)
    options = parser.parse_args()
    result: dict[str, Any] = {"baud": BAUD, "target_s": TARGET_S, "papers": {}}
    for paper, width_px in WIDTHS.items():
        rows: dict[str, Any] = {}
        for name, make in WAYS.items():
            print(f"… {paper} mm, {name}", file=sys.stderr, flush=True)
            rows[name] = measured(make, width_px, options.slips)
        rows["ours"] |= whole_way(width_px, options.slips)
        result["papers"][paper] = rows
    show(result)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


def show(result: dict[str, Any]) -> None:
    print(f"\nOne slip at {BAUD:,} baud; target: last byte within {TARGET_S} s, {int(TARGET_S * BAUD / BITS):,} bytes")
    for paper, rows in result["papers"].items():
        print(f"{paper + ' mm':34}{'bytes':>8}{'ratio':>8}{'make ms':>10}{'wire s':>9}{'last byte s':>13}{'ratio':>8}")
        best = rows["ours"]
        for name, row in rows.items():
            last_s = row["request_to_last_byte_s"]
            print(
                f"  {name:32}{row['bytes']:>8,}{row['bytes'] / best['bytes']:>8.2f}{row['make_ms']:>10.1f}"
                f"{row['wire_s']:>9.2f}{last_s:>13.2f}{last_s / best['request_to_last_byte_s']:>8.2f}"
            )
        print(f"  from the request to the printer's word that it is done: {best['request_to_word_s']:.2f} s")


if __name__ == "__main__":
    main()
