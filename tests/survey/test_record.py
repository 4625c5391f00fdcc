"""The record: one byte form, a chain, and nothing in it that could name a person or a minute."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.canonical import digest
from survey.errors import BadAnswer, BadRecord, SurveyError
from survey.form import Form
from survey.identifier import UUID7, make_id, read_quarter, write_quarter
from survey.record import (
    GENESIS,
    Submission,
    check_answers,
    is_complete,
    read_draft,
    read_record,
    seal,
    settle,
    write_draft,
)

Make = Callable[..., Submission]
VN = timezone(timedelta(hours=7))


def test_a_sealed_record_reads_back(submission: Make) -> None:
    sealed = seal(submission(), 1, GENESIS)
    record = read_record(sealed.raw)
    assert (record.seq, record.prev, record.digest, record.submission) == (1, GENESIS, sealed.digest, submission())
    assert sealed.digest == digest(sealed.raw)


def test_the_byte_form_never_changes(submission: Make) -> None:
    """Golden: a change of this digest breaks every record in the field and needs a new format version."""
    assert seal(submission(form=submission().form.__class__("f", "1", "0" * 64)), 7, "1" * 64).digest == (
        "53fc34821f72394a30d74bd634bb274d0ddc3961eb00e3cd808d9f7c9dd94b23"
    )


def test_the_chain_links_each_record_to_the_one_before(submission: Make) -> None:
    prev = GENESIS
    for seq in range(1, 6):
        sealed = seal(submission(), seq, prev)
        assert read_record(sealed.raw).prev == prev
        prev = sealed.digest


def test_a_record_names_no_person_language_or_instant(submission: Make) -> None:
    fields = json.loads(seal(submission(), 1, GENESIS).raw)
    assert set(fields) == {
        "v",
        "id",
        "kiosk",
        "seq",
        "boot",
        "quarter",
        "clock",
        "form",
        "plan",
        "point",
        "channel",
        "state",
        "duration_s",
        "flags",
        "answers",
        "prev",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "01a200df-d9c0-4c22-bb1b-69ab356ec281"},
        {"kiosk": ""},
        {"kiosk": "k 1"},
        {"boot": "0" * 15},
        {"quarter": "2023-09-01T08:16+07:00"},
        {"quarter": "2023-09-01T08:15:00+07:00"},
        {"quarter": "2023-09-01T08:15Z"},
        {"clock": "ntp"},
        {"channel": "telepathy"},
        {"state": "half"},
        {"duration_s": -1},
        {"duration_s": True},
        {"flags": ("b", "a")},
        {"flags": ("a", "a")},
        {"flags": ("A",)},
        {"answers": {}},
        {"answers": {"RG.HL0": 0}},
        {"answers": {"RG.HL0": None}},
        {"answers": {"RG.HL0": 4.0}},
        {"answers": {"RG.HL0": ""}},
        {"answers": {"RG.YK": "x" * 501}},
        {"answers": {"RG.LD": []}},
        {"answers": {"RG.LD": [1]}},
        {"answers": {"RG LD": 1}},
        {"answers": {"RG.YK": "Ho\u0300a"}},
        {"answers": {"RG.YK": "\ud800"}},
    ],
)
def test_what_could_not_be_read_is_never_sealed(submission: Make, changes: dict[str, Any]) -> None:
    with pytest.raises(BadRecord):
        seal(submission(**changes), 1, GENESIS)


@pytest.mark.slow
def test_damaged_bytes_are_refused_or_another_record_never_an_exception(submission: Make) -> None:
    seed, trials = 7, 20_000
    rng = random.Random(seed)
    raw = seal(submission(), 1, GENESIS).raw
    refused = 0
    for _ in range(trials):
        data = bytearray(raw)
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(data))
            action = rng.randrange(3)
            if action == 0:
                data[place] ^= 1 << rng.randrange(8)
            elif action == 1:
                del data[place]
            else:
                data.insert(place, rng.randrange(256))
        if bytes(data) == raw:
            continue
        try:
            assert read_record(bytes(data)).digest != digest(raw)
        except SurveyError:
            refused += 1
    print(f"{trials} damaged records, seed {seed}: {refused} refused, the rest other valid records, 0 exceptions")
    assert refused > trials * 0.7


def test_a_draft_reads_back(submission: Make) -> None:
    assert read_draft(write_draft(submission())) == submission()
    with pytest.raises(SurveyError):
        read_draft(write_draft(submission())[:-2])


def test_answers_are_held_to_their_form(submission: Make, reduced_form: Form) -> None:
    check_answers(submission(), reduced_form)
    for answers in ({"RG.HL0": 9}, {"NO.SUCH": 1}, {"RG.LD": ["nope"]}, {"RG.PA": "MAYBE"}):
        with pytest.raises(BadAnswer):
            check_answers(submission(answers=answers), reduced_form)
    with pytest.raises(BadAnswer):
        check_answers(submission(form=reduced_form.ref.__class__("other", "1", "0" * 64)), reduced_form)


def test_going_back_drops_answers_whose_question_closed(reduced_form: Form) -> None:
    answers = {"RG.HL0": 5, "RG.PA": "KHONG", "RG.HL5": 2, "RG.LD": ["LD01"], "RG.LV": "dat-dai"}
    assert settle(reduced_form, answers) == {"RG.HL0": 5, "RG.PA": "KHONG", "RG.LV": "dat-dai"}


def test_complete_means_every_rating_and_required_question(reduced_form: Form) -> None:
    full = {"RG.HL0": 5, "RG.HL1": 5, "RG.HL2": "KAD", "RG.HL3": 4, "RG.HL4": 4, "RG.PA": "KHONG"}
    assert is_complete(reduced_form, full)
    assert not is_complete(reduced_form, {"RG.HL0": 5})
    assert not is_complete(reduced_form, full | {"RG.PA": "CO"})


@given(st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1)), st.binary(min_size=10, max_size=10))
def test_an_id_tells_the_quarter_hour_and_no_more(moment: datetime, randomness: bytes) -> None:
    moment = moment.replace(tzinfo=VN)
    made = make_id(moment, randomness)
    assert UUID7.fullmatch(made)
    milliseconds = int(made.replace("-", "")[:12], 16)
    assert milliseconds % (15 * 60 * 1000) == 0
    assert datetime.fromtimestamp(milliseconds / 1000, UTC) == read_quarter(write_quarter(moment))


def test_an_id_needs_an_offset_and_enough_randomness() -> None:
    with pytest.raises(ValueError):
        make_id(datetime(2023, 9, 1), b"0" * 10)
    with pytest.raises(ValueError):
        make_id(datetime(2023, 9, 1, tzinfo=VN), b"0" * 9)
    assert len({make_id(datetime(2023, 9, 1, tzinfo=VN), n.to_bytes(10, "big")) for n in range(1000)}) == 1000
