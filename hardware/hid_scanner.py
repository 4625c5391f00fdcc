"""A scanner that is a keyboard to the machine, read straight from the kernel (evdev) and for us alone.

Reads what Linux documents in Documentation/input/event-codes.rst. The device is grabbed: what a citizen shows is typed
into no window and no console, and a code with Ctrl-Alt-Delete in it restarts nothing.
"""

import fcntl
import os
import select
from collections.abc import Callable
from pathlib import Path

from hardware.code_reader import Silence
from hardware.hid_keys import ENTER, HidKeys
from hardware.touch_device import EVENT, EVIOCGRAB, SYN, SYN_DROPPED

EVIOCGBIT_KEY = 0x80604521  # which keys the device has, as 96 bytes of bits
KEY_BYTES = 0x60
WANTED = (ENTER, 30, 2)  # Enter, A and 1: what every keyboard has and no touch screen, mouse or power button does
BATCH = 64


class HidLine:
    """`device`: the scanner's own node (/dev/input/by-id/…-event-kbd). `grab` takes an open device for us alone.

    Raises: OSError when it is absent, forbidden, another program's, or no keyboard.
    """

    def __init__(self, device: Path, grab: "Callable[[int], None] | None" = None) -> None:
        self._keys = HidKeys()
        self._handle = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            (grab or take_keyboard)(self._handle)
        except OSError:
            os.close(self._handle)
            raise

    def read(self, wait_s: float) -> bytes | Silence:
        select.select([self._handle], [], [], wait_s)
        try:
            data = os.read(self._handle, EVENT.size * BATCH)
        except BlockingIOError:
            return Silence.QUIET
        if not data:
            raise OSError("end of file")
        events = [event[2:] for event in EVENT.iter_unpack(data[: len(data) // EVENT.size * EVENT.size])]
        if (SYN, SYN_DROPPED) in [event[:2] for event in events]:
            self._keys.forget()
            return Silence.LOST
        return b"".join(self._keys.feed(*event) for event in events)

    def close(self) -> None:
        os.close(self._handle)


def take_keyboard(handle: int) -> None:
    """Raises: OSError if the device is no keyboard, or is somebody's. A touch screen is not taken by mistake."""
    held = fcntl.ioctl(handle, EVIOCGBIT_KEY, bytes(KEY_BYTES))
    if not all(held[key // 8] >> key % 8 & 1 for key in WANTED):
        raise OSError("no scanner: it has no letters, digits or Enter")
    fcntl.ioctl(handle, EVIOCGRAB, 1)
