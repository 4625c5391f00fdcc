"""What looks personal in a comment is found however it is parted; what people write about offices is not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.personal import Kind, found


def pieces(text: str) -> list[str]:
    return [piece.strip() for piece in text.replace("\n", "|").split("|") if piece.strip()]


PHONES = pieces(
    """
0912345678 | 0912 345 678 | 0912.345.678 | 0912-345-678 | 091 234 5678 | 09 12 34 56 78 | 0 9 1 2 3 4 5 6 7 8
84912345678
+84912345678 | +84 912 345 678 | 0352.123.456 | 0789123456 | 02613 123 456 | 024 3825 1234 | 01234567890
0261.3.123.456 | 0912 . 345 . 678 | 0912  345  678
"""
)
CARDS = pieces(
    """
123456789 | 245 123 456 | 245.123.456 | 245-123-456 | 2 4 5 1 2 3 4 5 6 | 24 51 23 456 | 067190001234
067 190 001 234
067190.001234 | 0 6 7 1 9 0 0 0 1 2 3 4 | 067-1-90-001234 | 067 1 90 001234
"""
)
EMAILS = pieces(
    """
an@gmail.com | nguyen.van.an@krongno.daknong.gov.vn | an_2@yahoo.com.vn | an @ gmail.com | an@gmail . com
an a còng gmail.com
an(at)gmail.com | an gmail.com | an@gmail chấm com | AN@GMAIL.COM
"""
)
INNOCENT = pieces(
    """
Tôi chờ từ 7h30 đến 10h15 ngày 19/11/2023 tại quầy số 3. | Lệ phí 200.000.000 đồng là quá cao.
Nộp 150.500.300 đ, 3 lần.
Phí 1.500.000đ và 350.000đ. | Theo Quyết định số 864/QĐ-UBND và Nghị định 61/2018/NĐ-CP.
Khoản 2 Điều 8, Luật 91/2025/QH15.
Đi lại 3 4 5 lần, mất 2 - 3 tháng. | Từ 01.09.2023 đến 30.09.2023 | 12/05/2023 - 30/05/2023 | Năm 2022 2023
Phòng 101, tầng 2
Diện tích 1.234 m2, thửa 56, tờ 7. | 19-11-2023 8 giờ | Rất tốt! 10/10 | Gọi tổng đài 1022 | www.krongno.gov.vn
a b @ c
Nộp 1500000000 | Hồ sơ 3.000.000.000 đồng | 8 9 10 11 12
"""
)
AROUND = ("{}", "Số của tôi là {}.", "gọi {}, xin cảm ơn", "quầy 3 {} nhé", "({})", "tôi:{}")


@pytest.mark.parametrize(("kind", "texts"), [(Kind.PHONE, PHONES), (Kind.IDENTITY, CARDS), (Kind.EMAIL, EMAILS)])
def test_what_is_personal_is_found_and_named(kind: Kind, texts: list[str]) -> None:
    wrong = []
    for text in texts:
        for around in AROUND if kind is not Kind.EMAIL else AROUND[:3]:
            whole = around.format(text)
            if kind not in {finding.kind for finding in found(whole)}:
                wrong.append((whole, found(whole)))
    assert not wrong


def test_what_people_write_about_offices_is_left_alone() -> None:
    assert [(text, found(text)) for text in INNOCENT if found(text)] == []


@pytest.mark.slow
def test_ten_thousand_numbers_parted_anyhow_are_found() -> None:
    rng, missed = random.Random(28), []
    for _ in range(10_000):
        phone = rng.random() < 0.5
        digits = f"0{rng.choice('35789')}{rng.randrange(10**8):08}" if phone else f"0{rng.randrange(10**11):011}"
        parted = digits[0]
        for digit in digits[1:]:
            parted += rng.choice(["", "", "", " ", ".", "-"]) + digit
        text = rng.choice(AROUND).format(parted)
        if not any(finding.text in text and finding.kind in (Kind.PHONE, Kind.IDENTITY) for finding in found(text)):
            missed.append(text)
    print(f"10,000 telephone and card numbers parted at random, seed 28: {len(missed)} missed")
    assert not missed


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.text(st.sampled_from("0123456789 .-@+abcgmailo,"), max_size=60) | st.text(max_size=60))
def test_findings_are_pieces_of_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for finding in found(text):
        assert finding.start >= end
        assert text[finding.start :].startswith(finding.text)
        end = finding.start + len(finding.text)


def test_five_hundred_hostile_letters_are_read_in_few_steps() -> None:
    """The longest comment of the least kind digits and dots must not stall the screen: work grows with the length."""
    for text in ("0 " * 250, "a" * 500, "a." * 250, "a@" * 250, "1" * 500, "a-" * 249 + "@", "gmail " * 83):
        assert isinstance(found(text), tuple)
