"""QEMU's machine protocol (QMP): commands, keys, fingers, pictures. Knows no guest.

Fingers are `mtt` events of virtio-multitouch-pci: the end of a touch must carry tracking id -1, and no other pointer
may be plugged in, or QEMU hands BTN_TOUCH to that one.
"""

import json
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

LARGEST = 32767  # of an axis
HOLD_S = 0.12
PATIENCE_S = 120.0


class QmpError(Exception):
    """QEMU refused a command, or is gone."""


class Qmp:
    """One connection; not for threads."""

    def __init__(self, path: Path, timeout_s: float = 30.0) -> None:
        self._link = _connected(path, timeout_s)
        self._link.settimeout(PATIENCE_S)
        self._lines: TextIO = self._link.makefile("r", encoding="utf-8")
        self.events: list[str] = []  # names, oldest first
        self.times: list[int] = []  # of the same, in seconds
        self._lines.readline()
        self.do("qmp_capabilities")

    def do(self, command: str, **arguments: Any) -> Any:
        """What QEMU returns. Raises: QmpError."""
        try:
            self._link.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
            return self._answer(command)
        except (OSError, ValueError) as error:
            raise QmpError(f"{command}: {error}") from error

    def _answer(self, command: str) -> Any:
        while line := self._lines.readline():
            said = json.loads(line)
            if "event" in said:
                self.events.append(said["event"])
                self.times.append(said["timestamp"]["seconds"])
            elif "error" in said:
                raise QmpError(f"{command}: {said['error']['desc']}")
            else:
                return said["return"]
        raise QmpError(f"{command}: QEMU is gone")

    def forget(self) -> None:
        """What has happened until now."""
        self.events.clear()
        self.times.clear()

    def count(self, name: str, apart_s: int) -> int:
        """How often `name` happened; what follows within `apart_s` belongs to the one before."""
        times = [at for event, at in zip(self.events, self.times, strict=True) if event == name]
        return sum(at - before > apart_s for before, at in zip([-apart_s * 2, *times], times, strict=False))

    def wait_for_event(self, name: str, timeout_s: float) -> None:
        """Until QEMU has told of `name`. Raises: QmpError."""
        give_up = time.monotonic() + timeout_s
        while name not in self.events:
            if time.monotonic() > give_up:
                raise QmpError(f"no {name} within {timeout_s:.0f} s")
            self.do("query-status")  # events come along with an answer
            time.sleep(0.1)

    def monitor(self, line: str) -> str:
        """A command of the human monitor, for what QMP has no word for (savevm). Raises: QmpError if it complains."""
        said = str(self.do("human-monitor-command", **{"command-line": line}))
        if "Error" in said:
            raise QmpError(f"{line}: {said.strip()}")
        return said

    def picture(self, path: Path, kind: str = "png") -> Path:
        """The screen as it is now, as "png" or "ppm"."""
        self.do("screendump", filename=str(path), format=kind)
        return path

    def tap(self, x: float, y: float, width: int, height: int, hold_s: float = HOLD_S) -> None:
        """One finger down at a pixel, and up."""
        at_x, at_y = round(x * LARGEST / (width - 1)), round(y * LARGEST / (height - 1))
        down = [_touch("begin", 1), _touch("data", 1, "x", at_x), _touch("data", 1, "y", at_y), _button(True)]
        self.do("input-send-event", events=down)
        time.sleep(hold_s)
        self.do("input-send-event", events=[_touch("end", -1), _button(False)])

    def chord(self, keys: Sequence[str], hold_ms: int = 80) -> None:
        """Keys pressed together, by QEMU's names of them ("ctrl", "alt", "f1")."""
        self.do("send-key", keys=[{"type": "qcode", "data": key} for key in keys], **{"hold-time": hold_ms})


def _connected(path: Path, timeout_s: float) -> socket.socket:
    give_up = time.monotonic() + timeout_s
    while True:
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(str(path))
        except OSError:
            link.close()
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return link


def _touch(kind: str, tracking: int, axis: str = "x", value: int = 0) -> dict[str, Any]:
    data = {"type": kind, "slot": 0, "tracking-id": tracking, "axis": axis, "value": value}
    return {"type": "mtt", "data": data}


def _button(down: bool) -> dict[str, Any]:
    return {"type": "btn", "data": {"down": down, "button": "touch"}}
