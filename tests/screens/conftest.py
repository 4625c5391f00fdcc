"""A real kiosk process on its own Xvfb, tapped by real X events; every windowed test gets its own."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

from kiosk.ui.gallery import FORM, standing
from kiosk.ui.screens import virtual_display
from survey.form_file import read_form
from survey.record import Record, read_record
from sync_agent.outbox import Outbox

ROOT = Path(__file__).parents[2]
CONFIG = """
data_directory = "{data}"
[screen]
width = {width}
height = {height}
rotation = {rotation}
motion = {motion}
[timeouts]
idle_s = {idle_s}
thanks_s = 1
retry_s = 0.2
double_strike_s = 0.3
"""


class Citizen:
    """Taps what the report says is lit. Every wait is bounded."""

    def __init__(self, process: subprocess.Popen, report: int, display: str, data: Path) -> None:
        from Xlib.display import Display

        self.process, self.data = process, data
        self._report, self._text = report, b""
        self._x = Display(display)
        self.shown: dict = {}
        self.history: list[dict] = []
        self._at = (-100, -100, 0.0)
        self._target = ""

    def wait(self, screen: str = "", question: str | None = None, timeout_s: float = 20) -> dict:
        """The next lit screen, or the next of that name."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            line = self._line()
            if line is None:
                if self.process.poll() is not None:
                    raise AssertionError(f"the kiosk ended with {self.process.returncode}")
                time.sleep(0.002)
                continue
            self.shown = json.loads(line)
            self.history.append(self.shown)
            if screen in ("", self.shown["screen"]) and question in (None, self.shown["question"]):
                return self.shown
        raise AssertionError(f"no screen {screen!r} {question!r} in {timeout_s} s; last {self.shown}")

    def tap(self, target: str) -> None:
        found = next((t for t in self.shown["targets"] if t["id"] == target), None)
        if target == self._target:  # the kiosk takes a second strike of one target for a trembling finger, wherever
            time.sleep(max(self._at[2] + 0.5 - time.monotonic(), 0))
        self._target = target
        assert found, f"no target {target} on {self.shown['screen']}: {[t['id'] for t in self.shown['targets']]}"
        self.touch(found["x"] + found["w"] / 2, found["y"] + found["h"] / 2)

    def touch(self, x: float, y: float, button: int = 1) -> None:
        """A real press and release; waits out the kiosk's guard against a trembling finger."""
        last_x, last_y, last_s = self._at
        if abs(x - last_x) + abs(y - last_y) < 60:
            time.sleep(max(last_s + 0.5 - time.monotonic(), 0))
        self._at = (x, y, time.monotonic())
        self.raw_touch(x, y, button)

    def raw_touch(self, x: float, y: float, button: int = 1) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._x, X.MotionNotify, x=int(x), y=int(y))
        xtest.fake_input(self._x, X.ButtonPress, button)
        xtest.fake_input(self._x, X.ButtonRelease, button)
        self._x.sync()

    def key(self, code: int) -> None:
        from Xlib import X
        from Xlib.ext import xtest

        xtest.fake_input(self._x, X.KeyPress, code)
        xtest.fake_input(self._x, X.KeyRelease, code)
        self._x.sync()

    def answer(self, target: str, screen: str = "", question: str | None = None) -> dict:
        self.tap(target)
        return self.wait(screen, question)

    def pixels(self) -> bytes:
        """What the display shows once it has shown the last frame handed to it: two looks 60 ms apart are the same."""
        end, before = time.monotonic() + 5, b""
        while time.monotonic() < end:
            now = self._grab()
            if now == before:
                return now
            before = now
            time.sleep(0.06)
        raise AssertionError("the screen never came to rest")

    def _grab(self) -> bytes:
        from Xlib import X

        root = self._x.screen().root
        size = root.get_geometry()
        return bytes(root.get_image(0, 0, size.width, size.height, X.ZPixmap, 0xFFFFFFFF).data)

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(30)

    def outbox(self) -> Outbox:
        return Outbox.open(self.data / "outbox.db")

    def records(self) -> list[Record]:
        store = self.outbox()
        try:
            return [read_record(sealed.raw) for sealed in store.pending()]
        finally:
            store.close()

    def _line(self) -> bytes | None:
        if b"\n" not in self._text:
            try:
                self._text += os.read(self._report, 1 << 16)
            except BlockingIOError:
                return None
        if b"\n" not in self._text:
            return None
        line, _, self._text = self._text.partition(b"\n")
        return line


@pytest.fixture
def start_kiosk(tmp_path: Path) -> Iterator[Callable[..., Citizen]]:
    """`start(size="1024x600", rotation=0, idle_s=30, enrolled=True)`: a kiosk that has lit its first screen.

    `form`: the file of the form it is enrolled with, in place of the reduced one.
    `more`: TOML below the rest of its configuration. `environment_more`: of its process.
    """
    with ExitStack() as stack:

        def start(
            size: str = "1024x600",
            rotation: int = 0,
            idle_s: float = 30,
            enrolled: bool = True,
            data: str = "data",
            form: Path = FORM,
            motion: bool = True,
            more: str = "",
            environment_more: Mapping[str, str] = MappingProxyType({}),
        ) -> Citizen:
            environment = stack.enter_context(virtual_display(size))
            directory = tmp_path / data
            if enrolled and not directory.exists():
                _enrol(directory, form)
            directory.mkdir(exist_ok=True)
            width, height = size.split("x")
            path = tmp_path / f"{data}.toml"
            settings = {"rotation": rotation, "motion": str(motion).lower(), "idle_s": idle_s}
            path.write_text(CONFIG.format(data=directory, width=width, height=height, **settings) + more)
            fifo = tmp_path / f"report-{time.monotonic_ns()}"
            os.mkfifo(fifo)
            report = os.open(fifo, os.O_RDWR | os.O_NONBLOCK)
            stack.callback(os.close, report)
            log = stack.enter_context((tmp_path / f"{data}.log").open("ab"))
            process = subprocess.Popen(
                [sys.executable, "-m", "kiosk", "--config", path, "--report", fifo],
                env={**environment, **environment_more},
                cwd=ROOT,
                stderr=log,
            )
            citizen = Citizen(process, report, environment["DISPLAY"], directory)
            stack.callback(citizen.end, signal.SIGKILL)
            stack.callback(citizen._x.close)
            citizen.wait()
            return citizen

        yield start


def _enrol(directory: Path, form: Path = FORM) -> None:
    """What the agent leaves at enrolment."""
    directory.mkdir(exist_ok=True)
    of = read_form(form.read_bytes(), form.name)
    (directory / "form.json").write_bytes(form.read_bytes())
    (directory / "assignment.json").write_bytes(standing(of).assignment.encode())


@pytest.fixture
def enrol() -> Callable[[Path], None]:
    return _enrol


@pytest.fixture
def hostile() -> ModuleType:
    """The list of hostile strings, which lies beside the tests."""
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).with_name("hostile.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
