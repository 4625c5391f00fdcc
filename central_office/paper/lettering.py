"""Letters on paper: the embedded font, text made harmless, lines that fit. Sizes and widths are in points (1/72 inch).

No text is ever read as markup: it is measured and drawn letter by letter as it stands (law 9).
"""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from central_office.paper.errors import Unprintable

MM = 72 / 25.4
FOLDERS = (Path("/usr/share/fonts/truetype/liberation2"), Path("/usr/share/fonts/truetype/liberation"))
PROBE = "ợ"  # Liberation 1, which Debian 12 still has beside version 2, knows no Vietnamese
REGULAR, BOLD, ITALIC = "LiberationSans-Regular", "LiberationSans-Bold", "LiberationSans-Italic"
SANS = (REGULAR, BOLD, ITALIC)
LEADING = 1.13  # line to line, in parts of the letter size: a dot below clears the tone of a capital's circumflex
MORE = "…"
EVENED = 4  # lines; a longer text has no forgotten word
LONGEST = 400  # letters of a name or a heading that are looked at
Run: TypeAlias = tuple[str, str]  # font, text


def ready(folders: Sequence[Path] = FOLDERS, names: Sequence[str] = SANS) -> None:
    """Make the fonts known. Raises: Unprintable when they are not installed."""
    for name in names:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(_font(name, folders))


def _font(name: str, folders: Sequence[Path]) -> TTFont:
    for folder in folders:
        try:
            font = TTFont(name, str(folder / f"{name}.ttf"))
        except (TTFError, OSError):
            continue
        if ord(PROBE) in font.face.charToGlyph:
            return font
    raise Unprintable(f"no font {name} with the letters of Vietnamese", "Install it: deploy/system-packages.sh print")


def clean(text: str) -> str:
    """NFC on one line: control, format and unassigned characters become spaces, and spaces stand singly."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.split())


def without_letters(text: str) -> str:
    """The characters of `text` that the font cannot draw, each once."""
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(sorted({c for c in clean(text) if ord(c) not in known}))


@lru_cache(maxsize=65_536)
def width(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, font, size))


def wrap(text: str, font: str, size: float, room: float) -> list[str]:
    """`text` in lines no wider than `room`; a word that is wider is cut where it must be."""
    return [line[0][1] for line in wrap_runs([(font, text)], size, room)]


def wrap_runs(runs: Sequence[Run], size: float, room: float) -> list[list[Run]]:
    """Like `wrap`, for a paragraph of several fonts: lines of runs."""
    lines: list[list[Run]] = [[]]
    used = 0.0
    for font, text in runs:
        for word in (piece for each in clean(text).split(" ") for piece in _pieces(each, font, size, room)):
            space = width(" ", font, size) if lines[-1] else 0.0
            taken = width(word, font, size)
            if lines[-1] and used + space + taken > room:
                lines.append([])
                used = space = 0.0
            if lines[-1] and lines[-1][-1][0] == font:
                lines[-1][-1] = (font, f"{lines[-1][-1][1]} {word}")
            else:
                lines[-1].append((font, f" {word}" if lines[-1] else word))
            used += space + taken
    return lines if lines[0] else []


def _pieces(word: str, font: str, size: float, room: float) -> list[str]:
    if width(word, font, size) <= room:
        return [word] if word else []
    pieces, piece, used = [], "", 0.0
    for letter in word:
        taken = width(letter, font, size)
        if piece and used + taken > room:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + letter, used + taken
    return [*pieces, piece]


def fit(text: str, font: str, sizes: tuple[float, float], room: float, most: int = 1) -> tuple[float, list[str]]:
    """The largest size (from, down to) at which `text` takes `most` lines, and these, of nearly one length.

    What does not fit even at the least size ends with «…»: a name is data, and the sheet keeps its shape.
    """
    size, least = sizes
    text = clean(text)[:LONGEST]
    while len(lines := wrap(text, font, size, room)) > most and size > least:
        size = max(least, size - 0.5)
    if len(lines) > most:
        return size, [*lines[: most - 1], _cut(lines[most - 1], font, size, room)]
    return size, even(text, font, size, room)


def _cut(line: str, font: str, size: float, room: float) -> str:
    while line and width(line + MORE, font, size) > room:
        line = line[:-1]
    return line.rstrip() + MORE


def even(text: str, font: str, size: float, room: float) -> list[str]:
    """`wrap` into as few lines, of nearly one length: one word alone on a last line looks forgotten."""
    lines = wrap(text, font, size, room)
    for step in range(6, 16) if 1 < len(lines) <= EVENED else ():
        tried = wrap(text, font, size, room * step / 15)
        if len(tried) == len(lines):
            return tried
    return lines


def write(
    canvas: Canvas, lines: Sequence[str], font: str, size: float, at: tuple[float, float], align: str = "left"
) -> float:
    """Draw lines from the top edge `at` downwards; where the next block begins."""
    x, y = at
    canvas.setFont(font, size)
    draw = {"left": canvas.drawString, "centre": canvas.drawCentredString, "right": canvas.drawRightString}[align]
    for line in lines:
        draw(x, y - size * 0.92, line)
        y -= size * LEADING
    return y


def write_runs(
    canvas: Canvas, runs: Sequence[Run], size: float, at: tuple[float, float], colours: dict[str, Color]
) -> None:
    """One line of several fonts, each in its colour."""
    x, y = at
    for font, text in runs:
        canvas.setFillColor(colours[font])
        canvas.setFont(font, size)
        canvas.drawString(x, y - size * 0.92, text)
        x += width(text, font, size)
