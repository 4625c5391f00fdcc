"""The virtual printer is as strict as a device: it does what it is told, notes what it does not know, forgets."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from firmware_bridge.control import tell
from hardware.drawing import picture
from hardware.ports import Outcome, Picture, PrinterStatus, QrCode, Slip
from hardware.printer import PrinterKind, PrinterSettings, open_printer
from hardware.virtual_printer.device import BUFFER_BYTES, VirtualPrinter
from hardware.virtual_printer.orders import take
from hardware.virtual_printer.paper import Paper

ROOT = Path(__file__).parents[2]
DOT = b"\x1dv0\x00\x01\x00\x01\x00\x80"


def printer() -> VirtualPrinter:
    return VirtualPrinter(16)


@pytest.mark.parametrize(
    "order",
    [
        b"A",
        b"\n",
        b"\x18",
        b"\x1bp\x00\x19\xfa",
        b"\x1b!\x10",
        b"\x1c.",
        b"\x1dv1\x00",
        b"\x1d(E\x02\x00\x01\x02",
        b"\x1dV\x07",
        b"\x1ba\x05",
        b"\x1dr\x09",
        b"\x1dI\x42",
        b"\x1d(k\x03\x001Q0",  # nothing was stored
        b"\x1d(k\x03\x001C\x00",
        b"\x1d(H\x06\x0001abcd",
        b"\x10\x05\x01",
        b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
    ],
)
def test_what_it_does_not_know_is_noted(order: bytes) -> None:
    device = printer()
    device.receive(order)
    assert device.counts.strange


def test_a_cheap_one_knows_no_codes_no_numbers_and_no_name() -> None:
    device = VirtualPrinter(16, is_plain=True, has_cutter=False)
    device.receive(b"\x1d(k\x03\x001C\x04\x1d(H\x06\x00000001\x1dIC\x1dVB\x00")
    assert len(device.counts.strange) == 4
    assert device.answers() == b""
    device.receive(DOT + b"\x1bd\x05")
    assert any(device.paper.sheets[0].rows)


def test_orders_are_the_same_however_the_bytes_come_apart() -> None:
    stream = b"\x1b@\x00\x00\x1ba\x01" + DOT + b"\x1d(k\x03\x001C\x04\x1dVB\x00\x1dr\x01\x10\x04\x01\x1dIC"
    whole = printer()
    whole.receive(stream)
    for cut in range(len(stream)):
        device = printer()
        device.receive(stream[:cut])
        device.receive(stream[cut:])
        assert device.paper.sheets == whole.paper.sheets
        assert sorted(device.answers()) == sorted(b"\x00\x12\x5fVIRTUAL\x00")
        assert device.is_idle
    one_by_one = bytearray()
    for byte in b"\x1dVB":
        one_by_one.append(byte)
        assert take(one_by_one) is None


def test_it_answers_at_once_also_between_the_dots_of_a_picture() -> None:
    device = printer()
    device.receive(b"\x1dv0\x00\x02\x00\x02\x00\xff\x10")
    assert device.answers() == b""
    device.receive(b"\x04")
    device.receive(b"\x04")  # paper, and a dot more
    assert device.answers() == b"\x12"


def test_without_paper_it_keeps_what_it_has_and_goes_on_after() -> None:
    device = printer()
    device.paper.rows_left = 0
    device.receive(DOT + b"\x1dr\x01")
    assert device.answers() == b""
    assert device.room() == BUFFER_BYTES - len(DOT) - 3
    device.receive(b"\x10\x04\x04")
    assert device.answers() == b"\x7e"
    device.paper.rows_left = None
    device.go_on()
    assert device.answers() == b"\x00"
    assert device.paper.has_hanging_ink


def test_without_power_it_forgets_all_but_the_paper() -> None:
    device = printer()
    device.receive(DOT + b"\x1ba\x01\x1dv0\x00\x02\x00\x09\x00\xff")
    device.power(False)
    assert device.receive(b"\x10\x04\x01") == 3
    assert device.answers() == b""
    device.power(True)
    assert device.is_idle
    assert device.counts.starts == 2
    assert device.paper.hanging == Picture(16, b"\x80\x00")


def test_dots_beyond_the_paper_are_lost_and_noted() -> None:
    device = printer()
    device.receive(b"\x1dv0\x00\x03\x00\x01\x00\x00\x01\xff")
    assert device.counts.too_wide == 1
    assert device.paper.hanging == Picture(16, b"\x00\x01")


def test_sides_and_doubling() -> None:
    device = printer()
    device.receive(b"\x1ba\x01" + DOT + b"\x1ba\x02" + DOT + b"\x1ba\x00\x1dv0\x03\x01\x00\x01\x00\x81")
    assert device.paper.hanging == Picture(16, b"\x08\x00\x00\x80\xc0\x03\xc0\x03")


def test_paper_ends_row_by_row() -> None:
    paper = Paper(12, rows_left=2)
    assert paper.print_row(b"\xff\xff", 4)
    assert paper.feed(5) == 1
    assert paper.is_out
    assert not paper.print_row(b"\xff", 0)
    assert paper.cut() == Picture(12, b"\x0f\xf0\x00\x00")


def start(folder: Path, *way: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "hardware.virtual_printer", "simulate", *way]
    command += ["--out", str(folder / "out"), "--control", str(folder / "ctl"), "--width", "384", "--baud", "230400"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["--link", "--tcp"])
def test_the_process_prints_slips_as_png_and_takes_orders(tmp_path: Path, way: str) -> None:
    place = str(tmp_path / "tty") if way == "--link" else "0"
    with start(tmp_path, way, place) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said.startswith("printer at ")
        at = said.split()[2].rstrip(",")
        settings = (
            PrinterSettings(PrinterKind.SERIAL, device=Path(at), numbers=True)
            if way == "--link"
            else PrinterSettings(PrinterKind.NETWORK, host=at.split(":")[0], port=int(at.split(":")[1]), numbers=True)
        )
        shape = Picture(384, b"\x0f" * 48 * 8)
        device = open_printer(settings)
        assert device.print(Slip((shape, QrCode("HTTPS://A.VN/U/ABCDE", 4)))).outcome is Outcome.DONE
        assert tell(tmp_path / "ctl", "paper out") == "ok"
        assert device.status() is PrinterStatus.NO_PAPER
        assert tell(tmp_path / "ctl", "paper").startswith("error")
        state = json.loads(tell(tmp_path / "ctl", "state"))
        assert (state["slips"], state["cuts"], state["strange"]) == (1, 1, [])
        device.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == os.EX_OK
    (slip,) = (tmp_path / "out").iterdir()
    with Image.open(slip) as image:
        assert image.size[0] == 384
        assert picture(image).rows[: len(shape.rows)] == shape.rows
    assert not (tmp_path / "ctl").exists()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    from hardware.virtual_printer.__main__ import main

    (tmp_path / "file").touch()
    assert main(["simulate", "--tcp", "0", "--out", str(tmp_path / "file"), "--control", "ctl"]) == os.EX_CANTCREAT
    taken = ["--link", str(tmp_path / "no" / "tty"), "--out", str(tmp_path), "--control", str(tmp_path / "ctl")]
    assert main(["simulate", *taken]) == os.EX_CANTCREAT
    assert main(["tell", "--control", str(tmp_path / "nobody"), "state"]) == os.EX_UNAVAILABLE
