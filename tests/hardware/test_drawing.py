"""Any text becomes dots: Vietnamese whole, hostile letters gone, nothing cut off."""

import random
import unicodedata

import pytest

from hardware.drawing import LARGEST_PX, MOST_LETTERS, UNKNOWN, Align, as_image, clean, draw_text, picture, wrap
from hardware.ports import Picture

VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VIETNAMESE = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ", "Đ", "₫"]


def ink(dots: Picture) -> int:
    return int.from_bytes(dots.rows).bit_count()


def box(dots: Picture) -> tuple[int, int, int, int]:
    found = as_image(dots).convert("L").point(lambda value: 255 - value).getbbox()
    assert found
    return found


@pytest.mark.parametrize("bold", [False, True])
def test_every_vietnamese_letter_has_a_shape_of_its_own(bold: bool) -> None:
    shapes = {draw_text(letter, 100, 24, bold=bold).rows for letter in VIETNAMESE}
    assert len(shapes) == len(VIETNAMESE) == 147
    assert draw_text(UNKNOWN, 100, 24, bold=bold).rows not in shapes


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("size_px", [12, 16, 20, 24, 28, 40, 63, 120])
def test_no_mark_is_cut_off_above_or_below(size_px: int, bold: bool) -> None:
    for letter in VIETNAMESE:
        drawn = draw_text(letter, 400, size_px, bold=bold)
        _, top, _, bottom = box(drawn)
        assert 0 < top < bottom < drawn.height_px, letter


def test_composed_and_decomposed_text_look_the_same() -> None:
    text = "Đánh giá mức độ hài lòng"
    assert draw_text(unicodedata.normalize("NFD", text), 384, 24) == draw_text(text, 384, 24)


def test_lines_end_between_words_and_keep_within_the_width() -> None:
    text = "Xin mời Ông/Bà đánh giá mức độ hài lòng về lần giải quyết thủ tục vừa rồi."
    lines = wrap(text, 384, 24)
    assert " ".join(lines) == text
    assert len(lines) == 3
    for line in lines:
        assert wrap(line, 384, 24) == [line]


def test_a_word_wider_than_the_paper_is_broken_and_nothing_of_it_lost() -> None:
    word = "000.00.01.H15-261122-0001" * 5
    lines = wrap(word, 384, 28)
    assert "".join(lines) == word
    assert len(lines) > 2


def test_what_is_centred_has_the_same_room_on_both_sides() -> None:
    left, _, right, _ = box(draw_text("MỜI ĐÁNH GIÁ", 384, 32, bold=True, align=Align.CENTRE))
    assert abs(left - (384 - right)) <= 4
    assert box(draw_text("Đ", 384, 32, align=Align.RIGHT))[2] >= 380
    assert box(draw_text("Đ", 384, 32))[0] <= 2


def test_nothing_to_draw_is_a_picture_without_rows() -> None:
    assert draw_text(" \x1b\u202e\n", 384, 24) == Picture(384, b"")


@pytest.mark.parametrize(
    ("text", "is_left"),
    [
        ("\x1b@\x1d(k\x10\x04\x01", "@(k"),
        ("a\u202eb\u2066c\u200bd\ufeff", "abcd"),
        ("a\r\nb\tc\u2028d\xa0e", "a b c d e"),
        ("\x85\x9b31m", "31m"),
        ("\ud800x\ue000y\U0010ffff", "xy"),
        ("a" + "\u0323" * 9, "ạ" + "\u0323" * 2),
    ],
)
def test_controls_directions_and_heaps_of_marks_are_dropped(text: str, is_left: str) -> None:
    assert clean(text) == is_left


def test_letters_the_font_has_not_are_shown_as_boxes() -> None:
    assert wrap("中 😀 ក", 384, 24) == [f"{UNKNOWN} {UNKNOWN} {UNKNOWN}"]


def test_endless_text_ends() -> None:
    assert clean("x" * 10**6) == "x" * MOST_LETTERS + "…"


@pytest.mark.parametrize(("width_px", "size_px"), [(0, 24), (5000, 24), (384, 11), (384, LARGEST_PX + 1)])
def test_absurd_sizes_are_refused(width_px: int, size_px: int) -> None:
    with pytest.raises(ValueError, match="wanted"):
        draw_text("x", width_px, size_px)


def test_a_picture_comes_back_dot_for_dot() -> None:
    chance = random.Random(5)
    for width_px in (1, 7, 8, 9, 383, 384):
        rows = b"".join(
            (chance.getrandbits(width_px) << (-width_px % 8)).to_bytes((width_px + 7) // 8) for _ in range(9)
        )
        assert picture(as_image(Picture(width_px, rows))) == Picture(width_px, rows)
    print("seed 5")


@pytest.mark.parametrize(("width_px", "rows"), [(0, b""), (9, b"\0\0\0"), (9, b"\0\x01")])
def test_only_whole_rows_within_the_width_are_a_picture(width_px: int, rows: bytes) -> None:
    with pytest.raises(ValueError, match="picture"):
        Picture(width_px, rows)
