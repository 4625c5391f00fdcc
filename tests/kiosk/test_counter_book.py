"""What the counter noted of a slip reaches the form; a book that is missing or broken takes nothing away."""

from datetime import date

from kiosk.counter_book import CounterBook
from kiosk.scanning import Issued
from sync_agent.outbox import SLIPS_FILE_NAME, NewSlip, PrintState, SlipBook

DAY, TOKEN = date(2026, 11, 22), "ab" * 16


def test_facts_agency_and_void_are_read_while_the_station_has_the_book(tmp_path):
    noted = CounterBook(tmp_path)
    assert noted(TOKEN) is None, "no slips are made here"
    with SlipBook.open(tmp_path / SLIPS_FILE_NAME) as book:
        assert noted(TOKEN) is None, "another counter's"
        book.issue(NewSlip("one", TOKEN, 77, DAY, DAY, b"sealed", {"RG.DT": "TC"}, agency="so-tnmt"))
        book.set_state(TOKEN, PrintState.UNSURE)
        book.set_state(TOKEN, PrintState.PRINTED)
        assert noted(TOKEN) == Issued({"RG.DT": "TC"}, "so-tnmt")
        book.set_state(TOKEN, PrintState.VOID, "torn")
        assert noted(TOKEN) == Issued({"RG.DT": "TC"}, "so-tnmt", is_void=True)
    noted.close()
    noted.close()


def test_a_broken_book_is_told_and_tried_again(tmp_path, caplog):
    path = tmp_path / SLIPS_FILE_NAME
    path.write_bytes(b"no database" * 1000)
    noted = CounterBook(tmp_path)
    assert noted(TOKEN) is None
    assert [record.message for record in caplog.records if record.name == "kiosk.counter_book"] == ["slips.failed"]
    path.unlink()
    with SlipBook.open(path) as book:
        book.issue(NewSlip("one", TOKEN, 77, DAY, DAY, b"sealed"))
        assert noted(TOKEN) == Issued({})
    noted.close()
