"""The language of a sitting: chosen on a screen of its own, counted by day, and told by no byte of the answer."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.config import Timeouts
from kiosk.event import Answered, Broke, ChoseLanguage, Finished, Idled, Opened, Skipped, WentBack
from kiosk.flow import AT_REST, Screen, State, step
from kiosk.misuse import History
from kiosk.session import Session
from survey.form import Kind
from survey.language_days import tally_of
from survey.record import read_record
from tests.kiosk.conftest import FakeClock, Randomness, StrictStore

LANGUAGES = ("", "en", "km", "mww")


@pytest.fixture
def sit(standing):
    def begin(store=None, clock=None) -> tuple[Session, StrictStore, FakeClock]:
        store, clock = store or StrictStore(), clock or FakeClock()
        own = (standing, clock, Randomness())
        session = Session(store, lambda: own[0], own[1], own[2], "0" * 16, Timeouts(), History(), "vi")
        session.start()
        return session, store, clock

    return begin


def counted(day: str, language: str) -> str:
    return tally_of(day, "krong-no-2023", "kn-huyen", language)


def test_the_screen_of_languages_leads_back_to_the_invitation(form):
    at = State(Screen.LANGUAGES, language="en")
    assert step(form, State(Screen.INVITATION, language="en"), Opened(Screen.LANGUAGES)) == (at, ())
    assert step(form, at, ChoseLanguage("km")) == (State(Screen.INVITATION, language="km"), ())
    assert step(form, at, WentBack()) == (State(Screen.INVITATION, language="en"), ())
    assert step(form, at, Idled()) == (AT_REST, ())
    assert step(form, at, Answered("RG.HL0", 5)) == (at, ())
    assert step(form, at, Broke())[0].behind == at


def test_whoever_leaves_the_languages_open_leaves_the_invitation_to_the_next(sit):
    session, _, clock = sit()
    session.tapped()
    session.handle(Opened(Screen.LANGUAGES))
    assert session.deadline_s() == clock.at_s + Timeouts().idle_s
    clock.pass_s(Timeouts().idle_s)
    session.tick()
    assert session.state == AT_REST


def test_an_answer_is_counted_once_in_the_language_at_its_end(sit):
    session, store, clock = sit()
    session.handle(ChoseLanguage("km"))
    assert store.kept_tallies == {}
    session.handle(Answered("RG.HL0", 4))
    session.handle(ChoseLanguage("en"))
    session.handle(Finished())
    assert store.kept_tallies == {counted("2023-09-01", "en"): 1}
    clock.pass_s(86_400)
    session.tick()
    session.handle(Answered("RG.HL0", 4))
    session.handle(Finished())
    assert store.kept_tallies == {counted("2023-09-01", "en"): 1, counted("2023-09-02", "vi"): 1}


def test_whoever_walks_away_is_counted_and_whoever_only_looks_is_not(sit):
    session, store, clock = sit()
    session.handle(ChoseLanguage("km"))
    session.handle(Finished())
    clock.pass_s(60)
    session.tick()
    assert store.kept_tallies == {}
    session.handle(ChoseLanguage("km"))
    session.handle(Answered("RG.HL0", 1))
    for _ in range(2):
        clock.pass_s(31)
        session.tick()
    assert session.state == AT_REST
    assert store.kept_tallies == {counted("2023-09-01", "km"): 1}


def test_a_failing_disk_counts_nothing_and_nothing_twice(sit):
    session, store, clock = sit()
    session.handle(ChoseLanguage("km"))
    session.handle(Answered("RG.HL0", 4))
    store.failing = True
    session.handle(Finished())
    assert session.state.screen is Screen.PAUSED
    store.failing = False
    clock.pass_s(5)
    session.tick()
    assert session.state.screen is Screen.THANKS
    assert store.kept_tallies == {counted("2023-09-01", "km"): 1}
    assert len(store.sealed) == 1


def test_what_a_power_cut_left_open_is_counted_in_no_language(sit):
    session, store, _ = sit()
    session.handle(ChoseLanguage("km"))
    session.handle(Answered("RG.HL0", 4))
    sit(store)
    assert (len(store.sealed), store.kept_tallies) == (1, {})


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=12))
def test_no_byte_of_a_record_or_draft_tells_the_language(standing, seed, spoken):
    """The same citizen, once in the kiosk's own language and once changing it at every screen."""
    plain, other = lived(standing, seed, ["", *[""] * len(spoken)]), lived(standing, seed, [*spoken, spoken[0]])
    assert plain[0] == other[0]
    assert plain[1] == other[1]
    assert sum(plain[2].values()) == sum(other[2].values()) == len(plain[0])


def lived(standing, seed: int, spoken: list[str]) -> tuple[list[bytes], list[bytes], dict[str, int]]:
    """Records, drafts and counts of a citizen who answers by `seed` and chooses a language before each answer."""
    rng, clock, store = random.Random(seed), FakeClock(), StrictStore()
    session = Session(store, lambda: standing, clock, Randomness(), "0" * 16, Timeouts(), History(), "vi")
    session.start()
    drafts: list[bytes] = []
    for language in spoken:
        session.tapped()
        session.handle(ChoseLanguage(language))
        clock.pass_s(rng.choice((1, 4, 9)))
        session.tapped()
        session.handle(chance(session, rng))
        drafts += store.saved.values()
    if session.state.answers:
        session.handle(Finished())
    return [sealed.raw for sealed in store.sealed], drafts, store.kept_tallies


def chance(session: Session, rng: random.Random):
    question = session.form.question(session.state.question or "RG.HL0")
    if question is not None and question.kind is Kind.SCALE and question.scale is not None:
        return Answered(question.code, rng.choice(question.scale.levels).value)
    if question is not None and question.kind is Kind.YES_NO:
        return Answered(question.code, rng.choice(("CO", "KHONG")))
    return rng.choice((Skipped(), WentBack(), Finished()))


def test_a_record_has_no_field_for_a_language(sit):
    session, store, _ = sit()
    session.handle(ChoseLanguage("mww"))
    session.handle(Answered("RG.HL0", 4))
    session.handle(Finished())
    raw = store.sealed[0].raw
    assert b"mww" not in raw
    assert b"lang" not in raw
    assert read_record(raw).submission.answers == {"RG.HL0": 4}
