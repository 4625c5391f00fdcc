"""How a text is to be read aloud: abbreviations, signs and numbers put into words. Pure, and the table is data."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from kiosk.vietnamese.letters import toneless
from kiosk.vietnamese.syllable import is_whole

Table: TypeAlias = Mapping[str, Mapping[str, str]]  # a language's: words, signs, alone, letters, numbers
TABLE = Path(__file__).with_name("spoken.toml")
_DATE = re.compile(r"(?<![\d/])(?:ngày )?(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])", re.IGNORECASE)
_OF = re.compile(r"(?<![\d/])(\d+)\s?/\s?(\d+)(?![\d/])")
_DIGITS = re.compile(r"(?<!\d)0\d{2,}(?:[ .]\d{2,})*(?!\d)")  # what begins with nought is told digit by digit
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐ]{2,6}(?!\w)")
_HIDDEN = re.compile(r"[«»“”\[\]<>|{}_*#~^\\]")
_SPACE = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"\s+([,.;:!?])")
_DOUBLED = re.compile(r"([,;:])(?:\s*[,;:])+")


def spoken(text: str, language: str) -> str:
    """`text` in the words in which a person would read it in `language`; NFC, one line."""
    table = _table().get(language, {})
    text = _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    alone = table.get("alone", {}).get(text.lower())
    if alone:
        return alone
    for change in (_abbreviations, _numbers, _signs):
        text = change(text, table)
    text = _BEFORE_MARK.sub(r"\1", _SPACE.sub(" ", _HIDDEN.sub(" ", text)))
    return _DOUBLED.sub(r"\1", text).strip(" ,")


def _abbreviations(text: str, table: Table) -> str:
    words = table.get("words", {})
    if words:
        text = _any_of(tuple(words)).sub(lambda found: words[found[0]], text)
    letters = table.get("letters", {})
    return _CAPITALS.sub(lambda found: _spelled(found[0], letters), text) if letters else text


def _spelled(word: str, letters: Mapping[str, str]) -> str:
    """A word in capitals that is no syllable, by the names of its letters."""
    if is_whole(*toneless(word.lower())) or any(letter not in letters for letter in word):
        return word
    return " ".join(letters[letter] for letter in word)


def _numbers(text: str, table: Table) -> str:
    ways = table.get("numbers", {})
    if "date" in ways:
        text = _DATE.sub(_dated(ways["date"]), text)
    if "of" in ways:
        text = _OF.sub(lambda found: f"{found[1]} {ways['of']} {found[2]}", text)
    return _DIGITS.sub(lambda found: " ".join(re.sub(r"\D", "", found[0])), text)


def _dated(way: str) -> "Callable[[re.Match[str]], str]":
    def said(found: "re.Match[str]") -> str:
        day, month, year = (str(int(part)) for part in found.groups())
        return way.replace("{day}", day).replace("{month}", month).replace("{year}", year)

    return said


def _signs(text: str, table: Table) -> str:
    for sign, word in table.get("signs", {}).items():
        text = text.replace(sign, f" {word} ")
    return text


@lru_cache(maxsize=8)
def _any_of(words: tuple[str, ...]) -> "re.Pattern[str]":
    """The longest first; none within a word."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Table]:
    found: Mapping[str, Table] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return found
