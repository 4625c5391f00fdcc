"""The button terminal on a serial port: one thread between pyserial and firmware_bridge.link. Knows no frame.

The port is opened for ever, again and again; nothing is sent before the terminal has made itself known. The terminal
keeps every press until it is acknowledged, and it is acknowledged only after `confirm`.
"""

import logging
import termios
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import serial

from firmware_bridge.link import Arrival, HostLink, State
from hardware.handover import Handover
from hardware.ports import Link, PanelStatus, Press

BAUD = 38_400
READ_S = 0.05
WRITE_S = 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
REOPEN_AFTER_S = 30.0  # of silence: opening restarts a terminal that hangs
CLOSE_S = 5.0

log = logging.getLogger(__name__)


class SerialPanel:
    """Implements hardware.ports.ButtonPanel. Any thread may call.

    `device`: a stable path (/dev/serial/by-path/…). `new_epoch`: draws an identity, 1 … 2³²-1, for a blank terminal.
    `on_ready` is called from the panel's thread when presses are waiting; it must not raise.
    """

    def __init__(
        self,
        name: str,
        device: Path,
        *,
        new_epoch: Callable[[], int],
        clock: Callable[[], float],
        refractory_ms: int,
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        self._name = name
        self._device = device
        self._new_epoch = new_epoch
        self._clock = clock
        self._refractory_ms = refractory_ms
        self._on_ready = on_ready
        self._handover = Handover()
        self._confirmed: SimpleQueue[str] = SimpleQueue()
        self._status = PanelStatus(name, Link.ABSENT)
        self._refused = _Refusals()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"panel-{name}", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        return self._name

    def poll(self) -> Sequence[Press]:
        return [] if self._stop.is_set() else self._handover.due(self._clock())

    def confirm(self, press: Press) -> None:
        if self._handover.confirm(press.source):
            self._confirmed.put(press.source)

    def status(self) -> PanelStatus:
        if not self._thread.is_alive():
            return PanelStatus(self._name, Link.ABSENT, note="closed" if self._stop.is_set() else "its thread died")
        return self._status

    def close(self) -> None:
        self._stop.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stop.is_set():
            try:
                with self._open() as port:
                    pause_s = FIRST_PAUSE_S
                    self._set_status(Link.SILENT, "listening")
                    self._serve(port)
            except (OSError, termios.error) as error:  # serial.SerialException is an OSError
                self._set_status(Link.ABSENT, str(error))
            self._stop.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _open(self) -> serial.Serial:
        return serial.Serial(str(self._device), BAUD, timeout=READ_S, write_timeout=WRITE_S, exclusive=True)

    def _serve(self, port: serial.Serial) -> None:
        """Until closed, unplugged (OSError) or silent for long."""
        link = HostLink(self._clock(), new_epoch=self._new_epoch, refractory_ms=self._refractory_ms)
        linked_s = self._clock()
        while not self._stop.is_set():
            data = port.read(port.in_waiting or 1)
            now_s = self._clock()
            step = link.step(now_s, data)
            out = step.send + self._take(link, step.presses, now_s) + self._acknowledgements(link)
            if out:
                port.write(out)
            self._look_at(link)
            if link.state is State.LINKED:
                linked_s = now_s
            elif now_s - linked_s > REOPEN_AFTER_S:
                return

    def _take(self, link: HostLink, arrivals: Sequence[Arrival], now_s: float) -> bytes:
        """Queue what is new; acknowledge again what is already safe, for its acknowledgement was lost."""
        out = b""
        for arrival in arrivals:
            if self._handover.is_confirmed(arrival.source):
                out += link.acknowledge(arrival.source)
                continue
            contact_s = None if arrival.age_ms is None else now_s - arrival.age_ms / 1000
            flags = ("burst",) if arrival.burst else ()
            press = Press(self._name, arrival.buttons[0], arrival.source, arrival.age_ms, flags)
            self._handover.put(press, contact_s)  # one too many is not lost: the terminal sends it again
        if arrivals and self._on_ready:
            self._on_ready()
        return out

    def _acknowledgements(self, link: HostLink) -> bytes:
        out = b""
        with suppress(Empty):
            while True:
                out += link.acknowledge(self._confirmed.get_nowait())
        return out

    def _look_at(self, link: HostLink) -> None:
        up = link.state is State.LINKED
        note = "" if up else str(link.state)
        if link.strange:
            note = f"{link.strange} presses of an unknown kind or epoch not taken"
        told = link.status or link.hello
        self._refused.see(told.refused if told else 0)
        mask = link.status.stuck if up and link.status else 0
        self._set_status(Link.UP if up else Link.SILENT, note, tuple(b for b in range(8) if mask >> b & 1))

    def _set_status(self, link: Link, note: str, stuck: tuple[int, ...] = ()) -> None:
        before, self._status = self._status, PanelStatus(self._name, link, stuck, self._refused.total, note)
        if before.link is not link:
            log.info("panel.link_changed", extra={"fields": {"panel": self._name, "link": str(link), "note": note}})


class _Refusals:
    """Sums a counter that starts again from 0 with the terminal."""

    def __init__(self) -> None:
        self.total = 0
        self._last = 0

    def see(self, refused: int) -> None:
        self.total += refused - self._last if refused >= self._last else refused
        self._last = refused
