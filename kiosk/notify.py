"""sd_notify(3) in a few lines: tells systemd that the kiosk is up and alive. Does nothing outside systemd."""

import contextlib
import os
import socket
from collections.abc import Mapping


class Notify:
    """`alive` is sent at most twice per watchdog time; `environment` is `os.environ` of the service."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        microseconds = environment.get("WATCHDOG_USEC", "0")
        self.period_s = int(microseconds) / 2_000_000 if microseconds.isdigit() else 0.0
        self._next_s = 0.0

    def ready(self) -> None:
        self._send(b"READY=1")

    def alive(self, now_s: float) -> None:
        if self.period_s and now_s >= self._next_s:
            self._next_s = now_s + self.period_s
            self._send(b"WATCHDOG=1")

    def stopping(self) -> None:
        self._send(b"STOPPING=1")

    def _send(self, message: bytes) -> None:
        if self._address:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.sendto(message, self._address)
