"""Whatever happens in whatever order: no sitting is lost, nothing is recorded by the menu, no answer shows in it."""

import hashlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from kiosk.config import Timeouts
from kiosk.event import Answered, Finished, Stayed
from kiosk.flow import Screen
from kiosk.misuse import History
from kiosk.service import code
from kiosk.service.flow import ALL_PLACES, Act, Chose, Digit, Place, Touched, Went
from kiosk.session import Session
from survey.record import Channel
from tests.kiosk.service import bench as bench_module
from tests.kiosk.service.bench import STAFF, TECHNICIAN, Bench

SEED = 31
COUNTS: Counter[str] = Counter()
ACTS = [*Act, *(Went(place) for place in Place), Digit("1"), Digit("x"), Touched(3, 4), Chose("closed"), Chose("?")]
STEPS = st.one_of(
    st.tuples(st.just("knock"), st.just(None)),
    st.tuples(st.just("code"), st.sampled_from([STAFF, TECHNICIAN, "000001"])),
    st.tuples(st.just("menu"), st.sampled_from(ALL_PLACES)),
    st.tuples(st.just("menu"), st.just(Place.BUTTONS)),
    st.tuples(st.just("stop"), st.just("fault")),
    st.tuples(st.just("act"), st.sampled_from(ACTS)),
    st.tuples(st.just("act"), st.sampled_from([Went(Place.BUTTONS), Act.RESUMED, Chose("fault"), Act.BACK])),
    st.tuples(st.just("pass"), st.sampled_from([0.1, 1.0, 7.0, 21.0, 61.0, 901.0])),
    st.tuples(st.just("answer"), st.integers(0, 4)),
    st.tuples(st.just("finish"), st.just(None)),
    st.tuples(st.just("press"), st.integers(0, 4)),
    st.tuples(st.just("disk"), st.booleans()),
    st.tuples(st.just("cut"), st.just(None)),
)


class Whole:
    """Session and menu with the counter's own rule between them; `shift` turns every rating into another one."""

    def __init__(self, bench: Bench, shift: int) -> None:
        self.bench, self.shift = bench, shift
        self.begun = self.pressed = 0
        self._begin()

    def _begin(self) -> None:
        bench = self.bench
        self.session = Session(
            bench.store, lambda: bench.standing, bench.clock, bench.randomness, "0" * 16, Timeouts(), History()
        )
        self.session.start()
        bench.screen = self.session.state.screen

    def do(self, what: str, value: Any) -> None:
        bench, session = self.bench, self.session
        getattr(self, f"_{what}")(value)
        bench.screen = session.state.screen if session is self.session else self.session.state.screen
        self.session.tick()
        bench.screen = self.session.state.screen
        bench.turn()

    def _knock(self, _value: None) -> None:
        if not self.bench.service.is_open:
            COUNTS["opened"] += self.bench.knock()

    def _code(self, value: str) -> None:
        if self.bench.place is Place.PAD:
            self.bench.type(value)

    def _menu(self, value: Place) -> None:
        """A technician who knows the way, as far as it is open now."""
        self._knock(None)
        self._code(TECHNICIAN)
        if self.bench.place is Place.MENU:
            self._act(Went(value))

    def _stop(self, reason: str) -> None:
        self._menu(Place.REASONS)
        self._act(Chose(reason))

    def _act(self, value: Any) -> None:
        if self.bench.service.has_glass:
            before = self._records()
            self.bench.service.act(value)
            assert self._records() == before

    def _pass(self, value: float) -> None:
        self.bench.clock.pass_s(value)

    def _answer(self, value: int) -> None:
        if self.bench.service.has_glass:
            return
        session = self.session
        if session.state.screen is Screen.IDLE_WARNING:
            session.handle(Stayed())
        question = session.state.question or "RG.HL0"
        if session.state.screen in (Screen.INVITATION, Screen.QUESTION):
            before = self._records()
            level = (value + self.shift) % 5 + 1
            session.tapped()
            session.handle(Answered(question, "KHONG" if question == "RG.PA" else level))
            if session.state.screen is not Screen.PAUSED:
                self.begun += self._records() > before

    def _finish(self, _value: None) -> None:
        if not self.bench.service.has_glass:
            self.session.handle(Finished())

    def _press(self, value: int) -> None:
        self.pressed += 1
        self.bench.press(self.pressed, button=(value + self.shift) % 5)

    def _disk(self, fails: bool) -> None:
        self.bench.store.failing = fails

    def _cut(self, _value: None) -> None:
        self.bench.panel.waiting = list(self.bench.panel.waiting)
        self._begin()
        self.bench.restart()

    def _records(self) -> int:
        """Sittings that are on the disk, open or sealed."""
        store = self.bench.store
        return len(store.saved) + sum(done.channel is Channel.SCREEN for done in store.finished)


def scrubbed(bench: Bench) -> str:
    """What the menu shows, but for which buttons a technician pressed in a test, which is what that test shows."""
    return repr(bench.service.showing()).partition("pressed=")[0]


def live(new_bench: Callable[[], Bench], steps: list[tuple[str, Any]]) -> None:
    one, other = Whole(new_bench(), 0), Whole(new_bench(), 2)
    COUNTS["runs"] += 1
    for what, value in steps:
        COUNTS["events"] += 1
        for whole in (one, other):
            whole.do(what, value)
        assert one.bench.service.has_glass == other.bench.service.has_glass
        if one.bench.service.has_glass:
            assert one.session.state.screen in (Screen.INVITATION, Screen.UNASSIGNED, Screen.PAUSED)
            assert scrubbed(one.bench) == scrubbed(other.bench)
    for whole in (one, other):
        end(whole)


def end(whole: Whole) -> None:
    """The disk is well and nobody comes any more."""
    whole.do("disk", False)
    for _ in range(40):
        whole.do("pass", 7.0)
    store = whole.bench.store
    sealed = [done for done in store.finished if done.channel is Channel.SCREEN]
    assert not store.saved
    assert len(sealed) >= whole.begun
    presses = sum(done.channel is Channel.BUTTON for done in store.finished)
    assert presses + store.kept_tallies.get("tested", 0) == whole.pressed
    COUNTS["sittings"] += len(sealed)
    COUNTS["paused"] += sum("paused" in done.flags for done in store.finished)
    COUNTS["tested"] += store.kept_tallies.get("tested", 0)


@pytest.mark.slow
def test_no_sitting_is_lost_nothing_is_recorded_and_no_answer_shows(new_bench, monkeypatch):
    monkeypatch.setattr(code, "_stretched", lambda typed, salt: hashlib.sha256(salt + typed.encode()).digest())
    monkeypatch.setattr(bench_module, "KEPT", bench_module.kept())
    COUNTS.clear()

    @seed(SEED)
    @settings(max_examples=250, deadline=None, database=None)
    @given(steps=st.lists(STEPS, min_size=20, max_size=80))
    def any_order(steps: list[tuple[str, Any]]) -> None:
        live(new_bench, steps)

    any_order()
    print(f"\nservice menu in any order, seed {SEED}: {dict(COUNTS)}")
    assert min(COUNTS[each] for each in ("opened", "sittings", "tested", "paused")) > 10
