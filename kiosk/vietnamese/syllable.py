"""What a Vietnamese syllable may be: initials, rhymes, tones, and the letter that carries the tone.

Source: Quyết định 1989/QĐ-BGDĐT of 25 May 2018, article 8: the tone stands on the letter of the main vowel (hoà, khoẻ,
quý, thuỷ); on the first letter of ia, ua, ưa; on the second of iê, yê, uô, ươ. Beyond the textbooks' syllables are the
initials and finals of the Central Highlands (Krông, Đắk), because the places where people are asked are called so.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from kiosk.vietnamese.letters import NANG, SAC, SHAPED, VOWELS, is_vowel, plain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


INITIALS = _words("b c ch d đ g gh gi h j k kh l m n ng ngh nh p ph qu r s t th tr v x") | {""}
HIGHLAND_INITIALS = _words("bl br chr dr đr gl hl hm hr kl kr mn pl pr xt")
RHYMES = _words(
    """
    a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et  ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu  iêc iêm iên iêng iêp iêt iêu  y yêm yên yêng yêt yêu
    o oc oi om on ong ooc oong op ot  oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt  oe oem oen oeo oet  ô ôc ôi ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut  uân uâng uât uây  uê uêch uên uênh uêt uêu  uôc uôi uôm uôn uông uôt  uơ
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt  ư ưa ưc ưi ưm ưn ưng ưt ưu  ươc ươi ươm ươn ương ươp ươt ươu
    ak ăk ok uk
    """
)
QU_RHYMES = _words(
    """
    a ac ach ai am an ang anh ao ap at au ay  ăc ăm ăn ăng ăp ăt  ân âng ât âu ây  e en eng eo et
    ê ên ênh êch êt êu  i it ich  ơ ơi ơn  ôc  y ych yên yêt yn ynh yt yu
    """
)
_TONED_K = frozenset(("ăk", "ok", "uk"))  # Đắk, Ngọk, Búk
_STOPS = ("c", "ch", "k", "p", "t")
_SECOND = frozenset(("oa", "oe", "oo", "uy", "ie", "ye", "uo"))  # open pairs whose main vowel comes second


def _beginnings(rhymes: frozenset[str]) -> frozenset[str]:
    """All that may stand on the way to a rhyme: its first letters, each with its shape or still without it."""
    ways = (
        "".join(letters)
        for rhyme in rhymes
        for end in range(len(rhyme) + 1)
        for letters in product(*({letter, plain(letter)} for letter in rhyme[:end]))
    )
    return frozenset(ways)


_BEGUN, _QU_BEGUN = _beginnings(RHYMES), _beginnings(QU_RHYMES)


@lru_cache(maxsize=4096)
def may_become(letters: str, tone: str) -> bool:
    """Whether more keys can make a syllable of toneless lower-case `letters` under `tone`."""
    if letters == "qu" or not any(map(is_vowel, letters)):
        return not tone and any(initial.startswith(letters) for initial in INITIALS | HIGHLAND_INITIALS)
    return any(
        rest in (_QU_BEGUN if initial == "qu" else _BEGUN) and _bears(initial, rest, tone)
        for initial, rest in _parted(letters)
    )


@lru_cache(maxsize=4096)
def is_whole(letters: str, tone: str) -> bool:
    """Whether toneless lower-case `letters` under `tone` are a syllable; one without a tone may be an unmarked one."""
    return any(
        rest in (QU_RHYMES if initial == "qu" else RHYMES) and _bears(initial, rest, tone)
        for initial, rest in _parted(letters)
    )


def is_initial(letters: str) -> bool:
    return letters in INITIALS


def tone_place(letters: str) -> int:
    """The index of the letter that carries the tone; -1 if there is no vowel."""
    begin, end = _nucleus(letters.lower())
    vowels = letters[begin:end].lower()
    shaped = [n for n, letter in enumerate(vowels) if letter in SHAPED]
    if shaped:
        return begin + shaped[-1]
    if end < len(letters) or not vowels:
        return end - 1
    return begin + (1 if len(vowels) > 2 or vowels in _SECOND else 0)


def _parted(letters: str) -> Iterator[tuple[str, str]]:
    """Initial and rhyme in every way that the spelling allows, the longest initial first."""
    for length in range(min(3, len(letters)), -1, -1):
        initial, rest = letters[:length], letters[length:]
        if (initial in INITIALS or initial in HIGHLAND_INITIALS) and rest and _may_meet(initial, rest[0]):
            yield initial, rest


def _may_meet(initial: str, first: str) -> bool:
    if initial in ("c", "g", "ng"):
        return first in VOWELS and first not in ("eêy" if initial == "g" else "eêiy")
    return first in "eêiy" if initial in ("gh", "ngh") else first in VOWELS


def _bears(initial: str, rest: str, tone: str) -> bool:
    """Whether the tone may stand here: only sắc and nặng before a stop, and in the Highlands only on a marked vowel."""
    if not tone:
        return True
    if rest.endswith(_STOPS) and tone not in (SAC, NANG):
        return False
    if rest.endswith("k") and rest not in _TONED_K:
        return False
    return initial not in HIGHLAND_INITIALS or any(letter in SHAPED for letter in rest)


def _nucleus(letters: str) -> tuple[int, int]:
    """Where the vowels of the rhyme begin and end; in what is no syllable, the last vowels there are."""
    begin = next((len(initial) for initial, rest in _parted(letters) if rest in _BEGUN | _QU_BEGUN), -1)
    if begin < 0:
        last = next((n for n in range(len(letters) - 1, -1, -1) if letters[n] in VOWELS), -1)
        begin = last
        while begin > 0 and letters[begin - 1] in VOWELS:
            begin -= 1
        return begin, last + 1
    end = begin
    while end < len(letters) and letters[end] in VOWELS:
        end += 1
    return begin, end
