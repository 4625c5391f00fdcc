"""Measures and draws one line of text, each script with its own font. Text is plain: no markup parser is imported.

Kivy tells SDL_ttf the script only when it draws, and keeps each opened font: measured before that, a Khmer word counts
every sign by itself and comes out half as wide again. So a shaped font draws one letter before it is first measured.
"""

from functools import lru_cache
from pathlib import Path

from kivy.core.text import Label
from kivy.graphics.texture import Texture

from kiosk.texts.languages import SCRIPTS
from kiosk.texts.scripts import COMMON, runs

FONT = "Roboto"  # comes with Kivy; has every Vietnamese letter


def measure(line: str, size: int, bold: bool) -> float:
    """Width in pixels of one line of text."""
    return float(sum(_width(part, size, bold, script) for script, part in runs(line)))


def _width(text: str, size: int, bold: bool, script: str) -> int:
    _shape(size, bold, script)
    return _label(size, bold, script).get_extents(text)[0]


def base_line(line: str, size: int, bold: bool, high: float) -> float:
    """Pixels from the top of a line, `high` pixels high, to the foot of its letters: its tallest font is centred."""
    scripts = {script for script, _ in runs(line)} or {COMMON}
    above, below = max((_heights(size, bold, script) for script in scripts), key=sum)
    return (high + above + below) / 2 - below


def depth_below(size: int, bold: bool, script: str) -> float:
    """Pixels that the texture of a run reaches below the foot of its letters."""
    return _heights(size, bold, script)[1]


@lru_cache(maxsize=32)  # a line that stands on two screens; the drawings keep their own
def texture_of(text: str, size: int, bold: bool, script: str) -> Texture:
    """A run of one script, drawn in white."""
    _shape(size, bold, script)
    label = _made(size, bold, script, text)
    label.refresh()
    return label.texture


@lru_cache(maxsize=256)
def _label(size: int, bold: bool, script: str) -> Label:
    return _made(size, bold, script)


def _shape(size: int, bold: bool, script: str) -> None:
    """Have Kivy tell SDL_ttf the script; each time, for Kivy closes the font that was not used for longest.

    The letter is drawn by the provider's own steps, on one pixel: `Label.refresh` draws only when a texture is shown.
    """
    if script != COMMON:
        label = _label(size, bold, script)
        label._size = (1, 1)
        label._render_begin()
        label._render_text(SCRIPTS[script].blocks[0][0], 0, 0)
        label._render_end()


def _made(size: int, bold: bool, script: str, text: str = "") -> Label:
    if script == COMMON:
        return Label(text=text, font_name=FONT, font_size=size, bold=bold)
    return Label(
        text=text, font_name=font_of(script), font_size=size, bold=bold, font_script_name=script, font_direction="ltr"
    )


@lru_cache(maxsize=16)
def font_of(script: str) -> str:
    """The script's font file; Kivy's own font, which shows boxes, on a machine where it was not installed."""
    return SCRIPTS[script].font if Path(SCRIPTS[script].font).is_file() else FONT


@lru_cache(maxsize=256)
def _heights(size: int, bold: bool, script: str) -> tuple[float, float]:
    """Pixels above and below the foot of the letters."""
    label = _label(size, bold, script)
    return float(label.get_ascent()), -float(label.get_descent())
