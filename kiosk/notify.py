"""sd_notify(3) in a few lines: tells systemd that the kiosk is up and alive. Does nothing outside systemd.

«Alive» is never said because a loop went round: a beat is sent only after the proof that was asked for has come.
"""

import contextlib
import math
import os
import socket
from collections.abc import Mapping
from typing import Protocol


class Notify:
    """`period_s`: half of the watchdog's time, 0 without one. `environment` is `os.environ` of the service."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = environment.get("WATCHDOG_USEC", "0")
        meant = environment.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
        self.period_s = int(microseconds) / 2_000_000 if meant and microseconds.isdigit() else 0.0

    def ready(self) -> None:
        self._send(b"READY=1")

    def alive(self) -> None:
        self._send(b"WATCHDOG=1")

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
            self._notify.alive()
        if now_s >= self._due_s:
            self._due_s = now_s + self._notify.period_s
            self._asked = True
            self._proof.ask()

    def deadline_s(self) -> float:
        """The monotonic instant by which `turn` wants to be called again."""
        return self._due_s
