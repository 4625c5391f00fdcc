"""The watchdog is fed by frames drawn and input read, never by a loop that merely goes round."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.soak.rig import kiosk

pytestmark = pytest.mark.display
PERIOD_S = 0.25
PERIODS = 8  # of silence prove that the heart has stopped


class Systemd:
    """The service manager's end of the socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": str(int(PERIOD_S * 2e6))}

    def hear(self, timeout_s: float) -> str:
        self._socket.settimeout(timeout_s)
        try:
            return self._socket.recv(99).decode()
        except TimeoutError:
            return ""

    def wait_for(self, message: str) -> None:
        for _ in range(500):
            if self.hear(20) == message:
                return
        raise AssertionError(f"no {message}")

    def falls_silent(self) -> bool:
        """What was under way may still come; then nothing."""
        return any(not self.hear(PERIOD_S * PERIODS) for _ in range(100))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    manager = Systemd(tmp_path / "notify")
    yield manager
    manager.close()


def test_a_living_screen_beats_and_says_so_in_order(systemd, tmp_path):
    with kiosk(systemd.environment, directory=tmp_path) as rig:
        systemd.wait_for("READY=1")
        for _ in range(5):
            systemd.wait_for("WATCHDOG=1")
        assert rig.citizen.end() == 0
    systemd.wait_for("STOPPING=1")


@pytest.mark.parametrize("broken", ["stop-drawing", "stop-reading", "stall"])
def test_no_frame_no_input_or_a_stalled_loop_is_no_beat(systemd, tmp_path, broken):
    with kiosk(systemd.environment, directory=tmp_path) as rig:
        systemd.wait_for("WATCHDOG=1")
        rig.say(broken)
        assert systemd.falls_silent(), broken
        assert rig.citizen.process.poll() is None, "the process lives, and looks alive to anything but the watchdog"


def test_a_display_that_hangs_is_no_beat_and_its_return_is_one(systemd, tmp_path):
    with kiosk(systemd.environment, directory=tmp_path) as rig:
        systemd.wait_for("WATCHDOG=1")
        os.kill(rig.server, signal.SIGSTOP)
        try:
            assert systemd.falls_silent()
        finally:
            os.kill(rig.server, signal.SIGCONT)
        systemd.wait_for("WATCHDOG=1")
        rig.citizen.answer("level:4", "question", "RG.HL1")


BUTTONS = """
data_directory = "{data}"
[screen]
on = false
[[panel]]
kind = "gpio-simulated"
button_pins = [5, 6, 13, 19, 26]
control_socket = "{control}"
"""
HUNG = """
import sys, threading
from hardware.gpio_panel import GpioPanel
from kiosk import __main__ as kiosk
polls = GpioPanel.poll
def poll(self):
    if open({flag!r}).read():
        return []  # the loop goes round, the port is not looked at
    return polls(self)
GpioPanel.poll = poll
sys.exit(kiosk.main(sys.argv[1:]))
"""


def test_a_kiosk_of_buttons_proves_its_loop_and_its_port(systemd, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "kiosk.toml").write_text(BUTTONS.format(data=tmp_path / "data", control=tmp_path / "pins"))
    flag = tmp_path / "hung"
    flag.write_text("")
    command = [sys.executable, "-c", HUNG.format(flag=str(flag)), "--config", str(tmp_path / "kiosk.toml")]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **systemd.environment}, stderr=log)
    try:
        systemd.wait_for("READY=1")
        for _ in range(3):
            systemd.wait_for("WATCHDOG=1")
        flag.write_text("1")
        assert systemd.falls_silent()
        flag.write_text("")
        systemd.wait_for("WATCHDOG=1")
        os.kill(process.pid, signal.SIGSTOP)
        assert systemd.falls_silent()
        os.kill(process.pid, signal.SIGCONT)
        systemd.wait_for("WATCHDOG=1")
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
    assert "process.failed" not in events


def test_the_process_that_is_not_meant_is_silent(tmp_path):
    """A child of the service inherits the variables; its word is not the service's."""
    from kiosk.notify import Notify

    assert Notify({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).period_s == 0
    assert Notify({"WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}).period_s == 0.5
