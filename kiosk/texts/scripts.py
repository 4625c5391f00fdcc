"""Where a text changes its script, where a line may end, and what must stay together. Pure; knows no font and no width.

Unicode's own properties decide, not a table of languages: marks stay with their letter, and so does the letter that
stands under another one (the sign before it has the combining class of a virama, 9).
"""

import re
import unicodedata
from functools import lru_cache

from kiosk.texts.languages import SCRIPTS, Script

COMMON = "Latn"  # what Kivy's own font draws
BREAK = "\u200b"  # zero-width space: a word ends here, and nothing is seen of it
LONGEST_WORD = 12  # clusters; a longer run of a script without spaces was written without breaks
_VIRAMA = 9


def _pattern() -> re.Pattern[str] | None:
    """One group a script that has blocks; a space or break between two of its letters goes with them."""
    groups = []
    for script in SCRIPTS.values():
        if script.blocks:
            letters = "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in script.blocks)
            groups.append(f"(?P<{script.code}>[{letters}]+(?:[ {BREAK}]+[{letters}]+)*)")
    return re.compile("|".join(groups)) if groups else None


_RUNS = _pattern()


def runs(text: str) -> tuple[tuple[str, str], ...]:
    """`text` cut into (script, part), in order; everything that no script claims is COMMON."""
    if text.isascii() or _RUNS is None:
        return ((COMMON, text),) if text else ()
    found: list[tuple[str, str]] = []
    end = 0
    for match in _RUNS.finditer(text):
        if match.start() > end:
            found.append((COMMON, text[end : match.start()]))
        found.append((match.lastgroup or COMMON, match.group()))
        end = match.end()
    return (*found, (COMMON, text[end:])) if end < len(text) else tuple(found)


def breaks_within(before: str, after: str) -> bool:
    """Whether a zero-width space between these two letters is a break of their script, and no trick."""
    torn = _is_mark(after) or unicodedata.combining(before) == _VIRAMA
    return not torn and _unspaced(before) and _unspaced(after)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


@lru_cache(maxsize=1024)
def _unspaced(letter: str) -> bool:
    return not script_of(letter).spaced


def script_of(letter: str) -> Script:
    found = runs(letter)
    return SCRIPTS[found[0][0] if found else COMMON]


def leading(text: str) -> float:
    """Least height of a line of `text` in parts of the letters' size: that of its tallest script."""
    if text.isascii():
        return SCRIPTS[COMMON].leading
    return max((SCRIPTS[script].leading for script, _ in runs(text)), default=SCRIPTS[COMMON].leading)


def clusters(text: str) -> list[str]:
    """`text` cut between what a reader takes for letters; joined they are `text` again."""
    found: list[str] = []
    for letter in text:
        if found and (_is_mark(letter) or unicodedata.combining(found[-1][-1]) == _VIRAMA):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def words(text: str) -> list[tuple[str, str]]:
    """`text` as (glue, word): what stands before a word on the same line, a space or nothing. Breaks are gone."""
    found: list[tuple[str, str]] = []
    for spaced in text.split():
        parts = [part for part in spaced.split(BREAK) if part]
        found += [(" " if number == 0 else "", part) for number, part in enumerate(parts)]
    return found


def is_unbroken(word: str) -> bool:
    """Whether `word` is a run of a script without spaces, too long to be one word: it may end at any cluster."""
    return bool(word) and _unspaced(word[0]) and len(clusters(word)) > LONGEST_WORD
