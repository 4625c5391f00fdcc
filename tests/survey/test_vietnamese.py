"""Vietnamese order and lookup: against ICU itself (in Node), against the golden lists, over every way of typing."""

import json
import random
import shutil
import subprocess
import unicodedata
from itertools import pairwise

import pytest

from survey.vietnamese import fold, sort_key, weak

SEED, LISTS, NAMES = 2024, 500, 41  # 500 lists × 40 neighbours = 20,000 pairs
ONSETS = "b c ch d đ g gi h k kh l m n ng ngh nh ph qu r s t th tr v x "
RHYMES = (
    "a ai am an ang anh ao au ay ă ăm ăn ăng ăk â âm ân âng âu ây e em eo en ê êm ên êu i ia iê iên im inh iu y "
    "o oa oai oan oe oi on ong ô ôi ông ôr ơ ơi ơn u ua uy uyên ui um ung ư ưa ươi ương ưu"
)
TONES = ["", "", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
KINDS = ["Xã", "Phường", "Thị trấn", "Tổ dân phố số", "Bản", "Thôn", "Khu", ""]
ODD = ["N'Đir", "N’Đir", "Đắk", "Čư", "Ŏr", "Ĭa", "ƀuôn", "Ƀuôn", "Ea H'leo", "Bà Rịa - Vũng Tàu", "A", "(cũ)", "1A"]
TAM_DUONG = "Bản Bo|Bản Giang|Bản Hon|Bình Lư|Giang Ma|Hồ Thầu|Khun Há|Nà Tăm|Sơn Bình|Tả Lèng|Thèn Sin"
SIN_HO = (
    "Căn Co|Chăn Nưa|Hồng Thu|Làng Mô|Lùng Thàng|Ma Quai|Nậm Cha|Nậm Cuổi|Nậm Hăn|Nậm Mạ|Nậm Tăm|Noong Hẻo|Pa Khóa|"
    "Pa Tần|Phăng Sô Lin|Phìn Hồ|Pu Sam Cáp|Sà Dề Phìn|Tả Ngảo|Tả Phìn|Tủa Sín Chải"
)
ICU = """
const order = new Intl.Collator("vi", {numeric: true});
let text = ""; process.stdin.on("data", d => text += d).on("end", () => console.log(JSON.stringify(
  JSON.parse(text).map(names => names.slice(1).map((name, i) => Math.sign(order.compare(names[i], name)))))));
"""


def syllable(rng: random.Random) -> str:
    rhyme = rng.choice(RHYMES.split())
    place = next(i for i, letter in enumerate(rhyme) if letter in "aăâeêioôơuưy") + rng.randrange(2)
    place = min(place, len(rhyme) - 1)
    word = rng.choice(ONSETS.split(" ")) + rhyme[: place + 1] + rng.choice(TONES) + rhyme[place + 1 :]
    return rng.choice([word, word.capitalize(), word.capitalize(), word.upper()])


def name(rng: random.Random) -> str:
    parts = [rng.choice(KINDS), *(syllable(rng) for _ in range(rng.randint(1, 3)))]
    if rng.random() < 0.3:
        parts.append(rng.choice(["2", "10", "02", "100", "9a", "số 3", "12-13"]))
    if rng.random() < 0.15:
        parts.insert(rng.randrange(len(parts)), rng.choice(ODD))
    text = rng.choice([" ", " ", " ", "-", ", "]).join(part for part in parts if part)
    return unicodedata.normalize(rng.choice(["NFC", "NFD"]), text)


def near(rng: random.Random, text: str) -> str:
    """Another name or one that differs in a tone, a capital, a number: neighbours decide at every level."""
    change = rng.randrange(6)
    if change == 0:
        return text.swapcase()
    if change == 1:
        return unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", text) if c not in TONES))
    if change == 2:
        return text + rng.choice([" ", "a", " 2", "\u0301", "-", "’"])
    if change == 3:
        letters = list(unicodedata.normalize("NFD", text))
        letters.insert(rng.randrange(1, len(letters) + 1), rng.choice("\u0300\u0309\u0303\u0301\u0323\u0306\u0302"))
        return "".join(letters)
    return name(rng)


@pytest.mark.slow
def test_the_order_is_that_of_icu() -> None:
    if (node := shutil.which("node")) is None:
        pytest.skip("Node, which brings ICU, is not installed")
    rng, lists = random.Random(SEED), []
    for _ in range(LISTS):
        names = [name(rng)]
        while len(names) < NAMES:
            names.append(near(rng, names[-1]))
        lists.append(names)
    done = subprocess.run([node, "-e", ICU], input=json.dumps(lists), capture_output=True, text=True, check=True)
    count = 0
    for names, signs in zip(lists, json.loads(done.stdout), strict=True):
        for (one, other), sign in zip(pairwise(names), signs, strict=True):
            a, b = sort_key(one), sort_key(other)
            assert (a > b) - (a < b) == sign, (one, other, ascii(one), ascii(other))
            count += 1
    print(f"{count} pairs compared with ICU, seed {SEED}: all in the same order")


def test_the_golden_lists() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "măm", "mâm"]
    assert sorted(random.Random(SEED).sample(tones, len(tones)), key=sort_key) == tones
    rng = random.Random(SEED)
    for joined, second, last in ((TAM_DUONG, "Bản Giang", "Thèn Sin"), (SIN_HO, "Chăn Nưa", "Tủa Sín Chải")):
        names = joined.split("|")
        shuffled = rng.sample(names, len(names))
        found = sorted(shuffled, key=sort_key)
        assert (found, found[1], found[-1]) == (names, second, last)
    assert sorted(TAM_DUONG.split("|"))[1] == "Bản Bo"  # what code points would choose
    homes = [f"Tổ dân phố số {n}" for n in (1, 2, 9, 10, 11, 100)]
    assert sorted(rng.sample(homes, len(homes)), key=sort_key) == homes
    assert sort_key("Tổ 02") == sort_key("Tổ 2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Mạc", "Hòa Mạc"),
        ("Thuỷ Vân", "THỦY  VÂN"),
        ("Quý Sơn", "Qúy Sơn"),
        ("Khoẻ", "Khỏe"),
        ("Nâm N'Đir", "nâm n’đir"),
        ("Đắk Sôr", unicodedata.normalize("NFD", "ĐẮK SÔR")),
        ("Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu"),
    ],
)
def test_spellings_of_one_name_are_one(one: str, other: str) -> None:
    assert fold(one) == fold(other) == fold(fold(one))
    assert weak(one) == weak(other)


def test_names_that_differ_stay_apart() -> None:
    names = ["Hòa Mạc", "Hóa Mạc", "Hoa Mạc", "Hòa Mác", "Đa", "Da", "Mường", "Mương", "Mưởng"]
    assert len({fold(each) for each in names}) == len(names)
    assert weak("Thủy Vân") == "thuy van"
    assert weak("Nâm N'Đir (cũ)") == "nam ndir cu"
    assert weak("Bà Rịa - Vũng Tàu") == "ba ria vung tau"
    rng = random.Random(SEED)
    for _ in range(2000):
        text = name(rng)
        folded = fold(text)
        assert folded == fold(folded) == fold(unicodedata.normalize("NFD", text))
        assert unicodedata.is_normalized("NFC", folded)
        assert weak(text).isascii()
