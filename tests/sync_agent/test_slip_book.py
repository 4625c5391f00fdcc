"""What the slip book promises: one slip a wish, honest states, told once and again when void, links that end."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from survey.slip_notes import SlipState
from sync_agent.outbox import DamagedStorage, NewSlip, Outbox, PrintState, SlipBook
from sync_agent.outbox.slip_book import set_book_aside

DAY = date(2026, 11, 23)
SEED = 20261122


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slips.db"


@pytest.fixture
def book(path: Path) -> Iterator[SlipBook]:
    opened = SlipBook.open(path)
    yield opened
    opened.close()


def new(number: int, **changes: object) -> NewSlip:
    made = NewSlip(
        request=f"wish-{number}",
        token=f"{number:032x}",
        number=7,
        day=DAY,
        last_day=DAY + timedelta(days=15),
        sealed=f"sealed {number}".encode(),
        facts={"RG.LV": "dat-dai"},
        dossier=True,
        agency="stnmt",
        late=True,
        notice=False,
        apology=None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def printed(book: SlipBook, number: int, **changes: object) -> str:
    slip = book.issue(new(number, **changes))
    assert slip is not None
    assert book.set_state(slip.token, PrintState.UNSURE)
    assert book.set_state(slip.token, PrintState.PRINTED)
    return slip.token


def test_a_slip_comes_back_as_it_was_entered(book: SlipBook, path: Path) -> None:
    slip = book.issue(new(1))
    assert slip is not None
    assert (slip.state, slip.reprints, slip.last_day) == (PrintState.ISSUED, 0, DAY + timedelta(days=15))
    note = slip.note
    assert (note.dossier, note.facts, note.agency, note.late, note.notice, note.apology) == (
        *(True, {"RG.LV": "dat-dai"}, "stnmt"),
        *(True, False, None),
    )
    assert book.note(slip.token) == note
    bare = book.issue(new(2, dossier=False))
    assert bare is not None
    assert not bare.note.dossier
    assert book.note("f" * 32) is None
    assert book.link(slip.token) == b"sealed 1"
    with SlipBook.open(path) as second:
        assert second.slip(slip.n) == slip


def test_an_empty_book_has_no_days(book: SlipBook) -> None:
    assert book.days() is None


def test_a_wish_that_comes_twice_makes_one_slip(book: SlipBook) -> None:
    first = book.issue(new(1))
    again = book.issue(new(2, request="wish-1"))
    assert first == again
    assert len(book.recent(DAY, 10)) == 1
    assert book.issue(new(1, request="another wish")) is None, "a code that was used before"


def test_states_go_one_way(book: SlipBook) -> None:
    begun = book.issue(new(9))
    assert begun is not None
    assert not book.set_state(begun.token, PrintState.PRINTED), "no dot of it was sent"
    assert book.set_state(begun.token, PrintState.VOID)
    token = printed(book, 1)
    assert not book.set_state(token, PrintState.UNSURE)
    assert not book.set_state(token, PrintState.ISSUED)
    assert book.set_state(token, PrintState.VOID, "in-hong")
    assert not any(book.set_state(token, state) for state in PrintState)
    slip = book.recent(DAY, 10)[0]
    assert (slip.state, slip.reason, slip.note.state) == (PrintState.VOID, "in-hong", SlipState.VOID)


def test_only_settled_slips_are_told_and_a_void_one_again(book: SlipBook) -> None:
    book.issue(new(1))
    token = printed(book, 2)
    other = printed(book, 3)
    notes = book.untold(10)
    assert [note.token for note in notes] == [token, other]
    assert [note.token for note in book.untold(1)] == [token]
    book.set_state(token, PrintState.VOID, "x")  # while the message was on its way
    book.told(notes)
    assert [(note.token, note.state) for note in book.untold(10)] == [(token, SlipState.VOID)]
    book.told(book.untold(10))
    assert book.untold(10) == []
    assert [slip.state for slip in book.unsettled()] == [PrintState.ISSUED]


def test_counts_are_of_one_day(book: SlipBook) -> None:
    tokens = [printed(book, number) for number in range(1, 5)]
    printed(book, 9, day=DAY + timedelta(days=1))
    book.issue(new(5))
    book.set_state(tokens[0], PrintState.VOID, "x")
    assert book.count_reprint(tokens[1], 0)
    assert not book.count_reprint(tokens[1], 0), "the same order again"
    assert book.count_reprint(tokens[1], 1)
    counts = book.counts(DAY)
    assert (counts.printed, counts.void, counts.issued, counts.unsure, counts.reprints) == (3, 1, 1, 0, 2)
    assert len(book.late()) == 4, "neither the void one nor the one that is not on paper"
    assert book.days() == (DAY, DAY + timedelta(days=1))


def test_links_end_and_what_hangs_is_settled(book: SlipBook, path: Path) -> None:
    sealed = b"SEALED-LINK-OF-A-DOSSIER" * 4
    told = printed(book, 1, sealed=sealed)
    book.issue(new(2))
    unsure = book.issue(new(3))
    assert unsure is not None
    book.set_state(unsure.token, PrintState.UNSURE)
    later = printed(book, 4, day=DAY + timedelta(days=1))
    assert book.link_days() == [DAY, DAY + timedelta(days=1)]
    assert len(book.links_of(DAY)) == 3
    book.drop_links(DAY)
    assert book.link(told) is None
    assert book.link(later) is not None
    assert [slip.state for slip in book.recent(DAY, 9)] == [PrintState.PRINTED, PrintState.VOID, PrintState.PRINTED]
    assert sealed not in path.read_bytes(), "deleted rows leave no bytes in the pages"
    assert sealed not in path.with_name("slips.db-log").read_bytes(), "nor in the log"
    assert book.forget(DAY + timedelta(days=99)) == 0, "not told yet"
    book.told(book.untold(99))
    assert book.forget(DAY + timedelta(days=15)) == 0, "still good"
    assert book.forget(DAY + timedelta(days=99)) == 3
    assert [slip.token for slip in book.recent(DAY + timedelta(days=1), 9)] == [later], "its link is kept"


@pytest.mark.slow
def test_two_processes_write_one_book_and_a_killed_one_loses_nothing(path: Path) -> None:
    """Children are killed at any moment; whatever one told is in the book, once."""
    chance = random.Random(SEED)
    told: set[int] = set()
    SlipBook.open(path).close()
    for kill in range(20):
        children = [_child(path, first) for first in (kill * 2000 + 1, kill * 2000 + 1001)]
        words = b""
        while words.count(b"\n") < chance.randrange(1, 6):
            words += os.read(children[0][1], 4096)
        for child, pipe in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            while part := os.read(pipe, 4096):
                words += part
            os.close(pipe)
        told |= {int(word) for word in words.split(b"\n")[:-1] if word.isdigit()}
    with SlipBook.open(path) as book:
        held = [int(slip.token, 16) for slip in book.recent(DAY, 10**6)]
    print(
        f"kill -9 of two writers: 20 times, {len(told)} slips acknowledged, seed {SEED}: {len(told - set(held))} lost"
    )
    assert told <= set(held)
    assert len(held) == len(set(held))


def _child(path: Path, first: int) -> tuple[int, int]:
    pipe, out = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            book = SlipBook.open(path)
            for number in range(first, first + 1000):
                book.issue(new(number))
                os.write(out, b"%d\n" % number)
        finally:
            os._exit(0)
    os.close(out)
    return child, pipe


def test_threads_take_turns(book: SlipBook) -> None:
    def work(first: int) -> None:
        for number in range(first, first + 20):
            printed(book, number)

    threads = [threading.Thread(target=work, args=(first,)) for first in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert book.counts(DAY).printed == 60


def test_a_damaged_row_is_passed_over(book: SlipBook) -> None:
    token, good = printed(book, 1), printed(book, 2)
    with book._change("damage") as change:
        change("UPDATE slip SET facts = x'00' WHERE token = ?", (token,))
    assert book.note(token) is None
    assert [note.token for note in book.untold(9)] == [good]


def test_a_damaged_book_is_said_and_can_be_set_aside(path: Path) -> None:
    with SlipBook.open(path) as book:
        printed(book, 1)
    raw = bytearray(path.read_bytes())
    raw[1024:2048] = bytes(1024)
    path.write_bytes(raw)
    path.with_name("slips.db-log").unlink()  # it could have mended the page
    with pytest.raises(DamagedStorage):
        SlipBook.open(path)
    set_book_aside(path, "slips-2026-11-23.damaged")
    assert (path.parent / "slips-2026-11-23.damaged").read_bytes() == raw
    with SlipBook.open(path) as book:
        assert book.recent(DAY, 9) == []


def test_outbox_and_book_are_never_taken_for_each_other(tmp_path: Path) -> None:
    Outbox.open(tmp_path / "a").close()
    SlipBook.open(tmp_path / "b").close()
    with pytest.raises(DamagedStorage):
        SlipBook.open(tmp_path / "a")
    with pytest.raises(DamagedStorage):
        Outbox.open(tmp_path / "b")
    assert SlipBook.open_if_there(tmp_path / "c") is None
    assert not (tmp_path / "c").exists()


def test_small_facts_stay(book: SlipBook) -> None:
    book.put_note("a", "1")
    book.put_note("a", "2")
    assert book.notes() == {"a": "2"}
    book.drop_note("a")
    assert book.notes() == {}
