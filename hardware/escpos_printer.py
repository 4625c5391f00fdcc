"""A printer of slips over any port: asks before, watches while, is honest after. Knows no cable and no letter.

Nothing of a slip leaves before the printer has answered an order that waits its turn: what it says next can then only
be about this slip. A slip is DONE when the printer has answered the order behind its cut. Whatever goes wrong between
the two leaves the slip UNKNOWN, and the printer to be cleared before the next: half an order may wait in it for dots.
"""

import logging
import threading
import time
from collections.abc import Callable

from hardware import slip_bytes
from hardware.ports import PRINTS, Outcome, Printed, PrinterStatus, Slip
from hardware.printer_ports import Port, PortFailed, model_width_px
from hardware.printer_status import NAME_HEAD, PROCESS_HEAD, Answers, status_in_order, status_of
from hardware.slip_bytes import Cut, TooWide, encode

ANSWER_S = 0.5  # for an answer in real time
TURN_S = 8.0  # for an order to have its turn: a slip takes two seconds
LOOK_S = 0.5  # between two looks at the sensors meanwhile
MOST_SILENCES = 3  # of a printer that has just answered: it was switched off
QUIET_S = 2.0  # without an answer: none of an earlier slip is still on its way
PIECE_BYTES = 2048
STATUS_WAIT_S = 0.2  # for a slip that is being printed, before the last status is told instead

log = logging.getLogger(__name__)


class EscposPrinter:
    """Implements hardware.ports.ReceiptPrinter. `open_port` makes a new connection, or raises PortFailed.

    `asks`: the printer answers DLE EOT and GS r. `numbers`: it answers GS ( H too. `names`: it says its model's name.
    `torn`: half a slip of an earlier process may hang in it. `first_number`: of GS ( H, another one at each start.
    """

    def __init__(
        self,
        open_port: Callable[[], Port],
        width_px: int,
        *,
        native_qr: bool = False,
        cut: Cut = Cut.PARTIAL,
        asks: bool = True,
        numbers: bool = False,
        names: bool = False,
        torn: bool = False,
        first_number: int = 0,
        quiet_s: float = QUIET_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_port, self._width_px, self._native_qr, self._cut = open_port, width_px, native_qr, cut
        self._asks, self._numbers, self._names, self._clock = asks, numbers, names, clock
        self._lock = threading.Lock()
        self._port: Port | None = None
        self._answers = Answers()
        self._fresh = self._stale = True  # no order of ours came yet; answers to others may still come
        self._torn = torn
        self._number, self._quiet_s = first_number, quiet_s
        self._is_narrow = False
        self._last = PrinterStatus.ABSENT

    @property
    def width_px(self) -> int:
        return self._width_px

    def print(self, slip: Slip) -> Printed:
        """See hardware.ports.ReceiptPrinter."""
        try:
            orders = encode(slip, self._width_px, native_qr=self._native_qr, cut=self._cut)
        except TooWide:
            return Printed(Outcome.NOT_STARTED, PrinterStatus.WRONG_WIDTH)
        with self._lock:
            status = self._with_port(self._make_ready)
            if status not in PRINTS:
                return Printed(Outcome.NOT_STARTED, self._tell(status))
            self._tell(status)
            printed = self._print(b"".join(orders), status)
        self._tell(printed.status)
        if printed.outcome is Outcome.UNKNOWN:
            log.warning("printer.slip_interrupted", extra={"fields": {"status": str(printed.status)}})
        return printed

    def status(self) -> PrinterStatus:
        """See hardware.ports.ReceiptPrinter; the last one while a slip is being printed."""
        if not self._lock.acquire(timeout=STATUS_WAIT_S):
            return self._last
        try:
            return self._tell(self._with_port(self._ask))
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _with_port(self, act: Callable[[Port], PrinterStatus]) -> PrinterStatus:
        """On the connection that is open; on a new one, once, when that turns out to be dead, or may be."""
        was_open = self._port is not None
        try:
            status = act(self._connected())
        except PortFailed as failure:
            self._drop()
            status = failure.status
        except Exception:  # the border to libraries and drivers: what else they raise is a printer at fault
            log.exception("printer.port_broken")
            self._drop()
            status = PrinterStatus.FAULT
        if status is PrinterStatus.SILENT:
            self._drop()
        return self._with_port(act) if was_open and self._port is None else status

    def _connected(self) -> Port:
        if self._port is None:
            self._port = self._open_port()
            self._fresh = True
            self._is_narrow = False
            self._answers.forget()
            if self._asks and self._names:
                self._is_narrow = self._narrower(self._port)
        return self._port

    def _drop(self) -> None:
        port, self._port = self._port, None
        try:
            if port is not None:
                port.close()
        except Exception:
            log.exception("printer.port_broken")

    def _make_ready(self, port: Port) -> PrinterStatus:
        """PRINTS when the printer stands empty and reset; no dot was sent."""
        status = self._ask(port)
        if status not in PRINTS:
            return status
        lead = (slip_bytes.NULS if self._fresh or self._torn else b"") + slip_bytes.RESET
        if self._torn:
            lead += slip_bytes.ejection(self._cut) + slip_bytes.RESET
        if not self._asks:
            port.write(lead)
        elif not self._has_its_turn(port, lead):
            self._stale = True
            return self._trouble_or_silence(port)
        self._fresh = self._torn = False
        return status

    def _has_its_turn(self, port: Port, lead: bytes) -> bool:
        """Everything sent before is done, and nothing else is going to answer."""
        self._hear(port, 0.0)
        self._answers.forget()
        port.write(lead + self._mark())
        if self._turn(port, TURN_S) is None:
            return False
        while self._stale and not self._numbers:
            self._stale = self._turn(port, self._quiet_s) is not None
        self._stale = False
        return True

    def _print(self, data: bytes, before: PrinterStatus) -> Printed:
        assert self._port is not None
        self._torn = self._asks
        try:
            for at in range(0, len(data), PIECE_BYTES):
                self._port.write(data[at : at + PIECE_BYTES])
            if not self._asks:
                return Printed(Outcome.SENT, PrinterStatus.UNASKED)
            return self._watch(self._port, before)
        except PortFailed as failure:
            self._torn = self._stale = True
            self._drop()
            return Printed(Outcome.UNKNOWN, failure.status)
        except Exception:
            log.exception("printer.port_broken")
            self._torn = self._stale = True
            self._drop()
            return Printed(Outcome.UNKNOWN, PrinterStatus.FAULT)

    def _watch(self, port: Port, before: PrinterStatus) -> Printed:
        """Until the printer has come to the end of the slip, or says why it will not."""
        port.write(self._mark())
        give_up_s, silences = self._clock() + TURN_S, 0
        while self._clock() < give_up_s and silences < MOST_SILENCES:
            paper = self._turn(port, LOOK_S)
            if paper is not None and self._numbers:
                return self._finished(before)  # said after the last dot; GS r may be answered before it
            status = self._ask(port)
            if trouble := [each for each in (paper, status) if each not in (*PRINTS, PrinterStatus.SILENT, None)]:
                return self._unfinished(trouble[-1])
            if paper is not None:
                return self._finished(paper)
            silences = silences + 1 if status is PrinterStatus.SILENT else 0
        return self._unfinished(PrinterStatus.SILENT)

    def _finished(self, status: PrinterStatus) -> Printed:
        self._torn = False
        return Printed(Outcome.DONE, status)

    def _unfinished(self, status: PrinterStatus | None) -> Printed:
        self._stale = True
        return Printed(Outcome.UNKNOWN, status or PrinterStatus.SILENT)

    def _mark(self) -> bytes:
        self._number += 1
        return slip_bytes.process_mark(self._number) if self._numbers else slip_bytes.PAPER_IN_ORDER

    def _turn(self, port: Port, wait_s: float) -> PrinterStatus | None:
        """What the answer to our last order in line says of the paper; None when none came."""
        give_up_s = self._clock() + wait_s
        while True:
            if (paper := self._answered()) is not None:
                return paper
            if (left_s := give_up_s - self._clock()) <= 0:
                return None
            self._hear(port, left_s)

    def _answered(self) -> PrinterStatus | None:
        if not self._numbers:
            return status_in_order(self._answers.in_order.pop(0)) if self._answers.in_order else None
        wanted = bytes([PROCESS_HEAD, 0x22]) + slip_bytes.process_name(self._number)
        return PrinterStatus.READY if wanted in self._answers.blocks else None

    def _hear(self, port: Port, wait_s: float) -> None:
        while data := port.read(wait_s):
            self._answers.hear(data)
            wait_s = 0.0

    def _ask(self, port: Port) -> PrinterStatus:
        if not self._asks:
            self._hear(port, 0.0)  # whether the other end is there
            return PrinterStatus.UNASKED
        sensors: dict[int, int] = {}
        for number in (1, 2, 4, 3):
            self._answers.at_once.clear()
            port.write(slip_bytes.REAL_TIME + bytes([number]))
            give_up_s = self._clock() + ANSWER_S
            while not self._answers.at_once and (left_s := give_up_s - self._clock()) > 0:
                self._hear(port, left_s)
            if self._answers.at_once:
                sensors[number] = self._answers.at_once[-1]
            elif number == 1:
                return PrinterStatus.SILENT
        status = status_of(sensors)
        return PrinterStatus.WRONG_WIDTH if status in PRINTS and self._is_narrow else status

    def _trouble_or_silence(self, port: Port) -> PrinterStatus:
        status = self._ask(port)
        return PrinterStatus.SILENT if status in PRINTS else status

    def _narrower(self, port: Port) -> bool:
        """The printer names a model whose head is known to have fewer dots than we were told."""
        port.write(slip_bytes.MODEL)
        give_up_s = self._clock() + ANSWER_S
        while not self._answers.blocks and (left_s := give_up_s - self._clock()) > 0:
            self._hear(port, left_s)
        names = [block[1:].decode("ascii", "replace") for block in self._answers.blocks if block[0] == NAME_HEAD]
        known_px = model_width_px(names[0].strip()) if names else None
        return known_px is not None and known_px < self._width_px

    def _tell(self, status: PrinterStatus) -> PrinterStatus:
        if status is not self._last:
            log.info("printer.status_changed", extra={"fields": {"status": str(status), "before": str(self._last)}})
        self._last = status
        return status
