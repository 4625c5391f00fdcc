"""A process of its own for test_languages: measures, draws and counts one Khmer line, shaped and then not."""

import sys

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk.config import ScreenSettings
from kiosk.ui.scene import Rect, Scene
from kiosk.ui.typeset import Typesetter
from kiosk.ui.window import Window

LINE = "ត្រឡប់ក្រោយ"


def ink(window: Window, words) -> tuple[int, int]:
    """Width of what is drawn in black, and how many pixels it covers."""
    window.paint(Scene("", "", "", (320, 240), (words,), ()))
    window.poll()
    window.draw()
    pixels = window.pixels()
    width = window.glass.w
    dark = [place % width for place in range(len(pixels) // 3) if pixels[place * 3] < 100]
    return max(dark) - min(dark) + 1, len(dark)


def main() -> int:
    from kiosk.ui import lettering
    from kiosk.ui.lettering import measure, texture_of

    window = Window(ScreenSettings(width=320, height=240), lambda _x, _y: None, lambda: None)
    words = Typesetter(measure).fit(LINE, Rect(10, 40, 300, 100), 36, 36, (0, 0, 0), align="left")
    drawn, shaped = ink(window, words)
    assert abs(drawn - words.ink.w) <= 6, (drawn, words.ink.w)  # side bearings
    wide = texture_width(words)
    made = lettering._made
    lettering._made = lambda size, bold, script, text="": _unshaped(made(size, bold, script, text))
    texture_of.cache_clear()
    lettering._label.cache_clear()
    _, broken = ink(window, Typesetter(measure).fit(LINE, Rect(11, 40, 300, 100), 36, 36, (0, 0, 0), align="left"))
    sys.stdout.write(f"{round(words.ink.w)} {wide} {shaped} {broken}\n")
    window.close()
    return 0


def texture_width(words) -> int:
    from kiosk.ui.lettering import texture_of

    return texture_of(words.lines[0], words.size, words.bold, "Khmr").width


def _unshaped(label):
    label.options["font_script_name"] = "Latn"
    return label


if __name__ == "__main__":
    sys.exit(main())
