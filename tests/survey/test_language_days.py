"""Which days may be told of, and that nothing counted is told twice, lost, or told of too few."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.errors import BadMessage
from survey.language_days import (
    LEAST,
    MOST_ANSWERS,
    MOST_SHEETS,
    NEXT,
    Sheet,
    close,
    held,
    read_sheets,
    tally_of,
    write_note,
)

SHEET = Sheet(3, "krong-no-2023", "kn-huyen", "2026-11-19", "2026-11-20", {"km": 1, "vi": 11})


def tallies(counts: Mapping[tuple[str, str], int], point: str = "kn-huyen") -> dict[str, int]:
    return {tally_of(f"2026-11-{day}", "krong-no-2023", point, code): n for (day, code), n in counts.items()}


def test_a_day_is_told_when_it_is_over():
    counted = tallies({("20", "vi"): 11, ("20", "km"): 1, ("21", "vi"): 40})
    sheets, closed = close(counted, "2026-11-21", 3)
    assert [(s.number, s.since, s.day, s.counts) for s in sheets] == [
        (3, "2026-11-20", "2026-11-20", {"km": 1, "vi": 11})
    ]
    assert counted.keys() - closed.keys() == {tally_of("2026-11-21", "krong-no-2023", "kn-huyen", "vi")}


def test_a_day_of_few_answers_waits_and_is_added_to_the_next():
    few = tallies({("18", "vi"): 3, ("19", "km"): 1})
    assert close(few, "2026-11-20", 1) == ([], {})
    ((sheet,), closed) = close(few | tallies({("20", "vi"): 1}), "2026-11-21", 1)
    assert (sheet.since, sheet.day, sheet.counts) == ("2026-11-18", "2026-11-20", {"vi": 4, "km": 1})
    assert sum(closed.values()) == LEAST


def test_what_is_counted_late_for_a_closed_day_comes_with_a_later_sheet():
    late = tallies({("20", "km"): 1})
    assert close(late, "2026-11-21", 2) == ([], {})
    ((sheet,), _) = close(late | tallies({("21", "vi"): 6}), "2026-11-22", 2)
    assert (sheet.number, sheet.day, sum(sheet.counts.values())) == (2, "2026-11-21", 7)


def test_two_points_never_share_a_sheet():
    both = tallies({("20", "vi"): 4}) | tallies({("20", "vi"): 5}, "elsewhere")
    ((sheet,), closed) = close(both, "2026-11-21", 1)
    assert (sheet.point, closed) == ("elsewhere", tallies({("20", "vi"): 5}, "elsewhere"))


COUNTS = st.dictionaries(
    st.tuples(st.integers(10, 29).map(str), st.sampled_from(["vi", "en", "km"])), st.integers(1, 9), max_size=30
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(COUNTS, st.lists(st.integers(10, 30), max_size=8))
def test_nothing_is_lost_or_told_twice_and_never_of_too_few(counted, looks):
    left, told, number = tallies(counted), [], 1
    for today in looks:  # the clock may go back, too
        sheets, closed = close(left, f"2026-11-{today}", number)
        number += len(sheets)
        told += sheets
        assert all(sheet.day < f"2026-11-{today}" and sum(sheet.counts.values()) >= LEAST for sheet in sheets)
        assert sum(sum(sheet.counts.values()) for sheet in sheets) == sum(closed.values())
        left = {name: count - closed.get(name, 0) for name, count in left.items()}
    assert [sheet.number for sheet in told] == list(range(1, number))
    for code in ("vi", "en", "km"):
        rest = sum(count for name, count in left.items() if name.endswith(f"/{code}"))
        everything = sum(count for (_, each), count in counted.items() if each == code)
        assert sum(sheet.counts.get(code, 0) for sheet in told) + rest == everything


def test_a_counter_gone_mad_makes_a_sheet_that_the_centre_takes():
    mad = tallies({("20", "vi"): MOST_ANSWERS * 9, ("20", "km"): 2})
    ((sheet,), closed) = close(mad, "2026-11-21", 1)
    assert (sheet.counts, closed) == ({"vi": MOST_ANSWERS, "km": 2}, mad)
    assert read_sheets([sheet.fields()]) == (sheet,)


def test_strange_tallies_are_left_alone():
    assert close({"5eed1e57/2": 9, "language/2026-11-01/x": 9, NEXT: 9}, "2026-12-01", 1) == ([], {})


def test_what_is_written_is_read():
    notes = dict([write_note(SHEET)]) | {"languages/xx": "{}", "languages/00000009": "{"}
    assert read_sheets(list(held(notes).values())) == (SHEET,)
    assert list(held(notes)) == [3]


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {"vi": 4}},
        {"counts": {"vi": 0, "en": 5}},
        {"counts": {"vi": "5"}},
        {"counts": {"vi": MOST_ANSWERS + 1, "km": 1}},
        {"counts": {"Việt": 9}},
        {"counts": {}},
        {"counts": {f"{a}{b}": 1 for a in "abcdef" for b in "abc"}},
        {"number": 0},
        {"number": "1"},
        {"day": "2026-13-01"},
        {"since": "20261101"},
        {"since": None},
        {"point": "a/b"},
        {"plan": 3},
    ],
)
def test_a_misshapen_sheet_is_refused(change):
    with pytest.raises(BadMessage):
        read_sheets([SHEET.fields() | change])


def test_no_more_than_a_fortnight_at_once():
    for wrong in ([SHEET.fields()] * (MOST_SHEETS + 1), {}, ["x"]):
        with pytest.raises(BadMessage):
            read_sheets(wrong)
