"""What a kiosk tells of its button panels travels unchanged, and nothing else is taken for it."""

import pytest

from survey.errors import BadMessage
from survey.panel_state import (
    CONDITION,
    COUNTS,
    Condition,
    Counts,
    Trouble,
    notes_of,
    read_conditions,
    read_counts,
    write_note,
)

SICK = Condition("hộp 1", Trouble.STUCK, "5eed1e57", "1.0.0", 5, (0, 3), 4980)
COUNTED = Counts("hộp 1", told=120, held=119, refused=2, differ=True)


def test_what_is_written_is_read():
    notes = dict([write_note(SICK), write_note(COUNTED), write_note(Condition("a"))])
    assert read_conditions(notes_of(notes, CONDITION)) == (Condition("a"), SICK)
    assert read_counts(notes_of(notes, COUNTS)) == (COUNTED,)


def test_an_unreadable_note_is_left_out_and_eight_are_enough():
    notes = dict([write_note(Condition(f"p{n}")) for n in range(9)]) | {"panel/p0": "{"}
    assert [each.panel for each in read_conditions(notes_of(notes, CONDITION))] == [f"p{n}" for n in range(1, 9)]
    assert notes_of({"panel/x": '{"a":1.5}'}, CONDITION) == []


def test_a_trouble_of_a_later_version_is_not_taken_for_health():
    (told,) = read_conditions([{"panel": "a", "trouble": "on_fire"}])
    assert told.trouble is Trouble.SILENT


@pytest.mark.parametrize(
    "value",
    [None, {}, [1], [{}] * 9, [{"panel": 1}], [{"panel": "x" * 41}], [{"panel": "\n"}], [{"stuck": 1}],
     [{"stuck": [True]}], [{"stuck": [0] * 6}], [{"supply_mv": -1}], [{"buttons": 2**53}]],
)  # fmt: skip
def test_misshapen_conditions_are_refused(value):
    with pytest.raises(BadMessage):
        read_conditions(value)


@pytest.mark.parametrize("change", [{"told": -1}, {"held": "1"}, {"refused": 1.5}, {"differ": True}])
def test_misshapen_counts_are_refused(change):
    with pytest.raises(BadMessage):
        read_counts([COUNTED.fields() | change])
