"""Proof that the station's page answers, for the watchdog (kiosk.notify): a request to itself through its own workers.

Knows no page: any answer of the server counts, for it came through the queue and the threads that serve the counter.
"""

import contextlib
import http.client
import threading
from collections.abc import Callable

from kiosk.notify import Heart

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  addresses to listen on, not to ask
LOOK_S = 1.0


class Answer:
    """A `kiosk.notify.Proof`: each request in a thread of its own, since a sick server keeps it waiting."""

    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._address, self._timeout_s = (ANYWHERE.get(host, host), port), timeout_s
        self._came = threading.Event()
        self._request = threading.Thread()

    def ask(self) -> None:
        self._came = threading.Event()
        self._request = threading.Thread(target=self._look, args=(self._came,), daemon=True)
        self._request.start()

    def given(self) -> bool:
        return self._came.is_set()

    def wait(self, patience_s: float) -> bool:
        """Until the last request is over, with an answer or without; whether it is."""
        self._request.join(patience_s)
        return not self._request.is_alive()

    def _look(self, came: threading.Event) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=self._timeout_s)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("HEAD", "/")
            connection.getresponse().read()
            came.set()


def keep_beating(heart: Heart, stop: threading.Event, now_s: Callable[[], float]) -> None:
    """Until `stop`: the loop of a thread. Without a watchdog nothing is asked."""
    while not stop.wait(LOOK_S):
        heart.turn(now_s())
