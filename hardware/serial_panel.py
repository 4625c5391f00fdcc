"""The button terminal on a serial port: one thread between pyserial and firmware_bridge.link. Knows no frame.

The port is opened for ever, again and again; nothing is sent before the terminal has made itself known. The terminal
keeps every press until it is acknowledged, and it is acknowledged only after `confirm`.
"""

import logging
import termios
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue

import serial

from firmware_bridge.ages import Anchors
from firmware_bridge.arrivals import Arrival
from firmware_bridge.link import HostLink
from firmware_bridge.states import State
from hardware.box_report import press_of, reason_of, status_of
from hardware.handover import Handover
from hardware.ports import Link, PanelStatus, Press, Reason

BAUD = 38_400
READ_S = 0.05
WRITE_S = 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
REOPEN_AFTER_S = 30.0  # of silence: opening restarts a terminal that hangs
CLOSE_S = 5.0
MOST_ACKS = 32  # a turn: 0.13 s on the line, far below WRITE_S

log = logging.getLogger(__name__)


class SerialPanel:
    """Implements hardware.ports.ButtonPanel. Any thread may call.

    `device`: a stable path (/dev/serial/by-path/…). `box`: the epoch bound to this point; None binds the first one met,
    until `close`. `buttons`: how many the box must have. `new_epoch`: draws an identity, 1 … 2³²-1, for a blank
    terminal. `wall_ms`: milliseconds since 1970 UTC, None while that is not to be trusted. `new_epoch`, `clock`,
    `wall_ms` and `on_ready` are called from the panel's thread; `on_ready` when presses are waiting. None may raise.
    """

    def __init__(
        self,
        name: str,
        device: Path,
        *,
        box: int | None,
        buttons: int | None,
        new_epoch: Callable[[], int],
        clock: Callable[[], float],
        wall_ms: Callable[[], int | None],
        refractory_ms: int,
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        self._name = name
        self._device = device
        self._box, self._buttons = box, buttons
        self._new_epoch = new_epoch
        self._given: set[int] = set()  # identities that a blank terminal may have from us
        self._clock, self._wall_ms = clock, wall_ms
        self._refractory_ms = refractory_ms
        self._on_ready = on_ready
        self._anchors = Anchors()
        self._handover = Handover()
        self._confirmed: SimpleQueue[str] = SimpleQueue()
        bound = "" if box is None else f"{box:08x}"
        self._status = PanelStatus(name, Link.ABSENT, reason=Reason.ABSENT, down_since_s=clock(), box=bound)
        self._refused = _Refusals()
        self._rounds = 0
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
        told, in_hand = self._status, len(self._handover)
        if not self._thread.is_alive():
            return replace(told, link=Link.ABSENT, reason=Reason.CLOSED, stuck=(), count=None, note="")
        count = told.count.while_in_hand() if told.count and in_hand else told.count
        return replace(told, waiting=max(told.waiting, in_hand), count=count)

    def rounds(self) -> int:
        return self._rounds

    def close(self) -> None:
        self._stop.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._stop.is_set():
            self._rounds += 1
            try:
                with self._open() as port:
                    pause_s = FIRST_PAUSE_S
                    self._serve(port)
            except (OSError, termios.error) as error:  # serial.SerialException is an OSError
                self._tell(PanelStatus(self._name, Link.ABSENT, reason=reason_of(error), note=str(error)))
            except Exception:  # the thread's own border: a counter must not lose its box to an error of ours
                log.exception("panel.failed", extra={"fields": {"panel": self._name}})
                self._tell(PanelStatus(self._name, Link.ABSENT, reason=Reason.BROKEN))
            self._stop.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _open(self) -> serial.Serial:
        return serial.Serial(str(self._device), BAUD, timeout=READ_S, write_timeout=WRITE_S, exclusive=True)

    def _serve(self, port: serial.Serial) -> None:
        """Until closed, unplugged (OSError) or silent for long."""
        link = self._new_link()
        self._look_at(link)
        while not self._stop.is_set() and self._clock() - link.heard_s <= REOPEN_AFTER_S:
            self._rounds += 1
            data = port.read(port.in_waiting or 1)
            now_s = self._clock()
            step = link.step(now_s, data)
            self._look_at(link)  # before the presses: no caller may count one that the totals do not have
            out = step.send + self._take(link, step.presses, now_s) + self._acknowledgements(link)
            if out:
                port.write(out)

    def _new_link(self) -> HostLink:
        return HostLink(
            self._clock(),
            new_epoch=self._draw,
            wall_ms=self._wall_ms,
            anchors=self._anchors,
            box=self._box,
            buttons=self._buttons,
            refractory_ms=self._refractory_ms,
        )

    def _draw(self) -> int:
        epoch = self._new_epoch()
        self._given.add(epoch)
        log.info("panel.box_named", extra={"fields": {"panel": self._name, "box": f"{epoch:08x}"}})
        return epoch

    def _take(self, link: HostLink, arrivals: Sequence[Arrival], now_s: float) -> bytes:
        """Queue what is new; acknowledge again what is already safe, for its acknowledgement was lost."""
        out = b""
        for arrival in arrivals:
            if self._handover.is_confirmed(arrival.source):
                out += link.acknowledge(arrival.source)
                continue
            contact_s = None if arrival.age.ms is None else now_s - arrival.age.ms / 1000
            self._handover.put(press_of(self._name, arrival), contact_s)  # one too many: the terminal sends it again
        if arrivals and self._on_ready:
            self._on_ready()
        return out

    def _acknowledgements(self, link: HostLink) -> bytes:
        out = b""
        for _ in range(MOST_ACKS):
            try:
                out += link.acknowledge(self._confirmed.get_nowait())
            except Empty:
                break
        return out

    def _look_at(self, link: HostLink) -> None:
        fresh = False
        if link.hello:
            told = link.status or link.hello
            self._refused.see((link.hello.epoch, link.hello.boot), told.refused)
            self._box, fresh = link.box, link.hello.epoch in self._given
        if link.state is State.LISTENING and self._status.reason is Reason.SILENT:
            return  # opened anew after a silence: still the same one
        self._tell(status_of(self._name, link, self._refused.total, fresh))

    def _tell(self, new: PanelStatus) -> None:
        """Publish; what only a box that is UP can say stays as it was last."""
        old = self._status
        if new.link is not Link.UP:
            since_s = self._clock() if old.down_since_s is None else old.down_since_s
            last = replace(old, stuck=(), faults=(), count=None, supply_mv=0, lost=self._refused.total)
            new = replace(last, link=new.link, reason=new.reason, note=new.note, down_since_s=since_s)
        self._status = new
        if (old.link, old.reason) != (new.link, new.reason):
            fields = {"link": str(new.link), "reason": str(new.reason), "note": new.note, "box": new.box}
            log.info("panel.link_changed", extra={"fields": {"panel": self._name, **fields}})
        if old.faults != new.faults and new.link is Link.UP:
            faults = [str(fault) for fault in new.faults]
            log.warning("panel.faults_changed", extra={"fields": {"panel": self._name, "faults": faults}})


class _Refusals:
    """Sums a counter that starts again from 0 with each start of the terminal."""

    def __init__(self) -> None:
        self.total = 0
        self._last, self._start = 0, (0, 0)

    def see(self, start: tuple[int, int], refused: int) -> None:
        """`start`: epoch and boot; a start that kept nothing may have had the same."""
        goes_on = start == self._start and refused >= self._last
        self.total += refused - self._last if goes_on else refused
        self._last, self._start = refused, start
