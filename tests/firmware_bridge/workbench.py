"""A simulated box as a process, a stand-in for its kiosk, and the technician's commands run beside it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from firmware_bridge.control import tell
from firmware_bridge.frames import Decoder, Hello, Message, Provision, encode
from firmware_bridge.technician.port import Port

ROOT = Path(__file__).parents[2]
EPOCH = 0x5EED1E57
PATIENCE_S = 60.0  # for what must happen; two busy cores


class SimulatedBox:
    """`hailong-terminal simulate` in `folder`, which its memory outlives."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.device, self.control, self.store = folder / "tty", folder / "ctl", folder / "store"
        places = ["--link", self.device, "--control", self.control, "--store", self.store]
        self.process = subprocess.Popen(
            command("simulate", *places, *options),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout.readline().startswith("terminal at")

    def tell(self, line: str) -> str:
        reply = tell(self.control, line, PATIENCE_S)
        assert not reply.startswith("error"), reply
        return reply

    def press(self, button: int, hold_ms: int = 120) -> None:
        self.tell(f"press {button} {hold_ms} 3000")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        with self.process:
            self.process.wait(PATIENCE_S)

    def provision(self) -> None:
        """What a kiosk does for a blank box."""
        with Port(self.device) as port:
            heard = hear(port, Hello)
            if not heard.epoch:
                port.write(encode(Provision(0, EPOCH, 300)))
                hear(port, Hello, lambda hello: hello.epoch == EPOCH)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "firmware_bridge", *map(str, words)]


def hear(port: Port, kind: type[Message], wanted: Callable[[Message], bool] = lambda _: True) -> Message:
    """The first message of `kind` that is `wanted`."""
    decoder = Decoder()
    for _ in range(int(PATIENCE_S / 0.1)):
        for message in decoder.feed(port.read(0.1)):
            if isinstance(message, kind) and wanted(message):
                return message
    raise AssertionError(f"no {kind.__name__} within {PATIENCE_S} s")


class Errand:
    """A technician's command as a process, its lines as they come."""

    def __init__(self, *words: object, language: str = "en") -> None:
        self.said: list[str] = []
        self.errors = ""
        self.process = subprocess.Popen(
            command(*words, "--language", language),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, part: str) -> str:
        """The first line from here on with `part` in it."""
        for line in self.process.stdout:
            self.said.append(line)
            if part in line:
                return line
        raise AssertionError(f"never said {part!r}: {self.said} {self.process.stderr.read()}")

    def type(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self, how: int | None = None) -> int:
        """Its exit code, after it has said all into `said` and `errors`; `how`: a signal to send first."""
        if how is not None:
            self.process.send_signal(how)
        output, self.errors = self.process.communicate(timeout=PATIENCE_S)
        self.said += output.splitlines(keepends=True)
        return self.process.returncode


def wait_for(truth: Callable[[], object], what: str) -> None:
    for _ in range(int(PATIENCE_S / 0.05)):
        if truth():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {PATIENCE_S} s")


def simulated(folder: Path, *, blank: bool = False) -> SimulatedBox:
    """A box with the shipped firmware, known to a kiosk unless `blank`."""
    box = SimulatedBox(folder, "--bootloader-ms", "50")
    if not blank:
        box.provision()
    return box
