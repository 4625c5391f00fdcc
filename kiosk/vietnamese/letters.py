"""Vietnamese letters: which are vowels, how a mark is taken off and put on. Knows no syllable."""

import unicodedata

SAC, HUYEN, HOI, NGA, NANG = TONES = ("\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
VOWELS = frozenset("aăâeêioôơuưy")
SHAPED = frozenset("ăâêôơư")
_PLAIN = dict(zip("ăâđêôơưĂÂĐÊÔƠƯ", "aadeoouAADEOOU", strict=True))
_CIRCUMFLEX = dict(zip("aeoAEO", "âêôÂÊÔ", strict=True))
_HORN = dict(zip("ouOU", "ơưƠƯ", strict=True))


def plain(letter: str) -> str:
    """A toneless letter without its shape: ơ -> o, đ -> d."""
    return _PLAIN.get(letter, letter)


def circumflexed(letter: str) -> str:
    return _CIRCUMFLEX.get(plain(letter), letter)


def horned(letter: str) -> str:
    return _HORN.get(plain(letter), letter)


def breved(letter: str) -> str:
    return {"a": "ă", "A": "Ă"}.get(plain(letter), letter)


def stroked(letter: str) -> str:
    return {"d": "đ", "D": "Đ"}.get(letter, letter)


def is_vowel(letter: str) -> bool:
    """Whether a toneless letter is a vowel; its case does not matter."""
    return letter.lower() in VOWELS


def toned(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", letter + tone)


def toneless(text: str) -> tuple[str, str]:
    """`text` without its tones, and those tones in their order."""
    parts = unicodedata.normalize("NFD", text)
    bare = "".join(part for part in parts if part not in TONES)
    return unicodedata.normalize("NFC", bare), "".join(part for part in parts if part in TONES)
