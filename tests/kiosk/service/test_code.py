"""Codes and tries: a salted hash, five free tries, then a lock that doubles and that no restart shortens."""

import pytest

from kiosk.service import code
from kiosk.service.flow import Act, Digit, Place, Role
from kiosk.service.tries import NOTE, lock_s
from tests.kiosk.service.bench import STAFF, TECHNICIAN


@pytest.mark.slow
def test_a_hash_is_salted_and_takes_only_its_code():
    one, other = code.make_hash("135791", lambda n: bytes(n)), code.make_hash("135791", lambda n: bytes([7] * n))
    assert one != other
    assert code.is_hash(one)
    assert "135791" not in one
    assert code.matches("135791", one)
    assert code.matches("135791", other)
    assert not code.matches("135792", one)
    assert not code.matches("", one)
    assert not code.matches("135791", "")


@pytest.mark.parametrize("typed", ["", "12345", "11111111", "12345678901", "12345a", "１２３４５６", " 123456"])
def test_what_is_no_code_has_no_hash(typed):
    with pytest.raises(ValueError, match="digits"):
        code.make_hash(typed, lambda n: bytes(n))


@pytest.mark.parametrize("text", ["", "135791", "scrypt$1$8$1$00$00", "scrypt$16384$8$1$" + "0" * 32 + "$" + "g" * 64])
def test_what_is_no_hash_matches_nothing(text):
    assert not code.is_hash(text)
    assert not code.matches("135791", text)


@pytest.mark.parametrize(("typed", "role"), [(STAFF, Role.STAFF), (TECHNICIAN, Role.TECHNICIAN)])
def test_each_code_has_its_role(bench, typed, role):
    bench.knock()
    bench.type(typed)
    assert (bench.place, bench.service.showing().role) == (Place.MENU, role)
    assert NOTE not in bench.store.kept_notes


@pytest.mark.slow
def test_five_wrong_codes_lock_the_pad_and_the_time_doubles(bench):
    bench.knock()
    for _ in range(4):
        bench.type("000001")
        assert bench.service.showing().wrong
        assert bench.service.showing().seconds_left == 0
    for expected_s in (60, 120, 240):
        bench.type("000001")
        assert bench.service.showing().seconds_left == expected_s
        bench.type(TECHNICIAN)
        assert bench.place is Place.PAD, "a locked pad takes nothing, the right code neither"
        bench.pass_s(expected_s + 1)
        assert bench.place is Place.CLOSED
        bench.knock()
    bench.type(TECHNICIAN)
    assert bench.place is Place.MENU
    assert [lock_s(wrong) for wrong in (4, 5, 6, 11, 500)] == [0, 60, 120, 3600, 3600]


@pytest.mark.slow
def test_a_restart_neither_forgives_nor_shortens(bench):
    bench.knock()
    for _ in range(5):
        bench.type("000001")
    bench.pass_s(19)
    bench.restart()
    bench.knock()
    assert bench.service.showing().seconds_left >= 57
    bench.pass_s(61)
    bench.knock()
    assert bench.service.showing().seconds_left == 0
    bench.restart()
    bench.knock()
    assert bench.service.showing().seconds_left == 0, "a lock that has run out does not begin again"
    bench.type("000001")
    assert bench.service.showing().seconds_left == 120


def test_a_try_counts_before_it_is_compared(bench, monkeypatch):
    """The plug is pulled between typing and comparing: the try has been counted all the same."""

    def cut(*_args):
        raise KeyboardInterrupt

    for round_ in range(7):
        bench.knock()
        with monkeypatch.context() as patch:
            patch.setattr(code, "matches", cut)
            if bench.service.showing().seconds_left == 0:
                with pytest.raises(KeyboardInterrupt):
                    bench.type("000001")
        bench.restart()
        bench.knock()
        assert (bench.service.showing().seconds_left > 0) == (round_ >= 4)


def test_a_damaged_note_locks(bench):
    bench.store.kept_notes[NOTE] = "{"
    bench.restart()
    bench.knock()
    assert bench.service.showing().seconds_left > 50


def test_a_sick_disk_keeps_no_technician_out(bench):
    bench.store.failing = True
    bench.knock()
    bench.type(TECHNICIAN)
    assert bench.place is Place.MENU


def test_the_pad_shows_how_many_digits_and_closes_by_itself(bench):
    bench.knock()
    for digit in "1234567890123":
        bench.service.act(Digit(digit))
    assert bench.service.showing().digits == 10
    assert "1234567890" not in repr(bench.service._state)
    bench.service.act(Act.ERASED)
    assert bench.service.showing().digits == 9
    bench.pass_s(19)
    assert bench.place is Place.PAD
    bench.pass_s(2)
    assert bench.place is Place.CLOSED
