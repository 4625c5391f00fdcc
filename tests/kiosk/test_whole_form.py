"""The whole questionnaire walked at random: no dead end, back undoes on, nothing empty is kept, all is reached."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.ahead import ahead
from kiosk.answer import closed
from kiosk.config import Timeouts
from kiosk.event import Answered, Event, Finished, Idled, RanOut, Skipped, Started, Stayed, Toggled, WentBack
from kiosk.flow import AT_REST, Finish, Save, Screen, State, has_earlier, has_later, may_skip, opening, progress, step
from kiosk.misuse import History
from kiosk.progress import progress_by_section
from kiosk.session import Session
from kiosk.standing import Standing
from kiosk.texts import read_words
from kiosk.ui.view import View
from survey.form import AnswerHas, AnswerIs, AnyRatingAtMost, Form, Kind, Question
from survey.form_file import allows, read_form
from survey.record import check_answers, is_complete, settle

FORMS = Path(__file__).parents[2] / "survey/data/forms"
FORM = read_form((FORMS / "soc-trang-day-du.json").read_bytes(), "soc-trang-day-du.json")
ASKED = [question for question in FORM.questions if not question.prefill]
OPENS_ALL = {"TT.TT": "CO", "ND.08": "tre", "PA.00": "CO"}
MOST_SCREENS = 47
WALKS = 120


def touches(state: State) -> list[Event]:
    """Every touch that this question's screen offers: its answers twice, so that more is answered than skipped."""
    question = FORM.question(state.question)
    values: list = [option.code for option in question.options]
    if question.scale is not None:
        values = [*(level.value for level in question.scale.levels), question.scale.not_applicable.code]
    if question.kind is Kind.YES_NO:
        values = ["CO", "KHONG"]
    if question.kind is Kind.TEXT:
        values = ["Nên có ghế ngồi chờ."]
    kind = Toggled if question.kind is Kind.MULTI else Answered
    answers = [kind(question.code, value) for value in values if kind is Toggled or allows(question, value)]
    return [*answers, *answers, Skipped(), *[WentBack()] * has_earlier(FORM, state)]


class Citizen:
    """One who touches only what the screen offers, and holds the flow to its rules at every step."""

    def __init__(self) -> None:
        self.state, self.screens = step(FORM, AT_REST, Started())[0], 1
        self.saved: dict = {}

    @property
    def question(self) -> Question:
        found = FORM.question(self.state.question)
        assert found is not None
        return found

    def touch(self, event: Event) -> None:
        before = self.state
        self.state, effects = step(FORM, before, event)
        for effect in effects:
            assert effect.answers, "an empty answer was to be kept"
            self.saved = dict(effect.answers)
        assert any(isinstance(effect, Finish) for effect in effects) == (self.state.screen is Screen.THANKS)
        if self.is_asked and self.state.question != before.question and not isinstance(event, WentBack):
            self.screens += 1
            self.went_on(before)

    def went_on(self, before: State) -> None:
        """Back undoes on; the bar only grows; the new place is the next one asked."""
        assert step(FORM, self.state, WentBack())[0] == State(
            before.screen, before.question, self.state.answers, self.state.language
        )
        here, there = progress(FORM, before.question), progress(FORM, self.state.question)
        assert there[0] > here[0]
        asked = [question.code for question in FORM.asked(self.state.answers)]
        assert asked.index(self.state.question) == asked.index(before.question) + 1

    @property
    def is_asked(self) -> bool:
        return self.state.screen in (Screen.QUESTION, Screen.COMMENT)


@pytest.mark.slow
@settings(max_examples=WALKS, deadline=None)
@given(st.lists(st.integers(0, 999), min_size=60, max_size=160))
def test_a_random_walk_goes_on_and_ends_with_what_was_answered(picks):
    citizen = Citizen()
    for pick in picks:
        if not citizen.is_asked:
            break
        offered = touches(citizen.state)
        citizen.touch(offered[pick % len(offered)])
    for steps in range(MOST_SCREENS + 1):
        if not citizen.is_asked:
            break
        assert may_skip(citizen.state)
        assert steps < MOST_SCREENS, "a dead end"
        citizen.touch(Skipped())
    if citizen.state.screen is Screen.INVITATION:
        assert (citizen.state, citizen.saved) == (AT_REST, {})
        return
    assert citizen.state.screen is Screen.THANKS
    assert citizen.saved
    check_whole(citizen.saved)


def check_whole(answers: dict) -> None:
    """The rules of the record, told a second way: nothing that is not asked, and complete only if nothing lacks."""
    settled = settle(FORM, answers)
    assert set(settled) <= {question.code for question in FORM.asked(settled)}
    assert all(allows(FORM.question(code), value) for code, value in settled.items())
    lacking = [q.code for q in FORM.asked(settled) if q.code not in settled and (q.required or q.kind is Kind.SCALE)]
    assert is_complete(FORM, settled) == (not lacking)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from([question.code for question in ASKED]), max_size=12), st.integers(0, 2**32))
def test_whoever_only_goes_forward_sees_at_most_47_screens(skipped, seed):
    citizen, dice = Citizen(), random.Random(seed)
    while citizen.is_asked:
        question = citizen.question
        answers = [touch for touch in touches(citizen.state) if isinstance(touch, Answered | Toggled)]
        citizen.touch(Skipped() if question.code in skipped else dice.choice(answers))
        if question.kind is Kind.MULTI and citizen.is_asked and citizen.state.question == question.code:
            citizen.touch(Skipped())
    assert 35 <= citizen.screens <= MOST_SCREENS


def test_every_item_is_reached_and_the_record_is_complete_only_with_all_ratings(standing, store, clock, randomness):
    session = whole_session(standing, store, clock, randomness)
    session.handle(Started())
    seen = []
    while session.state.screen in (Screen.QUESTION, Screen.COMMENT):
        question = FORM.question(session.state.question)
        seen.append(question.code)
        for event in thorough(question):
            session.handle(event)
    assert seen == [question.code for question in ASKED]
    (done,) = store.finished
    assert list(done.answers) == seen
    assert str(done.state) == "complete"
    check_answers(done, FORM)
    for code in seen:
        fewer = {other: value for other, value in done.answers.items() if other != code}
        question = FORM.question(code)
        lacks = question.required or question.scale is not None
        stays = set(settle(FORM, fewer)) == set(fewer)  # without TT.TT its four criteria are not asked either
        assert not (lacks and is_complete(FORM, settle(FORM, fewer))), code
        assert lacks or not stays or is_complete(FORM, fewer), code
    kinds = Counter(str(question.kind) for question in ASKED)
    print(f"\n{len(seen)} items of the whole form answered in {len(seen)} screens: {dict(kinds)}")


def thorough(question: Question) -> list[Event]:
    """Opens every part, ticks every choice."""
    code = question.code
    if question.kind is Kind.MULTI:
        return [*(Toggled(code, option.code) for option in question.options), Skipped()]
    if question.kind is Kind.TEXT:
        return [Answered(code, "Thêm ghế")]
    plain = {Kind.SCALE: 4, Kind.YES_NO: "KHONG"}.get(question.kind) or question.options[-1].code
    return [Answered(code, OPENS_ALL.get(code, plain))]


def whole_session(standing, store, clock, randomness) -> Session:
    of = Standing(standing.assignment, FORM)
    session = Session(store, lambda: of, clock, randomness, "0" * 16, Timeouts(), History())
    session.start()
    return session


def test_who_skips_everything_leaves_nothing_behind(standing, store, clock, randomness):
    session = whole_session(standing, store, clock, randomness)
    for _ in range(3):
        session.handle(Started())
        while session.state.screen is not Screen.INVITATION:
            session.tapped()
            session.handle(Skipped())
    session.handle(Started())
    session.handle(Finished())
    assert session.state == AT_REST
    assert (store.saved, store.sealed, store.log.count("save")) == ({}, [], 0)


def test_the_first_questions_may_be_skipped_and_the_rest_is_kept(standing, store, clock, randomness):
    session = whole_session(standing, store, clock, randomness)
    session.handle(Started())
    for _ in range(5):
        session.handle(Skipped())
    assert session.state.question == "ND.04"
    session.handle(Answered("ND.04", "2"))
    session.handle(Idled())
    session.handle(RanOut())
    assert [dict(done.answers) for done in store.finished] == [{"ND.04": "2"}]
    assert str(store.finished[0].state) == "partial"


def test_back_never_loses_an_answer_and_leads_out_only_while_there_is_none():
    state = step(FORM, AT_REST, Started())[0]
    assert step(FORM, state, WentBack()) == (AT_REST, ())
    state, effects = step(FORM, state, Answered("TT.DT", "CN"))
    assert effects == (Save({"TT.DT": "CN"}),)
    for _ in range(3):
        state, effects = step(FORM, state, WentBack())
        assert (state.question, dict(state.answers), effects) == ("TT.DT", {"TT.DT": "CN"}, ())
    assert not has_earlier(FORM, state)


def test_a_slow_reader_is_asked_before_the_first_answer_too(standing, store, clock, randomness):
    session = whole_session(standing, store, clock, randomness)
    session.tapped()
    session.handle(Started())
    clock.pass_s(31)
    session.tick()
    assert session.state.screen is Screen.IDLE_WARNING
    session.handle(Stayed())
    assert session.state.question == "TT.DT"
    session.handle(Idled())
    clock.pass_s(21)
    session.tick()
    assert (session.state, store.saved, store.sealed) == (AT_REST, {}, [])


def test_choices_with_others_are_kept_as_codes():
    state = State(Screen.QUESTION, "ND.02", {})
    for option in ("z", "a"):
        state = step(FORM, state, Toggled("ND.02", option))[0]
    assert state.answers["ND.02"] == ["a", "z"]
    state = State(Screen.QUESTION, "ND.01", {})
    assert step(FORM, state, Answered("ND.01", "z"))[0].answers == {"ND.01": "z"}
    assert step(FORM, state, Answered("ND.01", "y"))[0] == state


def test_every_rating_but_the_overall_one_may_not_apply():
    for question in ASKED:
        if question.scale is not None:
            code = question.scale.not_applicable.code
            assert code == ("KSD" if question.code.startswith("ND.09") else "KAD")
            state = State(Screen.QUESTION, question.code, {})
            assert step(FORM, state, Answered(question.code, code))[0].answers == {question.code: code}


def test_progress_by_section_grows_and_fills_every_section():
    before = [0] * len(FORM.sections)
    for question in ASKED:
        parts = progress_by_section(FORM, question.code)
        assert [count for _, count in parts] == [2, 13, 24, 6, 2]
        assert sum(done for done, _ in parts) == sum(before) + 1
        assert all(now >= was for (now, _), was in zip(parts, before, strict=True))
        before = [done for done, _ in parts]
    reduced = read_form((FORMS / "rut-gon-mot-cua.json").read_bytes(), "rut-gon-mot-cua.json")
    assert progress_by_section(reduced, "RG.HL2") == ((3, 9),)
    assert progress_by_section(FORM, "nope") == ((0, 2), (0, 13), (0, 24), (0, 6), (0, 2))


def test_the_heading_of_a_part_is_there_for_the_screen(standing, form):
    def heading(of: Form, code: str, language: str) -> str:
        state = State(Screen.QUESTION, code, {})
        return View(state, standing, language, ("vi", "en"), read_words(language), of).section_text

    assert heading(FORM, "CC.2", "vi") == "Phần B. Mức độ hài lòng"
    assert heading(FORM, "CC.2", "en") == "Part B. Satisfaction"
    assert heading(FORM, "", "vi") == heading(form, "RG.HL1", "vi") == ""


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.json")), ids=lambda path: path.stem)
def test_no_shipped_form_tells_a_rating_by_what_it_asks_next(path):
    """Rule 3 of the flow: a condition looks at a fact, or at all ratings after the last one."""
    form = read_form(path.read_bytes(), path.name)
    asked = [question for question in form.questions if not question.prefill]
    last_rating = max(place for place, question in enumerate(asked) if question.scale is not None)
    for place, question in enumerate(asked):
        match question.condition:
            case AnyRatingAtMost():
                assert place > last_rating, question.code
            case AnswerIs(question=code) | AnswerHas(question=code):
                assert form.question(code).scale is None, question.code


def test_what_may_follow_is_prepared_for_every_kind():
    assert [state.question for state in ahead(FORM, AT_REST)] == ["TT.DT"]
    state, prepared = step(FORM, AT_REST, Started())[0], 0
    while state.screen is Screen.QUESTION:
        question = FORM.question(state.question)
        likely = {(following.screen, following.question) for following in ahead(FORM, state)}
        event = Answered(question.code, "CN") if question.code == "TT.DT" else Skipped()
        state = step(FORM, state, event)[0]
        prepared += (state.screen, state.question) in likely
    assert prepared >= 33


def test_the_form_begins_with_a_start_and_its_box_answers_the_overall_question(form: Form):
    assert opening(FORM) is None
    assert opening(form) is not None
    assert [FORM.asked_by_box(buttons).code for buttons in (5, 4, 3)] == ["HL.00", "HL.00B4", "HL.00B3"]


def test_who_reads_the_whole_form_is_not_flagged_and_who_rushes_is(standing, store, clock, randomness):
    """Three neighbours of one mind, one after the other, at a reader's pace; then one who looks at nothing."""
    session = whole_session(standing, store, clock, randomness)
    for words_s, touch_s in [(5.2, 2.65)] * 3 + [(1000.0, 0.35)]:
        clock.pass_s(25)
        read: set[str] = set()
        session.tapped()
        session.handle(Started())
        while session.state.screen in (Screen.QUESTION, Screen.COMMENT):
            question = FORM.question(session.state.question)
            new = {question.text["vi"], question.help.get("vi", "")} - read
            read |= new
            clock.pass_s(sum(len(text.split()) for text in new) / words_s)
            for event in thorough(question):
                clock.pass_s(touch_s)
                session.tapped()
                session.handle(event)
        session.handle(Started())
    flags = [set(done.flags) for done in store.finished]
    assert flags[:3] == [set()] * 3
    assert "fast" in flags[3]
    print(f"\n3 whole forms of one mind at a reader's pace: no flag; one at 0.35 s a touch: {sorted(flags[3])}")


def test_a_draft_of_the_whole_form_is_closed_without_what_is_no_longer_asked(standing, store, clock, randomness):
    session = whole_session(standing, store, clock, randomness)
    session.handle(Started())
    for event in (Answered("TT.DT", "CN"), Answered("TT.TT", "CO"), *[Skipped()] * 13):
        session.handle(event)
    while session.state.question != "TC.3":
        session.handle(Skipped())
    session.handle(Answered("TC.3", 2))
    while session.state.question != "TT.TT":
        session.handle(WentBack())
    session.handle(Answered("TT.TT", "KHONG"))
    assert has_later(FORM, session.state)
    (draft,) = store.drafts()
    assert draft.answers["TC.3"] == 2
    assert dict(closed(draft, FORM).answers) == {"TT.DT": "CN", "TT.TT": "KHONG"}
