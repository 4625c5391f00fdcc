"""sd_notify(3) in a few lines: tells systemd that the agent is up and its loop turns. Does nothing outside systemd.

Knows nothing of the loop: who turns says so.
"""

import contextlib
import os
import socket
from collections.abc import Mapping


class Notify:
    """`environment` is `os.environ` of the service. What cannot be told is not told: no delivery waits for it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address

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
