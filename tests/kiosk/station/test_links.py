"""The way back from a slip to its dossier: sealed, for some days, then gone, with a proof that anyone can check."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.station import links as module
from kiosk.station.links import ENDING, KEYS, LOG, UNREAD, Link, Links
from sync_agent.outbox import NewSlip, SlipBook

DAY = date(2026, 11, 23)
DOSSIER = "000.18.29.H51-230401-0001"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SlipBook]:
    with SlipBook.open(tmp_path / "slips.db") as opened:
        yield opened


@pytest.fixture
def links(tmp_path: Path, book: SlipBook) -> Links:
    return Links(tmp_path, book, os.urandom)


def put(book: SlipBook, links: Links, number: int, day: date = DAY) -> Link:
    link = Link(f"{number:032x}", "A" * 20, DOSSIER, DAY, None)
    sealed = links.seal(day, link)
    book.issue(NewSlip(f"wish {number}", link.token, 7, day, day + timedelta(days=15), sealed))
    return link


def test_a_link_opens_on_its_days_only_and_lies_in_no_file_in_clear(
    tmp_path: Path, book: SlipBook, links: Links
) -> None:
    link = put(book, links, 1)
    assert links.open(DAY, link.token) == link
    assert links.open(DAY + timedelta(days=1), link.token) is None
    assert links.open(DAY, "f" * 32) is None
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"230401" not in path.read_bytes()
    assert (tmp_path / KEYS / f"{DAY}.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / KEYS).stat().st_mode & 0o777 == 0o700


def test_a_link_put_in_anothers_place_is_not_taken(book: SlipBook, links: Links) -> None:
    first, second = put(book, links, 1), put(book, links, 2)
    with book._change("swap") as change:
        change("UPDATE link SET sealed = (SELECT sealed FROM link WHERE token = ?)", (second.token,))
    assert links.open(DAY, first.token) is None
    assert links.open(DAY, second.token) == second


def test_after_its_days_the_key_is_gone_and_proved(tmp_path: Path, book: SlipBook, links: Links) -> None:
    kept = (tmp_path / KEYS / f"{DAY}.key", put(book, links, 1), put(book, links, 2))[0].read_bytes()
    put(book, links, 3, DAY + timedelta(days=1))
    assert links.end(DAY + timedelta(days=30), 30) == 0
    assert links.end(DAY + timedelta(days=31), 30) == 1
    assert links.end(DAY + timedelta(days=31), 30) == 0
    assert links.end(DAY + timedelta(days=99), 30) == 1
    assert list((tmp_path / KEYS).iterdir()) == []
    assert book.link_days() == []
    faults, days, count, head = links.prove()
    assert (faults, days, count, len(head)) == ([], 2, 3, 64)
    lines = (tmp_path / LOG).read_bytes()
    assert DOSSIER.encode() not in lines
    assert kept not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("step", ["destroy", "drop_links", "append_line", "unlink", "sync_folder"])
def test_a_power_cut_while_destroying_is_finished_at_the_next_start(
    tmp_path: Path, book: SlipBook, links: Links, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(book, links, 1)

    def cut(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    owner = {"drop_links": SlipBook, "unlink": Path}.get(step, module)
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, cut)
        with pytest.raises(KeyboardInterrupt):
            links.end(DAY + timedelta(days=40), 30)
    again = Links(tmp_path, book, os.urandom)
    again.end(DAY + timedelta(days=40), 30)
    assert again.prove()[:3] == ([], 1, 1)


def test_a_half_line_at_the_end_is_taken_off(tmp_path: Path, book: SlipBook, links: Links) -> None:
    put(book, links, 1)
    links.end(DAY + timedelta(days=40), 30)
    with (tmp_path / LOG).open("ab") as file:
        file.write(b'{"day":"2026-')
    put(book, links, 2, DAY + timedelta(days=50))
    links.end(DAY + timedelta(days=99), 30)
    assert links.prove()[:3] == ([], 2, 2)


def test_a_bad_last_line_and_a_bad_note_of_a_destruction_stop_nothing(
    tmp_path: Path, book: SlipBook, links: Links
) -> None:
    """Of a disk with bad cells: every other day is destroyed, and the proof says what cannot be read."""
    put(book, links, 1)
    links.end(DAY + timedelta(days=40), 30)
    for number, bad in enumerate((b"\0" * 80, b'{"day":"2026-13-99","key":"","slips":1}', b"[]", b"{}"), 1):
        with (tmp_path / LOG).open("ab") as file:
            file.write(bad + b"\n")
        (tmp_path / ENDING).write_bytes(bad)
        put(book, links, 10 + number, DAY + timedelta(days=number))
        assert links.end(DAY + timedelta(days=40 + number), 30) == 1
        assert list((tmp_path / KEYS).iterdir()) == []
    faults, _, count, _ = links.prove()
    assert faults == [
        *(f"{LOG}:{line}: cannot be read" for line in (2, 4, 6, 8)),
        f"{UNREAD}: a destruction was begun of which the note cannot be read",
    ]
    assert count == 5


def test_a_proof_that_was_touched_fails(tmp_path: Path, book: SlipBook, links: Links) -> None:
    for number in range(3):
        put(book, links, number, DAY + timedelta(days=number))
        links.end(DAY + timedelta(days=40 + number), 30)
    path = tmp_path / LOG
    good = path.read_bytes()
    lines = good.splitlines(keepends=True)
    bad = {
        "changed": good.replace(b'"slips":1', b'"slips":2', 1),
        "line removed": lines[0] + lines[2],
        "lines exchanged": lines[1] + lines[0] + lines[2],
        "no line": lines[0] + b"?\n" + lines[2],
    }
    for what, data in bad.items():
        path.write_bytes(data)
        assert links.prove()[0], what
    path.write_bytes(good)
    assert links.prove()[0] == []


def test_a_key_put_back_and_links_left_are_found(tmp_path: Path, book: SlipBook, links: Links) -> None:
    put(book, links, 1)
    key = tmp_path / KEYS / f"{DAY}.key"
    kept = key.read_bytes()
    links.end(DAY + timedelta(days=40), 30)
    key.write_bytes(kept)
    assert links.prove()[0] == [f"{KEYS}/{DAY}: is still there"]
    key.unlink()
    put(book, links, 2)
    key.unlink()
    assert links.prove()[0] == [f"links of {DAY} are still there"]
