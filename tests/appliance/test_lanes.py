"""Which parts run side by side, and what becomes of their reports."""

from tests.appliance.__main__ import all_parts
from tests.appliance.lanes import LANES, joined, split


def test_every_part_is_in_one_lane_and_the_control_comes_after_the_cuts() -> None:
    names = [name for lane in LANES for name in lane]
    assert sorted(names) == sorted(all_parts(1, 1))
    assert split(names) == [list(lane) for lane in LANES]
    assert split({"control", "cuts", "updates"}) == [["cuts", "control"], ["updates"]]
    assert split({"month"}) == [["month"]]


def test_two_reports_are_one() -> None:
    one = {"seed": 7, "first_screen_s": {"cold": [50.0]}, "processor_s": {"cold": [70.0]}, "parts": [{"name": "cuts"}]}
    two = {
        "seed": 7,
        "first_screen_s": {"cold": [51.0], "rest": [9.0]},
        "processor_s": {},
        "parts": [{"name": "month"}],
    }
    two["parts"] = [{"name": "month"}]
    assert joined([one, two]) == {
        "seed": 7,
        "first_screen_s": {"cold": [50.0, 51.0], "rest": [9.0]},
        "processor_s": {"cold": [70.0]},
        "parts": [{"name": "cuts"}, {"name": "month"}],
    }
