"""How wide a line is and how a text breaks, from the widths of the kiosk's letters. No font file, no drawing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from central_office.forms.preview.figures import SHARES

_OTHER = 0.6  # width of a letter that the table does not have, in parts of the size
EVEN_WITHIN = 4  # pixels


def _widths() -> Mapping[bool, Mapping[str, float]]:
    data = json.loads((files(__package__) / "letters.json").read_bytes())
    return {
        bold: {letter: int(width) / 1000 for width, letters in data[name].items() for letter in letters}
        for bold, name in ((False, "regular"), (True, "bold"))
    }


_WIDTHS = _widths()


@lru_cache(maxsize=8192)
def share(line: str, bold: bool) -> float:
    """Width of a line in parts of the letters' size."""
    return sum(_WIDTHS[bold].get(letter, _OTHER) for letter in line)


def width(line: str, size: int, bold: bool) -> float:
    """No less than the line will be at `size` pixels: rounding to whole pixels adds a little."""
    return share(line, bold) * size * SHARES["spread"]


@lru_cache(maxsize=16384)
def wrap(text: str, size: int, bold: bool, room: float) -> tuple[str, ...]:
    """Lines no wider than `room`; a word that is wider is broken between letters."""
    lines: list[str] = []
    for word in text.split():
        for number, piece in enumerate(_pieces(word, size, bold, room)):
            glue = " " if number == 0 else ""
            if lines and width(lines[-1] + glue + piece, size, bold) <= room:
                lines[-1] += glue + piece
            else:
                lines.append(piece)
    return tuple(lines)


def _pieces(word: str, size: int, bold: bool, room: float) -> list[str]:
    pieces = []
    while width(word, size, bold) > room and len(word) > 1:
        count = 1
        while count < len(word) - 1 and width(word[: count + 1], size, bold) <= room:
            count += 1
        pieces.append(word[:count])
        word = word[count:]
    return [*pieces, word]


def height(text: str, room: float, size: float, bold: bool) -> float:
    """What `text` takes in lines no wider than `room`."""
    return len(wrap(text, int(size), bold, room)) * size * SHARES["leading"] if text else 0.0


@lru_cache(maxsize=16384)
def fits(text: str, size: int, bold: bool, w: float, h: float) -> bool:
    whole = all(width(word, size, bold) <= w for word in text.split())
    return whole and len(wrap(text, size, bold, w)) * size * SHARES["leading"] <= h


def largest(texts: Iterable[str], w: float, h: float, most: float, least: float, bold: bool) -> int:
    """The largest size at which each of `texts` fits; `least` if none does."""
    low, high = int(least), int(most)
    texts = tuple(texts)
    while low < high:
        size = (low + high + 1) // 2
        low, high = (size, high) if all(fits(text, size, bold, w, h) for text in texts) else (low, size - 1)
    return low


def calmest(texts: Sequence[str], w: float, h: float, most: float, least: float, floor: float, bold: bool) -> int:
    """As `largest` down to `floor`; up to a sixth smaller, though not below `least`, where that saves lines."""
    top = largest(texts, w, h, most, floor, bold)
    sizes = range(top, min(max(int(top * 5 / 6), int(least)), top) - 1, -1)
    return min(sizes, key=lambda size: sum(len(wrap(text, size, bold, w)) for text in texts))


def narrowest(text: str, lines: int, size: int, bold: bool) -> float:
    """The least width in which `text` takes no more than `lines` lines, to within two pixels."""
    low = max((width(word, size, bold) for word in text.split()), default=0.0)
    high = width(text, size, bold)
    if len(wrap(text, size, bold, low)) <= lines:
        return low
    while high - low > 2:
        middle = (low + high) / 2
        low, high = (low, middle) if len(wrap(text, size, bold, middle)) <= lines else (middle, high)
    return high


def balanced(text: str, size: int, bold: bool, room: float) -> tuple[str, ...]:
    """The same number of lines, as even as can be."""
    count = len(wrap(text, size, bold, room))
    low, high = room / max(count, 1), room
    while count > 1 and high - low > EVEN_WITHIN:
        middle = (low + high) / 2
        whole = all(width(word, size, bold) <= middle for word in text.split())
        low, high = (low, middle) if whole and len(wrap(text, size, bold, middle)) <= count else (middle, high)
    return wrap(text, size, bold, high)
