"""Rigs: every kind of panel with its shipped simulator, real threads, real ports, real time."""

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.control import tell
from hardware.panels import PanelKind, PanelSettings, open_panel
from hardware.ports import ButtonPanel, Link, Press

ROOT = Path(__file__).parents[2]
REFRACTORY_MS = 800  # a stall of this machine must not reach it
PATIENCE_S = 60.0  # for what must happen; two busy cores
BUTTON_PINS, LAMP_PINS = (5, 6, 13, 19, 26), (12, 16, 20, 21, 25)


def _wait_for(truth: Callable[[], Any], what: str = "it") -> Any:
    deadline_s = time.monotonic() + PATIENCE_S
    while not (value := truth()):
        assert time.monotonic() < deadline_s, f"{what} did not happen within {PATIENCE_S} s"
        time.sleep(0.01)
    return value


@pytest.fixture
def wait_for() -> Callable[..., Any]:
    return _wait_for


@dataclass
class TerminalProcess:
    """`hailong-terminal simulate` in `folder`; what its chips hold survives `kill`."""

    folder: Path
    process: subprocess.Popen[str] | None = None
    store: str = "store"

    def start(self) -> None:
        paths = ["--link", self.folder / "tty", "--control", self.folder / "ctl", "--store", self.folder / self.store]
        command = [sys.executable, "-m", "firmware_bridge", "simulate", *map(str, paths)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("terminal at")

    def stop(self, how: int) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        with self.process:
            return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def die(self) -> None:
        """Wait until it did so by itself, as `die` told it."""
        assert self.process is not None
        with self.process:
            assert self.process.wait(PATIENCE_S) == -signal.SIGKILL


@dataclass
class Rig:
    settings: PanelSettings
    control: Path
    terminal: TerminalProcess | None = None
    panels: list[ButtonPanel] = field(default_factory=list)
    woken: threading.Event = field(default_factory=threading.Event)

    @property
    def lights_itself(self) -> bool:
        """Whether the box has a memory of its own, and lights its lamp without us."""
        return self.terminal is not None

    @property
    def panel(self) -> ButtonPanel:
        return self.panels[-1]

    def open(self) -> ButtonPanel:
        self.panels.append(open_panel(self.settings, boot_id="0123456789abcdef", on_ready=self.woken.set))
        _wait_for(lambda: self.panel.status().link is Link.UP, "a link")
        return self.panel

    def tell(self, line: str) -> str:
        return tell(self.control, line)

    def press(self, button: int, hold_ms: int = 60, bounce_us: int = 0) -> None:
        assert self.tell(f"press {button} {hold_ms} {bounce_us}") == "ok"

    def lamp_counts(self) -> list[int]:
        return list(json.loads(self.tell("lamps"))["counts"])

    def wait_until_acknowledged(self) -> None:
        """Until the box says that no record of it waits."""
        _wait_for(lambda: self.panel.status().link is Link.UP and self.panel.status().waiting == 0, "acknowledgement")

    def gather(self, count: int) -> list[Press]:
        """Poll until `count` different presses came; then as long again as a burst would take, for one too many."""
        found: dict[str, Press] = {}

        def poll() -> bool:
            for press in self.panel.poll():
                found.setdefault(press.source, press)
            return len(found) >= count

        _wait_for(poll, f"press {count}")
        deadline_s = time.monotonic() + 2 * REFRACTORY_MS / 1000
        while time.monotonic() < deadline_s:
            poll()
            time.sleep(0.01)
        return list(found.values())


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short: a Unix socket's path holds 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


@contextlib.contextmanager
def terminal_in(folder: Path) -> Iterator[TerminalProcess]:
    terminal = TerminalProcess(folder)
    terminal.start()
    try:
        yield terminal
    finally:
        if terminal.process and terminal.process.poll() is None:
            assert terminal.stop(signal.SIGTERM) == 0


@contextlib.contextmanager
def running(rig: Rig) -> Iterator[Rig]:
    rig.open()
    try:
        yield rig
    finally:
        for panel in rig.panels:
            panel.close()


@contextlib.contextmanager
def serial_in(folder: Path, name: str) -> Iterator[Rig]:
    settings = PanelSettings(PanelKind.SERIAL, name, device=folder / "tty", refractory_ms=REFRACTORY_MS)
    with terminal_in(folder) as terminal, running(Rig(settings, folder / "ctl", terminal)) as rig:
        yield rig


@pytest.fixture
def serial_rig(folder: Path) -> Iterator[Rig]:
    with serial_in(folder, "box") as rig:
        yield rig


@pytest.fixture
def second_rig(folder: Path) -> Iterator[Rig]:
    (folder / "2").mkdir()
    with serial_in(folder / "2", "second") as rig:
        yield rig


@pytest.fixture
def gpio_rig(folder: Path) -> Iterator[Rig]:
    settings = PanelSettings(
        PanelKind.GPIO_SIMULATED,
        "row",
        button_pins=BUTTON_PINS,
        lamp_pins=LAMP_PINS,
        control_socket=folder / "ctl",
        refractory_ms=REFRACTORY_MS,
    )
    with running(Rig(settings, folder / "ctl")) as rig:
        yield rig


@pytest.fixture(params=["gpio", "serial"])
def rig(request: pytest.FixtureRequest) -> Rig:
    found: Rig = request.getfixturevalue(f"{request.param}_rig")
    return found
