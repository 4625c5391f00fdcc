"""One Kivy window: opened lean, asleep in SDL until an event or the next deadline. Knows pixels, no survey.

What is left out, and why, is measured in docs/performance.md: multisampling (shapes soften their own edges), Kivy's
style.kv (no Kivy widget is used), its App (settings on F1, exit on Escape), its frame timer (a frame is drawn when
something changed) and its input providers (one touch came twice).
"""

import ctypes
from collections.abc import Callable
from pathlib import Path

from kiosk.config import ScreenSettings
from kiosk.ui import theme
from kiosk.ui.page import Glass
from kiosk.ui.scene import Scene

Tap = Callable[[float, float], None]
_SHORTCUT = frozenset(("alt", "ctrl", "meta"))
LONGEST_SLEEP_S = 1.0  # a signal is noticed at the latest then


class Window:
    """`tapped(x, y)` is called for each touch, in scene pixels; `lit()` after a frame went to the display.

    `keyed(scancode)` is called when one of `keys`, SDL's numbers, goes down, and for no other key.
    """

    def __init__(
        self,
        settings: ScreenSettings,
        tapped: Tap,
        lit: Callable[[], None],
        keyed: Callable[[int], None] = lambda _scancode: None,
        keys: frozenset[int] = frozenset(),
    ) -> None:
        self._tapped, self._rotation = tapped, settings.rotation
        self._keyed, self._keys, self._held = keyed, keys, set[int]()
        self._window, self._loop = _open(settings)
        width, height = self._window.size
        turned = self._rotation in (90, 270)
        self.glass = Glass(*((height, width) if turned else (width, height)), settings.dpi)
        from kiosk.ui.painter import Painter, measure

        self.measure = measure
        canvas, self._place = _moving_canvas(_turned_canvas(self._window, self._rotation))
        self._painter = Painter(canvas, self.glass.h)
        self._sdl = _loaded_sdl()
        self._device = _device(settings, self.wake) if settings.input == "mtdev" else None
        if self._device is None:
            self._window.bind(on_mouse_down=self._on_mouse_down)
        self._window.bind(on_key_down=self._on_key_down, on_key_up=self._on_key_up)
        self._window.bind(on_request_close=_swallow, on_flip=lambda *_: lit())
        self._loop.start()

    def poll(self) -> None:
        """Hand on what happened since the last call."""
        self._window.mainloop()
        if self._device is not None:
            self._device.update(self._on_motion)

    def paint(self, scene: Scene) -> None:
        self._window.clearcolor = _clear(scene.ground)
        self._painter.paint(scene)

    def prepare(self, scene: Scene) -> None:
        """Build the drawings of a scene that may come next."""
        self._painter.prepare(scene)

    def shift(self, pixels: float) -> None:
        """Show the scene so far to the right of its place."""
        if self._place.x != pixels:
            self._place.x = pixels

    def draw(self) -> None:
        """Put a frame on the display if anything changed."""
        self._loop.idle()

    def sleep(self, seconds: float) -> None:
        """Wait for an event, at most `seconds`."""
        if seconds > 0 and not self._window.canvas.needs_redraw:
            self._sdl.SDL_WaitEventTimeout(None, max(int(min(seconds, LONGEST_SLEEP_S) * 1000), 1))

    def save(self, path: Path) -> None:
        """The present frame as PNG."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        width, height = self._window.size
        pixels = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        self._window._win.save_bytes_in_png(str(path), pixels, width, height)

    def pixels(self) -> bytes:
        """The present frame, three bytes a pixel, from the bottom left."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels

        return bytes(glReadPixels(0, 0, *self._window.size, GL_RGB, GL_UNSIGNED_BYTE))

    def close(self) -> None:
        self._loop.exit()

    def _on_mouse_down(self, _window: object, x: float, y: float, button: str, _modifiers: object) -> bool:
        if button == "left":
            self._tapped(*upright(x, y, self._rotation, *self._window.size))
        return True

    def _on_key_down(self, _window: object, _key: int, code: int, _text: object, modifiers: list[str]) -> bool:
        """Swallows every key; hands on one that is wanted, once until it is released, and never as a shortcut."""
        if code in self._keys and code not in self._held and not _SHORTCUT.intersection(modifiers):
            self._held.add(code)
            self._keyed(code)
        return True

    def _on_key_up(self, _window: object, _key: int, code: int, *_more: object) -> bool:
        self._held.discard(code)
        return True

    def _on_motion(self, kind: str, motion) -> None:
        if kind == "begin":
            width, height = self._window.size
            self._tapped(*upright(motion.sx * width, (1 - motion.sy) * height, self._rotation, width, height))

    def wake(self) -> None:
        """End `sleep` from another thread."""
        event = (ctypes.c_uint8 * 128)()
        ctypes.cast(event, ctypes.POINTER(ctypes.c_uint32))[0] = 0x8000  # SDL_USEREVENT
        self._sdl.SDL_PushEvent(event)


def upright(x: float, y: float, rotation: int, width: int, height: int) -> tuple[float, float]:
    """Scene pixels of a touch at window pixels (x, y from the top left), the scene turned clockwise by `rotation`."""
    return {
        0: (x, y),
        90: (y, width - x),
        180: (width - x, height - y),
        270: (height - y, x),
    }[rotation]


def window_rect(
    x: float, y: float, w: float, h: float, rotation: int, width: int, height: int
) -> tuple[float, float, float, float]:
    """Where a scene rectangle lies in the window: the inverse of `upright`, for scripted citizens."""
    return {
        0: (x, y, w, h),
        90: (width - y - h, x, h, w),
        180: (width - x - w, height - y - h, w, h),
        270: (y, height - x - w, h, w),
    }[rotation]


def _open(settings: ScreenSettings):
    import kivy
    from kivy.config import Config

    for name in list(Config.options("input")):
        Config.remove_option("input", name)
    for key, value in _graphics(settings).items():
        Config.set("graphics", key, str(value))  # before kivy.clock is imported: it reads its frame rate then
    Config.set("kivy", "exit_on_escape", "0")
    import kivy.resources

    data = kivy.kivy_data_dir
    kivy.kivy_data_dir = str(Path(__file__).with_name("no_style"))
    import kivy.lang

    kivy.kivy_data_dir = data
    from kivy.base import EventLoop
    from kivy.core.window import Window as KivyWindow

    if KivyWindow is None:
        raise OSError("no window: neither an X display nor a KMS device is there")
    KivyWindow.clearcolor = _clear(theme.DAY.paper)
    return KivyWindow, EventLoop


def _clear(colour: theme.Colour) -> tuple[float, ...]:
    return (*(part / 255 for part in colour), 1.0)


def _graphics(settings: ScreenSettings) -> dict[str, object]:
    whole = not settings.width
    return {
        "width": settings.width or 800,
        "height": settings.height or 600,
        "fullscreen": "auto" if whole else 0,
        "borderless": 1,
        "position": "custom",
        "left": 0,
        "top": 0,
        "resizable": 0,
        "show_cursor": 0,
        "allow_screensaver": 0,
        "multisamples": 0,
        "maxfps": 0,
    }


def _turned_canvas(window, rotation: int):
    if not rotation:
        return window.canvas
    from kivy.graphics import Canvas, PopMatrix, PushMatrix, Rotate, Translate

    width, height = window.size
    shift = {90: (0, height), 180: (width, height), 270: (width, 0)}[rotation]
    inner = Canvas()
    with window.canvas:
        PushMatrix()
        Translate(*shift, 0)
        Rotate(angle=-rotation, axis=(0, 0, 1), origin=(0, 0))
    window.canvas.add(inner)
    with window.canvas:
        PopMatrix()
    return inner


def _moving_canvas(canvas):
    """A canvas within `canvas`, and what moves all that is drawn on it."""
    from kivy.graphics import Canvas, PopMatrix, PushMatrix, Translate

    inner, place = Canvas(), Translate(0, 0, 0)
    for part in (PushMatrix(), place, inner, PopMatrix()):
        canvas.add(part)
    return inner, place


def _loaded_sdl() -> ctypes.CDLL:
    """The very SDL that Kivy has loaded, whether the wheel's own or Debian's."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    path = next(line.split(maxsplit=5)[5] for line in maps.splitlines() if "/libSDL2-2" in line)
    return ctypes.CDLL(path)


def _device(settings: ScreenSettings, wake: Callable[[], None]):
    """Kivy's mtdev reader, alone, on the device that is named; its thread wakes our sleep."""
    from collections import deque

    from kivy.input.providers.mtdev import MTDMotionEventProvider

    class Waking(deque):
        def append(self, item) -> None:
            super().append(item)
            wake()

    import kivy.input.providers.mtdev as module

    module.collections.deque = Waking  # `start` makes its queue from this name
    provider = MTDMotionEventProvider("touch", settings.device)
    provider.start()
    module.collections.deque = deque
    return provider


def _swallow(*_args: object, **_kwargs: object) -> bool:
    """No close request reaches Kivy, and no key does: nothing on the counter may leave the survey (threat 9)."""
    return True
