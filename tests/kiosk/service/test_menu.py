"""What each role may do, when the menu ends, and that it never comes between a citizen and the survey."""

import pytest

from hardware.ports import PrinterStatus
from kiosk.flow import Screen
from kiosk.service.corners import crosses, judge
from kiosk.service.flow import ALLOWED, CLOSED, TABLE, Act, Chose, Place, Role, State, Touched, Went, step

PLACES = [place for place in Place if place not in (Place.CLOSED, Place.HALTED, Place.PAD, Place.MENU)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", Role)
def test_a_role_enters_what_is_its_own_and_nothing_else(role, place):
    state, effect = step(State(Place.MENU, role), Went(place))
    may = place in ALLOWED[role]
    assert (state.place is place) is may
    assert effect is (Act.STICK if may and place is Place.USB else None)
    assert state.role is role


def test_nobody_enters_without_a_role():
    for place in Place:
        assert step(State(Place.MENU), Went(place))[0].place is Place.MENU
        assert step(State(Place.PAD), Went(place))[0].place is Place.PAD
        assert step(CLOSED, Went(place))[0] is CLOSED


def test_staff_may_look_clean_and_pause_and_a_technician_everything():
    assert ALLOWED[Role.STAFF] == (Place.STATUS, Place.CLEANING, Place.REASONS)
    assert set(ALLOWED[Role.TECHNICIAN]) == set(PLACES) - {Place.TOUCH_DONE}


def test_every_place_ends_by_itself_and_a_pair_without_a_row_changes_nothing():
    for place in [*PLACES, Place.PAD, Place.MENU]:
        assert step(State(place, Role.STAFF), Act.RAN_OUT)[0] == CLOSED
    assert step(State(Place.CLEANING, Role.STAFF), Act.BACK)[0].place is Place.CLEANING
    assert len(TABLE) < len(Place) * 20


def test_a_minute_without_a_touch_closes_it(bench):
    bench.enter(place=Place.STATUS)
    bench.pass_s(59)
    bench.service.act(Act.TURNED)
    bench.pass_s(59)
    assert bench.place is Place.STATUS
    bench.pass_s(1)
    assert bench.place is Place.CLOSED


def test_presses_keep_no_forgotten_button_test_open(bench):
    """Citizens who press while nobody is at the glass are answered again after a minute."""
    bench.enter(place=Place.BUTTONS)
    for number in range(1, 4):
        bench.pass_s(44)
        bench.pass_s(1)
        bench.press(number)
        bench.turn()
    assert bench.place is Place.CLOSED
    assert bench.store.kept_tallies.get("tested", 0) == 1
    assert len(bench.store.finished) == 2


def test_cleaning_lasts_a_minute_whatever_is_touched(bench):
    bench.enter(Role.STAFF, Place.CLEANING)
    for second in range(60):
        assert bench.service.showing().seconds_left == 60 - second
        for event in (Act.BACK, Act.OPENED, Touched(1, 1), Went(Place.MENU)):
            bench.service.act(event)
        assert not bench.service.watch(5, 5, bench.screen) or bench.place is Place.CLEANING
        bench.pass_s(1)
    assert bench.place is Place.CLOSED


def test_a_sitting_that_comes_back_gets_the_glass(bench):
    """The menu was opened on «tạm ngừng» of a sick disk that had a sitting behind it; the disk is well again."""
    bench.screen = Screen.PAUSED
    bench.enter(place=Place.STATUS)
    bench.screen = Screen.QUESTION
    bench.turn()
    assert bench.place is Place.CLOSED
    assert not bench.service.is_open


def test_the_sound_is_played_once_a_touch_and_the_printer_is_said_to_be_missing(bench):
    bench.enter(place=Place.SOUND)
    bench.service.act(Act.PLAYED)
    bench.service.act(Act.PLAYED)
    assert bench.sounds == 2
    bench.service.act(Act.BACK)
    bench.service.act(Went(Place.PRINTER))
    assert bench.service.showing().printer is PrinterStatus.NONE


def test_an_unknown_reason_stops_nothing(bench):
    bench.enter(Role.STAFF, Place.REASONS)
    bench.service.act(Chose("lunch"))
    assert not bench.service.showing().halted


@pytest.mark.parametrize(("width", "height"), [(217.0, 127.0), (127.0, 217.0), (344.0, 194.0), (86.0, 154.0)])
def test_the_corner_test_says_how_far_off_and_what_is_turned(width, height):
    aims = crosses(width, height)
    exact = judge(aims, width, height)
    assert (exact.good, exact.wrong, exact.worst_mm) == (True, "", 0)
    off = judge([(x + 3, y - 4) for x, y in aims], width, height)
    assert [round(each, 6) for each in off.off_mm] == [5] * 4
    assert (off.good, off.wrong) == (False, "")
    turned = {
        "turned_90": lambda x, y: ((1 - y / height) * width, x / width * height),
        "turned_180": lambda x, y: (width - x, height - y),
        "turned_270": lambda x, y: (y / height * width, (1 - x / width) * height),
        "mirrored": lambda x, y: (width - x, y),
        "upside_down": lambda x, y: (x, height - y),
    }
    for name, wrong in turned.items():
        assert judge([wrong(x, y) for x, y in aims], width, height).wrong == name
    assert judge([(width / 2, height / 2)] * 4, width, height).wrong == "far"


def test_four_touches_end_the_corner_test(bench):
    bench.enter(place=Place.TOUCH)
    for x, y in crosses(217, 127):
        assert bench.place is Place.TOUCH
        bench.service.act(Touched(x, y))
    assert bench.place is Place.TOUCH_DONE
    bench.service.act(Went(Place.TOUCH))
    assert bench.service.showing().hits == ()
