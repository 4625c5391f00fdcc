"""Whoever holds the counter's book follows it when it is put aside, and opens it anew after a failure."""

from pathlib import Path

from sync_agent.outbox import SLIPS_FILE_NAME, HeldBook, SlipBook, set_book_aside


def test_the_book_that_lies_there_is_the_one_that_is_held(tmp_path: Path) -> None:
    path = tmp_path / SLIPS_FILE_NAME
    held = HeldBook(tmp_path)
    assert held() is None
    assert not path.exists(), "looking makes no book"
    with SlipBook.open(path) as book:
        book.put_note("which", "first")
    first = held()
    assert first is not None
    assert held() is first, "opened once"
    set_book_aside(path, "aside")
    assert held() is None
    with SlipBook.open(path) as book:
        book.put_note("which", "second")
        second = held()
        assert second is not None
        assert second.notes() == {"which": "second"}
        assert held() is second
    held.close()
    held.close()
    assert (tmp_path / "aside").exists()
    again = held()
    assert again is not None
    assert again.notes() == {"which": "second"}, "opened anew after it was let go of"
    held.close()


def test_a_book_put_aside_and_made_anew_between_two_looks_is_followed(tmp_path: Path) -> None:
    path = tmp_path / SLIPS_FILE_NAME
    SlipBook.open(path).close()
    held = HeldBook(tmp_path)
    assert held() is not None
    set_book_aside(path, "aside")
    with SlipBook.open(path) as book:
        book.put_note("which", "second")
    found = held()
    assert found is not None
    assert found.notes() == {"which": "second"}
    held.close()
    with SlipBook.open(path) as book:
        assert book.notes() == {"which": "second"}, "letting go of the old one harmed nothing of the new one"
