"""The screen's own keyboard: its keys in rows, and what a key does to what stands in the box. Pure.

Letters go to the word being typed (`kiosk.vietnamese`); whatever is no letter ends it.
"""

import unicodedata
from dataclasses import dataclass

from kiosk.vietnamese import letters as abc
from kiosk.vietnamese.word import Method, Word, struck, toned_by_hand, word_of

TONES = dict(zip(("sắc", "huyền", "hỏi", "ngã", "nặng"), abc.TONES, strict=True))
_UNTYPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzăâđêôơư")
BACKSPACE = "backspace"

LETTERS = (tuple("qwertyuiop"), tuple("asdfghjkl"), tuple("zxcvbnm"))
VIETNAMESE = tuple("ăâđêôơư")
DIGITS = tuple("1234567890")
SIGNS = (DIGITS, tuple("-/:;()%+="), tuple("@?!'\"…&"))
_NO_WORD = Word()
METHODS = tuple(Method)  # in the order in which one key goes through them


@dataclass(frozen=True, slots=True)
class Writing:
    """What stands in the box: all that is settled, and the word being typed."""

    before: str = ""
    word: Word = _NO_WORD

    @property
    def text(self) -> str:
        return self.before + self.word.text


NOTHING = Writing()


def writing(text: str) -> Writing:
    """`text` as if it had been typed: its last word may be typed on."""
    text = unicodedata.normalize("NFC", text)
    end = len(text)
    while end and abc.toneless(text[end - 1])[0].lower() in _LETTERS:
        end -= 1
    return Writing(text[:end], word_of(text[end:]))


def pressed(now: Writing, key: str, method: Method, longest: int) -> Writing:
    """`now` after a key: a character, a tone's name, or BACKSPACE. NFC, at most `longest` letters, none invisible."""
    if key == BACKSPACE:
        return writing(_shortened(now.text))
    if any(unicodedata.category(letter) in _UNTYPED for letter in key):
        return now
    longer = _lengthened(now, key, method)
    return longer if len(longer.text) <= longest else now


def following(method: Method) -> Method:
    """The way of typing after `method`, round and round."""
    return METHODS[(METHODS.index(method) + 1) % len(METHODS)]


def _lengthened(now: Writing, key: str, method: Method) -> Writing:
    if key in TONES:
        return Writing(now.before, toned_by_hand(now.word, TONES[key]))
    is_mark = method is Method.VNI and key in DIGITS and now.word.letters
    if key.lower() in _LETTERS or is_mark:
        return Writing(now.before, struck(now.word, key, method))
    return Writing(unicodedata.normalize("NFC", now.before + now.word.ended + key))


def _shortened(text: str) -> str:
    """Without its last letter and whatever combines with it."""
    end = len(text) - 1
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    return text[: max(end, 0)]
