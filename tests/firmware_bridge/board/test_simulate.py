"""The emulated board as a process: its pty through pyserial, its control socket, its end by SIGTERM and SIGKILL."""

import json
import os
import pty
import random
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import serial

from firmware_bridge.control import tell
from firmware_bridge.simulator.pace import Pace
from tests.firmware_bridge.board.avr import ECHO, MONITOR

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60
MOST_PORTS = 64
STARTED_CYCLES = 160_000  # 10 ms: the program has said its first words to nobody
RUN = """
import argparse, sys
from firmware_bridge.simulator import command
parser = argparse.ArgumentParser()
command.add_arguments(parser)
sys.exit(command.run(parser.parse_args()))
"""


@pytest.fixture
def folder():
    """Short: a Unix socket's path holds 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


@pytest.fixture
def start(folder, compiled):
    """`start(*options, source=MONITOR)` runs a simulator in `folder` and waits until it is ready."""
    started = []

    def run(*options, source=MONITOR):
        paths = ["--link", folder / "tty", "--control", folder / "ctl", "--store", folder / "store"]
        words = [*paths, "--firmware", compiled(source), *options]
        process = subprocess.Popen(
            command(*words), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == f"terminal at {folder / 'tty'}, control at {folder / 'ctl'}\n"
        wait_for(lambda: json.loads(tell(folder / "ctl", "stats"))["cycles"] > STARTED_CYCLES)
        return process

    yield run
    for process in started:
        process.kill()
        with process:
            process.wait(PATIENCE_S)


def command(*words):
    return [sys.executable, "-c", RUN, *map(str, words)]


def wait_for(truth):
    deadline_s = time.monotonic() + PATIENCE_S
    while not truth():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


@contextmanager
def port(folder):
    with serial.Serial(str(folder / "tty"), 38400, timeout=PATIENCE_S) as opened:
        yield opened


def asked(opened, words, count=1):
    opened.write(words)
    return opened.read(count)


def test_a_killed_simulator_leaves_no_way_into_the_port_that_gets_its_number(start, folder):
    """A killed box's link is tried again and again by its host; it must not find another box, or another test."""
    simulator, link = start(), folder / "tty"
    device = link.resolve()
    assert device.parent == Path("/dev/pts")
    simulator.kill()
    simulator.wait(PATIENCE_S)
    others = []
    try:
        while device.name not in [Path(os.ttyname(port)).name for _, port in others] and len(others) < MOST_PORTS:
            others.append(pty.openpty())
        assert device.exists(), "the number has a new owner"
        with pytest.raises(FileNotFoundError):
            os.open(link, os.O_RDWR | os.O_NOCTTY)
    finally:
        for ends in others:
            for end in ends:
                os.close(end)
    start()
    assert link.exists(), "replaced by the next start"


def test_it_answers_and_leaves_in_order(start, folder):
    simulator = start()
    assert tell(folder / "ctl", "press 3 50 2000") == "ok"
    wait_for(lambda: json.loads(tell(folder / "ctl", "lamps"))["counts"][3])
    stats = json.loads(tell(folder / "ctl", "stats"))
    assert (stats["plugged"], stats["power"], stats["resets"]) == (True, True, 0)
    assert stats["cycles"] > 0
    assert json.loads(tell(folder / "ctl", "buzzer")) == {"on": False, "starts": 0}
    assert tell(folder / "ctl", "unplug") == "ok"
    assert not (folder / "tty").exists()
    assert tell(folder / "ctl", "plug") == "ok"
    assert (folder / "tty").is_symlink()
    simulator.send_signal(signal.SIGTERM)
    assert simulator.wait(PATIENCE_S) == 0
    assert [path.name for path in folder.iterdir()] == ["store"]


WRONG_LINES = """
dance; press; press 1; press 5 100; press -1 100; press a b; press 1 999999; press 1 2 3 4
down; down 5; up 1 200000; lamps 1; stats 1; buzzer 1; restart 1; plug 1; unplug 1
power; power up; die; die press; die 1 2; supply; supply 7000; straps; straps 2
fram; fram gone; fram failing; fram present 3
"""


@pytest.mark.parametrize("line", ["", *(word.strip() for word in WRONG_LINES.replace("\n", ";").split(";") if word)])
def test_a_wrong_line_is_answered_with_an_error(start, folder, line):
    start()
    assert tell(folder / "ctl", line).startswith("error: ")


def test_opening_the_port_resets_the_board_as_dtr_does(start, folder):
    start("--bootloader-ms", "20")
    for _ in range(30):
        with port(folder) as opened:
            assert opened.read(2) == b"!\x02"
    assert json.loads(tell(folder / "ctl", "stats"))["resets"] == 30
    print("30 openings of the port, each at once after the last closing: 30 resets")


def test_without_dtr_the_board_goes_on(start, folder):
    start("--no-dtr-reset")
    with port(folder) as opened:
        assert asked(opened, b"w\x2a\x00") == b"\x00"
    assert json.loads(tell(folder / "ctl", "stats"))["resets"] == 0


def test_bytes_pass_both_ways_at_the_pace_of_the_line(start, folder):
    data = random.Random(1).randbytes(3000)
    start("--no-dtr-reset", source=ECHO)
    with port(folder) as opened:
        opened.write(data)
        assert opened.read(len(data)) == data
    stats = json.loads(tell(folder / "ctl", "stats"))
    assert (stats["rx_bytes"], stats["rx_overruns"]) == (3000, 0)


def test_lamps_seen_survive_sigkill_and_a_new_start(start, folder):
    simulator = start()
    assert tell(folder / "ctl", "down 3") == "ok"
    wait_for(lambda: json.loads(tell(folder / "ctl", "lamps"))["lit"] == [3])
    simulator.kill()
    simulator.wait(PATIENCE_S)
    start()
    assert json.loads(tell(folder / "ctl", "lamps")) == {"lit": [], "counts": [0, 0, 0, 1, 0]}


@pytest.mark.parametrize(("order", "seen"), [("die 0 press", 0), ("die 50000 press", 1)])
def test_it_dies_at_a_chosen_moment_of_the_next_press(start, folder, order, seen):
    simulator = start()
    assert tell(folder / "ctl", order) == "ok"
    assert tell(folder / "ctl", "press 2 100") == "ok"
    assert simulator.wait(PATIENCE_S) == -signal.SIGKILL
    start()
    assert json.loads(tell(folder / "ctl", "lamps"))["counts"] == [0, 0, seen, 0, 0]


def test_cable_and_supply_are_two_things(start, folder):
    start("--no-dtr-reset")
    with port(folder) as opened:
        assert tell(folder / "ctl", "power off") == "ok"
        assert json.loads(tell(folder / "ctl", "stats"))["power"] is False
        opened.write(b"r\x3f")
        wait_for(lambda: json.loads(tell(folder / "ctl", "stats"))["rx_deaf"] == 2)
        assert tell(folder / "ctl", "power on") == "ok"
        assert opened.read(2) == b"!\x01"
        assert tell(folder / "ctl", "supply 2000") == "ok"
        assert tell(folder / "ctl", "supply 5000") == "ok"
        assert opened.read(2) == b"!\x04"
        assert tell(folder / "ctl", "unplug") == "ok"
        with pytest.raises(serial.SerialException):
            opened.read(1)
    assert json.loads(tell(folder / "ctl", "stats"))["power"] is True
    assert tell(folder / "ctl", "plug") == "ok"
    with port(folder) as opened:
        assert asked(opened, b"r\x2a") == b"\x00"


def test_a_box_powered_by_its_bus_loses_both(start, folder):
    start("--bus-powered", "--no-dtr-reset")
    assert tell(folder / "ctl", "unplug") == "ok"
    assert json.loads(tell(folder / "ctl", "stats"))["power"] is False
    assert tell(folder / "ctl", "plug") == "ok"
    assert json.loads(tell(folder / "ctl", "stats"))["power"] is True


def test_parts_can_be_exchanged(start, folder):
    start("--no-dtr-reset")
    with port(folder) as opened:
        assert tell(folder / "ctl", "fram absent") == "ok"
        assert asked(opened, b"t\xa4") + asked(opened, b"d\xa0") == b"\x08\x20"
        assert tell(folder / "ctl", "fram present") == "ok"
        assert asked(opened, b"t\xa4") + asked(opened, b"d\xa0") == b"\x10\x18"
        assert tell(folder / "ctl", "straps 3") == "ok"
        assert asked(opened, b"r\x26")[0] & 0x06 == 0x02
        assert tell(folder / "ctl", "restart") == "ok"
        assert opened.read(2) == b"!\x02"


def ended(folder, *words, **surroundings):
    done = subprocess.run(
        command(*words), cwd=ROOT, env={**os.environ, **surroundings}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


def test_a_second_simulator_on_the_same_store_is_refused(start, folder, compiled):
    start()
    paths = ["--link", folder / "t2", "--control", folder / "c2", "--store", folder / "store"]
    code, said = ended(folder, *paths, "--firmware", compiled(MONITOR))
    assert code == os.EX_CANTCREAT
    assert "another simulator" in said
    assert json.loads(tell(folder / "ctl", "stats"))["plugged"] is True


def test_what_cannot_be_run_is_named(folder, compiled):
    paths = ["--link", folder / "t", "--control", folder / "c", "--store", folder / "s"]
    code, said = ended(folder, *paths, "--firmware", folder / "none.hex")
    assert (code, "none.hex" in said) == (os.EX_NOINPUT, True)
    (folder / "bad.hex").write_text("hello")
    code, said = ended(folder, *paths, "--firmware", folder / "bad.hex")
    assert (code, "line 1" in said) == (os.EX_DATAERR, True)
    code, said = ended(
        folder, *paths, "--firmware", compiled(MONITOR), CC="/bin/false", HAILONG_BUILD=str(folder / "b")
    )
    assert (code, "apt-get install" in said) == (os.EX_UNAVAILABLE, True)


def test_its_own_directory_is_nobody_elses(folder, compiled):
    surroundings = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    words = command("--firmware", compiled(MONITOR))
    with subprocess.Popen(
        words, cwd=ROOT, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        own = folder / "hailong-terminal"
        assert {path.name for path in own.iterdir()} == {"tty", "control", "store"}
        assert stat.S_IMODE(own.stat().st_mode) == 0o700
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    own.chmod(0o777)
    code, said = ended(folder, "--firmware", compiled(MONITOR), XDG_RUNTIME_DIR=str(folder))
    assert (code, "0700" in said) == (os.EX_CANTCREAT, True)


def test_the_pace_follows_the_clock_and_forgets_a_stall():
    clock = [100.0]
    pace = Pace(lambda: clock[0], rate=2.0)
    assert pace.due_us() == 0
    clock[0] += 0.010
    assert pace.due_us() == pytest.approx(20_000)
    pace.paid(19_000)
    clock[0] += 0.001
    assert pace.due_us() == pytest.approx(3_000)
    clock[0] += 3600
    assert pace.due_us() == 1_000_000
