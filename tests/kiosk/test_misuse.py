"""Each misuse rule alone, and the document that tells of them."""

import re
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import misuse
from kiosk.clock import Moment
from kiosk.hours import Span, is_closed, read_span
from kiosk.misuse import BUTTONS, SCREEN, History, Sitting
from kiosk.reading import Reading, reading, words
from kiosk.strike import Strikes
from survey.record import FLAG, Channel, Clock
from tests.kiosk.misuse.counter import MIDNIGHT

DOCUMENT = Path(__file__).parents[2] / "docs/flags.md"
FORM = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4")


def short(begun_s: float, level: int = 5, channel: Channel = Channel.SCREEN) -> Sitting:
    return Sitting(channel, begun_s, begun_s, (("RG.HL0", level),))


def whole(begun_s: float, levels: tuple[int, ...] = (5, 5, 5, 5, 5), seconds: float = 60.0) -> Sitting:
    return Sitting(Channel.SCREEN, begun_s, begun_s, tuple(zip(FORM, levels, strict=True)), Reading(5, 74, seconds))


def history_of(*sittings: Sitting) -> History:
    history = History()
    for sitting in sittings:
        history.finished(sitting)
    return history


@pytest.mark.parametrize(("channel", "gap_s"), [(Channel.SCREEN, 5), (Channel.BUTTON, 3)])
def test_nobody_steps_up_that_soon(channel, gap_s):
    history = history_of(short(10, channel=channel))
    assert history.flags(channel, 10 + gap_s - 0.1) == {"rapid"}
    assert history.flags(channel, 10 + gap_s) == set()
    other = Channel.BUTTON if channel is Channel.SCREEN else Channel.SCREEN
    assert history.flags(other, 10.5) == set(), "somebody else may stand at the buttons"


def test_six_answers_within_a_minute_are_a_burst():
    uneven = [short(at_s) for at_s in (0, 6, 22, 28, 50)]
    assert history_of(*uneven).flags(Channel.SCREEN, 59) == {"burst"}
    assert history_of(*uneven).flags(Channel.SCREEN, 60) == set()
    assert history_of(*uneven[1:]).flags(Channel.SCREEN, 59) == set()


def test_even_gaps_are_a_clock_and_uneven_ones_are_people():
    even = [short(at_s) for at_s in (0, 60, 118, 182, 240, 305)]
    assert history_of(*even).flags(Channel.SCREEN, 362) == {"paced"}
    assert history_of(*even[1:]).flags(Channel.SCREEN, 362) == set(), "six gaps, not five"
    assert history_of(*even).flags(Channel.SCREEN, 400) == set()
    assert history_of(*(short(n * 300) for n in range(6))).flags(Channel.SCREEN, 1800) == set(), "a quiet office"


def test_the_same_face_again_and_again():
    history = history_of(*(short(at_s) for at_s in (0, 20, 33)))
    assert history.flags_of(short(49)) == {"copy"}
    assert history.flags_of(short(49, level=4)) == set()
    assert history.flags_of(short(50)) == set()


def test_a_pattern_given_three_times_is_a_copy():
    pattern = (5, 4, 5, 5, 4)
    history = history_of(whole(0, pattern), whole(200, pattern))
    assert history.flags_of(whole(500, pattern)) == {"copy"}
    assert history.flags_of(whole(600, pattern)) == set()
    assert history.flags_of(whole(500, (5, 4, 5, 5, 5))) == set()
    assert history_of(whole(0), whole(200)).flags_of(whole(500)) == set(), "all fives are common"
    assert history_of(whole(0), whole(200)).flags_of(whole(500, seconds=12)) == {"copy"}


def test_straight_lining_alone_is_no_offence():
    assert history_of(whole(0)).flags_of(whole(19, seconds=7.3)) == {"straight"}
    assert history_of(whole(0)).flags_of(whole(20, seconds=7.3)) == set()
    assert history_of(whole(0)).flags_of(whole(19, seconds=7.5)) == set()
    assert history_of(whole(0)).flags_of(whole(19, (5, 5, 4, 5, 5), seconds=7.3)) == set()
    assert History().flags_of(whole(19, seconds=7.3)) == set()


def test_faster_than_reading(form):
    question = form.question("RG.HL1")
    assert words(question) == len(f"{question.text['vi']} {question.help['vi']}".split()) == 16
    answers = dict.fromkeys(FORM, 5)
    assert reading(form, answers, {}) == Reading(0, 0, 0)
    timed = reading(form, answers, dict.fromkeys(FORM[1:4], 1.0))
    assert (timed.questions, timed.words, timed.seconds) == (3, sum(words(form.question(c)) for c in FORM[1:4]), 3.0)
    assert misuse.is_fast(replace(whole(0), reading=Reading(3, 46, 3)), SCREEN)
    assert not misuse.is_fast(replace(whole(0), reading=Reading(3, 45, 3)), SCREEN)
    assert not misuse.is_fast(replace(whole(0), reading=Reading(2, 45, 0)), SCREEN)
    assert not misuse.is_fast(short(0), SCREEN), "a lone first tap is never judged"


def test_six_touches_beside_everything_are_straying_when_they_are_many_of_all():
    assert misuse.is_straying(6, 15)
    assert not misuse.is_straying(6, 16)
    assert not misuse.is_straying(5, 5)
    assert not misuse.is_straying(0, 0)


def test_ten_taps_in_three_seconds_are_hammering():
    assert misuse.is_hammering([n * 0.33 for n in range(10)])
    assert not misuse.is_hammering([n * 0.34 for n in range(10)])
    assert not misuse.is_hammering([0.0] * 9)
    assert not misuse.is_hammering([])


def test_a_press_that_comes_late_is_judged_by_its_own_time():
    late = history_of(*(short(1000 + n) for n in range(8)))
    assert late.flags(Channel.BUTTON, 400) == set()
    assert late.flags_of(short(400, channel=Channel.BUTTON)) == set()
    pattern = (5, 4, 5, 5, 4)
    assert history_of(whole(1000, pattern), whole(1100, pattern)).flags_of(whole(900, pattern)) == set()
    under_way = Sitting(Channel.SCREEN, 380, 460, (("RG.HL0", 5),))
    beside = history_of(under_way, *(short(at_s, channel=Channel.BUTTON) for at_s in (350, 365, 375, 387)))
    assert beside.flags(Channel.BUTTON, 400) == set(), "five by 400 s, not six"
    presses = history_of(short(1000), *(short(at_s, channel=Channel.BUTTON) for at_s in (400, 402)))
    assert presses.flags(Channel.BUTTON, 404) == {"rapid", "burst"}


@pytest.mark.slow
@given(st.lists(st.tuples(st.floats(0, 1e5), st.integers(1, 5)), max_size=60), st.floats(0, 1e5))
def test_whatever_came_before_only_known_names_are_set(came, at_s):
    history = history_of(*(short(begun_s, level) for begun_s, level in came))
    found = history.flags(Channel.SCREEN, at_s) | history.flags_of(short(at_s))
    assert found <= set(misuse.FLAGS)
    assert all(FLAG.fullmatch(flag) for flag in misuse.FLAGS)
    later = history_of(*(short(begun_s, level) for begun_s, level in came if begun_s > at_s))
    assert not later.flags(Channel.SCREEN, at_s) | later.flags_of(short(at_s)), "the future flags nothing"


def test_opening_hours_are_read():
    assert read_span("07:30-11:30") == Span(frozenset(range(5)), 450, 690)
    assert read_span("sat 07:30-11:30") == Span(frozenset({5}), 450, 690)
    assert read_span("mon-thu 13:30-17:00") == Span(frozenset(range(4)), 810, 1020)
    for wrong in (
        "",
        "7:30-11:30",
        "11:30-07:30",
        "07:30-07:30",
        "24:00-25:00",
        "fri-mon 07:30-11:30",
        "t2 07:30-11:30",
    ):
        assert read_span(wrong) is None, wrong


@pytest.mark.parametrize(
    ("day", "time", "closed"),
    [
        (0, "07:14", True),
        (0, "07:15", False),
        (4, "11:44", False),
        (4, "11:45", True),
        (0, "12:30", True),
        (0, "17:14", False),
        (0, "17:15", True),
        (5, "08:00", True),
        (6, "23:59", True),
    ],
)
def test_out_of_hours_leaves_a_quarter_of_an_hour(day, time, closed):
    spans = [read_span("07:30-11:30"), read_span("13:30-17:00")]
    wall = datetime.combine(MIDNIGHT + timedelta(days=day), datetime.strptime(time, "%H:%M").time(), MIDNIGHT.tzinfo)
    assert is_closed(spans, wall, SCREEN.grace_min) is closed
    assert not is_closed((), wall, SCREEN.grace_min), "nobody has said when the office is open"
    flags = {
        quality: History(spans).flags(Channel.SCREEN, 100, Moment(wall, 100, quality)) == {"out_of_hours"}
        for quality in Clock
    }
    assert flags == {Clock.SYNCHRONISED: closed, Clock.UNCERTAIN: False}
    assert History(spans).flags(Channel.BUTTON, 100) == set(), "a press whose age is not known"


def test_the_instant_of_the_press_counts_not_that_of_its_arrival():
    spans = [read_span("07:30-11:30")]
    noon = Moment(MIDNIGHT.replace(hour=12, minute=30), 90_000, Clock.SYNCHRONISED)
    assert History(spans).flags(Channel.BUTTON, 90_000, noon) == {"out_of_hours"}
    assert History(spans).flags(Channel.BUTTON, 90_000 - 2 * 3600, noon) == set()


def test_a_trembling_finger_touches_once():
    strikes = Strikes(near=47)
    told = [
        strikes.is_second(target, x, 0, at_s, 0.5, typing=typing)
        for target, x, at_s, typing in (
            ("level:5", 900, 0.0, False),
            ("level:5", 900, 0.2, False),
            ("level:5", 900, 0.4, False),
            ("level:4", 930, 0.45, False),  # the screen has changed under the finger
            ("level:5", 900, 0.5, False),  # held off half a second, not for ever
            ("finish", 100, 0.6, False),
            ("key:a", 110, 0.7, True),  # keys are close together
        )
    ]
    assert told == [False, True, True, True, False, False, False]
    assert not Strikes(47).is_second("level:1", 0, 0, 0.0, 0.5)


def test_the_document_names_every_flag_and_every_limit():
    text = DOCUMENT.read_text("utf-8")
    flags, limits = text.split("## Limits")
    assert set(re.findall(r"^\| `(\w+)` \|", flags, re.MULTILINE)) == set(misuse.FLAGS)
    told = {
        name: (screen, buttons)
        for name, screen, buttons in re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", limits, re.MULTILINE)
    }
    assert told == {field.name: (spell(SCREEN, field.name), spell(BUTTONS, field.name)) for field in fields(SCREEN)}


def spell(limits, name):
    value = getattr(limits, name)
    return ", ".join(f"{most} in {within:g}" for within, most in value) if isinstance(value, tuple) else f"{value:g}"
