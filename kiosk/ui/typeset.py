"""Breaks text into lines and finds the largest size that fits a box. Asks a `Measure` for widths; draws nothing."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

from kiosk.texts import visible
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
        room = max(int(box.h / (size * LEADING)), 1)
        cut = len(lines) > room
        if cut:
            lines = [*lines[: room - 1], self._shorten(lines[room - 1], size, bold, box.w)]
        elif len(lines) > 1 and even:
            lines = self._balance(text, size, bold, box.w, len(lines))
        return self._place(lines, box, size, colour, bold, align, valign, cut)

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
        return len(self._wrap(visible(text)[:LONGEST_DRAWN], int(size), bold, width)) * size * LEADING

    def widest_word(self, text: str, size: float, bold: bool) -> float:
        return max((self._width(word, int(size), bold) for word in visible(text).split()), default=0.0)

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
        if any(self._width(word, size, bold) > width for word in text.split()):
            return False
        return len(self._wrap(text, size, bold, width)) * size * LEADING <= height

    def _wrap(self, text: str, size: int, bold: bool, width: float) -> list[str]:
        lines: list[str] = []
        line = ""
        for word in self._pieces(text, size, bold, width):
            longer = f"{line} {word}" if line else word
            if line and self._width(longer, size, bold) > width:
                lines.append(line)
                line = word
            else:
                line = longer
        return [*lines, line] if line else lines

    def _pieces(self, text: str, size: int, bold: bool, width: float) -> list[str]:
        """Words; one that is wider than the line is broken between letters."""
        pieces = []
        for word in text.split():
            while len(word) > 1 and self._width(word, size, bold) > width:
                length = self._length_within(word, size, bold, width)
                pieces.append(word[:length])
                word = word[length:]
            pieces.append(word)
        return pieces

    def _length_within(self, word: str, size: int, bold: bool, width: float) -> int:
        low, high = 1, len(word) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._width(word[:middle], size, bold) <= width else (low, middle - 1)
        return low

    def _balance(self, text: str, size: int, bold: bool, width: float, count: int) -> list[str]:
        """The same number of lines, as even as can be: no orphan word on the last line."""
        low, high = width / count, width
        while high - low > 4:
            middle = (low + high) / 2
            broken = self._wrap(text, size, bold, middle)
            whole = all(self._width(word, size, bold) <= middle for word in text.split())
            low, high = (low, middle) if whole and len(broken) <= count else (middle, high)
        return self._wrap(text, size, bold, high)

    def _shorten(self, line: str, size: int, bold: bool, width: float) -> str:
        while line and self._width(line + ELLIPSIS, size, bold) > width:
            line = line[:-1]
        return line + ELLIPSIS

    def _place(
        self,
        lines: Sequence[str],
        box: Rect,
        size: int,
        colour: Colour,
        bold: bool,
        align: str,
        valign: str,
        cut: bool,
    ) -> Words:
        leading = size * LEADING
        w = max((self._measure(line, size, bold) for line in lines), default=0.0)
        h = leading * len(lines)
        x = box.x + {"left": 0.0, "center": (box.w - w) / 2, "right": box.w - w}[align]
        y = box.y + {"top": 0.0, "middle": (box.h - h) / 2, "bottom": box.h - h}[valign]
        return Words(box, tuple(lines), size, leading, colour, bold, align, Rect(x, y, w, h), cut)
