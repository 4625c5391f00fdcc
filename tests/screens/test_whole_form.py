"""The whole questionnaire on a real window: every item touched by real X events, and all of them in the record."""

import json
import time

import pytest

from kiosk.ui.gallery import FORM as REDUCED
from survey.form import Form, Kind, Question
from survey.form_file import read_form
from survey.record import Channel, State

pytestmark = pytest.mark.display
WHOLE = REDUCED.with_name("soc-trang-day-du.json")
OPENS_ALL = {"TT.TT": "CO", "ND.08": "tre", "PA.00": "CO"}
TICKED = {"ND.02": ["a", "z"], "ND.03": ["b"], "MD": ["MD.01", "MD.06", "MD.99"]}
NOT_APPLICABLE = {"ND.09c": "KSD", "CC.4": "KAD"}
COMMENT_KEYS = ("shift", "T", "h", "e", "e", "m", "space", "g", "h", "e", "e", "s")


def form() -> Form:
    return read_form(WHOLE.read_bytes(), WHOLE.name)


def answer(place: int, question: Question) -> object:
    """What this citizen answers; neighbouring ratings differ, so that a mixed-up one shows."""
    if question.kind is Kind.MULTI:
        return TICKED[question.code]
    if question.kind is Kind.TEXT:
        return "Thêm ghế"
    if question.scale is not None:
        return NOT_APPLICABLE.get(question.code, place % 5 + 1)
    plain = "KHONG" if question.kind is Kind.YES_NO else question.options[0].code
    return OPENS_ALL.get(question.code, plain)


def targets(question: Question, value: object) -> list[str]:
    """What is touched on the screen to answer so."""
    if question.kind is Kind.MULTI:
        return [*(f"option:{code}" for code in value), "next"]
    if question.kind is Kind.TEXT:
        return [*(f"key:{key}" for key in COMMENT_KEYS), "send"]
    if question.scale is not None:
        return [f"level:{value}" if type(value) is int else "not_applicable"]
    return [f"option:{value}"]


def test_every_item_is_answered_by_touch_and_sealed(start_kiosk):
    citizen, of = start_kiosk(form=WHOLE), form()
    asked = [question for question in of.questions if not question.prefill]
    wanted = {question.code: answer(place, question) for place, question in enumerate(asked)}
    assert citizen.shown["screen"] == "invitation"
    citizen.answer("start", "question", asked[0].code)
    taps, began = 1, time.monotonic()
    for question in asked:
        assert citizen.shown["question"] == question.code
        for target in targets(question, wanted[question.code]):
            taps += touch(citizen, target)
    assert citizen.shown["screen"] == "thanks"
    seconds = time.monotonic() - began
    citizen.wait("invitation")
    assert citizen.end() == 0
    (record,) = citizen.records()
    assert dict(record.submission.answers) == wanted
    assert (record.submission.state, record.submission.channel) == (State.COMPLETE, Channel.SCREEN)
    screens = {(shown["screen"], shown["question"]) for shown in citizen.history if shown["question"]}
    size = len(json.dumps(wanted, ensure_ascii=False).encode())
    print(
        f"\nwhole form by touch: {len(wanted)} items on {len(screens)} screens, {taps} taps of which "
        f"{len(COMMENT_KEYS)} keys, {seconds:.0f} s of a script; {len(wanted)} answers sealed, {size} bytes"
    )


def touch(citizen, target: str, question: str | None = None) -> int:
    """Touch a target, after turning to the page of a long list on which it stands; the taps that took."""
    taps = 1
    while target not in ids(citizen.shown):
        citizen.answer("more")
        taps += 1
    citizen.answer(target, "", question)
    return taps


def ids(shown: dict) -> set[str]:
    return {target["id"] for target in shown["targets"]}


def test_skipping_and_going_back_lose_nothing(start_kiosk):
    """One citizen looks at some questions and leaves; the next skips the first ones, answers two and stops."""
    citizen = start_kiosk(form=WHOLE)
    touch(citizen, "start", "TT.DT")
    touch(citizen, "skip", "TT.TT")
    touch(citizen, "skip", "ND.01")
    assert "finish" not in ids(citizen.shown), "there is nothing yet to finish with"
    touch(citizen, "back", "TT.TT")
    touch(citizen, "back", "TT.DT")
    citizen.answer("back", "invitation")
    touch(citizen, "start", "TT.DT")
    touch(citizen, "skip", "TT.TT")
    touch(citizen, "option:CO", "ND.01")
    touch(citizen, "skip", "ND.02")
    touch(citizen, "option:z", "ND.02")
    touch(citizen, "next", "ND.03")
    for code in ("ND.02", "ND.01", "TT.TT", "TT.DT"):
        touch(citizen, "back", code)
    assert "back" not in ids(citizen.shown), "an answer is never left behind"
    citizen.answer("finish", "thanks")
    assert citizen.end() == 0
    (record,) = citizen.records()
    assert dict(record.submission.answers) == {"TT.TT": "CO", "ND.02": ["z"]}
    assert record.submission.state is State.PARTIAL
