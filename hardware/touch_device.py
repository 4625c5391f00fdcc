"""A touch screen read straight from the kernel (evdev): where a finger came down, once. Knows no window and no survey.

Reads what Linux documents in Documentation/input/{event-codes,multi-touch-protocol}.rst: slots (protocol B) and single
touch. The device is taken for us alone, so that no display server counts the same finger. One finger at a time: what
comes down beside another is part of a gesture, and no tap.
"""

import fcntl
import logging
import os
import select
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

log = logging.getLogger(__name__)
EVENT = struct.Struct("@llHHi")  # struct input_event: time, type, code, value
SYN, KEY, ABS = 0, 1, 3
SYN_REPORT, SYN_DROPPED = 0, 3
BTN_TOUCH = 0x14A
ABS_X, ABS_Y, MT_SLOT, MT_X, MT_Y, MT_ID = 0x00, 0x01, 0x2F, 0x35, 0x36, 0x39
ABS_INFO = struct.Struct("6i")  # struct input_absinfo: value, minimum, maximum, fuzz, flat, resolution
EVIOCGABS, EVIOCGRAB, EVIOCGMTSLOTS = 0x80184540, 0x40044590, 0x8000450A  # + axis; ; + bytes << 16
LOOK_S = 0.25  # between two looks for a device that is gone
ROUND_S = 1.0  # the reader goes round at least so often
BATCH = 64

Range: TypeAlias = tuple[int, int]
Place: TypeAlias = tuple[float, float]
Ranges: TypeAlias = Callable[[int], "Axes"]


@dataclass(frozen=True, slots=True)
class Axes:
    """Least and greatest value of both axes; `slots`: whether the device tells fingers apart.

    `slot`, `at`: which slot the next event is about, and each slot's last place: the kernel tells changes only.
    """

    x: Range
    y: Range
    slots: bool
    slot: int = 0
    at: Mapping[int, tuple[int, int]] = field(default_factory=dict)


class Fingers:
    """From a device's events to taps: pure. `feed` returns where a finger came down, 0 to 1 from the top left.

    `lost`: the kernel's queue ran over; what follows cannot be understood before the device is asked anew.
    """

    def __init__(self, axes: Axes) -> None:
        self.lost = False
        self._axes, self._slot = axes, axes.slot
        self._down: dict[int, bool] = {}  # slot: whether its coming was told
        self._at = {slot: list(place) for slot, place in axes.at.items()}

    def feed(self, kind: int, code: int, value: int) -> list[Place]:
        self.lost = self.lost or (kind, code) == (SYN, SYN_DROPPED)
        if self.lost:
            return []
        if (kind, code) == (SYN, SYN_REPORT):
            return self._report()
        self._change(kind, code, value)
        return []

    def _change(self, kind: int, code: int, value: int) -> None:
        x, y = (MT_X, MT_Y) if self._axes.slots else (ABS_X, ABS_Y)
        if kind == ABS and code == MT_SLOT and self._axes.slots:
            self._slot = value
        elif kind == ABS and code in (x, y):
            self._at.setdefault(self._slot, [0, 0])[code == y] = value
        elif (kind, code) == (ABS, MT_ID) and self._axes.slots:
            self._touch(value >= 0)
        elif (kind, code) == (KEY, BTN_TOUCH) and not self._axes.slots:
            self._touch(value > 0)

    def _touch(self, down: bool) -> None:
        if down:
            self._down.setdefault(self._slot, False)
        else:
            self._down.pop(self._slot, None)

    def _report(self) -> list[Place]:
        came = [slot for slot, told in self._down.items() if not told]
        alone = len(self._down) == 1
        self._down = dict.fromkeys(self._down, True)
        return [self._place(slot) for slot in came if alone and slot in self._at]

    def _place(self, slot: int) -> Place:
        x, y = self._at[slot]
        return _part(x, self._axes.x), _part(y, self._axes.y)


class TouchDevice:
    """Reads `path` in a thread of its own, waits for it when it is gone, and takes it up again under the same name.

    `wake` is called from that thread after a tap. `axes_of` asks an open device for its axes.
    """

    def __init__(self, path: Path, wake: Callable[[], None], axes_of: "Ranges | None" = None) -> None:
        self._path, self._wake, self._axes_of = path, wake, axes_of or read_axes
        self._taps: deque[Place] = deque(maxlen=BATCH)
        self._there: bool | None = None
        self._stop, self._leave = os.pipe()
        self.rounds = 0  # grows while the reader lives, with a device or without
        self._thread = threading.Thread(target=self._run, name="touch", daemon=True)
        self._thread.start()

    def take(self) -> list[Place]:
        """Taps since the last call, oldest first."""
        return [self._taps.popleft() for _ in range(len(self._taps))]

    def close(self) -> None:
        os.write(self._leave, b"x")
        self._thread.join()
        os.close(self._stop)
        os.close(self._leave)

    def _run(self) -> None:
        while not self._pause(0):
            try:
                self._serve()
            except OSError as error:  # unplugged, not there yet, or not ours to open
                self._tell(False, str(error))
            self.rounds += 1
            self._pause(LOOK_S)

    def _serve(self) -> None:
        """Until the device is gone (OSError), has lost events, or we are closed. Half a touch is forgotten then."""
        handle = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fingers = Fingers(self._axes_of(handle))
            self._tell(True, "")
            while not fingers.lost and not self._pause(ROUND_S, handle):
                self.rounds += 1
                self._read(handle, fingers)
        finally:
            os.close(handle)

    def _read(self, handle: int, fingers: Fingers) -> None:
        try:
            data = os.read(handle, EVENT.size * BATCH)
        except BlockingIOError:
            return
        if not data:
            raise OSError("end of file")
        for _, _, kind, code, value in EVENT.iter_unpack(data[: len(data) // EVENT.size * EVENT.size]):
            taps = fingers.feed(kind, code, value)
            self._taps.extend(taps)
            if taps:
                self._wake()

    def _pause(self, seconds: float, handle: int = -1) -> bool:
        """Wait for events, at most `seconds`; whether we are closed."""
        waiting = [self._stop] + [handle] * (handle >= 0)
        return self._stop in select.select(waiting, [], [], seconds)[0]

    def _tell(self, there: bool, reason: str) -> None:
        """Once a change, however often it is looked for."""
        if there == self._there:
            return
        self._there = there
        if there:
            log.info("touch.found", extra={"fields": {"device": str(self._path)}})
        else:
            log.error("touch.lost", extra={"fields": {"device": str(self._path), "reason": reason}})


def read_axes(handle: int) -> Axes:
    """Ask the kernel, and take the device for us alone. Raises: OSError if it is no touch screen or somebody's."""
    fcntl.ioctl(handle, EVIOCGRAB, 1)
    axes = _axes(handle, MT_X, MT_Y) or _axes(handle, ABS_X, ABS_Y)
    if axes is None:
        raise OSError("no touch screen: it has no two axes")
    return axes


def _axes(handle: int, x_code: int, y_code: int) -> Axes | None:
    (x, *x_range), (y, *y_range) = _axis(handle, x_code), _axis(handle, y_code)
    if x_range[0] == x_range[1] or y_range[0] == y_range[1]:
        return None
    limits = (x_range[0], x_range[1]), (y_range[0], y_range[1])
    if x_code != MT_X:
        return Axes(*limits, slots=False, at={0: (x, y)})
    slot, _, last = _axis(handle, MT_SLOT)
    places = zip(_of_slots(handle, MT_X, last + 1), _of_slots(handle, MT_Y, last + 1), strict=True)
    return Axes(*limits, slots=True, slot=slot, at=dict(enumerate(places)))


def _axis(handle: int, axis: int) -> tuple[int, int, int]:
    """Present, least and greatest value; zeros for an axis that the device does not have."""
    info = fcntl.ioctl(handle, EVIOCGABS + axis, bytes(ABS_INFO.size))
    present, least, most, *_ = ABS_INFO.unpack(info)
    return present, least, most


def _of_slots(handle: int, axis: int, slots: int) -> tuple[int, ...]:
    values = struct.Struct(f"{1 + slots}i")
    request = EVIOCGMTSLOTS | values.size << 16
    return values.unpack(fcntl.ioctl(handle, request, values.pack(axis, *[0] * slots)))[1:]


def _part(value: int, limits: Range) -> float:
    least, most = limits
    return min(max((value - least) / (most - least), 0.0), 1.0)
