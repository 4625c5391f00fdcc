"""Letters as dots: text of any origin becomes a picture for a printer's head. Knows no printer, no file but two fonts.

A citizen's or an officer's text reaches a printer only as a picture, so that no byte of it can be an order to the
printer, and so that Vietnamese looks the same on a printer that has no letters for it.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from hardware.errors import NoPrintFont
from hardware.ports import Picture

FONTS = Path("/usr/share/fonts/truetype")
FOLDERS = ("liberation2", "liberation")  # of version 2 in Debian 12 and 13; version 1 has no letters of Vietnamese
PROBE = "ợ"
FONT_FILES = {False: "LiberationSans-Regular.ttf", True: "LiberationSans-Bold.ttf"}
PITCH = 1.2  # from line to line, in parts of the letters' size
ABOVE, BELOW = 1.09, 0.28  # of the first and the last baseline: a tone above a circumflex, a dot below
SMALLEST_PX, LARGEST_PX = 12, 200
WIDEST_PX = 4096
MOST_LETTERS = 2000  # what is longer ends in «…»
MOST_MARKS = 2  # on one letter; Vietnamese needs two where a text is not composed
UNKNOWN = "\N{WHITE SQUARE}"  # for letters that the font has not
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})  # controls, directions, halves, private and unassigned
_MARKS = frozenset({"Mn", "Me", "Mc"})
_SPACES = frozenset({"Zl", "Zp", "Zs"})
_BLANKS = "\t\n\v\f\r"
_NO_GLYPH = "\uffff"


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@lru_cache(maxsize=64)  # most lines of a slip are those of the slip before
def draw_text(text: str, width_px: int, size_px: int, *, bold: bool = False, align: Align = Align.LEFT) -> Picture:
    """One paragraph, wrapped at words, as high as its lines; no line gives a picture without rows.

    `size_px`: of the em, 12 to 200; a capital is 0.73 of it. At 203 dpi 24 px are 3 mm. Any text may come: see
    `clean`. Raises: ValueError for a width or a size out of bounds; NoPrintFont.
    """
    if not (1 <= width_px <= WIDEST_PX and SMALLEST_PX <= size_px <= LARGEST_PX):
        raise ValueError(f"width to {WIDEST_PX}, size {SMALLEST_PX} to {LARGEST_PX} wanted")
    lines = wrap(text, width_px, size_px, bold=bold)
    if not lines:
        return Picture(width_px, b"")
    font = _font(size_px, bold)
    above_px, pitch_px, below_px = (ceil(size_px * part) for part in (ABOVE, PITCH, BELOW))
    image = Image.new("1", (width_px, above_px + pitch_px * (len(lines) - 1) + below_px), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"  # no grey: the head knows none
    for number, line in enumerate(lines):
        place = (_left(line, width_px, font, align), above_px + pitch_px * number)
        pen.text(place, line, fill=0, font=font, anchor="ls")
    return picture(image)


def wrap(text: str, width_px: int, size_px: int, *, bold: bool = False) -> list[str]:
    """The lines of `clean(text)`; a word that fits in no line is broken between letters. Raises: NoPrintFont."""
    font = _font(size_px, bold)
    known = "".join(letter if _is_drawn(letter, bold) else UNKNOWN for letter in clean(text))
    space_px = font.getlength(" ")
    lines: list[str] = []
    line, line_px = "", 0.0
    for word in known.split():
        word_px = font.getlength(word)
        if line and line_px + space_px + word_px <= width_px:
            line, line_px = f"{line} {word}", line_px + space_px + word_px
            continue
        if line:
            lines.append(line)
        line, line_px = word, word_px
        if word_px > width_px:
            *whole, line = _pieces(word, width_px, font)
            lines.extend(whole)
            line_px = font.getlength(line)
    return [*lines, line] if line else lines


def clean(text: str) -> str:
    """NFC, one space between words, no control, no direction mark, no unassigned code point, few marks on a letter."""
    too_long = len(text) > MOST_LETTERS
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text[:MOST_LETTERS]):
        category = unicodedata.category(letter)
        marks = marks + 1 if category in _MARKS else 0
        if letter in _BLANKS or category in _SPACES:
            kept.append(" ")
        elif category not in _DROPPED and marks <= MOST_MARKS:
            kept.append(letter)
    return " ".join("".join(kept).split()) + ("…" if too_long else "")


def picture(image: Image.Image) -> Picture:
    """A picture, black on white, as dots; grey from the middle on is white."""
    ink = ImageOps.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE)
    return Picture(image.width, ink.tobytes())


def as_image(dots: Picture) -> Image.Image:
    """Dots as a picture of mode 1, black on white; at least one row high."""
    image = Image.new("1", (dots.width_px, max(dots.height_px, 1)), 1)
    if dots.height_px:
        image.paste(Image.frombytes("1", (dots.width_px, dots.height_px), dots.rows, "raw", "1;I"))
    return image


def _pieces(word: str, width_px: int, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    piece, piece_px = "", 0.0
    for letter in word:
        letter_px = font.getlength(letter)
        if piece and piece_px + letter_px > width_px:
            yield piece
            piece, piece_px = "", 0.0
        piece, piece_px = piece + letter, piece_px + letter_px
    yield piece


def _left(line: str, width_px: int, font: ImageFont.FreeTypeFont, align: Align) -> int:
    free_px = max(0, width_px - round(font.getlength(line)))
    return {Align.LEFT: 0, Align.CENTRE: free_px // 2, Align.RIGHT: free_px}[align]


@lru_cache(maxsize=4096)
def _is_drawn(letter: str, bold: bool) -> bool:
    return letter == " " or _has(_font(24, bold), letter)


def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    """It has a shape for it, other than the box that stands for all it has not."""
    return bytes(font.getmask(letter)) != _missing(font)


@lru_cache(maxsize=32)
def _missing(font: ImageFont.FreeTypeFont) -> bytes:
    return bytes(font.getmask(_NO_GLYPH))


@lru_cache(maxsize=32)
def _font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont:
    for folder in FOLDERS:
        path = FONTS / folder / FONT_FILES[bold]
        if path.is_file():
            # the plain layout: the same dots whether or not the machine has a shaping library
            font = ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.BASIC)
            if _has(font, PROBE):
                return font
    raise NoPrintFont(f"no {FONT_FILES[bold]} with Vietnamese letters in {FONTS}")
