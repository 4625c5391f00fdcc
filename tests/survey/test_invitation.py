"""The code of a slip: small, typable, proved, and nothing but what it says."""

import random
from datetime import date, timedelta

import pytest
import qrcode
from hypothesis import given
from hypothesis import strategies as st

from survey.enrolment import ALPHABET
from survey.invitation import (
    EPOCH,
    LAST_DAY,
    LETTERS,
    MOST_NUMBER,
    BadCode,
    Code,
    Wrong,
    make_code,
    read_code,
    read_unit_code,
    shown_url,
    slip_url,
    token_of,
    unit_code,
    unit_url,
)

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
DAY = date(2026, 11, 22)
NUMBERS = st.integers(0, MOST_NUMBER)
DAYS = st.dates(EPOCH, LAST_DAY)
NONCES = st.binary(min_size=4, max_size=4)


@given(NUMBERS, DAYS, NONCES)
def test_a_code_says_its_point_and_last_day_and_is_proved_by_its_key(number: int, day: date, nonce: bytes) -> None:
    code = make_code(number, day, nonce, KEY)
    assert read_code(code.text) == code
    assert (code.number, code.last_day, len(code.letters)) == (number, day, LETTERS)
    assert code.is_genuine(KEY)
    assert not code.is_genuine(OTHER)
    assert not code.is_over(day)
    assert day == LAST_DAY or code.is_over(day + timedelta(days=1))


def test_the_spelling_never_changes() -> None:
    """Golden: another spelling would turn away every slip that was printed."""
    code = make_code(209, DAY, b"\x00\x11\x22\x33", KEY)
    assert (code.text, token_of(code, KEY)) == (
        "006H5-CG024-H36KB-79YG4",
        "4972ffa4a1e437029ec6cd5da6620c47",
    )
    assert (unit_code(209), unit_code(0)) == ("006H8", "00000")


@pytest.mark.parametrize(
    "spelt",
    [
        lambda c: c.letters.lower(),
        lambda c: " ".join(c.letters),
        lambda c: c.text.replace("0", "o").replace("1", "l"),
        lambda c: c.text.replace("1", "I").replace("-", " – "),
        lambda c: slip_url("https://khaosat.soctrang.gov.vn", c),
        lambda c: slip_url("https://khaosat.soctrang.gov.vn", c).lower() + "/?lang=en#x",
        lambda c: slip_url("", c),
        lambda c: slip_url("https://sonoivu.gov.vn/hai-long", c) + "\r\n",
    ],
)
def test_every_way_to_show_a_code_is_understood(spelt) -> None:  # type: ignore[no-untyped-def]
    code = make_code(1, DAY, b"\x01\x00\x10\x01", KEY)
    assert read_code(spelt(code)) == code


@pytest.mark.slow
def test_every_wrong_letter_and_every_exchange_shows() -> None:
    dice = random.Random(5)
    tried = 0
    for _ in range(30):
        letters = make_code(dice.randrange(MOST_NUMBER), DAY, dice.randbytes(4), KEY).letters
        for place in range(LETTERS):
            for letter in set(ALPHABET) - {letters[place]}:
                wrong = letters[:place] + letter + letters[place + 1 :]
                assert _refused(wrong) is Wrong.WRONG_CHECK
                tried += 1
            for other in range(place):
                swapped = list(letters)
                swapped[place], swapped[other] = swapped[other], swapped[place]
                if swapped != list(letters):
                    assert _refused("".join(swapped)) is Wrong.WRONG_CHECK
                    tried += 1
    print(f"{tried} codes with one wrong letter or two exchanged (seed 5): all refused")


@given(st.one_of(st.text(max_size=600), st.text(ALPHABET + "/-?# ", max_size=40)))
def test_no_text_raises_anything_but_bad_code(text: str) -> None:
    try:
        found = read_code(text)
    except BadCode:
        return
    assert isinstance(found, Code)


def test_other_addresses_are_not_codes() -> None:
    code = make_code(1, DAY, bytes(4), KEY)
    for text in (f"https://evil.example/q/{code.letters}", f"{code.letters}/x", "", "0" * 10_000, code.letters * 2):
        assert _refused(text) is Wrong.NOT_A_CODE
    assert _refused(unit_url("https://a.vn", 5)) is Wrong.NOT_A_CODE
    with pytest.raises(BadCode):
        read_unit_code(slip_url("https://a.vn", code))


@pytest.mark.slow
def test_a_forger_without_the_key_is_refused() -> None:
    """31 bits of proof: of 100,000 random codes with a right check letter none is genuine (0.0001 expected)."""
    dice = random.Random(11)
    genuine = sum(make_code(7, DAY, dice.randbytes(4), dice.randbytes(32)).is_genuine(KEY) for _ in range(100_000))
    print(f"{genuine} of 100,000 forged codes genuine (seed 11)")
    assert genuine == 0


@pytest.mark.slow
def test_tokens_tell_nothing_and_do_not_meet() -> None:
    dice = random.Random(3)
    codes = {make_code(7, DAY, dice.randbytes(4), KEY) for _ in range(20_000)}
    tokens = {token_of(code, KEY) for code in codes}
    assert len(tokens) == len(codes)
    assert not tokens & {token_of(code, OTHER) for code in codes}
    assert all(code.letters.lower() not in token for code, token in zip(codes, tokens, strict=True))


@given(NUMBERS)
def test_a_unit_code_reads_back_from_its_poster(number: int) -> None:
    assert read_unit_code(unit_url("https://khaosat.bacgiang.gov.vn", number)) == number
    assert read_unit_code(unit_code(number).lower()) == number


def test_the_qr_codes_are_small() -> None:
    """At level M: version 6 is the most that a slip may need; a host of 40 letters stays under it."""
    code = make_code(MOST_NUMBER, DAY, b"\xff" * 4, KEY)
    for base, most in (("https://khaosat.soctrang.gov.vn", 4), ("https://" + "a" * 37 + ".vn", 5), ("", 2)):
        drawn = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
        drawn.add_data(slip_url(base, code))
        drawn.make(fit=True)
        print(f"{base or 'no address'}: QR version {drawn.version}")
        assert drawn.version is not None
        assert drawn.version <= most


def test_people_read_the_address_in_small_letters() -> None:
    code = make_code(1, DAY, bytes(4), KEY)
    assert shown_url(slip_url("https://a.gov.vn", code)) == f"https://a.gov.vn/P/{code.letters}"
    assert shown_url(code.letters) == code.letters


def test_what_no_code_can_say_is_refused() -> None:
    for number, day, nonce, key in (
        (MOST_NUMBER + 1, DAY, bytes(4), KEY),
        (-1, DAY, bytes(4), KEY),
        (1, LAST_DAY + timedelta(days=1), bytes(4), KEY),
        (1, EPOCH - timedelta(days=1), bytes(4), KEY),
        (1, DAY, bytes(3), KEY),
        (1, DAY, bytes(4), b"short"),
    ):
        with pytest.raises(ValueError):
            make_code(number, day, nonce, key)


def _refused(text: str) -> Wrong:
    with pytest.raises(BadCode) as caught:
        read_code(text)
    return caught.value.kind
