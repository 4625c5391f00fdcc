"""Vietnamese typed: 3,800 syllables in many orders of keys, the known traps, and what must hold for any keys."""

import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk import keyboard
from kiosk.keyboard import BACKSPACE, DIGITS, TONES, VIETNAMESE, Writing
from kiosk.vietnamese.syllable import INITIALS, RHYMES, is_whole, may_become
from kiosk.vietnamese.word import Method, Word, struck

TELEX, VNI, PLAIN = Method.TELEX, Method.VNI, Method.PLAIN
LINES = Path(__file__).with_name("words.txt").read_text("utf-8").splitlines()
WORDS = sorted({word for line in LINES if not line.startswith("#") for word in line.split()})

# The inverse is written from the letters' Unicode decomposition, not from the engine's tables.
TONE_KEYS = {"\u0301": "s1", "\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"


def shape_key(base: str, mark: str, method: Method) -> str:
    if method is VNI:
        return {CIRCUMFLEX: "6", HORN: "7", BREVE: "8", "đ": "9"}[mark]
    return {CIRCUMFLEX: base.lower(), HORN: "w", BREVE: "w", "đ": "d"}[mark]


def parts(word: str) -> list[tuple[str, str, str]]:
    """Base letter, shape, tone of each letter."""
    found = []
    for letter in word:
        if letter in "đĐ":
            found.append(("d" if letter == "đ" else "D", "đ", ""))
            continue
        base, *marks = unicodedata.normalize("NFD", letter)
        shape = "".join(mark for mark in marks if mark not in TONE_KEYS)
        found.append((base, shape, "".join(mark for mark in marks if mark in TONE_KEYS)))
    return found


def typed_keys(word: str, method: Method, order: str) -> str:
    """The keys of `word`. `order`: "usual" (tone last), "early" (tone at its vowel), "late" (all marks last)."""
    keys = shapes = tone = last = ""
    for base, shape, mark in parts(word):
        keys += base + (base if method is TELEX and last + base + shape == "oo" else "")  # xooong is xoong
        last = base + shape
        key = shape_key(base, shape, method) if shape else ""
        if order != "late":
            keys += key
        elif key not in shapes:  # one w makes both letters of ươ
            shapes += key
        here = TONE_KEYS[mark][method is VNI] if mark else ""
        keys, tone = (keys + here, tone) if order == "early" else (keys, tone + here)
    return keys + shapes + tone


def typed(keys: str, method: Method = TELEX) -> str:
    return written(keys, method).text


def written(keys: "str | list[str]", method: Method = TELEX, longest: int = 500) -> Writing:
    now = Writing()
    for key in keys:
        now = keyboard.pressed(now, key, method, longest)
    return now


@pytest.mark.slow
@pytest.mark.parametrize("method", [TELEX, VNI])
@pytest.mark.parametrize("order", ["usual", "early", "late"])
def test_every_syllable_of_the_list_can_be_typed(method: Method, order: str) -> None:
    wrong = []
    for word in WORDS:
        keys = typed_keys(word, method, order)
        if typed(keys, method) != word or typed(keys + " ", method) != word + " ":
            wrong.append((word, keys, typed(keys, method), typed(keys + " ", method)))
    assert not wrong
    print(f"{len(WORDS)} syllables typed in {method}, {order}: 0 wrong")


@pytest.mark.slow
@pytest.mark.parametrize("method", [TELEX, VNI])
def test_capitals_are_kept(method: Method) -> None:
    for word in WORDS:
        keys = typed_keys(word, method, "usual")
        assert typed(keys.capitalize(), method) == word.capitalize()
        assert typed(keys.upper() + " ", method) == word.upper() + " "


def test_the_list_is_long_and_its_tones_stand_as_the_ministry_wants() -> None:
    assert len(WORDS) > 3500
    assert not [word for word in WORDS if word[-2:] in ("óe", "òe", "ọe", "úy", "ùy", "óa", "òa", "ọa", "ủy")]
    for word, tone in itertools.product(("hoa", "khoe", "thuy", "quy"), TONES):
        now = written(word)
        now = keyboard.pressed(now, tone, TELEX, 500)
        assert unicodedata.normalize("NFD", now.text[-1])[1] == TONES[tone], now.text


# Keys in Telex, keys in VNI, what stands there when the word is over.
TRAP_LINES = """
nghieengj nghie6ng5 nghiệng | thuowr thuo73 thuở | thuwowr thu7o73 thuở | thuowngf thuo7ng2 thường
quyeenr quye63n quyển | giawtj gia85t giặt | gif gi2 gì | ginf gin2 gìn | giuwx giu74 giữ | khuyur khuyu3 khuỷu
uwown u7o7n ươn | DDawsk D9a81k Đắk | Lawsk La8k1 Lắk | hoaf hoa2 hoà | toanf toan2 toàn | khoer khoe3 khoẻ
hoatj hoat5 hoạt | ueer ue63 uể | oair oai3 oải | xoenf xoen2 xoèn | xoetj xoet5 xoẹt | quys quy1 quý | oaf oa2 oà
dduwowcj d9u7o7c5 được | dduowcj d9uo7c5 được | duocdwj duoc975 được | dduwocj d9u7oc5 được | vieejt vie65t việt
vietje viet56 việt | vietej viet65 việt | tieesng tie61ng tiếng | tiengse tieng16 tiếng | nguwowif ngu7o7i2 người
nguowif nguo7i2 người | nguoiwf nguoi72 người | huouw huou7 hươu | ruwowuj ru7o7u5 rượu | luuw luu7 lưu
muaw mua7 mưa | muar mua3 mủa | muawr mua73 mửa | muarw mua37 mửa | quawn qua8n quăn | quaanj qua6n5 quận
hoawcj hoa8c5 hoặc | xuaan xua6n xuân | khuya khuya khuya | khuyaj khuya5 khuỵa | quoocs quo6c1 quốc | quowr quo73 quở
gieengs gie6ng1 giếng | giaf gia2 già | giuwowngf giu7o7ng2 giường | yeeus ye6u1 yếu | yeenr ye6n3 yển | ys y1 ý
oongs o6ng1 ống | Oong O6ng Ông | xooong xoong xoong | sooocs sooc1 soóc | booong boong boong | coots co6t1 cốt
ngoeos ngoeo1 ngoéo | khoeor khoeo3 khoẻo | ngoawnf ngoa8n2 ngoằn | nguechje nguech56 nguệch | huychj huych5 huỵch
tuyps tuyp1 tuýp | uyr uy3 uỷ | UYR UY3 UỶ | DDAAUF D9A6U2 ĐẦU | DDaauf D9a6u2 Đầu | dDoois d9o6i1 đối
Kroong Kro6ng Krông | Nong Nong Nong | MNoong MNo6ng MNông | Drawks Dra8k1 Drắk | Hree Hre6 Hrê | Busk Bu1k Búk
Ngokj Ngok5 Ngọk | Juts Jut1 Jút | Kanj Kan5 Kạn | HDDND HD9ND HĐND | GDD GD9 GĐ | QDD QD9 QĐ | DDT D9T ĐT
UBND UBND UBND | CCCD CCCD CCCD | thuys thuy1 thuý | thuyr thuy3 thuỷ | hoef hoe2 hoè | toaj toa5 toạ | asf a12 à
asz a10 a | oosz o610 ô | asfrxj a12345 ạ | mij mi5 mị | thuwown thuo7n thươn
"""
TRAPS = [line.split() for line in TRAP_LINES.replace("\n", "|").split("|") if line.strip()]


def test_the_known_traps() -> None:
    wrong = []
    for (telex, vni, word), end in itertools.product(TRAPS, (" ", ".", "?", '"')):
        for keys, method in ((telex, TELEX), (vni, VNI)):
            got = typed(keys + end, method)
            wrong += [(keys, got, word)] if got != word + end else []
    assert not wrong
    print(f"{len(TRAPS)} traps typed in Telex and VNI: 0 wrong")


UNDONE = """
ass as | aff af | arr ar | axx ax | ajj aj | aaa aa | eee ee | ooo oo | oooo ooo | ddd dd | dddd ddd | aww aw | oww ow
uww uw | uoww uow | tesst test | tessst tesst | dataa data | boxx box | asss ass | HDDD HDD | tww tw | nhwng nhưng
vieetss viêts | carr car | viettt viettt | azz azz | didd did | tooo too | ddaauu ddaauu
"""
KEPT = """
www web website wifi hello email internet zalo facebook online scan card cards user server text next soft left start
part short sort hard first nurse yes use service access address process class express report department company
free form fax
file Windows Word Excel software two twice task ask ok OK DVD ID SMS PDF CMND UBND TTHC TW VNeID dzo gmail yahoo com
"""


def test_the_same_mark_twice_takes_it_off() -> None:
    for keys, text in (line.split() for part in UNDONE.split("\n") for line in part.split("|") if line.strip()):
        assert typed(keys + " ") == text + " ", keys
    for keys, text in (("a11", "a1"), ("a66", "a6"), ("o77", "o7"), ("a88", "a8"), ("d99", "d9"), ("a112", "a12")):
        assert typed(keys + " ", VNI) == text + " ", keys
    assert typed("uwow") == "ươ", "two letters of one vowel are marked, not unmarked"


def test_what_is_no_vietnamese_keeps_its_letters() -> None:
    for word in KEPT.split():
        assert typed(word + " ") == word + " ", word
        assert typed(word + " ", VNI) == word + " ", word
        assert typed(word, PLAIN) == word
    print(f"{len(KEPT.split())} foreign words and abbreviations kept their letters in Telex and VNI")


def test_numbers_stay_numbers() -> None:
    for text in ("2 345", "19-11-2023", "TTHC 2/5", "3.000 d", "(028) 12"):
        assert typed(text, VNI) == text
        assert typed(text, TELEX) == text


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["t", "i", "ê", "sắc", "n", "g"], "tiếng"),
        (["t", "i", "ê", "n", "g", "sắc"], "tiếng"),
        (["đ", "ư", "ơ", "c", "nặng"], "được"),
        (["Ô", "n", "g", " ", "b", "a", "huyền"], "Ông bà"),
        (["a", "sắc", "huyền"], "à"),
        (["a", "sắc", "sắc"], "a"),
        (["sắc", "a"], "a"),
        (["a", " ", "sắc"], "a "),
        (["h", "sắc"], "h"),
        (["ă", BACKSPACE, BACKSPACE, "b"], "b"),
        (["a", "\u202e", "\x00", "\u200b", "b"], "ab"),
        (["h", "o", "a", "huyền", "n"], "hoàn"),
        (["w", "e", "b", "sắc", "n"], "wébn"),  # whoever names the tone means it
        (["w", "e", "sắc", "b", "sắc", " "], "web "),
        (["v", "i", "ee", "t"], "vieet"),
        (["v", "i", "e", "t", BACKSPACE, "e", "t", "j"], "việt"),
        (["c", "a", "r", "d", BACKSPACE, BACKSPACE, "n", "g", "r"], "cảng"),
        (["t", "e", "s", "s", "t", BACKSPACE, "x"], "tesx"),
    ],
)
def test_keys_by_name_and_keys_after_backspace(keys: list[str], text: str) -> None:
    assert written(keys).text == text


ALL_KEYS = [*TONES, *VIETNAMESE, *DIGITS, *"abcdeghiklmnopqrstuvxyfjwz", *"ADEOUWST", " ", ".", "@", BACKSPACE]
VIETNAMESE_KEYS = st.lists(st.sampled_from([*"aeiouydtnghcmsfrxjzw", *"aeoudw", *"16789", " ", BACKSPACE]), max_size=40)
ANY_KEYS = st.lists(st.sampled_from(ALL_KEYS), max_size=60) | VIETNAMESE_KEYS
METHODS = st.sampled_from(list(Method))
MODIFIERS = {TELEX: frozenset("sfrxjzwaeod"), VNI: frozenset(DIGITS), PLAIN: frozenset()}


def bare(text: str) -> str:
    """Without any mark, ư that w made apart."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def is_what_was_struck(text: str, keys: str, method: Method) -> bool:
    """Whether `text` is `keys` in their order but for keys that mark; a w alone may stand as ư."""
    ways = {0}  # how many keys each way of reading has used
    for letter, seen in zip(bare(text), text, strict=True):
        reached = set()
        for used in ways:
            for place in range(used, len(keys)):
                from_w = seen.lower() in "ưừứửữự" and keys[place] == "w" and method is TELEX
                if keys[place] == letter or from_w:
                    reached.add(place + 1)
                if keys[place].lower() not in MODIFIERS[method]:
                    break
        ways = reached
    return any(all(key.lower() in MODIFIERS[method] for key in keys[used:]) for used in ways)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.text(st.sampled_from("aeiouydtnghcmqkbsfrxjzwADEOW1679580"), max_size=16), METHODS)
@example("gwAW", TELEX)
def test_no_letter_is_lost_or_invented(keys: str, method: Method) -> None:
    word = Word()
    for place, key in enumerate(keys, 1):
        word = struck(word, key, method)
        assert is_what_was_struck(word.text, keys[:place], method), (keys[:place], word.text)
    assert is_what_was_struck(word.ended, keys, method), (keys, word.ended)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(ANY_KEYS, METHODS)
def test_what_stands_there_is_nfc_and_within_the_limit(keys: list[str], method: Method) -> None:
    now = Writing()
    for key in keys:
        now = keyboard.pressed(now, key, method, 20)
        assert len(now.text) <= 20
        assert unicodedata.is_normalized("NFC", now.text)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(ANY_KEYS, METHODS, METHODS)
def test_backspace_takes_exactly_the_last_letter(keys: list[str], method: Method, other: Method) -> None:
    now = written(keys, method)
    assert keyboard.writing(now.text).text == now.text, "changing the way of typing changes nothing that is seen"
    for _ in range(3):
        shorter = keyboard.pressed(now, BACKSPACE, other, 500)
        assert shorter.text == now.text[:-1]
        now = shorter


def test_a_word_struck_over_and_over_stays_small() -> None:
    word = Word()
    for key in itertools.islice(itertools.cycle("asfsfz"), 10_000):
        word = struck(word, key, TELEX)
    assert len(word.keys) < 100
    assert len(word.text) <= 10_000


def test_a_full_box_takes_marks_but_no_letter() -> None:
    now = written("tieeng", longest=5)
    assert keyboard.pressed(now, "s", TELEX, 5).text == "tiếng"
    assert keyboard.pressed(now, "a", TELEX, 5) == now
    assert keyboard.pressed(now, " ", TELEX, 5) == now


def test_every_vietnamese_letter_can_be_typed() -> None:
    bases = [*"aăâeêioôơuưy"]
    marked = {written([base, tone]).text for base in bases for tone in TONES} | set(bases)
    assert len(marked) == 72
    assert all(len(letter) == 1 for letter in marked)


@pytest.mark.slow
def test_every_syllable_of_the_tables_can_be_reached() -> None:
    count = 0
    for initial, rhyme in itertools.product(sorted(INITIALS), sorted(RHYMES)):
        if is_whole(initial + rhyme, ""):
            count += 1
            assert all(may_become((initial + rhyme)[:end], "") for end in range(1, len(initial + rhyme) + 1))
            assert typed(typed_keys(initial + rhyme, VNI, "usual") + " ", VNI) == initial + rhyme + " "
    assert count > 2500
    print(f"{count} syllables of the tables typed in VNI: 0 wrong")
