"""What SDL may bring to the counter: a list of what is let in, everything else stops here and never reaches Kivy.

Let in are the left button (a finger, as SDL reports the first one that is down), a window that must be drawn again or
was disturbed, the keys that somebody asked for, and our own events. Keys, text, wheel, further fingers, gestures,
drops, clipboard, close and quit are switched off in SDL itself, so that they do not even end its sleep.
"""

import ctypes
from pathlib import Path
from typing import NamedTuple, TypeAlias

WINDOW, KEY_DOWN, BUTTON_DOWN, OURS = 0x200, 0x300, 0x401, 0x8000  # SDL_EventType
WINDOW_MUST_BE_DRAWN = {1, 3}  # SDL_WindowEventID: shown, exposed
WINDOW_DISTURBED = {2, 4, 5, 6, 7, 8, 9}  # hidden, moved, resized, size changed, minimised, maximised, restored
LEFT, QUERY, IGNORE, ENABLE, TAKE = 1, -1, 0, 1, 2
EVENT_BYTES = 56  # sizeof(SDL_Event) on every 64-bit and 32-bit system
BATCH = 64
SAME_MS, SAME_PX = 250, 12
WOKEN = 0  # the code of an event of ours that only ends the sleep
FAMILIES = (  # first and last type of each family that SDL 2 knows; 0x7F00 is its own
    (0x100, 0x107), (0x150, 0x151), (0x200, 0x201), (0x300, 0x305), (0x400, 0x404), (0x600, 0x608), (0x650, 0x65F),
    (0x700, 0x702), (0x800, 0x802), (0x900, 0x902), (0x1000, 0x1005), (0x1100, 0x1102), (0x1200, 0x1201),
    (0x2000, 0x2002),
)  # fmt: skip


class Touched(NamedTuple):
    """Window pixels from the top left."""

    x: int
    y: int


class Keyed(NamedTuple):
    """A key went down. `scancode`: SDL's number of its place on the keyboard, whatever is printed on it."""

    scancode: int


class Uncovered(NamedTuple):
    """The window must be drawn again. `disturbed`: and somebody moved, shrank or hid it."""

    disturbed: bool


class Returned(NamedTuple):
    """An event of ours came through the queue."""

    code: int


Arrival: TypeAlias = Touched | Keyed | Uncovered | Returned


class _Key(ctypes.Structure):
    _fields_ = [
        ("state", ctypes.c_uint8),
        ("repeat", ctypes.c_uint8),
        ("_padding", ctypes.c_uint16),
        ("scancode", ctypes.c_int32),
        ("symbol", ctypes.c_int32),
        ("modifiers", ctypes.c_uint16),
    ]


class _Button(ctypes.Structure):
    _fields_ = [
        ("which", ctypes.c_uint32),
        ("button", ctypes.c_uint8),
        ("state", ctypes.c_uint8),
        ("clicks", ctypes.c_uint8),
        ("_padding", ctypes.c_uint8),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
    ]


class _Detail(ctypes.Union):
    _fields_ = [
        ("window_event", ctypes.c_uint8),
        ("key", _Key),
        ("button", _Button),
        ("code", ctypes.c_int32),
        ("_size", ctypes.c_uint8 * (EVENT_BYTES - 12)),
    ]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("window", ctypes.c_uint32),
        ("detail", _Detail),
    ]


SHORTCUT = 0x0FC0  # SDL_Keymod: either control, alt or logo key


def _is_shortcut(key: _Key) -> bool:
    return bool(key.modifiers & SHORTCUT)


class Inlet:
    """Reads SDL's queue in the place of Kivy. `touches`: whether SDL is the source of touches. `keys`: scancodes."""

    def __init__(self, touches: bool, keys: frozenset[int] = frozenset()) -> None:
        self._sdl = loaded_sdl()
        self._keys = keys
        wanted = {WINDOW} | ({BUTTON_DOWN} if touches else set()) | ({KEY_DOWN} if keys else set())
        self._sdl.SDL_SetEventFilter(None, None)  # Kivy's own draws on resize and ends the program on request
        for first, last in FAMILIES:
            for kind in range(first, last + 1):
                self._sdl.SDL_EventState(kind, ENABLE if kind in wanted else IGNORE)
        self._sdl.SDL_StopTextInput()  # no input method opens its window over ours
        self._batch = (_Event * BATCH)()
        self._window = 0
        self._last = (0, -SAME_MS, 0, 0)

    def take(self) -> list[Arrival]:
        """Everything that waits, oldest first."""
        self._sdl.SDL_PumpEvents()
        arrivals: list[Arrival] = []
        while (count := self._sdl.SDL_PeepEvents(self._batch, BATCH, TAKE, 0, 0xFFFF)) > 0:
            arrivals += filter(None, map(self._arrival, self._batch[:count]))
        return arrivals

    def _arrival(self, event: _Event) -> Arrival | None:
        detail = event.detail
        match event.type:
            case 0x401 if detail.button.button == LEFT:
                return self._touched(event.timestamp, detail.button)
            case 0x300 if detail.key.scancode in self._keys and not (detail.key.repeat or _is_shortcut(detail.key)):
                return Keyed(detail.key.scancode)
            case 0x200 if detail.window_event in WINDOW_MUST_BE_DRAWN | WINDOW_DISTURBED:
                self._window = event.window
                return Uncovered(detail.window_event in WINDOW_DISTURBED)
            case 0x8000:
                return Returned(detail.code)
        return None

    def _touched(self, at_ms: int, button: _Button) -> Touched | None:
        """X tells SDL of one finger twice: as a finger, of which SDL makes a button, and as a button of its own."""
        source, before_ms, x, y = self._last
        near = abs(button.x - x) + abs(button.y - y) <= SAME_PX
        if source != button.which and at_ms - before_ms < SAME_MS and near:
            return None
        self._last = (button.which, at_ms, button.x, button.y)
        return Touched(button.x, button.y)

    def push(self, code: int = WOKEN) -> None:
        """Put an event of ours into the queue, from any thread; it ends `wait`."""
        event = _Event(type=OURS)
        event.detail.code = code
        self._sdl.SDL_PushEvent(ctypes.byref(event))

    def wait(self, seconds: float) -> None:
        """Sleep until something is let in, at most `seconds`."""
        self._sdl.SDL_WaitEventTimeout(None, max(int(seconds * 1000), 1))

    def put_back(self, width: int, height: int) -> None:
        """The window as it was opened: shown, whole, at the top left. Asks for no more than what is not so."""
        sdl = self._sdl
        sdl.SDL_GetWindowFromID.restype = ctypes.c_void_p
        window = ctypes.c_void_p(sdl.SDL_GetWindowFromID(self._window))
        if not window:
            return
        w, h, x, y = (ctypes.c_int() for _ in range(4))
        sdl.SDL_GetWindowSize(window, ctypes.byref(w), ctypes.byref(h))
        sdl.SDL_GetWindowPosition(window, ctypes.byref(x), ctypes.byref(y))
        hidden, minimised = 0x08, 0x40
        if sdl.SDL_GetWindowFlags(window) & (hidden | minimised):
            sdl.SDL_ShowWindow(window)
            sdl.SDL_RestoreWindow(window)
        if (w.value, h.value) != (width, height):
            sdl.SDL_SetWindowSize(window, width, height)
        if (x.value, y.value) != (0, 0):
            sdl.SDL_SetWindowPosition(window, 0, 0)


def loaded_sdl() -> ctypes.CDLL:
    """The very SDL that Kivy has loaded, whether the wheel's own or Debian's."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    path = next(line.split(maxsplit=5)[5] for line in maps.splitlines() if "/libSDL2-2" in line)
    return ctypes.CDLL(path)
