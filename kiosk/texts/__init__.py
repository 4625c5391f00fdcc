"""Every visible word that is not in a form, as data files beside this one; a missing word is shown in Vietnamese."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from kiosk.errors import BadTexts

Words: TypeAlias = Mapping[str, str]
DEFAULT = "vi"
_PLACE = re.compile(r"\{([a-z]+)\}")
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def read_words(language: str) -> Words:
    """The words of `language`, filled up from Vietnamese.

    Raises: BadTexts if the file is missing, holds a word that Vietnamese has not, or a value that is no text.
    """
    words = _load(DEFAULT)
    if language != DEFAULT:
        translated = _load(language)
        if odd := translated.keys() - words.keys():
            raise BadTexts(f"{language}.toml: no screen shows {', '.join(sorted(odd))}")
        words = {**words, **translated}
    return words


def counted(text: str, count: int, most: int) -> str:
    """`text` with its two numbers; plain replacement, so that nothing in a text can be an expression."""
    return text.replace("{count}", str(count)).replace("{most}", str(most))


def filled(text: str, **values: str) -> str:
    """`text` with each {name} replaced by its value, once; plain replacement, as in `counted`."""
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def visible(text: str) -> str:
    """`text` as it may be drawn: one line, NFC, each control, bidirectional or invisible character shown as �.

    A form or a comment can thereby neither hide a part of itself, nor turn the reading order, nor break the line.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(c) in _INVISIBLE else c for c in unicodedata.normalize("NFC", text))


def _load(language: str) -> dict[str, str]:
    path = Path(__file__).with_name(f"{language}.toml")
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadTexts(f"{path.name}: {error}") from None
    if wrong := [key for key, value in words.items() if not isinstance(value, str) or not value.strip()]:
        raise BadTexts(f"{path.name}: no text at {', '.join(wrong)}")
    return words
