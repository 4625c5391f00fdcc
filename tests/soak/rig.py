"""A real kiosk process on a display of its own, with an ear for what XTEST cannot do, and the checks on its life."""

import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from kiosk.service.code import make_hash
from kiosk.ui.gallery import FORM, form, standing
from kiosk.ui.screens import virtual_display
from survey.record import GENESIS, Record, read_record
from sync_agent.outbox import Outbox
from tests.screens.conftest import Citizen

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 1024, 600
CORNER_PX = 60  # 13 mm: within the upper corners that open the service menu
TECHNICIAN = "135791"
CONFIG = """
data_directory = "{data}"
[screen]
width = 1024
height = 600
{settings}
[timeouts]
idle_s = {idle_s}
thanks_s = 1
retry_s = 0.2
double_strike_s = 0.3
[keypad]
previous = "left"
next = "right"
choose = "enter"
[service]
technician_code = "{technician}"
"""


class Rig:
    """`citizen`: taps and reads the report. `server`: the X server's process id."""

    def __init__(self, citizen: Citizen, ear: int, log: Path, server: int) -> None:
        self.citizen, self.log, self.server, self._ear = citizen, log, server, ear

    @property
    def pid(self) -> int:
        return self.citizen.process.pid

    def say(self, command: str) -> None:
        os.write(self._ear, f"{command}\n".encode())

    def push(self, event: bytes) -> None:
        """Put an SDL_Event into the kiosk's queue."""
        self.say(f"push {event.hex()}")

    def children(self) -> list[str]:
        """Processes that the kiosk has started."""
        found = [path.read_text() for path in Path(f"/proc/{self.pid}/task").glob("*/children")]
        return [child for line in found for child in line.split()]

    def modules(self) -> set[str]:
        """What the kiosk has imported by now."""
        import json

        path = self.log.with_suffix(".modules")
        path.unlink(missing_ok=True)
        self.say(f"modules {path}")
        wait_for(lambda: path.exists() and path.read_text().endswith("]"), "the list of modules")
        return set(json.loads(path.read_text()))


def wait_for(condition: Callable[[], object], what: str, timeout_s: float = 30) -> None:
    end_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end_s:
            raise AssertionError(f"no {what} in {timeout_s} s")
        time.sleep(0.02)


@contextmanager
def kiosk(
    environment: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
    settings: str = "",
    idle_s: float = 30,
    directory: Path | None = None,
) -> Iterator[Rig]:
    """An enrolled kiosk that has lit its first screen. `settings`: more lines of [screen]."""
    with ExitStack() as stack:
        home = directory or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        display = stack.enter_context(virtual_display(f"{WIDTH}x{HEIGHT}"))
        process, report, ear, log = start(home, {**display, **(environment or {})}, options, settings, idle_s)
        stack.callback(os.close, ear)
        stack.callback(os.close, report)
        citizen = Citizen(process, report, display["DISPLAY"], home / "data")
        stack.callback(citizen.end, signal.SIGKILL)
        stack.callback(citizen._x.close)
        citizen.wait()
        yield Rig(citizen, ear, log, server_of(display["DISPLAY"]))


def start(
    home: Path, environment: Mapping[str, str], options: Sequence[str], settings: str, idle_s: float
) -> tuple[subprocess.Popen[bytes], int, int, Path]:
    """Process, report, ear and log of a kiosk that may not have lit anything yet."""
    data = home / "data"
    data.mkdir(exist_ok=True)
    (data / "form.json").write_bytes(FORM.read_bytes())
    (data / "assignment.json").write_bytes(standing(form()).assignment.encode())
    technician = make_hash(TECHNICIAN, os.urandom)
    text = CONFIG.format(data=data, settings=settings, idle_s=idle_s, technician=technician)
    (home / "kiosk.toml").write_text(text)
    pipes = []
    for name in ("report", "ear"):
        path = home / f"{name}-{time.monotonic_ns()}"
        os.mkfifo(path)
        pipes.append((path, os.open(path, os.O_RDWR | os.O_NONBLOCK)))
    (report_path, report), (ear_path, ear) = pipes
    os.set_blocking(ear, True)
    command = [sys.executable, str(ROOT / "tests/soak/hooked.py"), str(ear_path), *options]
    command += ["--config", str(home / "kiosk.toml"), "--report", str(report_path)]
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(command, env=dict(environment), cwd=ROOT, stderr=log)
    return process, report, ear, home / "log"


def server_of(display: str) -> int:
    """Process id of the X server of `display`, from whoever listens there."""
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(f"\0/tmp/.X11-unix/X{display.removeprefix(':')}")
        return struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


def records_of(data: Path) -> list[Record]:
    """Every record that waits in the outbox, in order. Raises: AssertionError if the chain is broken."""
    store, found, after, head = Outbox.open(data / "outbox.db"), [], 0, GENESIS
    try:
        while batch := store.pending(after=after):
            for sealed in batch:
                record = read_record(sealed.raw)
                assert record.prev == head, f"record {record.seq} does not follow the one before"
                head, after = sha256(sealed.raw).hexdigest(), record.seq
                found.append(record)
    finally:
        store.close()
    return found
