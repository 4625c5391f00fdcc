"""The doctor's codes: a closed list, read from untrusted bytes, worst first, aged by the machine's own running time."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.canonical import encode
from survey.errors import BadMessage
from survey.health import (
    CODES,
    LONGEST_CODE,
    MOST_CODES,
    SILENT,
    UNKNOWN,
    Told,
    Weight,
    current,
    in_order,
    read_doctor,
    read_health,
)

BOOT = "5d1e0000-0000-4000-8000-000000000001"


def file_of(*lines: tuple[str, str], **other: object) -> bytes:
    listed = [{"code": code, "state": state, "says": "…"} for code, state in lines]
    return json.dumps({"v": 1, "boot": BOOT, "boot_s": 900.5, "lines": listed} | other).encode()


def test_every_code_has_a_weight_and_fits_on_the_wire() -> None:
    assert {Weight.BAD, Weight.WATCH} == set(CODES.values())
    assert all(read_health([code]) == (code,) and len(code) <= LONGEST_CODE for code in CODES)
    assert {UNKNOWN, SILENT} < set(CODES)
    assert len(encode({"health": list(in_order(CODES))})) < 2048  # of the 16 kB that a heartbeat may have


def test_bad_ones_come_first_and_each_once() -> None:
    assert in_order(["hot", "disk_full", "hot", "address_missing"]) == ("address_missing", "disk_full", "hot")
    assert in_order(["of_a_newer_kiosk", "hot"]) == (UNKNOWN, "hot")
    assert len(in_order(CODES)) == MOST_CODES


@pytest.mark.parametrize("wrong", [None, {}, "hot", [1], [""], ["a" * 41], ["hot\n"], ["nóng"], ["a b"], ["hot"] * 41])
def test_what_is_no_list_of_codes_is_refused(wrong: object) -> None:
    with pytest.raises(BadMessage):
        read_health(wrong)


def test_only_what_is_wrong_is_told_of_the_doctors_file() -> None:
    told = read_doctor(file_of(("disk_full", "bad"), ("screen_ok", "good"), ("hot", "watch"), ("sound_none", "none")))
    assert told == Told(("disk_full", "hot"), BOOT, 900.5)


@pytest.mark.slow
@given(st.binary() | st.recursive(st.none() | st.text() | st.integers(), lambda part: st.lists(part)).map(
    lambda value: json.dumps({"v": 1, "lines": value, "boot": value, "boot_s": value}).encode()
))  # fmt: skip
def test_a_damaged_file_is_never_more_than_bad(data: bytes) -> None:
    with pytest.raises(BadMessage):
        read_doctor(data)


def test_a_doctor_that_comes_no_more_is_told_after_three_hours() -> None:
    told = read_doctor(file_of(("hot", "watch")))
    assert current(told, BOOT, 900.5 + 3 * 3600 - 1) == ("hot",)
    assert current(told, BOOT, 900.5 + 3 * 3600) == (SILENT, "hot")
    assert current(told, "another boot", 60) == ("hot",)
    assert current(told, "another boot", 3 * 3600) == (SILENT, "hot")


def test_where_the_boot_is_not_known_a_word_that_can_be_of_this_boot_is_taken_for_one() -> None:
    told = read_doctor(file_of(("hot", "watch")))
    assert current(told, "", 900.5 + 3 * 3600) == (SILENT, "hot")
    assert current(told, "", 1000) == ("hot",)
    assert current(told, "", 60) == ("hot",)
