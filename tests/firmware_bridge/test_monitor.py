"""A technician's commands on ports for real, and beside the firmware as a process."""

import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.frames import Hello, Ping, Press, encode
from tests.firmware_bridge.workbench import EPOCH, ROOT, Errand, simulated, wait_for

HELLO = Hello(1, 1, 0, 0, 1, 5, EPOCH, 3, 1234, 1, 7, 2, 67, 1, 0)
PRESS = Press(EPOCH, 7, 3, 2000, 3, 0, 2010)


@pytest.fixture
def line():
    """A pty: our end, and the path of the other."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    path = Path(os.ttyname(slave))
    os.close(slave)
    yield master, path
    os.close(master)


@pytest.mark.parametrize("name", ["monitor", "selftest", "flash", "identify", "status", "tell", "simulate"])
def test_every_command_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    assert f"usage: hailong-terminal {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["monitor", "selftest", "flash", "identify", "status"])
def test_a_port_that_is_not_there_is_one_line_in_both_languages(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("LANG", "C")
    assert main([name, "--device", str(tmp_path / "none")]) == os.EX_NOINPUT
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "Không có cổng" in lines[0]
    assert "There is no port" in lines[0]


def test_listening_prints_both_directions_and_sends_nothing(line):
    master, path = line
    words = [sys.executable, "-m", "firmware_bridge", "monitor", "--listen", "--language", "en", "--device", str(path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as monitor:
        assert "nothing is sent" in monitor.stdout.readline()
        os.write(master, b"noise" + encode(Ping()) + encode(HELLO) + encode(PRESS) + b"\x01\x02")
        printed = [monitor.stdout.readline() for _ in range(3)]
        monitor.send_signal(signal.SIGINT)
        assert monitor.wait(20) == 0
    assert ["Ping(" in printed[0], "Hello(" in printed[1], "Press(" in printed[2]] == [True] * 3
    os.set_blocking(master, False)
    with pytest.raises(OSError):  # nothing to read, or nobody there
        os.read(master, 1)


def test_a_silent_port_is_told_and_the_reader_may_leave(line, capsys, monkeypatch):
    _, path = line
    monkeypatch.setattr("firmware_bridge.technician.cli.HEAR_S", 0.3)
    assert main(["status", "--device", str(path), "--language", "en"]) == os.EX_UNAVAILABLE
    assert "No button terminal heard" in capsys.readouterr().err


# --- with the firmware itself ---


@pytest.fixture
def box():
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        box = simulated(Path(name))
        yield box
        box.stop()


def status_of(box) -> dict:
    status = Errand("status", "--device", box.device, "--json")
    assert status.end() == 0, status.errors
    return json.loads(status.said[-1])


def test_the_monitor_shows_presses_and_takes_and_makes_none(box):
    for button in (4, 1):
        recorded = sum(json.loads(box.tell("lamps"))["counts"])
        box.press(button)
        wait_for(lambda before=recorded: sum(json.loads(box.tell("lamps"))["counts"]) > before, "the lamp")
        wait_for(lambda: not json.loads(box.tell("lamps"))["lit"], "the end of it")
        time.sleep(0.5)  # longer than the refractory time
    before = status_of(box)
    assert before["status"]["unacked"] == 2
    monitor = Errand("monitor", "--device", box.device)
    assert "2 presses of citizens wait" in monitor.until("wait in the box")
    monitor.until("SELF-TEST: no press is recorded")
    for button in range(5):
        box.press(button)
        monitor.until(f"▲ Button {button + 1} – ")
    assert monitor.end(signal.SIGINT) == 0
    assert "back at work" in monitor.said[-1]
    after = status_of(box)
    assert (after["status"]["unacked"], after["next_seq"], after["totals"]) == (2, before["next_seq"], before["totals"])
    assert "TESTING" not in after["status"]["flags"]
    assert after["status"]["rx_bad"] == 0
    assert not any("seq" in line for line in monitor.said), "a citizen's answer is nobody's to see"
    print("monitor on the firmware: 2 records waiting before and after, 5 presses shown, none recorded")


def test_a_pulled_cable_is_told_and_waited_out(box):
    monitor = Errand("monitor", "--device", box.device, language="vi")
    monitor.until("TỰ KIỂM")
    for _ in range(2):
        box.tell("unplug")
        monitor.until("Mất kết nối")
        box.tell("plug")
        monitor.until("có cổng trở lại")
        monitor.until("TỰ KIỂM")
        box.press(0)
        monitor.until("▲ Nút 1 – Rất không hài lòng")
    assert monitor.end(signal.SIGTERM) == 0


def test_a_second_technician_is_sent_away(box):
    monitor = Errand("monitor", "--device", box.device)
    monitor.until("SELF-TEST")
    second = Errand("status", "--device", box.device)
    assert second.end() == os.EX_TEMPFAIL
    assert f"({monitor.process.pid})" in second.errors
    monitor.end(signal.SIGINT)
