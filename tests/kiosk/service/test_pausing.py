"""The survey stopped by hand: on the disk before it shows, through restarts, with its reason, and no press lost."""

from datetime import timedelta

import pytest

from hardware.ports import AgeQuality, Press
from kiosk.flow import Screen
from kiosk.service.flow import Act, Chose, Place, Role, Went
from kiosk.service.pausing import lift
from survey.pause import pauses_of
from survey.record import Clock


def pause(bench, reason: str = "closed") -> None:
    bench.enter(Role.STAFF, Place.REASONS)
    bench.service.act(Chose(reason))
    bench.turn()


def resume(bench) -> None:
    bench.enter(Role.STAFF)
    bench.service.act(Act.RESUMED)
    bench.turn()


def test_a_pause_is_kept_with_reason_and_quarter_hours(bench):
    pause(bench)
    assert (bench.place, bench.service.showing().halted) == (Place.HALTED, "closed")
    bench.pass_s(40 * 60)
    assert bench.place is Place.HALTED
    resume(bench)
    assert bench.place is Place.CLOSED
    (kept,) = pauses_of(bench.store.kept_notes)
    assert (kept.reason, kept.since, kept.until) == ("closed", "2023-09-01T08:15+07:00", "2023-09-01T09:00+07:00")
    assert kept.clock is Clock.SYNCHRONISED


def test_a_power_cut_does_not_end_it(bench):
    pause(bench, "repair")
    for _ in range(3):
        bench.restart()
        assert (bench.place, bench.service.showing().halted) == (Place.HALTED, "repair")
    resume(bench)
    bench.restart()
    assert bench.place is Place.CLOSED
    assert len(pauses_of(bench.store.kept_notes)) == 1


def test_a_disk_that_does_not_take_it_stops_nothing_and_goes_on_with_nothing(bench):
    bench.enter(Role.STAFF, Place.REASONS)
    bench.store.failing = True
    bench.service.act(Chose("fault"))
    assert (bench.place, bench.service.showing().failed) == (Place.REASONS, True)
    bench.store.failing = False
    bench.service.act(Chose("fault"))
    assert bench.place is Place.HALTED
    bench.enter(Role.STAFF)
    bench.store.failing = True
    bench.service.act(Act.RESUMED)
    assert (bench.place, bench.service.showing().halted, bench.service.showing().failed) == (Place.MENU, "fault", True)


def test_a_disk_that_cannot_be_read_at_start_is_read_again(bench):
    pause(bench)
    bench.store.failing = True
    bench.restart()
    assert bench.place is Place.CLOSED
    bench.store.failing = False
    bench.pass_s(3)
    assert bench.place is Place.HALTED


def test_a_pause_never_covers_a_sitting(bench):
    """It was ordered on «tạm ngừng» of a sick disk; the citizen behind it finishes first."""
    bench.screen = Screen.PAUSED
    pause(bench)
    bench.screen = Screen.QUESTION
    bench.turn()
    assert bench.place is Place.CLOSED
    bench.screen = Screen.THANKS
    bench.turn()
    assert bench.place is Place.CLOSED
    bench.screen = Screen.INVITATION
    bench.turn()
    assert bench.place is Place.HALTED


def test_a_wall_clock_that_jumps_back_ends_no_pause_before_it_began(bench):
    pause(bench)
    bench.clock.wall -= timedelta(days=9)
    bench.clock.clock = Clock.UNCERTAIN
    resume(bench)
    (kept,) = pauses_of(bench.store.kept_notes)
    assert (kept.since, kept.until, kept.clock) == (kept.until, kept.since, Clock.UNCERTAIN)


def test_of_two_that_last_the_older_is_ended(bench):
    pause(bench)
    bench.pass_s(3600)
    (first,) = bench.store.kept_notes.items()
    bench.store.kept_notes.clear()
    bench.restart()
    pause(bench, "other")
    bench.store.kept_notes[first[0]] = first[1]
    bench.restart()
    old, new = pauses_of(bench.store.kept_notes)
    assert (old.until, new.until, bench.service.showing().halted) == (new.since, "", "other")


def test_where_nobody_could_end_it_the_next_start_does(bench):
    pause(bench)
    lift(bench.store, bench.clock)
    assert [bool(each.until) for each in pauses_of(bench.store.kept_notes)] == [True]
    before = dict(bench.store.kept_notes)
    lift(bench.store, bench.clock)
    assert bench.store.kept_notes == before


def test_a_press_during_a_pause_is_recorded_with_a_flag_and_its_lamp_tells_the_truth(bench):
    bench.press(1)
    bench.turn()
    bench.pass_s(60)
    pause(bench)
    bench.pass_s(10)
    bench.press(2)
    bench.turn()
    assert bench.panel.lamps == ["box/1/1", "box/1/2"]
    bench.pass_s(600)
    resume(bench)
    bench.press(3, age_ms=300_000)  # pressed during the pause, handed over late
    bench.pass_s(100)
    bench.press(4)
    bench.turn()
    flags = ["paused" in done.flags for done in bench.store.finished]
    assert flags == [False, True, True, False]


def test_a_press_of_before_the_restart_is_judged_by_the_quarter_that_was_kept(bench):
    pause(bench)
    bench.pass_s(3600)
    bench.restart()
    bench.press(1, age_ms=1_800_000)
    bench.press(2, age_ms=24 * 3_600_000)
    bench.turn()
    assert ["paused" in done.flags for done in bench.store.finished] == [True, False]


def test_presses_of_a_button_test_are_shown_counted_and_no_answers(bench):
    bench.enter(place=Place.BUTTONS)
    assert bench.service.showing().ready
    for number in range(3):
        bench.pass_s(2)
        bench.press(number, button=number % 2)
        bench.turn()
    assert bench.service.showing().pressed == (("buttons", 0, 2), ("buttons", 1, 1))
    assert bench.store.finished == []
    assert bench.store.kept_tallies == {"5eed1e57/0": 2, "5eed1e57/1": 1, "tested": 3}
    assert len(bench.panel.lamps) == 3


def test_what_waits_is_recorded_before_the_test_begins(bench):
    bench.enter()
    bench.store.failing = True
    bench.press(1)
    bench.turn()
    bench.service.act(Went(Place.BUTTONS))
    bench.turn()
    assert not bench.service.showing().ready
    bench.store.failing = False
    bench.pass_s(3)
    bench.pass_s(1)
    assert bench.service.showing().ready
    assert len(bench.store.finished) == 1
    assert bench.service.showing().pressed == ()


@pytest.mark.parametrize(
    ("age_ms", "quality"),
    [(60_000, AgeQuality.EXACT), (None, AgeQuality.UNKNOWN), (0, AgeQuality.MARKED), (0, AgeQuality.ANCHORED)],
)
def test_whatever_may_be_a_citizens_is_an_answer(bench, age_ms, quality):
    bench.enter(place=Place.BUTTONS)
    bench.pass_s(5)
    bench.panel.waiting.append(Press("buttons", 4, "box/9/1", age_ms, age_quality=quality))
    bench.turn()
    assert len(bench.store.finished) == 1
    assert bench.service.showing().pressed == ()


@pytest.mark.slow
def test_however_the_test_ends_the_next_press_is_an_answer(new_bench):
    def back(bench):
        bench.service.act(Act.BACK)

    def runs_out(bench):
        bench.pass_s(61)

    def sitting(bench):
        bench.screen = Screen.QUESTION
        bench.turn()

    for number, end in enumerate((back, runs_out, sitting, lambda bench: bench.restart())):
        bench = new_bench()
        bench.enter(place=Place.BUTTONS)
        bench.pass_s(1)
        end(bench)
        bench.pass_s(1)
        bench.press(number)
        bench.turn()
        assert len(bench.store.finished) == 1, number


def test_a_test_press_that_is_handed_over_twice_counts_once(bench):
    bench.enter(place=Place.BUTTONS)
    bench.pass_s(1)
    bench.press(1)
    (again,) = bench.panel.waiting
    bench.turn()
    bench.service.act(Act.BACK)
    bench.panel.waiting.append(again)
    bench.pass_s(1)
    assert bench.store.finished == []
    assert bench.store.kept_tallies["tested"] == 1
    assert bench.panel.lamps == [again.source] * 2
