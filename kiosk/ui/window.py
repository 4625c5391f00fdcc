"""One Kivy window: opened lean, asleep in SDL until an event or the next deadline. Knows pixels, no survey.

What is left out, and why, is measured in docs/performance.md: multisampling (shapes soften their own edges), Kivy's
style.kv (no Kivy widget is used), its App (settings on F1, exit on Escape), its frame timer (a frame is drawn when
something changed), its reading of SDL's queue (kiosk.ui.inlet lets in what is wanted and nothing else) and its input
providers (one touch came twice).
"""

import ctypes
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.backlight import Backlight
from kiosk.config import ScreenSettings
from kiosk.errors import WrongInputs
from kiosk.ui import theme
from kiosk.ui.inlet import Inlet, Keyed, Returned, Touched, Uncovered
from kiosk.ui.page import Glass
from kiosk.ui.pulse import Pulse
from kiosk.ui.scene import Scene

if TYPE_CHECKING:
    from hardware.touch_device import TouchDevice

log = logging.getLogger(__name__)
Tap = Callable[[float, float], None]
LONGEST_SLEEP_S = 1.0  # a signal is noticed at the latest then


class Window:
    """`tapped(x, y)` is called for each touch, in scene pixels; `lit()` after a frame went to the display.

    `keyed(scancode)` is called when one of `keys`, SDL's numbers, goes down, and for no other key.
    Raises: OSError without a display; WrongInputs unless exactly one source reports touches.
    """

    def __init__(
        self,
        settings: ScreenSettings,
        tapped: Tap,
        lit: Callable[[], None],
        keyed: Callable[[int], None] = lambda _scancode: None,
        keys: frozenset[int] = frozenset(),
    ) -> None:
        self._tapped, self._lit, self._keyed, self._rotation = tapped, lit, keyed, settings.rotation
        self._window, self._loop = _open(settings)
        width, height = self._window.size
        turned = self._rotation in (90, 270)
        self.glass = Glass(*((height, width) if turned else (width, height)), settings.dpi)
        from kiosk.ui.painter import Painter, measure

        self.measure = measure
        canvas, self._place = _moving_canvas(_turned_canvas(self._window, self._rotation))
        self._painter = Painter(canvas, self.glass.h)
        self._shade = _shade(self._window)
        self._backlight = Backlight(settings.backlight)
        self._backlight.shine(1.0)  # a process that was killed may have left it dark
        self._inlet = Inlet(touches=settings.input == "mouse", keys=keys)
        self._device = _device(settings, self.wake) if settings.input == "mtdev" else None
        self.pulse = Pulse(self._inlet, self._window.canvas.ask_update, self._device)
        self._flips, self._libc = 0, ctypes.CDLL(None)
        self._window.flip = self._flip
        self._loop.start()
        _one_source(settings, self._loop.input_providers)

    def poll(self) -> None:
        """Hand on what happened since the last call."""
        for arrival in self._inlet.take():
            match arrival:
                case Touched(x, y):
                    self._tapped(*upright(x, y, self._rotation, *self._window.size))
                case Keyed(scancode):
                    self._keyed(scancode)
                case Uncovered(disturbed):
                    self._uncovered(disturbed)
                case Returned(code):
                    self.pulse.returned(code)
        for x, y in self._device.take() if self._device is not None else ():
            width, height = self._window.size
            self._tapped(*upright(x * width, y * height, self._rotation, width, height))

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
        before = self._flips
        self._loop.idle()
        if self._flips != before:
            self.pulse.drawn()
            self._lit()

    def sleep(self, seconds: float) -> None:
        """Wait for an event, at most `seconds`."""
        if seconds > 0 and not self._window.canvas.needs_redraw:
            self._inlet.wait(min(seconds, LONGEST_SLEEP_S))

    def shine(self, part: float) -> None:
        """Light of the screen, 0 to 1: by its lamp, or else by a shade over everything. Dark is drawn in any case."""
        has_lamp = self._backlight.shine(part)
        self._shade.a = 0.0 if has_lamp and part else 1.0 - part
        self._window.canvas.ask_update()

    def tidy(self) -> None:
        """Give memory back. The pictures of one comment leave holes all over the heap: 70 MB after 500 citizens."""
        trim = getattr(self._libc, "malloc_trim", None)  # of glibc
        if trim is not None:
            trim(0)

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
        self._backlight.shine(1.0)
        if self._device is not None:
            self._device.close()
        self._loop.exit()

    def wake(self) -> None:
        """End `sleep` from another thread."""
        self._inlet.push()

    def _flip(self) -> None:
        """In the place of Kivy's, which tells of a frame before the buffers are swapped."""
        self._window._win.flip()
        self._flips += 1

    def _uncovered(self, disturbed: bool) -> None:
        """The counter shows the survey, whole, whatever another program does to its window."""
        if disturbed:
            self._inlet.put_back(*self._window.size)
        self._window.canvas.ask_update()


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

    logging.getLogger("kivy").setLevel(logging.WARNING)  # its import has set its own
    for section in ("input", "modules"):  # no provider and none of its modules, not even by default
        for name in list(Config.options(section)):
            Config.remove_option(section, name)
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
    from kivy.core.window.window_sdl2 import SDL2MotionEventProvider

    for provider in [each for each in EventLoop.input_providers if type(each) is SDL2MotionEventProvider]:
        EventLoop.remove_input_provider(provider)  # the window brings one along; the inlet is in its place
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


def _shade(window):
    """The colour of a plate over everything, which nobody sees as yet."""
    from kivy.graphics import Color, Rectangle

    with window.canvas.after:
        colour = Color(0, 0, 0, 0)
        Rectangle(size=window.size)
    return colour


def _moving_canvas(canvas):
    """A canvas within `canvas`, and what moves all that is drawn on it."""
    from kivy.graphics import Canvas, PopMatrix, PushMatrix, Translate

    inner, place = Canvas(), Translate(0, 0, 0)
    for part in (PushMatrix(), place, inner, PopMatrix()):
        canvas.add(part)
    return inner, place


def _device(settings: ScreenSettings, wake: Callable[[], None]) -> "TouchDevice":
    from hardware.touch_device import TouchDevice  # only where it is wanted

    return TouchDevice(Path(settings.device), wake)


def _one_source(settings: ScreenSettings, providers: list) -> None:
    """Raises: WrongInputs if anything but the one source of the configuration would report touches."""
    sources = [settings.input, *(type(provider).__name__ for provider in providers)]
    if len(sources) != 1:
        raise WrongInputs(sources)
    log.info("input.opened", extra={"fields": {"source": settings.input, "device": settings.device}})
