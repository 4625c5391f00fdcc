"""Every visible word that is not in a form, as gettext catalogues beside this file; a missing one is Vietnamese.

`kiosk.pot` lists each word once: its name (msgctxt) and its Vietnamese (msgid). Catalogues are read compiled.
"""

import gettext
import re
import struct
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from kiosk.errors import BadTexts
from kiosk.texts.languages import LANGUAGES
from kiosk.texts.scripts import BREAK, breaks_within

Words: TypeAlias = Mapping[str, str]
DEFAULT = "vi"
_PLACE = re.compile(r"\{([a-z]+)\}")
DOMAIN = "kiosk"
DIRECTORY = Path(__file__).parent
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_BETWEEN = "\x04"  # what a compiled catalogue puts between context and text


class Catalogue(gettext.GNUTranslations):
    """A compiled catalogue that can be asked for all it holds."""

    _catalog: dict[str, str]

    def texts(self) -> dict[tuple[str, str], str]:
        """Translations by name and Vietnamese text."""
        split = ((key.partition(_BETWEEN), text) for key, text in self._catalog.items() if key)
        return {(name, source): text for (name, _, source), text in split}


def read_words(language: str) -> Words:
    """The words of `language`, filled up from Vietnamese; a translation of an earlier Vietnamese text is not used.

    Raises: BadTexts if a catalogue is missing or broken, holds a word that Vietnamese has not, or an empty one.
    """
    if language not in LANGUAGES:
        raise BadTexts(f"{language}: languages.toml has no such language")
    words = {name: text for (name, _), text in _load(DEFAULT).items()}
    if language != DEFAULT:
        translated = _load(language)
        if odd := {name for name, _ in translated} - words.keys():
            raise BadTexts(f"{language}: no screen shows {', '.join(sorted(odd))}")
        words |= {name: text for (name, source), text in translated.items() if words[name] == source}
    return {**words, "language_name": LANGUAGES[language].name}


def counted(text: str, count: int, most: int) -> str:
    """`text` with its two numbers; plain replacement, so that nothing in a text can be an expression."""
    return text.replace("{count}", str(count)).replace("{most}", str(most))


def filled(text: str, **values: str) -> str:
    """`text` with each {name} replaced by its value, once; plain replacement, as in `counted`."""
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), text)


def visible(text: str) -> str:
    """`text` as it may be drawn: one line, NFC, each control, bidirectional or invisible character shown as �.

    A form or a comment can thereby neither hide a part of itself, nor turn the reading order, nor break the line. The
    zero-width space stays where it ends a word of a script without spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    return "".join(
        "\ufffd" if unicodedata.category(c) in _INVISIBLE and not _is_break(text, place) else c
        for place, c in enumerate(text)
    )


def _is_break(text: str, place: int) -> bool:
    inside = text[place] == BREAK and 0 < place < len(text) - 1
    return inside and breaks_within(text[place - 1], text[place + 1])


def _load(language: str) -> dict[tuple[str, str], str]:
    path = DIRECTORY / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    try:
        with path.open("rb") as file:
            texts = Catalogue(file).texts()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise BadTexts(f"{path}: {error}") from None
    if wrong := [name for (name, _), text in texts.items() if not text.strip()]:
        raise BadTexts(f"{path}: no text at {', '.join(wrong)}")
    return texts
