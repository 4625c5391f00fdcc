"""SDL_Events that no virtual X device can make, as bytes: fingers, gestures, text, drops, a desktop's commands."""

import random
import struct

QUIT, WINDOW, TEXT_EDITING, TEXT_INPUT, WHEEL = 0x100, 0x200, 0x302, 0x303, 0x403
FINGER_DOWN, FINGER_UP, FINGER_MOTION, GESTURE, CLIPBOARD = 0x700, 0x701, 0x702, 0x802, 0x900
DROP_FILE, DROP_TEXT, DROP_BEGIN, DROP_END = 0x1000, 0x1001, 0x1002, 0x1003
APP_EVENTS = range(0x101, 0x107)  # terminating, low memory, to the background and back
WINDOW_EVENTS = range(1, 19)  # shown, hidden, resized, minimised, close, …
BUTTON_DOWN, OF_A_FINGER = 0x401, 0xFFFFFFFF


def bare(kind: int) -> bytes:
    return struct.pack("=III", kind, 0, 0)


def window(event: int, data1: int = 0, data2: int = 0) -> bytes:
    return struct.pack("=IIIBxxxii", WINDOW, 0, 1, event, data1, data2)


def finger(kind: int, number: int, x: float, y: float) -> bytes:
    return struct.pack("=IIqqfffffI", kind, 0, 1, number, x, y, 0, 0, 1, 1)


def button(x: int, y: int, which: int, at_ms: int) -> bytes:
    """A left button at window pixels; `which` is OF_A_FINGER when SDL made it from a touch."""
    return struct.pack("=IIIIBBBBii", BUTTON_DOWN, at_ms, 1, which, 1, 1, 1, 0, x, y)


def text(kind: int, letters: str) -> bytes:
    return struct.pack("=III32s", kind, 0, 1, letters.encode()[:31])


def drop(kind: int) -> bytes:
    """Without a name: who reads it comes to harm."""
    return struct.pack("=IIQI", kind, 0, 0, 1)


def random_event(rng: random.Random) -> bytes:
    match rng.randrange(8):
        case 0:
            return bare(QUIT)
        case 1:
            return bare(rng.choice([*APP_EVENTS, CLIPBOARD]))
        case 2:
            return window(rng.choice(WINDOW_EVENTS), rng.randrange(2000), rng.randrange(2000))
        case 3:
            return text(rng.choice((TEXT_EDITING, TEXT_INPUT)), rng.choice(("a", "\x16", "import os", "ạ")))
        case 4:
            return drop(rng.choice((DROP_FILE, DROP_TEXT, DROP_BEGIN, DROP_END)))
        case 5:
            return struct.pack("=IIIIiiI", WHEEL, 0, 1, 0, rng.randint(-9, 9), rng.randint(-9, 9), 0)
        case 6:
            return struct.pack("=IIqffffHH", GESTURE, 0, 1, rng.random(), rng.random(), rng.random(), 1.0, 2, 0)
    return finger(rng.choice((FINGER_DOWN, FINGER_UP, FINGER_MOTION)), rng.randrange(10), rng.random(), rng.random())
