"""What a printer is built from, and what its silence and its answers are taken for."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.errors import BadPrinterSettings
from hardware.ports import Outcome, Picture, Printed, PrinterStatus, Slip
from hardware.printer import PrinterKind, PrinterSettings, check, open_printer
from hardware.printer_ports import NodePort, failed, model_width_px
from hardware.printer_status import Answers, status_in_order, status_of

SERIAL = PrinterSettings(PrinterKind.SERIAL, device=Path("/dev/serial/by-path/x"))
NETWORK = PrinterSettings(PrinterKind.NETWORK, host="192.0.2.7")
USB = PrinterSettings(PrinterKind.USB)
FILE = PrinterSettings(PrinterKind.FILE, device=Path("/dev/usb/lp0"), width_px=576)
SMALL = Slip((Picture(8, b"\xff"),))


@pytest.mark.parametrize("settings", [SERIAL, NETWORK, USB, FILE, replace(SERIAL, numbers=True, names=True)])
def test_good_settings(settings: PrinterSettings) -> None:
    check(settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (replace(SERIAL, device=None), "device"),
        (replace(FILE, device=None), "device"),
        (replace(NETWORK, host=""), "host"),
        (replace(NETWORK, host="192.168.1..5"), "host"),
        (replace(NETWORK, host="may in"), "host"),
        (replace(NETWORK, port=0), "port"),
        (replace(NETWORK, port=65_536), "port"),
        (replace(SERIAL, baud=115_201), "baud"),
        (replace(USB, usb_vendor=-1), "usb_vendor"),
        (replace(USB, usb_product=0x10000), "usb_product"),
        (replace(SERIAL, width_px=383), "multiple of 8"),
        (replace(SERIAL, width_px=0), "multiple of 8"),
        (replace(SERIAL, width_px=2048), "multiple of 8"),
        (replace(SERIAL, asks=False, numbers=True), "asks"),
    ],
)
def test_settings_that_no_printer_can_be_reached_by_are_refused(settings: PrinterSettings, words: str) -> None:
    with pytest.raises(BadPrinterSettings, match=words):
        open_printer(settings)


@pytest.mark.parametrize("kind", ["serial", "file", "network"])
def test_what_is_not_there_is_a_status_and_no_exception(kind: str, tmp_path: Path) -> None:
    settings = {
        "serial": replace(SERIAL, device=tmp_path / "none"),
        "file": replace(FILE, device=tmp_path / "none"),
        "network": replace(NETWORK, host="127.0.0.1", port=1),
    }[kind]
    printer = open_printer(settings)
    assert printer.status() is PrinterStatus.ABSENT
    assert printer.print(SMALL) == Printed(Outcome.NOT_STARTED, PrinterStatus.ABSENT)
    printer.close()


def test_a_file_takes_the_bytes_of_a_slip_and_says_no_more(tmp_path: Path) -> None:
    node = tmp_path / "slips.bin"
    node.touch()
    printer = open_printer(replace(FILE, device=node, asks=False))
    assert printer.print(SMALL) == Printed(Outcome.SENT, PrinterStatus.UNASKED)
    printer.close()
    assert node.read_bytes().endswith(b"\x1dv0\x00\x01\x00\x01\x00\xff\x1dVB\x00")


def test_a_fifo_that_nobody_empties_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardware.printer_ports.STALL_S", 0.05)
    node = tmp_path / "lp0"
    os.mkfifo(node)
    reader = os.open(node, os.O_RDONLY | os.O_NONBLOCK)
    printer = open_printer(replace(FILE, device=node, asks=False))
    solid = Slip((Picture(576, b"\xff" * 72 * 2000),))
    try:
        assert printer.print(solid) == Printed(Outcome.UNKNOWN, PrinterStatus.SILENT)
    finally:
        printer.close()
        os.close(reader)


def test_a_node_that_is_there_but_not_for_us(tmp_path: Path) -> None:
    assert failed(PermissionError(errno.EACCES, "no")).status is PrinterStatus.FORBIDDEN
    assert failed(OSError(errno.EBUSY, "lp0")).status is PrinterStatus.BUSY
    assert failed(OSError(errno.ENODEV, "lp0")).status is PrinterStatus.ABSENT
    assert failed(None).status is PrinterStatus.ABSENT
    node = tmp_path / "file"
    node.touch()
    assert NodePort(node, True).read(0.0) == b""


def test_two_programs_do_not_share_a_serial_line(tmp_path: Path) -> None:
    from firmware_bridge.simulator.port import Port
    from hardware.printer_ports import PortFailed, SerialPort

    line = Port(tmp_path / "tty")
    line.plug()
    first = SerialPort(tmp_path / "tty", 9600, "rtscts")
    with pytest.raises(PortFailed) as second:
        SerialPort(tmp_path / "tty", 9600, "rtscts")
    assert second.value.status is PrinterStatus.BUSY
    first.close()
    line.unplug()


FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


@pytest.mark.parametrize(
    ("sensors", "status"),
    [
        (FINE, PrinterStatus.READY),
        ({1: 0x12}, PrinterStatus.READY),
        ({}, PrinterStatus.SILENT),
        ({3: 0x12, 4: 0x12}, PrinterStatus.SILENT),
        (FINE | {4: 0x1E}, PrinterStatus.PAPER_LOW),
        (FINE | {4: 0x72}, PrinterStatus.NO_PAPER),
        (FINE | {1: 0x1A, 2: 0x32, 4: 0x72}, PrinterStatus.NO_PAPER),
        (FINE | {1: 0x1A, 2: 0x36, 4: 0x72}, PrinterStatus.COVER_OPEN),
        (FINE | {1: 0x1A, 2: 0x52, 3: 0x1A}, PrinterStatus.FAULT),
        (FINE | {1: 0x1A, 3: 0x52}, PrinterStatus.FAULT),
        (FINE | {1: 0x1A, 2: 0x1A}, PrinterStatus.OFFLINE),
        (FINE | {1: 0x1A}, PrinterStatus.OFFLINE),
    ],
)
def test_sensors_mean(sensors: dict[int, int], status: PrinterStatus) -> None:
    assert status_of(sensors) is status


def test_what_is_said_in_order_of_the_paper() -> None:
    assert [status_in_order(answer) for answer in (0x00, 0x03, 0x0C, 0x0F)] == [
        PrinterStatus.READY,
        PrinterStatus.PAPER_LOW,
        PrinterStatus.NO_PAPER,
        PrinterStatus.NO_PAPER,
    ]


def test_answers_are_sorted_however_they_come_apart() -> None:
    said = b"\x12\x00\x5fTM-T88V\x00\x1a\x37\x220042\x00\x03\x11\x13\xff"
    for cut in range(len(said)):
        answers = Answers()
        answers.hear(said[:cut])
        answers.hear(said[cut:])
        assert answers.at_once == [0x12, 0x1A]
        assert answers.in_order == [0x00, 0x03]
        assert answers.blocks == [b"\x5fTM-T88V", b"\x37\x220042"]


def test_what_a_printer_tells_unasked_is_no_answer() -> None:
    answers = Answers()
    answers.hear(b"\x14\x00\x0f\x0f\x00\x18\x04")
    answers.hear(b"\x0c\x00\x12")
    assert answers.in_order == [0x00]
    assert answers.at_once == [0x12]


def test_a_block_without_an_end_is_given_up() -> None:
    answers = Answers()
    answers.hear(b"\x5f" + b"x" * 500 + b"\x00\x12")
    assert answers.at_once == [0x12]


def test_models_and_their_heads() -> None:
    assert model_width_px("TM-T88V") == 512
    assert model_width_px("POS-5890") == 384
    assert model_width_px("RP326") is None
    assert model_width_px("\x1b@") is None
