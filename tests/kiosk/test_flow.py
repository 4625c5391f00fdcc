"""The transition table: walks of the reduced form, and what no sequence of events may ever do."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import event, flow
from kiosk.event import (
    Answered,
    Broke,
    ChoseLanguage,
    Doubted,
    Finished,
    Idled,
    Mended,
    RanOut,
    Skipped,
    Started,
    Stayed,
    Toggled,
    Unassigned,
    WentBack,
)
from kiosk.flow import AT_REST, Finish, Save, Screen, State, step
from survey.form import Form, Role
from survey.form_file import read_form

RATINGS = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4")
FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"
form_ = read_form(FORM.read_bytes(), FORM.name)


def walk(form: Form, *events: event.Event) -> tuple[State, list]:
    state, effects = AT_REST, []
    for one in events:
        state, more = step(form, state, one)
        effects += more
    return state, effects


def rated(*levels: int) -> list[Answered]:
    return [Answered(code, level) for code, level in zip(RATINGS, levels, strict=False)]


TO_COMMENT = [*rated(5, 5, 5, 5, 5), Answered("RG.PA", "KHONG")]
WALKS = {
    "one tap": ([*rated(3)], Screen.QUESTION, "RG.HL1"),
    "five taps": ([*rated(5, 5, 5, 5, 5)], Screen.QUESTION, "RG.PA"),
    "no petition, all well: straight to the comment": (
        [*rated(5, 5, 5, 5, 5), Answered("RG.PA", "KHONG")],
        Screen.COMMENT,
        "RG.YK",
    ),
    "a petition opens its factor": (
        [*rated(5, 5, 5, 5, 5), Answered("RG.PA", "CO")],
        Screen.QUESTION,
        "RG.HL5",
    ),
    "one low rating opens the reasons": (
        [*rated(5, 5, 3, 5, 5), Answered("RG.PA", "KHONG")],
        Screen.QUESTION,
        "RG.LD",
    ),
    "the comment is the end": (
        [*rated(5, 5, 5, 5, 5), Answered("RG.PA", "KHONG"), Answered("RG.YK", "Tốt")],
        Screen.THANKS,
        "",
    ),
    "a comment that looks personal is shown again": ([*TO_COMMENT, Doubted()], Screen.REVIEW, "RG.YK"),
    "and mended": ([*TO_COMMENT, Doubted(), WentBack()], Screen.COMMENT, "RG.YK"),
    "or sent as it is": ([*TO_COMMENT, Doubted(), Answered("RG.YK", "0912345678")], Screen.THANKS, ""),
    "staying at it": ([*TO_COMMENT, Doubted(), Idled(), Stayed()], Screen.REVIEW, "RG.YK"),
    "walking away from it": ([*TO_COMMENT, Doubted(), Idled(), RanOut()], Screen.INVITATION, ""),
    "a broken disk at it": ([*TO_COMMENT, Doubted(), Broke(), Mended()], Screen.REVIEW, "RG.YK"),
    "nothing else is doubted": ([*rated(2), Doubted()], Screen.QUESTION, "RG.HL1"),
    "back from the first factor is the overall rating": ([*rated(2), WentBack()], Screen.QUESTION, "RG.HL0"),
    "back again stays": ([*rated(2), WentBack(), WentBack()], Screen.QUESTION, "RG.HL0"),
    "a mended rating goes on": ([*rated(2), WentBack(), Answered("RG.HL0", 4)], Screen.QUESTION, "RG.HL1"),
    "skipping": ([*rated(2), Skipped(), Skipped()], Screen.QUESTION, "RG.HL3"),
    "finishing early": ([*rated(2), Finished()], Screen.THANKS, ""),
    "thanks end": ([*rated(2), Finished(), RanOut()], Screen.INVITATION, ""),
    "a touch ends the thanks": ([*rated(2), Finished(), Started()], Screen.INVITATION, ""),
    "idle": ([*rated(2), Idled()], Screen.IDLE_WARNING, ""),
    "staying": ([*rated(2), Idled(), Stayed()], Screen.QUESTION, "RG.HL1"),
    "walking away": ([*rated(2), Idled(), RanOut()], Screen.INVITATION, ""),
    "stopping at the warning": ([*rated(2), Idled(), Finished()], Screen.THANKS, ""),
    "a broken disk covers everything": ([*rated(2), Broke()], Screen.PAUSED, ""),
    "and gives it back": ([*rated(2), Broke(), Answered("RG.HL1", 5), Mended()], Screen.QUESTION, "RG.HL1"),
    "a form is not taken away mid-answer": ([*rated(2), Unassigned()], Screen.QUESTION, "RG.HL1"),
    "an answer to another question is none": ([*rated(2), Answered("RG.HL3", 5)], Screen.QUESTION, "RG.HL1"),
    "a level that the scale lacks is none": ([*rated(2), Answered("RG.HL1", 6)], Screen.QUESTION, "RG.HL1"),
    "true is no level": ([Answered("RG.HL0", True)], Screen.INVITATION, ""),
    "the invitation takes the overall rating only": ([Answered("RG.HL1", 5)], Screen.INVITATION, ""),
    "skipping the invitation is nothing": ([Skipped(), Finished(), WentBack()], Screen.INVITATION, ""),
}


@pytest.mark.parametrize("name", WALKS)
def test_walks(name):
    events, screen, question = WALKS[name]
    state, _ = walk(form_, *events)
    assert (state.screen, state.question) == (screen, question)


def test_every_answer_is_saved_before_the_next_question_and_sealed_before_the_thanks():
    _, effects = walk(form_, *rated(5, 4), Finished())
    assert effects == [
        Save({"RG.HL0": 5}),
        Save({"RG.HL0": 5, "RG.HL1": 4}),
        Finish({"RG.HL0": 5, "RG.HL1": 4}),
    ]


def test_a_doubted_comment_is_nowhere_until_it_is_sent():
    before = walk(form_, *TO_COMMENT)[1]
    assert walk(form_, *TO_COMMENT, Doubted())[1] == before
    sent = walk(form_, *TO_COMMENT, Answered("RG.YK", "0912345678"))
    assert walk(form_, *TO_COMMENT, Doubted(), Answered("RG.YK", "0912345678")) == sent
    left = walk(form_, *TO_COMMENT, Doubted(), Idled(), RanOut())[1]
    assert "RG.YK" not in left[-1].answers


def test_reasons_are_saved_tick_by_tick_in_the_form_s_order():
    start = [*rated(1, 1, 1, 1, 1), Answered("RG.PA", "KHONG")]
    state, effects = walk(form_, *start, *(Toggled("RG.LD", code) for code in ("LD09", "LD01", "LD09", "nope", "LD99")))
    assert state.answers["RG.LD"] == ["LD01", "LD99"]
    assert [effect.answers.get("RG.LD") for effect in effects[6:]] == [
        ["LD09"],
        ["LD01", "LD09"],
        ["LD01"],
        ["LD01", "LD99"],
    ]
    state, _ = walk(form_, *start, Toggled("RG.LD", "LD01"), Toggled("RG.LD", "LD01"))
    assert "RG.LD" not in state.answers


def test_whatever_was_rated_the_next_screen_is_the_same():
    for place in range(len(RATINGS)):
        after = set()
        for level in range(1, 6):
            state, _ = walk(form_, *rated(*([3] * place), level))
            after.add((state.screen, state.question, flow.progress(form_, state.question)))
        assert len(after) == 1


def test_a_form_that_does_not_begin_with_the_overall_rating_has_a_start():
    form = replace(form_, questions=tuple(q for q in form_.questions if q.role is not Role.OVERALL))
    assert flow.opening(form) is None
    state, effects = walk(form, Started())
    assert (state.screen, state.question, effects) == (Screen.QUESTION, "RG.HL1", [])
    assert walk(form, Started(), Skipped())[0].question == "RG.HL2"
    assert walk(form, Started(), Skipped(), WentBack())[0] == state
    assert walk(form, Started(), WentBack())[0] == AT_REST
    assert walk(form, Started(), Finished()) == (AT_REST, [])


def test_without_an_answer_nothing_is_kept_and_nobody_is_thanked():
    form = replace(form_, questions=tuple(q for q in form_.questions if q.role is not Role.OVERALL))
    state, effects = walk(form, ChoseLanguage("en"), Started(), Idled())
    assert (state.screen, effects) == (Screen.IDLE_WARNING, [])
    assert step(form, state, Stayed())[0] == walk(form, ChoseLanguage("en"), Started())[0]
    assert step(form, state, RanOut()) == step(form, state, Finished()) == (AT_REST, ())
    assert walk(form, Started(), *[Skipped()] * 6) == (AT_REST, [])


def test_a_form_without_questions_never_leaves_the_invitation():
    assert walk(flow.NO_FORM, Started(), Answered("x", 1), Idled())[0] == AT_REST


def test_the_language_ends_with_the_citizen():
    english = ChoseLanguage("en")
    assert walk(form_, english, *rated(4))[0].language == "en"
    assert walk(form_, english, *rated(4), Finished())[0].language == "en"
    assert walk(form_, english, *rated(4), Finished(), RanOut())[0] == AT_REST
    assert walk(form_, english, Idled())[0] == AT_REST


CODES = [q.code for q in form_.questions] + ["nope"]
VALUES = st.one_of(
    st.integers(-1, 7), st.sampled_from(["CO", "KHONG", "KAD", "LD01", "", "x" * 501, "ý kiến"]), st.just(["LD01"])
)
EVENTS = st.one_of(
    st.builds(Answered, st.sampled_from(CODES), VALUES),
    st.builds(Answered, st.sampled_from(CODES), st.integers(1, 5)),
    st.builds(Toggled, st.sampled_from(["RG.LD", "RG.HL0"]), st.sampled_from(["LD01", "LD16", "nope"])),
    st.builds(ChoseLanguage, st.sampled_from(["en", ""])),
    *(
        st.builds(kind)
        for kind in (Started, Skipped, WentBack, Doubted, Finished, Idled, Stayed, RanOut, Broke, Mended)
    ),
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(EVENTS, max_size=60))
def test_no_sequence_loses_a_rating_or_thanks_without_sealing(events):
    state, kept = AT_REST, {}
    for one in events:
        before = state
        state, effects = step(form_, state, one)
        for effect in effects:
            assert set(kept) - {"RG.LD"} <= set(effect.answers), "an answer got lost"
            assert effect.answers
            kept = {} if isinstance(effect, Finish) else dict(effect.answers)
        if state.screen is Screen.THANKS and before.screen not in (Screen.THANKS, Screen.PAUSED):
            assert any(isinstance(effect, Finish) for effect in effects)
        within = state.behind or state
        within = within.behind or within
        assert dict(within.answers) == kept, "the state holds what is on the disk, nothing else"
    for _ in range(4):  # left alone, every kiosk comes back to its invitation, and seals what it holds
        for one in (Mended(), Idled(), RanOut()):
            state, effects = step(form_, state, one)
            for effect in effects:
                kept = {} if isinstance(effect, Finish) else dict(effect.answers)
    assert state == AT_REST
    assert kept == {}


def test_every_event_and_screen_has_a_row():
    assert {screen for screen, _ in flow.TABLE} == set(Screen)
    assert {kind for _, kind in flow.TABLE} == {getattr(event, name) for name in _names()}


def _names() -> list[str]:
    alias = event.Event
    assert isinstance(alias, str)
    return [name.strip() for name in alias.split("|")]
