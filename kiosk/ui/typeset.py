"""Breaks text into lines and finds the largest size that fits a box. Asks a `Measure` for widths; draws nothing."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from kiosk.texts import visible
from kiosk.texts.scripts import clusters, is_unbroken, leading, words
from kiosk.ui.scene import Rect, Words
from kiosk.ui.theme import LEADING, Colour

Measure: TypeAlias = Callable[[str, int, bool], float]  # (one line, size in pixels, bold) -> width in pixels
ELLIPSIS = "…"
REFERENCE = 100  # pixels; opening a font at a new size costs more than measuring a page at this one
SPREAD = 1.03  # rounding to whole pixels makes a line at most this much wider than its share of the reference
LONGEST_DRAWN = 1200  # characters; a longer hostile text is cut before it is measured


class Typesetter:
    """`measure` must be pure: results are kept."""

    def __init__(self, measure: Measure) -> None:
        self._measure = lru_cache(maxsize=2048)(measure)
        self._reference = lru_cache(maxsize=8192)(lambda line, bold: measure(line, REFERENCE, bold))
        self.fit = lru_cache(maxsize=1024)(self._fit)
        self.largest = lru_cache(maxsize=512)(self._largest)

    def _fit(
        self,
        text: str,
        box: Rect,
        most: float,
        least: float,
        colour: Colour,
        bold: bool = False,
        align: str = "center",
        valign: str = "middle",
        even: bool = True,
    ) -> Words:
        """`text` in `box` at the largest size from `most` down to `least`; cut with an ellipsis if it must be.

        `align`: "left", "center", "right". `valign`: "top", "middle", "bottom". `even`: lines are made
        as even as can be; text that is being typed must not be, or its words would jump.
        """
        text = visible(text)[:LONGEST_DRAWN]
        size = self._largest((text,), box.w, box.h, most, least, bold)
        words = self._set(text, box, size, colour, bold, align, valign, even)
        while words.ink.w > box.w and size > least:
            size -= 1
            words = self._set(text, box, size, colour, bold, align, valign, even)
        return words

    def _set(
        self, text: str, box: Rect, size: int, colour: Colour, bold: bool, align: str, valign: str, even: bool
    ) -> Words:
        lines = self._wrap(text, size, bold, box.w)
        high = size * _leading(text)
        room = max(int(box.h / high), 1)
        cut = len(lines) > room
        if cut:
            lines = [*lines[: room - 1], self._shorten(lines[room - 1], size, bold, box.w)]
        elif len(lines) > 1 and even:
            lines = self._balance(text, size, bold, box.w, len(lines))
        return self._place(lines, box, size, high, colour, bold, align, valign, cut)

    def _largest(
        self, texts: tuple[str, ...], width: float, height: float, most: float, least: float, bold: bool
    ) -> int:
        """The largest size at which each of `texts` fits width x height; `least` if none does."""
        low, high = int(least), int(most)
        while low < high:
            size = (low + high + 1) // 2
            if all(self._fits(visible(text)[:LONGEST_DRAWN], size, bold, width, height) for text in texts):
                low = size
            else:
                high = size - 1
        return low

    def height(self, text: str, width: float, size: float, bold: bool) -> float:
        """What `text` takes at `size`, in lines no wider than `width`."""
        return len(self._wrap(visible(text)[:LONGEST_DRAWN], int(size), bold, width)) * size * _leading(text)

    def widest_word(self, text: str, size: float, bold: bool) -> float:
        """Of the words that must not be broken."""
        whole = (word for _, word in words(visible(text)) if not is_unbroken(word))
        return max((self._width(word, int(size), bold) for word in whole), default=0.0)

    def narrowest(self, text: str, lines: int, size: float, bold: bool) -> float:
        """The least width in which `text` takes no more than `lines` lines at `size`, to within two pixels."""
        text = visible(text)[:LONGEST_DRAWN]
        low, high = self.widest_word(text, size, bold), self.line(text, size, bold)
        if len(self._wrap(text, int(size), bold, low)) <= lines:
            return low
        while high - low > 2:
            middle = (low + high) / 2
            fits = len(self._wrap(text, int(size), bold, middle)) <= lines
            low, high = (low, middle) if fits else (middle, high)
        return high

    def line(self, text: str, size: float, bold: bool) -> float:
        """Width of `text` in one line, no less than it will be."""
        return self._width(visible(text), int(size), bold)

    def calmest(
        self, texts: tuple[str, ...], width: float, height: float, most: float, least: float, floor: float, bold: bool
    ) -> int:
        """Like `largest` down to `floor`, but up to a sixth smaller, though not below `least`, where that saves lines.

        Words that belong together stay so.
        """
        top = self.largest(texts, width, height, most, floor, bold)
        sizes = range(top, min(max(int(top * 5 / 6), int(least)), top) - 1, -1)
        return min(sizes, key=lambda size: sum(len(self._wrap(visible(t), size, bold, width)) for t in texts))

    def _width(self, line: str, size: int, bold: bool) -> float:
        """No less than the line will be, from its width at the reference size."""
        return self._reference(line, bold) * size / REFERENCE * SPREAD

    def _fits(self, text: str, size: int, bold: bool, width: float, height: float) -> bool:
        if not self._whole(text, size, bold, width):
            return False
        return len(self._wrap(text, size, bold, width)) * size * _leading(text) <= height

    def _whole(self, text: str, size: int, bold: bool, width: float) -> bool:
        """Whether no word need be broken that must not be."""
        return all(self._width(word, size, bold) <= width or is_unbroken(word) for _, word in words(text))

    def _wrap(self, text: str, size: int, bold: bool, width: float) -> list[str]:
        lines: list[str] = []
        line = ""
        for glue, word in self._pieces(text, size, bold, width):
            longer = f"{line}{glue}{word}" if line else word
            if line and self._width(longer, size, bold) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line] if line else lines

    def _pieces(self, text: str, size: int, bold: bool, width: float) -> list[tuple[str, str]]:
        """Words with what stands before them; one that is wider than the line is broken between letters."""
        pieces: list[tuple[str, str]] = []
        for glue, word in words(text):
            if self._width(word, size, bold) <= width:
                pieces.append((glue, word))
                continue
            letters = clusters(word)
            while letters:
                count = self._count_within(letters, size, bold, width)
                pieces.append((glue, "".join(letters[:count])))
                letters, glue = letters[count:], ""
        return pieces

    def _count_within(self, letters: list[str], size: int, bold: bool, width: float) -> int:
        """How many of `letters` fit `width`, at least one."""
        low, high = 1, len(letters)
        while low < high:
            middle = (low + high + 1) // 2
            wide = self._width("".join(letters[:middle]), size, bold) > width
            low, high = (low, middle - 1) if wide else (middle, high)
        return low

    def _balance(self, text: str, size: int, bold: bool, width: float, count: int) -> list[str]:
        """The same number of lines, as even as can be: no orphan word on the last line."""
        low, high = width / count, width
        while high - low > 4:
            middle = (low + high) / 2
            broken = self._wrap(text, size, bold, middle)
            whole = self._whole(text, size, bold, middle)
            low, high = (low, middle) if whole and len(broken) <= count else (middle, high)
        return self._wrap(text, size, bold, high)

    def _shorten(self, line: str, size: int, bold: bool, width: float) -> str:
        letters = clusters(line)
        while letters and self._width("".join(letters) + ELLIPSIS, size, bold) > width:
            letters.pop()
        return "".join(letters) + ELLIPSIS

    def _place(
        self,
        lines: Sequence[str],
        box: Rect,
        size: int,
        high: float,
        colour: Colour,
        bold: bool,
        align: str,
        valign: str,
        cut: bool,
    ) -> Words:
        """`high`: height of one line in pixels."""
        w = max((self._measure(line, size, bold) for line in lines), default=0.0)
        h = high * len(lines)
        x = box.x + {"left": 0.0, "center": (box.w - w) / 2, "right": box.w - w}[align]
        y = box.y + {"top": 0.0, "middle": (box.h - h) / 2, "bottom": box.h - h}[valign]
        return Words(box, tuple(lines), size, high, colour, bold, align, Rect(x, y, w, h), cut)


def _leading(text: str) -> float:
    """Height of a line in parts of the letters' size: a script with tall stacks needs more than the theme gives."""
    return LEADING if text.isascii() else max(LEADING, leading(text))
