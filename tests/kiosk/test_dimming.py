"""The table of light, row by row; what a touch on a dark screen is; the lamp in a real directory tree."""

import itertools
import logging
from datetime import datetime, timedelta, timezone

import pytest

from hardware.backlight import Backlight
from kiosk.clock import Moment
from kiosk.dimming import DARK_AFTER_S, Dimmer, Light, light
from kiosk.hours import read_span
from survey.record import Clock

HOURS = tuple(span for span in (read_span("07:30-11:30"), read_span("13:30-17:00")) if span)
ZONE = timezone(timedelta(hours=7))


def at(time: str, at_s: float, clock: Clock = Clock.SYNCHRONISED) -> Moment:
    """A Monday."""
    return Moment(datetime.fromisoformat(f"2023-09-04T{time}").replace(tzinfo=ZONE), at_s, clock)


@pytest.mark.parametrize(
    ("resting", "closed", "untouched_s", "dim_after_s", "expected"),
    [
        (False, False, 9999, 120, Light.FULL),
        (False, True, 9999, 120, Light.FULL),
        (True, False, 119.9, 120, Light.FULL),
        (True, False, 120, 120, Light.DIM),
        (True, False, 9999, 0, Light.FULL),
        (True, True, DARK_AFTER_S - 0.1, 5, Light.FULL),
        (True, True, DARK_AFTER_S, 120, Light.DARK),
        (True, True, DARK_AFTER_S, 0, Light.DARK),
    ],
)
def test_the_table(resting, closed, untouched_s, dim_after_s, expected):
    assert light(resting, closed, untouched_s, dim_after_s) is expected


def test_nobody_who_answers_ever_sits_in_the_dark():
    times = (0, 1, 59, 60, 119, 120, 10**6)
    rows = list(itertools.product((False, True), times, (0, 5, 120, 3600)))
    assert {light(False, *row) for row in rows} == {Light.FULL}
    assert all(light(True, closed, 0, after) is Light.FULL for closed, _, after in rows)


def test_a_touch_counts_wherever_something_could_be_read():
    dimmer = Dimmer(120, HOURS, now_s=0)
    assert dimmer.look(True, at("09:00", 119)) is Light.FULL
    assert dimmer.touched(119)
    assert dimmer.look(True, at("09:05", 240)) is Light.DIM
    assert dimmer.touched(240), "a dim screen can be read: law 1"
    assert dimmer.look(True, at("09:05", 241)) is Light.FULL
    assert dimmer.look(True, at("18:00", 400)) is Light.DARK
    assert not dimmer.touched(400), "on a dark one nobody aims"
    assert dimmer.look(True, at("18:00", 400)) is Light.FULL
    assert dimmer.touched(401)
    assert dimmer.look(False, at("18:30", 2000)) is Light.FULL
    assert dimmer.look(True, at("07:10", 9000)) is Light.DARK
    assert dimmer.look(True, at("07:15", 9000)) is Light.DIM, "a quarter of an hour before it opens"


@pytest.mark.parametrize(("hours", "clock"), [((), Clock.SYNCHRONISED), (HOURS, Clock.UNCERTAIN)])
def test_who_does_not_know_that_it_is_closed_stays_readable(hours, clock):
    dimmer = Dimmer(120, hours, now_s=0)
    assert dimmer.look(True, at("23:00", 10_000, clock)) is Light.DIM


def test_the_lamp_is_set_in_parts_of_its_greatest(tmp_path):
    for name, most in (("10-0045", "255"), ("rpi_backlight", "31")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "max_brightness").write_text(most + "\n")
        (tmp_path / name / "brightness").write_text(most + "\n")
    lamp = Backlight(tmp_path)
    for part, values in ((0.35, ["89", "11"]), (0.0, ["0", "0"]), (1.0, ["255", "31"])):
        assert lamp.shine(part)
        assert [(tmp_path / name / "brightness").read_text() for name in ("10-0045", "rpi_backlight")] == values


def test_no_lamp_or_a_broken_one_is_no_error_and_said_once(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    assert not Backlight(tmp_path / "none").shine(1.0)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "brightness").write_text("1")
    lamp = Backlight(tmp_path)
    assert [lamp.shine(0.5) for _ in range(3)] == [False] * 3
    (tmp_path / "odd" / "max_brightness").write_text("many")
    assert not lamp.shine(0.5)
    assert [record.message for record in caplog.records] == ["backlight.failed"]
    (tmp_path / "odd" / "max_brightness").write_text("100")
    assert lamp.shine(0.5)
    assert (tmp_path / "odd" / "brightness").read_text() == "50"


def test_a_lamp_that_only_knows_on_and_off_stays_on_while_touches_count(tmp_path):
    lamp = tmp_path / "gpio" / "brightness"
    lamp.parent.mkdir()
    lamp.with_name("max_brightness").write_text("1")
    lamp.write_text("1")
    assert Backlight(tmp_path).shine(0.35)
    assert lamp.read_text() == "1"
    assert Backlight(tmp_path).shine(0.0)
    assert lamp.read_text() == "0"
