"""The real process, a printer in software on a real pty: each trouble is told, nothing is lost, nothing comes twice."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.station import texts
from survey.invitation import token_of
from sync_agent.outbox import PrintState, SlipBook
from tests.kiosk.station.rig import KEY, MOST_TRIES, Printer, Station, codes_on, slips_in, today


def book(station: Station) -> SlipBook:
    return SlipBook.open(station.folder / "slips.db")


def states(station: Station) -> list[PrintState]:
    with book(station) as held:
        return [slip.state for slip in slips_in(held)]


@pytest.mark.slow
def test_one_button_one_slip(station: Callable[..., Station], printer: Printer) -> None:
    officer = (counter := station()).officer()
    assert texts.PRINT in officer.open()
    wish = officer.request
    officer.press()
    page = officer.insist()
    assert officer.status == 200
    assert texts.PRINTED_TEXT in page
    (picture,) = printer.slips()
    (code,) = codes_on(picture)
    assert code.is_genuine(KEY)
    assert not code.is_over(today())
    with book(counter) as held:
        (slip,) = slips_in(held)
        assert (slip.token, slip.state) == (token_of(code, KEY), PrintState.PRINTED)
        assert [note.token for note in held.untold(9)] == [slip.token]
        assert (slip.note.facts, slip.note.agency, slip.note.late) == ({}, "", None)
    assert code.letters not in page
    assert code.letters[-5:] in page
    officer.post("/phieu", request=wish)  # a second click
    assert len(printer.slips()) == len(states(counter)) == 1


@pytest.mark.slow
def test_a_dossier_goes_with_its_facts_and_stays_at_the_counter(
    station: Callable[..., Station], printer: Printer
) -> None:
    officer = (counter := station()).officer()
    officer.open()
    typed = {"dossier": "000.18.29.H51-230401-0001", "fact-RG.LV": "dat-dai", "fact-RG.DT": "TC", "agency": "so-tnmt"}
    late = today() - timedelta(days=1)
    typed |= {
        "promised": texts.day(late - timedelta(days=3)),
        "returned": texts.day(late),
        "notice": "co",
        "apology": "khong",
    }
    page = officer.post("/phieu", request=officer.request, step="check", **typed)
    assert texts.KNOWN_DOSSIER in page
    assert texts.LATE_NOW.format(days=3) in page
    assert printer.slips() == []
    officer.post("/phieu", request=officer.request, step="print", **typed)
    assert texts.PRINTED_TEXT in officer.insist()
    with book(counter) as held:
        (note,) = held.untold(9)
    assert (note.dossier, note.facts, note.agency) == (True, {"RG.LV": "dat-dai", "RG.DT": "TC"}, "so-tnmt")
    assert (note.late, note.notice, note.apology) == (True, True, False)
    for name in ("slips.db", "slips.db-log", "station.toml"):
        assert b"230401" not in (counter.folder / name).read_bytes()
    page = officer.open("/tre-hen")
    assert "000.18.29.H51-230401-0001" in page
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["1", "0", "1"]
    assert re.search(r"từ ngày [0-9/]{10} đến ngày [0-9/]{10}", page)


@pytest.mark.slow
def test_wrong_fields_are_told_and_print_nothing(station: Callable[..., Station], printer: Printer) -> None:
    officer = station().officer()
    officer.open()
    wrong = {"dossier": "x" * 65, "fact-RG.LV": "nowhere", "promised": "31/02/2026", "returned": "01/01/2099"}
    page = officer.post("/phieu", request=officer.request, step="print", **wrong)
    assert officer.status == 422
    for text in (texts.WRONG_DOSSIER.format(most=64), texts.WRONG_CHOICE, texts.WRONG_DAY, texts.WRONG_RETURNED):
        assert text in page
    page = officer.post("/phieu", request=officer.request, step="check", dossier="TẬP HỒ SƠ 12")
    assert texts.UNKNOWN_DOSSIER in page
    assert "TẬP HỒ SƠ 12" in page
    page = officer.post("/phieu", request=officer.request, step="check", dossier='"><script>alert(1)</script>')
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert printer.slips() == []


@pytest.mark.slow
def test_trouble_before_the_first_dot_loses_nothing(station: Callable[..., Station], printer: Printer) -> None:
    """Paper out, cover open, unplugged: said as what it is; the same code comes when it is mended."""
    officer = (counter := station()).officer()
    for number, (trouble, mended, status) in enumerate(
        [("paper out", "ok", "no_paper"), ("cover open", "ok", "cover_open"), ("unplug", "plug", "absent")], 1
    ):
        printer.tell(trouble)
        assert officer.see(texts.PRINTER[status][0])
        assert texts.ISSUED_TEXT in officer.press()
        assert officer.see(texts.PRINTER[status][0])
        assert states(counter)[0] is PrintState.ISSUED
        with book(counter) as held:
            assert held.untold(9) == held.untold(9)[: number - 1], "what is not printed is not told"
        printer.tell(mended)
        officer.order("in-tiep", number)
        assert texts.PRINTED_TEXT in officer.insist()
        officer.order("in-tiep", number)
    found = [code for picture in printer.slips() for code in codes_on(picture)]
    assert len(found) == len(set(found)) == 3
    assert states(counter) == [PrintState.PRINTED] * 3


@pytest.mark.slow
def test_a_cable_pulled_in_the_middle_asks_the_officer(station: Callable[..., Station], printer: Printer) -> None:
    officer = (counter := station()).officer()
    for number, (after, answer) in enumerate([(1500, "in-tiep"), (4000, "da-ra")], 1):
        printer.tell("ok")
        officer.open()
        printer.tell(f"unplug {after}")
        page = officer.press()
        assert texts.UNSURE_TEXT in page
        assert states(counter)[0] is PrintState.UNSURE
        printer.tell("plug")
        assert texts.UNSURE_TEXT in officer.open(), "still asked on every page"
        officer.order(answer, number)
        for _ in range(MOST_TRIES):
            if texts.UNSURE_TEXT in officer.page:
                officer.order(answer, number)
        assert texts.PRINTED_TEXT in officer.page
        assert states(counter)[0] is PrintState.PRINTED
    with book(counter) as held:
        slips = slips_in(held)
        tokens = {slip.n: slip.token for slip in slips}
    assert sum(slip.reprints for slip in slips) >= 1
    found = [code for picture in printer.slips() for code in codes_on(picture)]
    assert {token_of(code, KEY) for code in found} <= set(tokens.values())
    assert token_of(found[0], KEY) == tokens[1], "the same code, not a second one"


@pytest.mark.slow
def test_again_and_void_are_counted(station: Callable[..., Station], printer: Printer) -> None:
    officer = (counter := station()).officer()
    officer.open()
    officer.press()
    officer.insist()
    for _ in range(MOST_TRIES):
        officer.order("in-lai", 1, before="0")  # again and again: one click counts
    assert len(printer.slips()) == 2
    assert len({code.letters for picture in printer.slips() for code in codes_on(picture)}) == 1
    page = officer.order("huy", 1, reason="no such reason")
    assert texts.NO_REASON in page
    page = officer.order("huy", 1, reason="in-hong")
    assert "Phiếu in hỏng" in page
    officer.order("in-lai", 1, before="1")
    officer.order("da-ra", 1)
    assert len(printer.slips()) == 2, "a void slip is never printed"
    assert re.findall(r"<dd>(\d+)</dd>", officer.open()) == ["0", "1", "1"]
    with book(counter) as held:
        assert [str(note.state) for note in held.untold(9)] == ["void"]


@pytest.mark.slow
def test_without_setup_the_page_says_what_to_do(folder: Path, station: Callable[..., Station]) -> None:
    counter = station()
    officer = counter.officer()
    before = officer.open()
    (folder / "slips.json").unlink()
    page = officer.open()
    assert texts.NO_SETUP in page
    assert texts.PRINT_DOSSIER not in page
    officer.page = before
    assert texts.NO_SETUP in officer.press(), "also from a page that still has the button"
    assert officer.status == 503
    (folder / "assignment.json").unlink()
    assert texts.NOT_ENROLLED in officer.open()
