"""Where a slip starts a form, joins one, is refused, and goes again: rows of the transition table, and any order."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.comfort import Comfort
from kiosk.event import (
    Answered,
    Broke,
    ChoseComfort,
    ChoseLanguage,
    Finished,
    Idled,
    Mended,
    Opened,
    RanOut,
    Skipped,
    SlipRefused,
    SlipShown,
    Started,
    Stayed,
    Unassigned,
    WentBack,
)
from kiosk.flow import AT_REST, BESIDE, Finish, Save, Screen, State, has_earlier, step
from kiosk.scanning import Refusal, Slip
from survey.form import AnswerIs
from survey.form_file import read_form

FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"
form_ = read_form(FORM.read_bytes(), FORM.name)
A, B = Slip("a" * 32), Slip("b" * 32, "so-tnmt", {"RG.DT": "TC"})
SHOWN, USED, FOREIGN = SlipShown(A), SlipRefused(Refusal.USED), SlipRefused(Refusal.NOT_OURS)
RATED = Answered("RG.HL0", 2)


def walk(*events, form=form_, state=AT_REST):
    effects: list = []
    for one in events:
        state, more = step(form, state, one)
        effects += more
    return state, effects


def place(*events) -> tuple[Screen, str, Slip | None]:
    state = walk(*events)[0]
    return state.screen, state.question, state.slip


def test_a_slip_asks_the_first_question_on_a_screen_of_its_own():
    first = (Screen.QUESTION, "RG.HL0", A)
    assert place(SHOWN) == first
    for screen in BESIDE:
        assert place(Opened(screen), SHOWN) == first
    assert place(RATED, Finished(), SHOWN) == first
    assert place(SHOWN, SHOWN) == first
    assert place(SHOWN, SlipShown(B)) == (Screen.QUESTION, "RG.HL0", B), "before the first answer the later one counts"


def test_language_and_help_stay_with_their_citizen():
    comfort = Opened(Screen.COMFORTS), ChoseComfort("large")
    state = walk(ChoseLanguage("en"), *comfort, SHOWN)[0]
    assert (state.language, state.comfort) == ("en", Comfort(large=True))
    thanked = walk(ChoseLanguage("en"), RATED, Finished(), SHOWN)[0]
    assert (thanked.language, thanked.answers) == ("", {}), "who comes while somebody is thanked is another one"


def test_the_answer_is_saved_and_sealed_with_its_slip():
    rated, whole = {"RG.HL0": 2}, {"RG.HL0": 2, "RG.HL1": 5}
    state, effects = walk(SHOWN, RATED, Answered("RG.HL1", 5), Finished())
    assert effects == [Save(rated, A), Save(whole, A), Finish(whole, A)]
    assert (state.screen, state.slip) == (Screen.THANKS, None)
    assert walk(SHOWN, RATED, Idled(), RanOut())[1] == [Save(rated, A), Finish(rated, A)]
    assert walk(SHOWN, RATED, Idled(), Finished())[1] == [Save(rated, A), Finish(rated, A)]


def test_without_an_answer_a_slip_is_not_used():
    for leaving in ([WentBack()], [Idled(), RanOut()], [Idled(), Finished()], [Skipped()] * 7):
        assert walk(SHOWN, *leaving) == (AT_REST, [])
    assert place(SHOWN, WentBack(), RATED)[2] is None, "who goes on without it answers without it"
    assert has_earlier(form_, walk(SHOWN)[0])


def test_before_the_first_answer_a_slip_joins():
    form = replace(form_, questions=tuple(q for q in form_.questions if q.code != "RG.HL0"))
    state = walk(Started(), Skipped(), SHOWN, form=form)[0]
    assert (state.screen, state.question, state.slip) == (Screen.QUESTION, "RG.HL2", A)
    asleep = walk(Started(), Idled(), SHOWN, form=form)[0]
    assert (asleep.screen, asleep.slip) == (Screen.QUESTION, A), "a slip shows that somebody is there"


def test_after_the_first_answer_nobody_knows_whose_slip_it_is():
    for before in ([RATED], [RATED, Idled()], [SlipShown(B), RATED]):
        state, effects = walk(*before, SHOWN)
        assert (state.screen, state.refusal) == (Screen.SLIP_REFUSED, Refusal.FINISH_FIRST)
        assert walk(Stayed(), state=state)[0].question == "RG.HL1"
        finished, more = walk(Stayed(), Finished(), SHOWN, state=state)
        assert (finished.screen, finished.slip, finished.answers) == (Screen.QUESTION, A, {})
        assert [effect.slip for effect in (*effects, *more)] == [B if SlipShown(B) in before else None] * 2
    assert place(SHOWN, RATED, SHOWN) == (Screen.QUESTION, "RG.HL1", A), "its own is no other one"


def test_a_refusal_is_told_and_gives_back_what_it_covered():
    for before in ([], [ChoseLanguage("en")], [Opened(Screen.ABOUT)], [RATED], [SHOWN]):
        state = walk(*before)[0]
        told = walk(*before, USED)[0]
        assert (told.screen, told.refusal, told.language) == (Screen.SLIP_REFUSED, Refusal.USED, state.language)
        assert walk(Stayed(), state=told) == walk(RanOut(), state=told) == (state, [])
        assert walk(Broke(), Mended(), state=told) == (told, [])
    assert walk(RATED, Finished(), USED)[0].screen is Screen.THANKS, "thanks are not taken away"
    assert walk(Unassigned(), USED)[0].screen is Screen.UNASSIGNED
    assert walk(Broke(), USED, SHOWN)[0].screen is Screen.PAUSED


def test_whoever_is_asked_is_not_told_of_a_code_that_only_lies_there():
    for before in ([RATED], [SHOWN]):
        state = walk(*before)[0]
        assert walk(FOREIGN, SlipRefused(Refusal.FORGED), state=state) == (state, [])
    assert walk(RATED, Idled(), FOREIGN)[0].question == "RG.HL1", "but somebody is there"


def test_a_good_slip_follows_a_bad_one_at_once():
    assert place(USED, SHOWN) == (Screen.QUESTION, "RG.HL0", A)
    assert walk(USED, SlipRefused(Refusal.EXPIRED))[0].refusal is Refusal.EXPIRED
    assert walk(USED, SlipRefused(Refusal.EXPIRED), Stayed())[0] == AT_REST


def test_what_the_slip_says_of_the_dossier_opens_questions():
    """A condition may look at a fact that the counter gave; no question of that kind is put to the citizen."""
    organisations = tuple(
        replace(q, condition=AnswerIs("RG.DT", "TC")) if q.code == "RG.HL1" else q for q in form_.questions
    )
    form = replace(form_, questions=organisations)
    assert walk(SlipShown(B), RATED, form=form)[0].question == "RG.HL1"
    assert walk(SHOWN, RATED, form=form)[0].question == "RG.HL2"
    only = replace(form, questions=tuple(q for q in organisations if q.code in ("RG.DT", "RG.HL1")))
    assert walk(SHOWN, form=only)[0] == AT_REST, "a form that asks this dossier nothing"


@pytest.mark.parametrize("with_slip", [False, True])
def test_whatever_was_rated_the_next_screen_is_the_same_with_a_slip_too(with_slip):
    after = [replace(walk(*[SHOWN] * with_slip, Answered("RG.HL0", level))[0], answers={}) for level in range(1, 6)]
    assert all(state == after[0] for state in after)


EVENTS = st.one_of(
    st.builds(Answered, st.sampled_from(["RG.HL0", "RG.HL1", "RG.HL2"]), st.integers(1, 5)),
    st.builds(SlipShown, st.sampled_from([A, B])),
    st.builds(SlipRefused, st.sampled_from(list(Refusal))),
    *(st.builds(kind) for kind in (Started, Skipped, WentBack, Finished, Idled, Stayed, RanOut, Broke, Mended)),
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(EVENTS, max_size=60))
def test_no_order_mixes_two_sittings_or_traps_anybody(events):
    state: State = AT_REST
    slip, answers = None, {}
    for one in events:
        state, effects = step(form_, state, one)
        for effect in effects:
            assert effect.answers
            assert not answers or effect.slip == slip, "an answer never changes its slip"
            slip, answers = effect.slip, {} if isinstance(effect, Finish) else effect.answers
        assert state.behind is None or state.behind.behind is None or state.screen is Screen.PAUSED
    for _ in range(4):
        for one in (Mended(), Idled(), RanOut()):
            state, effects = step(form_, state, one)
    assert state == AT_REST
