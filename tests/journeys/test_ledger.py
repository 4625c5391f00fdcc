"""The demo's own arithmetic: it must notice a loss that a doubled answer would hide."""

from deploy.demo.citizens import Way, invite
from deploy.demo.ledger import Given, balance, index_percent

GIVEN = [Given("screen", 5), Given("screen", 2), Given("button", 4)]


def test_all_arrived() -> None:
    even = balance(GIVEN, list(reversed(GIVEN)), ["a", "b", "c"])
    assert even.even
    assert (even.tapped, even.pressed, even.received) == (2, 1, 3)


def test_a_loss_does_not_hide_behind_a_double() -> None:
    uneven = balance(GIVEN, [GIVEN[0], GIVEN[0], GIVEN[2]], ["a", "b", "c"])
    assert (uneven.lost, uneven.duplicates, uneven.even) == (1, 1, False)


def test_a_repeated_id_is_a_double() -> None:
    assert balance(GIVEN, GIVEN, ["a", "a", "b"]).duplicates == 1


def test_a_changed_channel_or_level_is_noticed() -> None:
    assert not balance(GIVEN, [GIVEN[0], GIVEN[1], Given("screen", 4)], ["a", "b", "c"]).even
    assert not balance(GIVEN, [GIVEN[0], GIVEN[1], Given("button", 5)], ["a", "b", "c"]).even


def test_the_expected_index_rounds_half_up() -> None:
    assert index_percent(GIVEN) == 66.67
    assert index_percent([]) is None


def test_an_answer_without_the_overall_question_counts_as_an_answer_but_not_in_the_index() -> None:
    given = [*GIVEN, Given("screen", None)]
    assert balance(given, given, ["a", "b", "c", "d"]).even
    assert balance(given, GIVEN, ["a", "b", "c"]).lost == 1
    assert index_percent(given) == index_percent(GIVEN)
    assert index_percent([Given("screen", None)]) is None


def test_small_demos_show_every_way_and_dice_are_repeatable() -> None:
    assert {citizen.way for citizen in invite(4, 1)} == set(Way)
    assert invite(40, 7) == invite(40, 7) != invite(40, 8)
    assert len(invite(1, 1)) == 1
