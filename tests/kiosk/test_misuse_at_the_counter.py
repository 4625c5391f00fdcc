"""The misuse rules through a real session and a real desk: what is flagged, and whom it must not taint."""

import pytest

from kiosk.buttons import Desk
from kiosk.config import Timeouts
from kiosk.event import Answered, Finished, RanOut, Skipped, Stayed, Toggled, WentBack
from kiosk.flow import Screen
from kiosk.hours import read_span
from kiosk.misuse import History
from kiosk.session import Session
from tests.kiosk.misuse.counter import Box

FORM = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4")


@pytest.fixture
def open_session(standing, clock, randomness):
    def opened(store, history=None) -> Session:
        session = Session(store, lambda: standing, clock, randomness, "0" * 16, Timeouts(), history or History())
        session.start()
        return session

    return opened


def answer(session, clock, gaps_s, event=None):
    """Whole form, all fives, `gaps_s` before each step."""
    for code, gap_s in zip((*FORM, "RG.PA"), gaps_s, strict=True):
        clock.pass_s(gap_s)
        session.tapped()
        session.handle(Answered(code, 5 if code in FORM else "KHONG"))
    clock.pass_s(1)
    session.tapped()
    session.handle(Skipped())
    clock.pass_s(5)
    session.handle(RanOut())


def test_flags_are_raised_and_nothing_is_dropped(open_session, store, clock):
    session = open_session(store)
    for n in range(7):
        session.tapped()
        session.handle(Answered("RG.HL0", 5))
        session.handle(Finished())
        clock.pass_s(1 if n < 3 else 6)
        session.handle(RanOut())
    assert len(store.finished) == 7
    found = [set(done.flags) for done in store.finished]
    assert found[:4] == [set(), {"rapid"}, {"rapid", "copy"}, {"rapid", "copy"}]
    assert [flags & {"rapid", "burst"} for flags in found[4:]] == [set(), {"burst"}, {"burst"}]


def test_hammering_is_flagged_and_typing_is_not(open_session, store, clock):
    for typing, flags in ((False, ("hammer",)), (True, ())):
        session = open_session(store)
        session.tapped()
        session.handle(Answered("RG.HL0", 5))
        for _ in range(12):
            clock.pass_s(0.1)
            session.tapped(typing=typing)
        for _ in range(40):  # calm afterwards changes nothing
            clock.pass_s(1)
            session.tapped()
        session.handle(Finished())
        assert store.finished[-1].flags == flags
        clock.pass_s(100)


def test_who_hits_the_glass_without_looking_is_flagged_however_slowly(open_session, store, clock):
    """The touches before the first rating are somebody else's, perhaps."""
    for misses, flags in ((6, ("hammer",)), (5, ())):
        session = open_session(store)
        for _ in range(9):
            clock.pass_s(2)
            session.tapped(stray=True)
        session.tapped()
        session.handle(Answered("RG.HL0", 5))
        for _ in range(misses):
            clock.pass_s(2)
            session.tapped(stray=True)
        session.tapped()
        session.handle(Finished())
        assert store.finished[-1].flags == flags
        clock.pass_s(100)


def test_who_hammered_and_left_does_not_taint_the_next(open_session, store, clock):
    session = open_session(store)
    for _ in range(20):
        session.tapped()
    clock.pass_s(30)
    session.tapped()
    session.handle(Answered("RG.HL0", 5))
    session.handle(Finished())
    assert store.finished[0].flags == ()


def test_a_form_tapped_through_is_flagged_and_a_read_one_is_not(open_session, store, clock):
    session = open_session(store)
    answer(session, clock, [60] + [0.8] * 5)
    answer(session, clock, [60] + [3] * 5)
    answer(session, clock, [60, 0.8, 0.8, 0.8, 9, 0.8])  # one question made them think
    assert [done.flags for done in store.finished] == [("fast",), (), ()]


def test_going_back_and_a_warning_count_as_time_to_read(open_session, store, clock):
    session = open_session(store)
    for n, code in enumerate(FORM[:4]):
        clock.pass_s(0.3)
        session.tapped()
        session.handle(Answered(code, 5))
        if n == 1:
            clock.pass_s(30)
            session.tick()
            assert session.state.screen is Screen.IDLE_WARNING
            session.tapped()
            session.handle(Stayed())
    session.tapped()
    session.handle(WentBack())
    clock.pass_s(0.1)
    session.handle(Finished())
    assert store.finished[0].flags == ()


def test_whoever_ends_a_form_left_behind_does_not_look_hurried(open_session, store, clock):
    session = open_session(store)
    session.tapped()
    session.handle(Answered("RG.HL0", 5))
    clock.pass_s(20)  # its citizen has gone; the next one ends it
    session.tapped()
    session.handle(Finished())
    clock.pass_s(2)
    session.handle(RanOut())
    session.tapped()
    session.handle(Answered("RG.HL0", 2))
    session.handle(Finished())
    assert [done.flags for done in store.finished] == [(), ()]


def test_reasons_and_comments_are_not_timed(open_session, store, clock):
    session = open_session(store)
    for code in FORM:
        clock.pass_s(3)
        session.tapped()
        session.handle(Answered(code, 2))
    session.handle(Answered("RG.PA", "KHONG"))
    for option in ("LD01", "LD06"):
        clock.pass_s(0.6)
        session.tapped()
        session.handle(Toggled("RG.LD", option))
    session.handle(Finished())
    assert store.finished[0].flags == ()


def test_out_of_hours_on_screen_and_buttons(open_session, store, clock, standing, randomness):
    history = History([read_span("07:30-11:30"), read_span("13:30-17:00")])
    session = open_session(store, history)
    box = Box()
    desk = Desk([box], store, lambda: standing, clock, randomness, "0" * 16, 3, history)
    for _ in range(2):
        session.tapped()
        session.handle(Answered("RG.HL0", 5))
        session.handle(Finished())
        clock.pass_s(60)
        session.handle(RanOut())
        box.hit(4, clock.at_s)
        desk.tick()
        clock.pass_s(10 * 3600)
    assert [done.flags for done in store.finished] == [(), (), ("out_of_hours",), ("out_of_hours",)]


def test_the_hits_after_a_press_are_no_answer_of_their_own(store, clock, standing, randomness):
    box = Box()
    desk = Desk([box], store, lambda: standing, clock, randomness, "0" * 16, 3, History())
    for after_s in (0, 0.4, 5):
        clock.pass_s(after_s)
        box.hit(4, clock.at_s)
        desk.tick()
    assert [done.flags for done in store.finished] == [(), ("burst", "rapid"), ()]
