"""sd_notify(3) in a few lines: tells systemd, and the runtime folder, that the kiosk is alive. Elsewhere nothing.

«Alive» is never said because a loop went round: a beat is sent only after the proof that was asked for has come.
"""

import contextlib
import math
import os
import socket
from collections.abc import Mapping
from typing import Protocol

from kiosk.runtime import AliveFile, runtime_folder

UNWATCHED_S = 10.0  # between two proofs where only the runtime folder wants them


class Notify:
    """`period_s`: half of the watchdog's time, 0 without one. `environment` is `os.environ` of the service."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = environment.get("WATCHDOG_USEC", "0")
        meant = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        self.period_s = int(microseconds) / 2_000_000 if meant and microseconds.isdigit() else 0.0
        folder = runtime_folder(environment)
        self._file = AliveFile(folder)
        if folder is not None and not self.period_s:
            self.period_s = UNWATCHED_S

    def ready(self) -> None:
        self._send(b"READY=1")

    def alive(self, at_s: float = 0.0) -> None:
        """`at_s`: seconds since the machine started, when the proof had come."""
        self._send(b"WATCHDOG=1")
        self._file.beat(at_s)

    def stopping(self) -> None:
        self._send(b"STOPPING=1")

    def _send(self, message: bytes) -> None:
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.sendto(message, self._address)


class Proof(Protocol):
    """Something that can show that it lives."""

    def ask(self) -> None:
        """Begin a proof; one that is under way is forgotten."""

    def given(self) -> bool:
        """Whether everything that the last `ask` began has come back."""


class Heart:
    """Asks for proof twice in a watchdog's time, and beats once for each that has come."""

    def __init__(self, notify: Notify, proof: Proof) -> None:
        self._notify, self._proof = notify, proof
        self._due_s = -math.inf if notify.period_s else math.inf
        self._asked = False

    def turn(self, now_s: float) -> None:
        """Call at every turn of the loop."""
        if self._asked and self._proof.given():
            self._asked = False
            self._notify.alive(now_s)
        if now_s >= self._due_s:
            self._due_s = now_s + self._notify.period_s
            self._asked = True
            self._proof.ask()

    def deadline_s(self) -> float:
        """The monotonic instant by which `turn` wants to be called again."""
        return self._due_s
