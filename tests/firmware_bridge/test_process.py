"""`hailong-terminal` as IT staff and the demo meet it: processes, sockets, exit codes."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path

import pytest

from firmware_bridge.__main__ import main
from firmware_bridge.control import LONGEST_LINE, ControlSocket, numbers, tell
from firmware_bridge.frames import Hello, Ping, encode

ROOT = Path(__file__).parents[2]
PATIENCE_S = 20


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "firmware_bridge", *map(str, words)]


@pytest.fixture
def simulator(folder):
    words = ["simulate", "--link", folder / "tty", "--control", folder / "ctl", "--store", folder / "ring"]
    with subprocess.Popen(command(*words), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        yield process
        process.kill()


def test_it_answers_and_leaves_in_order(simulator, folder):
    assert tell(folder / "ctl", "press 3 50 2000") == "ok"
    assert json.loads(tell(folder / "ctl", "lamps")) == {"lit": [], "counts": [0] * 5}
    assert json.loads(tell(folder / "ctl", "stats"))["plugged"] is True
    assert tell(folder / "ctl", "unplug") == "ok"
    assert not (folder / "tty").exists()
    assert tell(folder / "ctl", "plug") == "ok"
    assert (folder / "tty").is_symlink()
    simulator.send_signal(signal.SIGTERM)
    assert simulator.wait(PATIENCE_S) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["ring"]


@pytest.mark.parametrize(
    "line",
    ["", "dance", "press", "press 1", "press 5 100", "press -1 100", "press a b", "press 1 999999", "press 1 2 3 4"],
)
def test_a_wrong_line_is_answered_with_an_error(simulator, folder, line):
    assert tell(folder / "ctl", line).startswith("error: ")


def test_a_second_simulator_on_the_same_ring_is_refused(simulator, folder):
    words = ["simulate", "--link", folder / "t2", "--control", folder / "c2", "--store", folder / "ring"]
    second = subprocess.run(command(*words), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert second.returncode == os.EX_CANTCREAT
    assert "another simulator" in second.stderr


def test_the_monitor_prints_frames_and_sends_nothing(simulator, folder):
    words = command("monitor", "--device", folder / "tty")
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as monitor:
        lines = [monitor.stdout.readline() for _ in range(2)]
        assert all("Hello(protocol=1" in line for line in lines)
        tell(folder / "ctl", "unplug")
        assert monitor.wait(PATIENCE_S) == os.EX_IOERR
        assert str(folder / "tty") in monitor.stderr.read()
    assert json.loads(tell(folder / "ctl", "stats"))["bad_frames"] == 0


def test_tell_from_the_command_line(simulator, folder, capsys):
    assert main(["tell", "--control", str(folder / "ctl"), "press", "2", "50"]) == os.EX_OK
    assert main(["tell", "--control", str(folder / "ctl"), "dance"]) == os.EX_DATAERR
    assert main(["tell", "--control", str(folder / "nobody"), "lamps"]) == os.EX_UNAVAILABLE
    assert capsys.readouterr().out.startswith("ok\nerror: ")


def test_a_port_that_is_not_there(folder, capsys):
    assert main(["monitor", "--device", str(folder / "none")]) == os.EX_NOINPUT
    assert "No such file" in capsys.readouterr().err
    plain = folder / "file"
    plain.write_bytes(b"")
    assert main(["monitor", "--device", str(plain)]) == os.EX_NOINPUT


def test_the_monitor_reads_both_directions_amid_noise(capsys):
    master, slave = pty.openpty()
    tty.setraw(slave)
    name = os.ttyname(slave)
    os.write(master, b"noise" + encode(Ping()) + encode(Hello(*[1] * 14)) + b"\x01\x02")
    with subprocess.Popen(command("monitor", "--device", name), cwd=ROOT, stdout=subprocess.PIPE, text=True) as monitor:
        assert "Ping()" in monitor.stdout.readline()
        assert "Hello(" in monitor.stdout.readline()
        os.close(slave)
        os.close(master)
        assert monitor.wait(PATIENCE_S) == os.EX_IOERR


@pytest.mark.parametrize("words", [["--help"], ["simulate", "--help"], ["monitor", "--help"], ["tell", "--help"]])
def test_help(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 0
    assert "usage: hailong-terminal" in capsys.readouterr().out


def test_wrong_usage_is_refused(capsys):
    with pytest.raises(SystemExit) as left:
        main(["simulate", "--link", "x"])
    assert left.value.code == 2
    assert "--control" in capsys.readouterr().err


def test_the_control_socket_serves_many_lines_and_survives_rude_callers(folder):
    control = ControlSocket(folder / "ctl", lambda line: line[::-1])
    polite, rude, gone = (socket.socket(socket.AF_UNIX) for _ in range(3))
    for caller in (polite, rude, gone):
        caller.connect(str(folder / "ctl"))
        control.serve(0.5)
    polite.sendall(b"abc\nde")
    rude.sendall(b"x" * (LONGEST_LINE + 1))
    gone.close()
    for _ in range(5):
        control.serve(0.05)
    polite.sendall(b"f\n\xff\n")
    control.serve(0.5)
    time.sleep(0)
    assert polite.recv(100) == b"cba\nfed\n\xef\xbf\xbd\n"
    assert rude.recv(100) == b"", "hung up on"
    control.close()
    polite.close()
    rude.close()
    assert not (folder / "ctl").exists()
    with pytest.raises(OSError):
        tell(folder / "ctl", "abc")


@pytest.mark.parametrize("words", [[], ["1"], ["1", "2", "3", "4"], ["1", "-2"], ["1", "x"], ["1.5", "2"]])
def test_numbers_refuses(words):
    with pytest.raises(ValueError):
        numbers(words, 2, 3)
