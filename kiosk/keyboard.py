"""Typing on the screen's own keyboard: text in, text out. Pure; Telex composition is not here yet.

A tone key marks the last vowel of the word being typed, so it may be struck right after the vowel or at the word's end.
"""

import unicodedata

TONES = {"sắc": "\u0301", "huyền": "\u0300", "hỏi": "\u0309", "ngã": "\u0303", "nặng": "\u0323"}
_UNTYPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_MARKS = frozenset(TONES.values())
_VOWELS = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
BACKSPACE = "backspace"

LETTERS = (tuple("qwertyuiop"), tuple("asdfghjkl"), tuple("zxcvbnm"))
VIETNAMESE = tuple("ăâđêôơư")
SIGNS = (tuple("1234567890"), tuple("-/:;()%+="), tuple(".,?!'\"…"))


def typed(text: str, key: str, longest: int) -> str:
    """`text` after `key`: a character, a tone, or BACKSPACE. NFC, at most `longest` characters, none invisible."""
    if key == BACKSPACE:
        return text[:-1]
    if key in TONES:
        return _toned(text, TONES[key])
    if any(unicodedata.category(letter) in _UNTYPED for letter in key):
        return text
    longer = unicodedata.normalize("NFC", text + key)
    return longer if len(longer) <= longest else text


def _toned(text: str, mark: str) -> str:
    """The same mark twice takes it off again."""
    for place in range(len(text) - 1, -1, -1):
        if not text[place].isalpha():
            return text
        letters = unicodedata.normalize("NFD", text[place])
        bare = unicodedata.normalize("NFC", "".join(part for part in letters if part not in _MARKS))
        if bare in _VOWELS:
            marked = bare if mark in letters else unicodedata.normalize("NFC", bare + mark)
            return text[:place] + marked + text[place + 1 :]
    return text
