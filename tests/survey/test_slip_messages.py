"""What office and counter tell each other of slips: one spelling each, and nothing that names a dossier."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from survey.canonical import encode
from survey.errors import BadMessage, BadRecord, NotCanonical
from survey.form import FormRef
from survey.record import GENESIS, Channel, Submission, read_draft, read_record, seal, write_draft
from survey.slip_notes import SlipNote, SlipState, read_held, read_slips, write_held, write_slips
from survey.slip_setup import SlipSetup, read_slip_setup

TOKEN = "0123456789abcdef" * 2
FORM = FormRef("rut-gon-mot-cua", "1", "a" * 64)
SETUP = SlipSetup("krong-no-2023", "kn-huyen", FORM, 209, bytes(range(32)), "https://a.gov.vn", 15, 30)
FACTS = {"RG.LV": "dat-dai"}
NOTE = SlipNote(TOKEN, 209, date(2026, 11, 22), SlipState.VOID, FACTS, True, "so-tnmt", True, False, None)
Make = Callable[..., Submission]


def test_a_setup_reads_back() -> None:
    assert read_slip_setup(SETUP.encode()) == SETUP


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2**20}, {"number": -1}, {"number": "1"}, {"key": "00"}, {"url": "x" * 61}, {"url": "a\nb"},
        {"valid_days": 367}, {"keep_days": -1}, {"plan": "a b"}, {"v": 2}, {"form": {}}, {"more": 1},
    ],
)  # fmt: skip
def test_a_setup_that_is_none_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        read_slip_setup(encode(SETUP.fields() | change))


def test_notes_read_back() -> None:
    other = SlipNote("f" * 32, 209, date(2026, 11, 23))
    assert read_slips(write_slips("k-1", [NOTE, other])) == ("k-1", (NOTE, other))
    assert read_held(write_held("k-1", ["f" * 32, TOKEN]), "k-1") == {TOKEN, "f" * 32}


@pytest.mark.parametrize(
    "change",
    [
        {"token": "A" * 32}, {"number": True}, {"day": "2026-11-31"}, {"day": "22/11/2026"}, {"state": "lost"},
        {"facts": {"RG.LV": "Nguyễn Văn A"}}, {"facts": {"RG.LV": ["a"]}}, {"facts": [1]}, {"agency": "a b"},
        {"facts": {f"Q{n}": "a" for n in range(17)}}, {"late": 2}, {"late": "1"}, {"dossier": "000.18.29.H51"},
        {"dossier": 2}, {"dossier": ""}, {"code": "A"},
    ],
)  # fmt: skip
def test_a_note_that_is_none_or_could_name_somebody_is_refused(change: dict[str, object]) -> None:
    body = write_slips("k-1", [NOTE])
    body["slips"] = [NOTE.fields() | change]  # type: ignore[list-item]
    with pytest.raises(BadMessage):
        read_slips(body)


def test_a_slip_told_twice_and_a_reply_to_another_are_refused() -> None:
    with pytest.raises(BadMessage):
        read_slips(write_slips("k-1", [NOTE, NOTE]))
    with pytest.raises(BadMessage):
        read_slips(write_slips("k-1", []))
    with pytest.raises(BadMessage):
        read_held(write_held("k-1", []), "k-2")


def test_a_record_with_a_slip_is_of_format_2_and_all_others_stay_of_format_1(submission: Make) -> None:
    plain, slipped = submission(), replace(submission(), slip=TOKEN, agency="so-tnmt", channel=Channel.PAPER)
    assert b'"v":1}' in seal(plain, 1, GENESIS).raw
    sealed = seal(slipped, 1, GENESIS)
    assert b'"v":2}' in sealed.raw
    assert read_record(sealed.raw).submission == slipped
    assert read_draft(write_draft(slipped)) == slipped


@pytest.mark.parametrize("slip", [{"slip": "x"}, {"slip": "", "agency": "a"}, {"slip": TOKEN, "agency": "a b"}])
def test_a_record_with_half_a_slip_is_refused(submission: Make, slip: dict[str, str]) -> None:
    with pytest.raises(BadRecord):
        seal(replace(submission(), **slip), 1, GENESIS)  # type: ignore[arg-type]


def test_damaged_slip_records_never_raise_anything_else(submission: Make) -> None:
    raw = seal(replace(submission(), slip=TOKEN), 1, GENESIS).raw
    dice, refused = random.Random(13), 0
    for _ in range(5_000):
        broken = bytearray(raw)
        broken[dice.randrange(len(raw))] = dice.randrange(256)
        try:
            read_record(bytes(broken))
        except (BadRecord, NotCanonical):
            refused += 1
    print(f"5000 damaged slip records, seed 13: {refused} refused, 0 other exceptions")
    assert refused
