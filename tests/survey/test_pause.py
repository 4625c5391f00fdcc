"""A pause's bytes: what is written is read, what is not one is refused, the list of reasons is data."""

from dataclasses import replace
from pathlib import Path

import pytest

from survey.errors import BadMessage
from survey.pause import (
    MOST_SENT,
    BadReasons,
    Pause,
    pauses_of,
    read_acknowledged,
    read_pauses,
    read_reasons,
    write_note,
    written,
)
from survey.record import Clock

PAUSE = Pause("0123456789abcdef", "closed", "2026-09-01T08:15+07:00", "2026-09-01T09:00+07:00", Clock.UNCERTAIN)
LASTING = replace(PAUSE, id="f" * 16, since="2026-09-01T07:00+07:00", until="")


def test_a_note_is_read_back_and_what_is_none_is_left_out() -> None:
    notes = dict([write_note(PAUSE), write_note(LASTING)])
    notes |= {"pause/x": "{}", "pause/y": "no", "panel/z": "{}"}
    assert pauses_of(notes) == (PAUSE, LASTING)
    assert read_pauses([PAUSE.fields(), LASTING.fields()]) == (PAUSE, LASTING)


def test_one_message_takes_the_oldest_and_the_one_that_lasts() -> None:
    many = [replace(PAUSE, id=f"{n:016x}") for n in range(50)]
    sent = read_pauses(written([*many, LASTING]))
    assert sent == (*many[: MOST_SENT - 1], LASTING)
    assert read_pauses(written(many)) == tuple(many[:MOST_SENT])


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "0"},
        {"reason": ""},
        {"since": ""},
        {"since": "2026-09-01T08:16+07:00"},
        {"until": "soon"},
        {"until": "0001-01-01T00:00+07:00"},
        {"clock": "right"},
        {"id": 3},
        {"more": "x"},
    ],
)
def test_what_is_no_pause_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        read_pauses([{**PAUSE.fields(), **changes}])


@pytest.mark.parametrize("value", [None, {}, ["x"], [1], ["f" * 16] * (MOST_SENT + 1)])
def test_what_is_no_acknowledgement_is_refused(value: object) -> None:
    with pytest.raises(BadMessage):
        read_acknowledged(value)


def test_the_reasons_are_data() -> None:
    path = Path(__file__).parents[2] / "survey/data/pause-reasons.json"
    assert [reason.code for reason in read_reasons(path.read_bytes())] == ["closed", "fault", "repair", "other"]
    for wrong in (
        b"",
        b"[]",
        b"{}",
        b'[{"code": "a b", "text": {"vi": "x"}}]',
        b'[{"code": "a", "text": {"en": "x"}}]',
    ):
        with pytest.raises(BadReasons):
            read_reasons(wrong)
