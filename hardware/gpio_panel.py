"""Buttons and lamps on the Pi's own pins, through gpiozero's pins. Knows no survey, and not what counts as a press.

Edges carry the kernel's time stamps, so a late thread changes nothing about what is counted. There is no memory
beside the process: a press lives here until it is confirmed, and its lamp is lit only then.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from gpiozero import LED, GPIOZeroError

from hardware.debounce import Debouncer, Hit, Rules
from hardware.handover import Handover
from hardware.ports import Fault, Link, PanelStatus, Press, Reason

LATE_S = 0.010  # how long an edge may take from the kernel to our queue
REREAD_S = 0.050  # after so long without an edge a pin that reads otherwise has lost one
REOPEN_S = 5.0
MOST_HITS = 255  # as a terminal's record says: this many or more
MOST_LAG_S = 5.0  # an edge cannot be older: the origin of its time stamps has moved

log = logging.getLogger(__name__)


class GpioPanel:
    """Implements hardware.ports.ButtonPanel. `poll` does the work: call it every 50 ms or so.

    One thread calls `poll`, `confirm`, `status` and `close`. Buttons close to ground, lamps light when high; pins are
    BCM numbers. `open_factory` gives a gpiozero pin factory, which this panel then owns. `boot_id`: of this start of
    the machine or of the process. `on_ready` is called from another thread when a poll may be worth while; it must
    not raise. `on_close` is called once.
    """

    def __init__(
        self,
        name: str,
        button_pins: Sequence[int],
        lamp_pins: Sequence[int],
        *,
        open_factory: Callable[[], Any],
        boot_id: str,
        clock: Callable[[], float],
        rules: Rules,
        lamp_s: float = 1.0,
        on_ready: Callable[[], None] | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._name = name
        self._button_pins, self._lamp_pins = tuple(button_pins), tuple(lamp_pins)
        self._open_factory = open_factory
        self._boot_id = boot_id
        self._clock = clock
        self._rules = rules
        self._lamp_s = lamp_s
        self._on_ready, self._on_close = on_ready, on_close
        self._counter = _us(clock())  # from the clock, so that a process started later in this boot repeats no source
        self._lost = 0
        self._handover = Handover()
        self._edges: SimpleQueue[tuple[float, float, int, bool]] = SimpleQueue()
        self._stamps = _Stamps()
        self._edge_s = clock()
        self._debouncer = Debouncer(_us(clock()), [False] * len(button_pins), rules)
        self._factory: Any = None
        self._pins: list[Any] = []
        self._callbacks: list[Callable[[Any, Any], None]] = []
        self._lamps: list[Any] = []
        self._lamp_until_s: dict[int, float] = {}
        self._closed = False
        self._note = ""
        self._down_since_s: float | None = clock()
        self._rounds = 0
        self._dark: dict[int, str] = {}  # lamps that failed, and how
        self._reopen_s = clock()
        self._open_pins()

    @property
    def name(self) -> str:
        return self._name

    def poll(self) -> Sequence[Press]:
        if self._closed:
            return []
        self._rounds += 1
        now_s = self._clock()
        if self._factory is None and now_s >= self._reopen_s:
            self._open_pins()
        if self._factory is not None:
            self._take_edges()
            self._reread(now_s)
            self._count(self._debouncer.advance(_us(now_s - LATE_S)))
            self._dim(now_s)
        return self._handover.due(now_s)

    def confirm(self, press: Press) -> None:
        if not self._handover.confirm(press.source) or "burst" in press.flags:
            return
        if self._switch(press.button, on=True):
            self._lamp_until_s[press.button] = self._clock() + self._lamp_s

    def status(self) -> PanelStatus:
        up = self._factory is not None
        reason = Reason.NONE if up else Reason.CLOSED if self._closed else Reason.ABSENT
        return PanelStatus(
            self._name,
            Link.UP if up else Link.ABSENT,
            stuck=self._debouncer.stuck(_us(self._clock())) if up else (),
            lost=self._lost,
            note="; ".join([self._note] * bool(self._note) + [f"lamp {n}: {why}" for n, why in self._dark.items()]),
            reason=reason,
            down_since_s=self._down_since_s,
            buttons=len(self._button_pins),
            waiting=len(self._handover),
            faults=(Fault.LAMP,) if self._dark else (),
        )

    def rounds(self) -> int:
        return self._rounds

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._close_pins()
        if self._on_close:
            self._on_close()

    def _open_pins(self) -> None:
        self._reopen_s = self._clock() + REOPEN_S
        try:
            self._factory = self._open_factory()
            for button, number in enumerate(self._button_pins):
                self._pins.append(self._watched_pin(button, number))
            levels = [not pin.state for pin in self._pins]
        except _faults() as error:
            self._note = str(error) or type(error).__name__
            log.warning("panel.pins_refused", extra={"fields": {"panel": self._name, "reason": self._note}})
            self._close_pins()
            return
        self._note, self._down_since_s = "", None
        self._lamps = [self._open_lamp(lamp, number) for lamp, number in enumerate(self._lamp_pins)]
        self._debouncer = Debouncer(_us(self._clock()), levels, self._rules)

    def _watched_pin(self, button: int, number: int) -> Any:
        pin = self._factory.pin(number)
        pin.function, pin.pull = "input", "up"
        pin.bounce, pin.edges = None, "both"
        callback = partial(self._on_edge, button)
        self._callbacks.append(callback)  # the pin itself keeps only a weak reference
        pin.when_changed = callback
        return pin

    def _open_lamp(self, lamp: int, number: int) -> Any:
        """The lamp, or None: without it presses are recorded all the same."""
        try:
            return LED(number, pin_factory=self._factory)
        except _faults() as error:
            self._lamp_failed(lamp, error)
            return None

    def _close_pins(self) -> None:
        if self._down_since_s is None:
            self._down_since_s = self._clock()
        for close in [
            *(partial(setattr, pin, "when_changed", None) for pin in self._pins),
            *(lamp.close for lamp in self._lamps if lamp is not None),
            *([self._factory.close] if self._factory is not None else []),
        ]:
            try:
                close()
            except _faults() as error:  # the rest is freed all the same
                self._note = str(error) or type(error).__name__
        self._pins, self._lamps, self._callbacks, self._factory = [], [], [], None
        self._dark, self._lamp_until_s = {}, {}

    def _on_edge(self, button: int, ticks: float, state: Any) -> None:
        """Runs in the pin library's thread."""
        self._edges.put((ticks, self._clock(), button, not state))
        if self._on_ready:
            self._on_ready()

    def _take_edges(self) -> None:
        while True:
            try:
                ticks, arrived_s, button, closed = self._edges.get_nowait()
            except Empty:
                return
            self._edge_s = arrived_s
            self._count(self._debouncer.edge(_us(self._stamps.place(ticks, arrived_s)), button, closed))

    def _reread(self, now_s: float) -> None:
        """Put right an edge that never came (the kernel's queue is short)."""
        if now_s - self._edge_s < REREAD_S:
            return
        try:
            levels = [not pin.state for pin in self._pins]
        except _faults() as error:  # the chip is gone: opened again like an absent one
            self._note = str(error) or type(error).__name__
            self._close_pins()
            return
        for button, closed in enumerate(levels):
            if closed != self._debouncer.closed(button):
                self._count(self._debouncer.edge(_us(now_s), button, closed))

    def _count(self, hits: list[Hit]) -> None:
        for hit in hits:
            self._counter += 1
            source = f"{self._boot_id}-{self._name}-{self._counter}"
            press = Press(
                self._name,
                hit.buttons[0],
                source,
                age_ms=0,
                flags=("burst",) if hit.burst else (),
                buttons=hit.buttons if hit.burst else (),
                hits=min(hit.hits, MOST_HITS),
            )
            self._lost += not self._handover.put(press, hit.t_us / 1e6)

    def _dim(self, now_s: float) -> None:
        for button in [b for b, until_s in self._lamp_until_s.items() if until_s <= now_s]:
            del self._lamp_until_s[button]
            if not self._switch(button, on=False):  # a lamp left on would thank a citizen for nothing: once more
                self._lamp_until_s[button] = now_s + self._lamp_s

    def _switch(self, button: int, on: bool) -> bool:
        """Whether the lamp did so. One that fails is reported until it works again, and stops nothing."""
        lamp = self._lamps[button] if button < len(self._lamps) else None
        if lamp is None:
            return False
        try:
            (lamp.on if on else lamp.off)()
        except _faults() as error:
            self._lamp_failed(button, error)
            return False
        self._dark.pop(button, None)
        return True

    def _lamp_failed(self, lamp: int, error: Exception) -> None:
        if lamp not in self._dark:
            fields = {"panel": self._name, "lamp": lamp, "reason": str(error)}
            log.warning("panel.lamp_failed", extra={"fields": fields})
        self._dark[lamp] = str(error) or type(error).__name__


class _Stamps:
    """Places the pin library's time stamps on our clock: their origin is the kernel's secret (lgpio's own words)."""

    def __init__(self) -> None:
        self._offset_s = float("inf")

    def place(self, ticks: float, arrived_s: float) -> float:
        """The fastest delivery so far shows the offset; all distances between edges stay exact."""
        offset_s = arrived_s - ticks
        if offset_s < self._offset_s or offset_s > self._offset_s + MOST_LAG_S:
            self._offset_s = offset_s
        return ticks + self._offset_s


def _us(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _faults() -> tuple[type[Exception], ...]:
    """What the pin library raises for absent or busy pins; lgpio's own error has no common root with the others."""
    lgpio = sys.modules.get("lgpio")
    return (GPIOZeroError, OSError, ImportError, *((lgpio.error,) if lgpio else ()))
