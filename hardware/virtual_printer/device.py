"""The printer itself: its receive buffer, what it obeys, its sensors, its answers. Knows no cable and no file.

As the device: what it is asked in real time it answers at once, also between the dots of a picture; everything else
waits its turn, and waits on while there is no paper, the cover is open or the cutter is stuck. What it does not know
is noted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.ports import Picture
from hardware.virtual_printer.matrix import CodeMemory
from hardware.virtual_printer.orders import Order, take
from hardware.virtual_printer.paper import Paper

BUFFER_BYTES = 4096
CUTTER_ROWS = 96  # from the head to the knife, 12 mm
LINE_ROWS = 30
MOST_NOTES = 100
_AT_ONCE = re.compile(rb"\x10(?:\x04([\x01-\x04])|[\x05\x14])")
_BEGUN = re.compile(rb"\x10\x04?\Z")
_NOT_PLAIN = ("GS I", "GS ( H", "GS ( k")
_FIXED = 0x12  # bits of every real-time answer that are always set


@dataclass(slots=True)
class State:
    """What hands do to it."""

    cover_open: bool = False
    held: bool = False  # its feed button
    stuck: bool = False  # the cutter
    mute: bool = False  # it answers nothing: the other wire of the cable is broken
    plugged: bool = True
    powered: bool = True
    unplug_after: int | None = None  # bytes from now
    power_off_after: int | None = None


@dataclass(slots=True)
class Counts:
    """What it has seen. `strange`: orders that it does not know or that make no sense, the first hundred."""

    received: int = 0
    cuts: int = 0
    starts: int = 1
    too_wide: int = 0
    strange: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Raster:
    scale: int
    wide: int
    rows: int


class VirtualPrinter:
    """`model`: what it calls itself. `is_plain`: a cheap one, without QR codes, process numbers and a name.

    `on_cut`: told of each piece of paper.
    """

    def __init__(
        self,
        width_px: int,
        *,
        model: str = "VIRTUAL",
        is_plain: bool = False,
        has_cutter: bool = True,
        rows_left: int | None = None,
        on_cut: Callable[[Picture], None] = lambda _: None,
    ) -> None:
        self.state, self.counts = State(), Counts()
        self.paper = Paper(width_px, rows_left)
        self._model, self._is_plain, self._has_cutter, self._on_cut = model, is_plain, has_cutter, on_cut
        self._answers = bytearray()
        self._obeys: dict[str, Callable[[Order], None]] = {
            "NUL": lambda _: None,
            "DLE EOT": lambda _: None,  # answered when it came
            "ESC @": self._reset,
            "ESC a": self._align,
            "ESC d": self._feed_lines,
            "ESC J": lambda order: self._feed(order.arguments[0]),
            "GS v 0": self._begin_raster,
            "GS V": self._cut,
            "GS r": self._tell_in_order,
            "GS I": self._tell_name,
            "GS ( H": self._tell_process,
            "GS ( k": self._code,
        }
        self._start()

    @property
    def is_online(self) -> bool:
        state = self.state
        return state.powered and not (state.cover_open or state.held or state.stuck or self.paper.is_out)

    @property
    def is_idle(self) -> bool:
        """Nothing waits in it, and no order is half there."""
        return not self._buffer and self._raster is None

    def room(self) -> int:
        """Bytes it would take now."""
        return max(0, BUFFER_BYTES - len(self._buffer)) if self.state.powered else BUFFER_BYTES

    def receive(self, data: bytes) -> int:
        """Bytes from the cable; how many of them came before it was unplugged, or the power went."""
        for at in range(0, len(data), BUFFER_BYTES):
            piece = data[at : at + BUFFER_BYTES]
            if (taken := self._take(piece)) < len(piece):
                return at + taken
        return len(data)

    def answers(self) -> bytes:
        """What it has said since the last call."""
        said = bytes(self._answers)
        self._answers.clear()
        return said

    def go_on(self) -> None:
        """Obey what waits, as far as paper and cover allow."""
        while self.is_online and (self._print_dots() if self._raster else self._obey_next()):
            pass

    def power(self, on: bool) -> None:
        """Off: buffer, settings and half orders are gone; the paper stays."""
        if on and not self.state.powered:
            self.counts.starts += 1
            self.state.stuck = False
        self.state.powered, self.state.power_off_after = on, None
        self._start()

    def _start(self) -> None:
        self._buffer = bytearray()
        self._begun = b""
        self._raster: _Raster | None = None
        self._side = 0
        self._codes = CodeMemory()
        self._answers.clear()

    def _take(self, data: bytes) -> int:
        state = self.state
        if not state.plugged:
            return 0
        if not state.powered:
            return len(data)
        ends = [after for after in (state.unplug_after, state.power_off_after) if after is not None]
        taken = data[: min([*ends, len(data)])]
        self._answer_at_once(taken)
        self._buffer += taken
        self.counts.received += len(taken)
        self.go_on()
        self._count_down(len(taken))
        return len(taken)

    def _count_down(self, taken: int) -> None:
        state = self.state
        if state.unplug_after is not None:
            state.unplug_after -= taken
            if state.unplug_after <= 0:
                state.plugged, state.unplug_after = False, None
        if state.power_off_after is not None:
            state.power_off_after -= taken
            if state.power_off_after <= 0:
                self.power(False)

    def _answer_at_once(self, data: bytes) -> None:
        """Real-time orders are seen wherever they stand."""
        seen = self._begun + data
        for found in _AT_ONCE.finditer(seen):
            if found[1]:
                self._say(bytes([self._sensors(found[1][0])]))
            else:
                self._note(f"{found[0].hex(' ')} in real time")
        begun = _BEGUN.search(seen)
        self._begun = begun[0] if begun else b""

    def _sensors(self, number: int) -> int:
        state, paper = self.state, self.paper
        return (
            _FIXED
            | {
                1: 0x08 * (not self.is_online),
                2: 0x04 * state.cover_open | 0x08 * state.held | 0x20 * paper.is_out | 0x40 * state.stuck,
                3: 0x08 * state.stuck,
                4: 0x0C * paper.is_low | 0x60 * paper.is_out,
            }[number]
        )

    def _say(self, data: bytes) -> None:
        if not self.state.mute:
            self._answers += data

    def _note(self, words: str) -> None:
        if len(self.counts.strange) < MOST_NOTES:
            self.counts.strange.append(words)

    def _obey_next(self) -> bool:
        """Obey the next whole order; False when there is none."""
        order = take(self._buffer)
        if order is None:
            return False
        obey = self._obeys.get(order.name)
        if obey is None or (self._is_plain and order.name in _NOT_PLAIN):
            self._note(f"{order.name}: {order.data[:8].hex(' ')}")
        else:
            obey(order)
        return True

    def _print_dots(self) -> bool:
        """One row of the picture that is coming; False until it is whole."""
        raster = self._raster
        assert raster is not None
        if len(self._buffer) < raster.wide:
            return False
        dots = bytes(self._buffer[: raster.wide])
        del self._buffer[: raster.wide]
        dots = _doubled(dots) if raster.scale & 1 else dots
        for _ in range(2 if raster.scale & 2 else 1):
            self.paper.print_row(dots, self._left(8 * len(dots)))
        raster.rows -= 1
        if raster.rows == 0:
            self._raster = None
        return True

    def _left(self, wide_px: int) -> int:
        return max(0, self.paper.width_px - wide_px) * self._side // 2

    def _reset(self, _: Order) -> None:
        self._side, self._codes = 0, CodeMemory()

    def _align(self, order: Order) -> None:
        if order.arguments[0] % 48 > 2:
            self._note(f"ESC a {order.arguments[0]}")
        else:
            self._side = order.arguments[0] % 48

    def _begin_raster(self, order: Order) -> None:
        scale, wide, rows = order.arguments
        if wide and rows:
            self._raster = _Raster(scale, wide, rows)
            self.counts.too_wide += 8 * wide * (1 + (scale & 1)) > self.paper.width_px

    def _feed(self, rows: int) -> None:
        self.paper.feed(rows)

    def _feed_lines(self, order: Order) -> None:
        self._feed(order.arguments[0] * LINE_ROWS)
        if not self._has_cutter:
            self._end_sheet()  # a hand tears it off

    def _cut(self, order: Order) -> None:
        if not self._has_cutter:
            self._note("GS V without a cutter")
            return
        if len(order.arguments) == 2 and self.paper.feed(CUTTER_ROWS + order.arguments[1]) < CUTTER_ROWS:
            return  # the end of the roll came out instead
        self._end_sheet()

    def _end_sheet(self) -> None:
        self.counts.cuts += 1
        self._on_cut(self.paper.cut())

    def _tell_in_order(self, order: Order) -> None:
        if order.arguments[0] % 48 == 1:
            self._say(bytes([0x03 * self.paper.is_low]))
        elif order.arguments[0] % 48 == 2:
            self._say(b"\0")
        else:
            self._note(f"GS r {order.arguments[0]}")

    def _tell_name(self, order: Order) -> None:
        if order.arguments[0] == 67:
            self._say(b"\x5f" + self._model.encode("ascii") + b"\0")
        else:
            self._note(f"GS I {order.arguments[0]}")

    def _tell_process(self, order: Order) -> None:
        if order.data[:2] == b"00" and len(order.data) == 6:
            self._say(b"\x37\x22" + order.data[2:] + b"\0")
        else:
            self._note(f"GS ( H {order.data[:8].hex(' ')}")

    def _code(self, order: Order) -> None:
        try:
            rows = self._codes.obey(order.data)
        except ValueError as error:
            self._note(f"GS ( k: {error}")
            return
        for dots, wide_px in rows:
            self.paper.print_row(dots, self._left(wide_px))


def _doubled(dots: bytes) -> bytes:
    """Each dot twice, side by side."""
    bits = "".join(bit * 2 for bit in f"{int.from_bytes(dots):0{8 * len(dots)}b}")
    return int(bits, 2).to_bytes(2 * len(dots))
