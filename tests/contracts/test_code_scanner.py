"""One contract for every code scanner: a serial one on a pty, a keyboard on a FIFO of kernel events, the simulator."""

import contextlib
import os
import pty
import random
import signal
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.control import tell
from hardware.code_frames import LONGEST_CODE
from hardware.code_reader import KEPT, CodeReader
from hardware.hid_keys import _PLAIN, _SHIFTED, KEY
from hardware.hid_scanner import HidLine
from hardware.ports import CodeScanner, Link, Reason, Scan
from hardware.scanner import NAME, ScannerKind, ScannerSettings, open_scanner
from hardware.touch_device import EVENT, SYN

ROOT = Path(__file__).parents[2]
SLIP = "HTTPS://PHIEU.EXAMPLE.VN/P/ABCDEFGHJKLMNPQRSTUV"


@dataclass
class Rig:
    """One device that can be shown codes, pulled out and pushed in again."""

    open: Callable[[], CodeScanner]
    show: Callable[[bytes], None]
    unplug: Callable[[], None]
    plug: Callable[[], None]
    woken: threading.Event = field(default_factory=threading.Event)


class OnPty:
    """A serial scanner: the test writes what its line carries."""

    def __init__(self, folder: Path) -> None:
        self.path, self._master = folder / "tty", -1

    def plug(self) -> None:
        self._master, other = pty.openpty()
        tty.setraw(other)
        self.path.symlink_to(os.ttyname(other))
        self._other = other

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._master)
        os.close(self._other)

    def show(self, code: bytes) -> None:
        self.write(code + b"\r\n")

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._master, data) :]


class OnFifo:
    """A keyboard: the test writes the kernel's events. No machine of the tests has /dev/uinput."""

    def __init__(self, folder: Path) -> None:
        self.path, self._handle = folder / "event-kbd", -1

    def plug(self) -> None:
        os.mkfifo(self.path)
        self._handle = os.open(self.path, os.O_RDWR)

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._handle)

    def show(self, code: bytes) -> None:
        for letter in code.decode("latin-1") + "\r":
            self.events(*typed(letter))

    def events(self, *events: tuple[int, int, int]) -> None:
        os.write(self._handle, b"".join(EVENT.pack(0, 0, *event) for event in events))


def typed(letter: str) -> list[tuple[int, int, int]]:
    """The keys that write `letter`; a key that writes nothing for what no keyboard has."""
    plain = next((code for code, written in _PLAIN.items() if written == letter), 0)
    shifted = next((code for code, written in _SHIFTED.items() if written == letter), 0)
    stroke = [(KEY, plain or shifted or 240, 1), (SYN, 0, 0), (KEY, plain or shifted or 240, 0), (SYN, 0, 0)]
    return stroke if plain or not shifted else [(KEY, 42, 1), (SYN, 0, 0), *stroke, (KEY, 42, 0), (SYN, 0, 0)]


@pytest.fixture(params=["serial", "hid", "simulated"])
def rig(request: pytest.FixtureRequest, folder: Path) -> Iterator[Rig]:
    with contextlib.ExitStack() as stack:
        opened: list[CodeScanner] = []
        if request.param == "simulated":
            rig = _simulated(stack, folder)
        else:
            device = OnPty(folder) if request.param == "serial" else OnFifo(folder)
            device.plug()
            rig = Rig(lambda: None, device.show, device.unplug, device.plug)  # type: ignore[arg-type, return-value]
            rig.open = lambda: _opened(request.param, device.path, rig)
        opener = rig.open
        rig.open = lambda: opened.append(opener()) or opened[-1]  # type: ignore[func-returns-value]
        yield rig
        for scanner in opened:
            scanner.close()


def _opened(kind: str, path: Path, rig: Rig) -> CodeScanner:
    if kind == "hid":
        return CodeReader(NAME, lambda: HidLine(path, lambda _handle: None), time.monotonic, rig.woken.set)
    return open_scanner(ScannerSettings(ScannerKind.SERIAL, path), on_ready=rig.woken.set)


def _simulated(stack: contextlib.ExitStack, folder: Path) -> Rig:
    link, control = folder / "tty", folder / "ctl"
    command = [sys.executable, "-m", "hardware.scanner_simulator", "--link", link, "--control", control]
    process = subprocess.Popen([*command, "--baud", "115200"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    stack.enter_context(process)
    stack.callback(process.send_signal, signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("scanner at")

    def order(line: str) -> None:
        assert tell(control, line) == "ok"

    rig = Rig(
        lambda: None, lambda code: order(f"scan-hex {code.hex()}"), lambda: order("unplug"), lambda: order("plug")
    )  # type: ignore[arg-type, return-value]
    rig.open = lambda: _opened("serial", link, rig)
    return rig


def up(scanner: CodeScanner) -> bool:
    return scanner.status().link is Link.UP


def taken(scanner: CodeScanner, wait_for: Callable[..., Any], count: int = 1) -> list[Scan]:
    found: list[Scan] = []

    def enough() -> bool:
        found.extend(scanner.take())
        return len(found) >= count

    wait_for(enough, f"code {count}")
    return found


def test_a_code_is_handed_over_once_and_whoever_waits_is_woken(rig, wait_for):
    scanner = rig.open()
    wait_for(lambda: up(scanner), "a scanner")
    assert scanner.take() == []
    rig.show(SLIP.encode())
    wait_for(rig.woken.is_set, "waking")
    assert taken(scanner, wait_for) == [Scan(NAME, SLIP)]
    assert scanner.take() == []
    rig.show(b"two")
    assert taken(scanner, wait_for) == [Scan(NAME, "two")]
    assert (scanner.name, scanner.status().reason, scanner.status().down_since_s) == (NAME, Reason.NONE, None)


def test_a_code_that_is_too_long_is_told_as_such_and_the_next_one_is_read(rig, wait_for):
    scanner = rig.open()
    wait_for(lambda: up(scanner), "a scanner")
    for code in (b"9" * LONGEST_CODE, b"9" * (LONGEST_CODE + 1), b"fine"):
        rig.show(code)
    found = taken(scanner, wait_for, 3)
    assert found == [Scan(NAME, "9" * LONGEST_CODE), Scan(NAME, "", whole=False), Scan(NAME, "fine")]


def test_codes_that_nobody_takes_are_forgotten_but_for_the_last_few(rig, wait_for):
    scanner = rig.open()
    wait_for(lambda: up(scanner), "a scanner")
    for number in range(KEPT + 3):
        rig.woken.clear()
        rig.show(b"%d" % number)
        wait_for(rig.woken.is_set, "waking")
    assert [scan.text for scan in scanner.take()] == [str(number) for number in range(3, KEPT + 3)]


def test_unplugged_is_a_status_and_the_same_device_is_taken_up_again(rig, wait_for):
    scanner = rig.open()
    for number in range(2):
        wait_for(lambda: up(scanner), "a scanner")
        rounds = scanner.rounds()
        rig.show(b"%d" % number)
        assert taken(scanner, wait_for) == [Scan(NAME, str(number))]
        rig.unplug()
        wait_for(lambda: scanner.status().link is Link.ABSENT, "an absence")
        assert scanner.status().down_since_s is not None
        wait_for(lambda before=rounds: scanner.rounds() > before + 2, "further looks")
        assert scanner.take() == []
        rig.plug()
    wait_for(lambda: up(scanner), "a scanner")


def test_a_closed_scanner_says_so_and_its_rounds_stand_still(rig, wait_for):
    scanner = rig.open()
    wait_for(lambda: up(scanner), "a scanner")
    scanner.close()
    rounds = scanner.rounds()
    assert (scanner.status().link, scanner.status().reason) == (Link.ABSENT, Reason.CLOSED)
    assert scanner.rounds() == rounds


def test_an_absent_device_is_no_error(folder, wait_for):
    for kind in ScannerKind:
        scanner = open_scanner(ScannerSettings(kind, folder / "nothing"))
        wait_for(lambda scanner=scanner: scanner.rounds() > 1, "a look")
        assert (scanner.status().link, scanner.status().reason) == (Link.ABSENT, Reason.ABSENT)
        scanner.close()


def test_whatever_comes_over_the_line_the_next_code_is_read(folder, wait_for):
    """10 kB of anything, cut anywhere, without an end, with controls that a terminal would obey."""
    rng, count, size = random.Random(7), 300, 0
    device = OnPty(folder)
    device.plug()
    scanner = open_scanner(ScannerSettings(ScannerKind.SERIAL, device.path))
    wait_for(lambda: up(scanner), "a scanner")
    for number in range(count):
        hostile = rng.randbytes(rng.choice((0, 1, 511, 513, 3000, 10_240)))
        size += len(hostile)
        device.write(hostile)
        device.write(b"\rcode %d\r" % number)
        wait_for(lambda number=number: Scan(NAME, f"code {number}") in scanner.take(), f"code {number}")
    assert up(scanner)
    scanner.close()
    device.unplug()
    print(f"\n{count} hostile codes over a line, {size} bytes, seed 7: the code after each was read")
