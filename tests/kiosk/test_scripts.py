"""Where a text changes its script, where a line may end, and that no letter is ever torn apart."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.texts import visible
from kiosk.texts.languages import SCRIPTS
from kiosk.texts.scripts import BREAK, clusters, is_unbroken, leading, runs, words
from kiosk.ui.scene import Rect
from kiosk.ui.typeset import ELLIPSIS, Typesetter

KHMER = "ភាសាខ្មែរ"  # ភា សា ខ្មែ រ
INK = (0, 0, 0)


def test_a_line_is_cut_where_its_script_changes():
    mixed = f"Tiếng {KHMER}{BREAK}{KHMER} {KHMER}, 2026"
    found = runs(mixed)
    assert [script for script, _ in found] == ["Latn", "Khmr", "Latn"]
    assert "".join(part for _, part in found) == mixed
    assert found[2][1] == ", 2026"
    assert runs("") == ()
    assert runs("abc") == (("Latn", "abc"),)


def test_marks_and_letters_that_stand_below_stay_with_their_letter():
    assert clusters(KHMER) == ["ភា", "សា", "ខ្មែ", "រ"]
    assert clusters("ស្ត្រី") == ["ស្ត្រី"]
    assert clusters("o\u0306n") == ["o\u0306", "n"]


def test_words_of_a_script_without_spaces_end_at_breaks():
    assert words(f" ab  c{BREAK}d {KHMER}") == [(" ", "ab"), (" ", "c"), ("", "d"), (" ", KHMER)]
    assert is_unbroken(KHMER * 4)
    assert not is_unbroken(KHMER)
    assert not is_unbroken("Nghiêng" * 9)
    assert not is_unbroken("")


def test_a_break_is_seen_only_where_it_could_hide_something():
    assert visible(f"{KHMER}{BREAK}{KHMER}") == f"{KHMER}{BREAK}{KHMER}"
    for odd in (
        f"a{BREAK}b",
        f"{KHMER}{BREAK}",
        f"{BREAK}{KHMER}",
        f"{KHMER}{BREAK}{BREAK}{KHMER}",
        f"{KHMER}{BREAK}a",
    ):
        assert "\ufffd" in visible(odd)
        assert BREAK not in visible(odd)


def test_tall_scripts_have_tall_lines():
    assert leading("Ổ") == SCRIPTS["Latn"].leading
    assert leading(f"Ổ {KHMER}") == SCRIPTS["Khmr"].leading > leading("Ổ")


LETTERS = st.text(alphabet=st.sampled_from("កខរសដ្ាែីោំ់ aế-n\u0306" + BREAK), max_size=80)


def measure(line: str, size: int, bold: bool) -> float:
    """A ruler for which every cluster is as wide as it is high."""
    return float(len(clusters(line)) * size)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(LETTERS, st.integers(30, 400), st.integers(20, 300))
def test_no_line_begins_inside_a_letter_and_nothing_is_lost(text, width, height):
    for whole in (text, unicodedata.normalize("NFC", text)):
        assert "".join(clusters(whole)) == whole
        assert "".join(part for _, part in runs(whole)) == whole
    set_ = Typesetter(measure).fit(text, Rect(0, 0, width, height), 40, 10, INK)
    shown = visible(text)
    allowed = {cluster for _, word in words(shown) for cluster in clusters(word)}
    lines = [line.removesuffix(ELLIPSIS) for line in set_.lines]
    assert {cluster for line in lines for word in line.split() for cluster in clusters(word)} <= allowed
    if not set_.cut:
        assert "".join("".join(set_.lines).split()) == "".join(word for _, word in words(shown))


def test_a_long_run_without_breaks_does_not_shrink_the_letters():
    setter = Typesetter(measure)
    fitted = setter.fit(KHMER * 5, Rect(0, 0, 240, 600), 40, 10, INK)
    assert fitted.size == 40
    assert len(fitted.lines) > 2
    assert setter.fit("Nghiêng" * 3, Rect(0, 0, 240, 600), 40, 10, INK).size < 40
