"""What one key does to the word being typed: a pure function Word x key -> Word, in Telex, in VNI, or by no rule.

Rule 1: a key marks letters only while the word can still become a Vietnamese syllable; else it is a letter.
Rule 2: the same mark twice takes it off and leaves the letter («ass» gives «as»); the word is then the citizen's own.
Rule 3: a word that turns out to be no Vietnamese gives back the keys as they were struck («card», not «cảd»).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.vietnamese import letters as abc
from kiosk.vietnamese.syllable import is_initial, is_whole, may_become, tone_place

MOST_KEYS = 40  # no syllable needs more; a word struck over and over is then left alone


class Method(StrEnum):
    TELEX = "telex"
    VNI = "vni"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Word:
    """`letters` carry their shapes but not the tone. `keys`: what was struck.

    `plain`: no key marks it any more, and `letters` are all there is. `meant`: marks were set or taken off on purpose,
    so its keys are never given back.
    """

    letters: str = ""
    tone: str = ""
    keys: str = ""
    plain: bool = False
    meant: bool = False

    @property
    def text(self) -> str:
        """As it stands on the screen, NFC."""
        place = tone_place(self.letters) if self.tone else -1
        if place < 0:
            return self.letters
        return self.letters[:place] + abc.toned(self.letters[place], self.tone) + self.letters[place + 1 :]

    @property
    def ended(self) -> str:
        """As it stands once the word is over: a syllable, or the keys as they were struck."""
        whole = self.letters.lower()
        if self.plain or self.meant or not _has_vowel(self.letters) or is_whole(whole, self.tone):
            return self.text
        if whole.endswith("ươ") and is_whole(whole[:-2] + "uơ", self.tone):  # thuở, struck as thuwowr
            return replace(self, letters=self.letters[:-2] + abc.plain(self.letters[-2]) + self.letters[-1]).text
        return self.keys


def word_of(text: str) -> Word:
    """The word that stands there already, to be typed on: nothing seen changes by it."""
    bare, tones = abc.toneless(text)
    word = Word(bare, tones, keys=text)
    if len(tones) > 1 or word.text != text or (_has_vowel(bare) and not may_become(bare.lower(), tones)):
        return Word(text, keys=text, plain=True)
    return word


def struck(word: Word, key: str, method: Method) -> Word:
    """`word` after one key, a single character."""
    if len(word.keys) >= MOST_KEYS and not word.plain:
        word = _settled(word)
    act = _ACTS[method].get(key.lower())
    marked = act(word, key) if act and not word.plain else None
    return _lengthened(word, key) if marked is None else marked


def toned_by_hand(word: Word, tone: str) -> Word:
    """`word` after a key that names its tone; the same tone twice takes it off. Rule 1 does not bind this key."""
    if not word.plain:
        tone = "" if word.tone == tone else tone
        if may_become(word.letters.lower(), tone):
            return replace(word, tone=tone, meant=True)
    bare, tones = abc.toneless(word.text)
    return _settled(Word(bare, "" if tone in tones else tone, word.keys))


def _lengthened(word: Word, key: str) -> Word:
    keys = word.keys + key
    if word.plain:
        return replace(word, letters=word.letters + key)
    longer = replace(word, letters=_joined(word.letters + key, word.tone), keys=keys)
    if not _has_vowel(longer.letters) or may_become(longer.letters.lower(), word.tone):
        return longer
    return _settled(longer) if word.meant else Word(keys, keys=keys, plain=True)


def _joined(letters: str, tone: str) -> str:
    """uơ and ưo are ươ as soon as a letter follows: thuở, but thương."""
    low = letters.lower()
    place = max(low.find("uơ"), low.find("ưo"))
    if place < 0 or place + 2 == len(low):
        return letters
    joined = _with(letters, place, abc.horned, 2)
    return joined if may_become(joined.lower(), tone) else letters


def _settled(word: Word) -> Word:
    """What is seen is what there is from now on."""
    return Word(word.text, keys=word.keys, plain=True, meant=True)


def _undone(word: Word, letters: str, key: str) -> Word:
    """Rule 2. «ooo» leaves «oo», which may still become «oong»; what may become nothing is left alone."""
    back = Word(letters + key, word.tone, word.keys + key, meant=True)
    return back if may_become(back.letters.lower(), back.tone) else _settled(back)


def _with(letters: str, place: int, shape: Callable[[str], str], count: int = 1) -> str:
    middle = "".join(map(shape, letters[place : place + count]))
    return letters[:place] + middle + letters[place + count :]


def _has_vowel(letters: str) -> bool:
    return any(map(abc.is_vowel, letters))


Act = Callable[[Word, str], Word | None]


def _first_possible(word: Word, key: str, ways: Iterator[str]) -> Word | None:
    for letters in ways:
        joined = _joined(letters, word.tone)
        if joined != word.letters and may_become(joined.lower(), word.tone):
            return replace(word, letters=joined, keys=word.keys + key)
    return None


def _tone(tone: str) -> Act:
    def act(word: Word, key: str) -> Word | None:
        if not _has_vowel(word.letters):
            return None
        if word.tone == tone:
            return _undone(replace(word, tone=""), word.letters, key)
        return replace(word, tone=tone, keys=word.keys + key) if may_become(word.letters.lower(), tone) else None

    return act


def _no_tone(word: Word, key: str) -> Word | None:
    return replace(word, tone="", keys=word.keys + key) if word.tone else None


def _circumflex(bases: str) -> Act:
    marked = "".join(map(abc.circumflexed, bases))

    def act(word: Word, key: str) -> Word | None:
        places = [n for n, letter in enumerate(word.letters) if abc.plain(letter).lower() in bases]
        ways = (_with(word.letters, place, abc.circumflexed) for place in reversed(places))
        return _first_possible(word, key, ways) or _unmarked(word, key, marked)

    return act


def _hook(horn: bool, breve: bool) -> Act:
    """Telex w is horn and breve, VNI parts them: 7 and 8."""
    marked = ("ơư" if horn else "") + ("ă" if breve else "")

    def ways(letters: str) -> Iterator[str]:
        bare = "".join(map(abc.plain, letters.lower()))
        if horn:
            yield from (_with(letters, n, abc.horned) for n in range(len(bare)) if bare[n] == "o")
            yield from (_with(letters, n, abc.horned, 2) for n in range(len(bare)) if bare[n : n + 2] == "uo")
        if breve:
            yield from (_with(letters, n, abc.breved) for n in range(len(bare)) if bare[n] == "a")
        if horn:
            yield from (_with(letters, n, abc.horned) for n in range(len(bare)) if bare[n] == "u")

    def act(word: Word, key: str) -> Word | None:
        if word.keys.endswith(key) and (unmarked := _unmarked(word, key, marked)):
            return unmarked  # uow is uơ, which a second w could still make ươ: it is meant to take it off
        return _first_possible(word, key, ways(word.letters)) or _unmarked(word, key, marked)

    return act


_HORN_AND_BREVE = _hook(horn=True, breve=True)


def _w(word: Word, key: str) -> Word | None:
    """w after an initial alone is ư («nhw» gives «như»); before anything it is w («www»), and W is W («TW»)."""
    if _has_vowel(word.letters):
        if not _has_vowel(word.keys) and word.keys.endswith("w"):
            return Word(word.keys, keys=word.keys + key, plain=True, meant=True)
        return _HORN_AND_BREVE(word, key)
    if key != "w" or not word.letters or not is_initial(word.letters.lower()):
        return None
    return replace(word, letters=word.letters + "ư", keys=word.keys + key)


def _unmarked(word: Word, key: str, marked: str) -> Word | None:
    if not any(letter in marked for letter in word.letters.lower()):
        return None
    letters = "".join(abc.plain(letter) if letter.lower() in marked else letter for letter in word.letters)
    if letters.lower().count("u") > word.keys.lower().count("u"):  # a ư that stood for a w was never a u
        keys = word.keys + key
        return Word(keys, keys=keys, plain=True, meant=True)
    return _undone(word, letters, key)


def _stroke(word: Word, key: str) -> Word | None:
    """đ begins a syllable; in an abbreviation it may stand anywhere («HĐND»)."""
    place = 0
    if not _has_vowel(word.letters):
        place = len(word.letters) - 1
    letter = word.letters[place : place + 1]
    if letter in ("đ", "Đ"):
        return _settled(_undone(word, _with(word.letters, place, abc.plain), key))
    if not letter or letter not in "dD":
        return None
    stroked = _with(word.letters, place, abc.stroked)
    if _has_vowel(stroked) and not may_become(stroked.lower(), word.tone):
        return None
    return replace(word, letters=stroked, keys=word.keys + key)


def _tones(keys: str) -> dict[str, Act]:
    return {key: _tone(tone) for key, tone in zip(keys, abc.TONES, strict=True)}


_ACTS: Mapping[Method, Mapping[str, Act]] = {
    Method.TELEX: {
        **_tones("sfrxj"),
        "z": _no_tone,
        **{base: _circumflex(base) for base in "aeo"},
        "w": _w,
        "d": _stroke,
    },
    Method.VNI: {
        **_tones("12345"),
        "0": _no_tone,
        "6": _circumflex("aeo"),
        "7": _hook(horn=True, breve=False),
        "8": _hook(horn=False, breve=True),
        "9": _stroke,
    },
    Method.PLAIN: {},
}
