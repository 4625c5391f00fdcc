"""Vietnamese text as an office needs it: the alphabet's order («theo vần abc») and the form by which names are found.

Pure, from the standard library alone. The order is that of CLDR's `vi` collation with numbers by value: letters first
(a ă â … d đ … u ư), then tones (ngang < huyền < hỏi < ngã < sắc < nặng), then small letters before capitals.
"""

import re
import unicodedata
from typing import TypeAlias

Weight: TypeAlias = tuple[int, int]
SortKey: TypeAlias = tuple[tuple[Weight, ...], tuple[int, ...], tuple[int, ...]]

LETTERS = "aăâbƀcdđeêfghijklmnoôơpqrstuưvwxyz"
# Signs in their order; the four that only look different from the one before them differ where all letters agree.
SIGNS = " _‗-‐‒–—―,;:!¡?¿.‥…·'‹›\"«»()[]{}‖§¶@*/\\&#%‰†‡•‣‧′″`´^¯¨¸°©®+±÷×<=>¬|¦~−⁄¤¢$£¥₫€"
LIKE = {"‘": ("'", 1), "’": ("'", 2), "‚": ("'", 3), "‛": ("'", 4), "“": ('"', 1), "”": ('"', 2), "„": ('"', 3)}
SAME_SIGN = {"\u00a0": " ", "\u202f": " ", "‑": "-", "․": "."}
TONES = "\u0300\u0309\u0303\u0301\u0323"
MARKS = TONES + "\u0306\u0302\u030c\u030a\u0308\u030b\u0307\u0338\u0327\u0328\u0304"  # in their order
SHAPES = "\u0306\u0302\u031b"
SHAPED = {
    unicodedata.normalize("NFD", letter): letter for letter in "ăâêôơư"
}  # a letter and its shape are one letter of the alphabet
VOWELS = frozenset("aăâeêioôơuưy")
APOSTROPHES = str.maketrans(dict.fromkeys("‘’‛ʼʹ′´`", "'") | dict.fromkeys("‐‑‒–—−", "-"))
UPPER = 2
_LETTER = {letter: (3, place) for place, letter in enumerate(LETTERS)}
_SIGN = {sign: (0, place) for place, sign in enumerate(SIGNS)}
_MARK = {mark: 100 + place for place, mark in enumerate(MARKS)}
_CLUSTER = re.compile(r"[0-9]{1,254}|[^0-9\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def sort_key(text: str) -> SortKey:
    """Keys compare as ICU's `vi` collation does with numeric order, for Vietnamese and other Latin names.

    Letters of other alphabets stand behind, by code point. Two texts with one key may differ in leading zeros.
    """
    primary: list[Weight] = []
    secondary: list[int] = []
    tertiary: list[int] = []
    for cluster in _CLUSTER.findall(unicodedata.normalize("NFD", text)):
        weight, rest, like, case = _weigh(cluster)
        if weight:
            primary.append(weight)
            secondary.append(like)
            tertiary.append(case)
        secondary.extend(_MARK.get(mark, 100 + ord(mark)) for mark in rest)
        tertiary.extend(0 for _ in rest)
    return tuple(primary), tuple(secondary), tuple(tertiary)


def fold(text: str) -> str:
    """The form under which a name is looked up: one spelling of «Hoà/Hòa», «Thuỷ/Thủy», NFD, capitals, apostrophes.

    A tone goes to the last vowel of its word, so where its writer put it makes no difference.
    """
    plain = unicodedata.normalize("NFD", text.translate(APOSTROPHES).casefold())
    return unicodedata.normalize("NFC", _WORD.sub(lambda found: _tone_last(found[0]), " ".join(plain.split())))


def weak(text: str) -> str:
    """The weaker form, for names typed without diacritics: letters a–z, digits and single spaces («thuy van»)."""
    letters = unicodedata.normalize("NFD", fold(text).replace("đ", "d").replace("ƀ", "b").replace("'", ""))
    kept = (" " if letter in " -./,;:()" else letter for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(letter for letter in kept if letter == " " or letter.isalnum()).split())


def _weigh(cluster: str) -> tuple[Weight | None, str, int, int]:
    """Of a number, or a letter or sign with its marks: weight, marks that are none of its shape, look, case."""
    base, marks = cluster[0], cluster[1:]
    if base in "0123456789":
        return (2, int(cluster)), "", 0, 0
    if unicodedata.combining(base):
        return None, cluster, 0, 0
    small = base.lower()
    case = UPPER if small != base else 0
    shape = _shape(small, marks)
    if shape:
        return _LETTER[SHAPED[small + shape]], marks.replace(shape, "", 1), 0, case
    if base in SAME_SIGN:
        return _SIGN[SAME_SIGN[base]], marks, 0, 1
    sign, like = LIKE.get(base, (small, 0))
    weight = _LETTER.get(sign) or _SIGN.get(sign)
    if weight is None and unicodedata.category(base) in ("Cc", "Cf"):
        return None, marks, 0, 0
    return weight or ((4 if base.isalpha() else 1), ord(small)), marks, like, case


def _shape(letter: str, marks: str) -> str:
    """The mark that makes another letter of `letter`; not one behind a mark of its own height (UCA S2.1)."""
    heights: set[int] = set()
    for mark in marks:
        height = unicodedata.combining(mark)
        if letter + mark in SHAPED and height not in heights:
            return mark
        heights.add(height)
    return ""


def _tone_last(word: str) -> str:
    tones = "".join(mark for mark in word if mark in TONES)
    if not tones:
        return word
    bare = unicodedata.normalize("NFC", "".join(mark for mark in word if mark not in TONES))
    place = max((place for place, letter in enumerate(bare, 1) if letter in VOWELS), default=len(bare))
    return bare[:place] + tones + bare[place:]
