"""The desk without a page: cut at every step, two officers at once, honest outcomes, a clock that is wrong."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp

from hardware.drawing import as_image
from hardware.escpos_printer import EscposPrinter
from hardware.ports import Outcome, Picture, PrinterStatus
from hardware.virtual_printer.device import VirtualPrinter
from hardware.virtual_printer.inside import Clock, InsidePort
from kiosk.station import standing, texts
from kiosk.station.desk import PRINTING, Desk, Means, is_torn
from kiosk.station.errors import NotReady
from kiosk.station.links import Links
from kiosk.station.lists import read_lists
from kiosk.station.standing import CounterFiles
from kiosk.station.views import view_slip
from kiosk.station.wish import Wish
from survey.invitation import Code, read_code
from sync_agent.outbox import PrintState, Slip, SlipBook
from tests.kiosk.station.rig import BASE, ROOT, furnish, setup

DAY = date(2026, 11, 23)
LISTS = read_lists((ROOT / "kiosk/station/lists.json").read_bytes(), "lists")


class Cut(BaseException):
    """The plug is pulled."""


class Plug:
    """Stands between desk and things: pulls the plug before the step `at`, or after it for halves."""

    def __init__(self, at: float) -> None:
        self.at, self.steps = at, 0

    def of(self, thing: Any, *names: str) -> Any:
        return _Plugged(self, thing, names)

    def call(self, work: Callable[..., Any], *given: Any) -> Any:
        if self.steps == self.at:
            raise Cut
        made = work(*given)
        if self.steps + 0.5 == self.at:
            raise Cut
        self.steps += 1
        return made


class _Plugged:
    def __init__(self, plug: Plug, thing: Any, names: tuple[str, ...]) -> None:
        self._plug, self._thing, self._names = plug, thing, names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        return (lambda *given: self._plug.call(found, *given)) if name in self._names else found


class Counter:
    """A counter whose process may die and begin again; printer and disk stay."""

    def __init__(self, folder: Path) -> None:
        furnish(folder)
        self.folder, self.sheets, self.day = folder, list[Picture](), DAY
        self.device = VirtualPrinter(384, on_cut=self.sheets.append)
        self.book: SlipBook | None = None
        self.is_sure = True

    def begin(self, plug: Plug | None = None) -> Desk:
        self.end()
        self.book = SlipBook.open(self.folder / "slips.db")
        clock, torn = Clock(), is_torn(self.book)
        printer: Any = EscposPrinter(
            lambda: InsidePort(self.device, clock), 384, native_qr=True, torn=torn, clock=clock
        )
        book: Any = self.book
        links: Any = Links(self.folder, self.book, os.urandom)
        if plug is not None:
            book = plug.of(book, "issue", "put_note", "set_state", "count_reprint", "drop_note")
            links, printer = plug.of(links, "seal"), plug.of(printer, "print")
        files = CounterFiles(self.folder, lambda: self.day)
        return Desk(Means(book, links, files, printer, lambda: self.day, os.urandom, lambda: self.is_sure))

    def end(self) -> None:
        if self.book is not None:
            self.book.close()
            self.book = None

    def codes(self) -> list[Code]:
        """Of whole slips: read by an independent reader."""
        found = [zxingcpp.read_barcodes(as_image(sheet).convert("L")) for sheet in self.sheets]
        return [read_code(each.text) for on_sheet in found for each in on_sheet]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = Counter(tmp_path)
    yield made
    made.end()


def go_on(desk: Desk, slip: Slip) -> Slip | None:
    """The button of a page that shows the slip so."""
    return desk.go_on(slip.n, slip.state, slip.reprints)


def finish(desk: Desk, counter: Counter, slip: Slip) -> Slip:
    """What an officer does with a slip that hangs."""
    if slip.state is PrintState.UNSURE:
        link = desk.letters(slip)
        assert link is not None
        seen = link.letters in [code.letters for code in counter.codes()]
        return (desk.confirm(slip.n) if seen else go_on(desk, slip)) or slip
    return go_on(desk, slip) or slip


@pytest.mark.slow
def test_a_plug_pulled_at_every_step_loses_no_slip_and_makes_no_second(tmp_path: Path) -> None:
    cuts = 0
    for at in [half / 2 for half in range(16)]:
        folder = tmp_path / str(at)
        folder.mkdir()
        counter = Counter(folder)
        plug = Plug(at)
        try:
            counter.begin(plug).issue("wish", Wish(dossier="H55.242-231004-0007"))
        except Cut:
            cuts += 1
        desk = counter.begin()
        slip = finish(desk, counter, desk.issue("wish", Wish(dossier="H55.242-231004-0007")))
        assert slip.state is PrintState.PRINTED
        assert len({code.letters for code in counter.codes()}) == 1, "one code, however often it is on paper"
        assert len(counter.codes()) <= 1 + slip.reprints
        assert counter.book is not None
        assert len(counter.book.recent(DAY, 9)) == 1
        counter.end()
    print(f"the plug pulled at {cuts} places of a slip: none lost, none made twice")
    assert cuts >= 13


@pytest.mark.slow
def test_a_plug_pulled_while_printing_again(tmp_path: Path) -> None:
    for at in [half / 2 for half in range(10)]:
        folder = tmp_path / str(at)
        folder.mkdir()
        counter = Counter(folder)
        slip = counter.begin().issue("wish", Wish())
        with contextlib.suppress(Cut):
            counter.begin(Plug(at)).print_again(slip.n, 0)
        desk = counter.begin()
        again = desk.print_again(slip.n, 0) or slip
        assert again.state is PrintState.PRINTED
        assert again.reprints == 1
        assert len({code.letters for code in counter.codes()}) == 1
        counter.end()


def test_a_second_print_cut_off_is_asked_about_and_hangs_on_no_other_slip(counter: Counter) -> None:
    """The cable in the middle of «In lại», then the plug: nobody is told that it came out well."""
    desk = counter.begin()
    slip, other = desk.issue("a", Wish()), desk.issue("b", Wish())
    counter.device.state.unplug_after = 1500
    torn = desk.print_again(slip.n, 0) or slip
    assert (torn.state, torn.reprints) == (PrintState.PRINTED, 1)
    assert shown(desk, torn) == ("warn", texts.UNSURE_TEXT, ["da-ra", "in-lai"])
    assert (desk.print_again(other.n, 0) or other).reprints == 0, "still unplugged"
    assert shown(desk, other)[0] == "warn"
    counter.device.state.plugged, counter.device.state.unplug_after = True, None
    desk = counter.begin()
    assert shown(desk, torn) == ("warn", texts.UNSURE_TEXT, ["da-ra", "in-lai"])
    desk.confirm(torn.n)
    desk = counter.begin()
    assert shown(desk, torn) == ("good", texts.PRINTED_TEXT, ["in-lai"]), "asked once, whatever is switched off"
    before = len(counter.sheets)
    assert desk.issue("c", Wish()).state is PrintState.PRINTED
    assert len(counter.sheets) == before + 2, "what hung was cut off before the next slip"
    assert len(counter.codes()) == 3
    assert counter.book is not None
    assert PRINTING not in counter.book.notes()


def shown(desk: Desk, slip: Slip) -> tuple[str, str, list[str]]:
    view = view_slip(slip, desk.letters(slip), desk.said(slip.n), LISTS)
    return view.tone, view.text, [path for path, _, _ in view.actions]


def test_a_second_click_prints_nothing_without_a_look(counter: Counter) -> None:
    desk = counter.begin()
    counter.device.state.unplug_after = 2000
    unsure = desk.issue("a", Wish())
    counter.device.state.plugged, counter.device.state.unplug_after = True, None
    first = go_on(desk, unsure)
    assert first is not None
    assert first.reprints == 1
    sheets = len(counter.sheets)
    assert go_on(desk, unsure) == first
    assert desk.go_on(unsure.n, "", 1) == first
    assert len(counter.sheets) == sheets


def test_a_second_click_on_a_slip_that_stopped_again(counter: Counter) -> None:
    desk = counter.begin()
    counter.device.paper.rows_left = 0
    waits = desk.issue("a", Wish())
    counter.device.paper.rows_left = None
    counter.device.state.unplug_after = 2000
    stopped = go_on(desk, waits)
    counter.device.state.plugged, counter.device.state.unplug_after = True, None
    assert stopped is not None
    assert stopped.state is PrintState.UNSURE
    assert go_on(desk, waits) == stopped, "the page said that nothing was on paper"
    assert counter.codes() == []


def test_a_day_that_nobody_vouches_for_is_asked_once(counter: Counter) -> None:
    counter.is_sure = False
    desk = counter.begin()
    assert desk.asks_day()
    with pytest.raises(NotReady, match="23/11/2026"):
        desk.issue("a", Wish())
    desk.confirm_day(DAY - timedelta(days=1))
    assert desk.asks_day()
    desk.confirm_day(DAY)
    assert not desk.asks_day()
    assert desk.issue("a", Wish()).state is PrintState.PRINTED
    assert counter.begin().asks_day(), "each process asks"
    counter.is_sure = True
    assert not counter.begin().asks_day()


def test_a_clock_that_went_back_makes_no_slip(counter: Counter) -> None:
    desk = counter.begin()
    desk.issue("a", Wish())
    counter.day = DAY - timedelta(days=1)
    with pytest.raises(NotReady, match=r"22/11/2026.*23/11/2026"):
        desk.issue("b", Wish())
    assert len(counter.codes()) == 1


def test_files_are_read_by_one_thread_at_a_time(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes while another reads a new setup gets the setup, not «none yet»."""
    files, inside, go = CounterFiles(counter.folder, lambda: DAY), threading.Event(), threading.Event()
    real = standing.read_slip_setup

    def slowly(data: bytes) -> Any:
        inside.set()
        assert go.wait(30)
        return real(data)

    monkeypatch.setattr(standing, "read_slip_setup", slowly)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(files.read().setup.number)) for _ in range(3)]
    threads[0].start()
    assert inside.wait(30)
    for thread in threads[1:]:
        thread.start()
    assert found == []
    go.set()
    for thread in threads:
        thread.join()
    assert found == [7, 7, 7]


@pytest.mark.slow
def test_two_officers_at_once_get_different_codes(counter: Counter) -> None:
    desk = counter.begin()

    def work(name: str) -> None:
        for number in range(10):
            desk.issue(f"{name}-{number}", Wish())

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.book is not None
    assert counter.book.counts(DAY).printed == 20
    assert len({code.letters for code in counter.codes()}) == 20


def test_one_wish_from_two_officers_makes_one_slip(counter: Counter) -> None:
    desk = counter.begin()
    slips: list[Slip] = []
    threads = [threading.Thread(target=lambda: slips.append(desk.issue("wish", Wish()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({slip.n for slip in slips}) == len(counter.codes()) == 1


def test_each_trouble_gives_an_honest_state(counter: Counter) -> None:
    desk = counter.begin()
    counter.device.paper.rows_left = 0
    slip = desk.issue("a", Wish())
    said = desk.said(slip.n)
    assert said is not None
    assert (slip.state, said.outcome, said.status) == (
        *(PrintState.ISSUED, Outcome.NOT_STARTED),
        PrinterStatus.NO_PAPER,
    )
    counter.device.paper.rows_left = None
    assert (go_on(desk, slip) or slip).state is PrintState.PRINTED
    counter.device.state.unplug_after = 2000
    unsure = desk.issue("b", Wish())
    assert unsure.state is PrintState.UNSURE
    assert (go_on(desk, unsure) or unsure).state is PrintState.UNSURE, "still unplugged: nobody knows of the first"
    counter.device.state.plugged, counter.device.state.unplug_after = True, None
    done = go_on(desk, unsure)
    assert done is not None
    assert (done.state, done.reprints) == (PrintState.PRINTED, 1)


def test_a_printer_that_gives_no_word_and_one_too_narrow(counter: Counter) -> None:
    desk, clock = counter.begin(), Clock()
    silent = EscposPrinter(lambda: InsidePort(counter.device, clock), 384, asks=False, clock=clock)
    desk._with = replace(desk._with, printer=silent)
    slip = desk.issue("a", Wish())
    said = desk.said(slip.n)
    assert said is not None
    assert (slip.state, said.outcome) == (PrintState.PRINTED, Outcome.SENT)
    assert len(counter.codes()) == 1
    narrow = VirtualPrinter(384, model="POS-5890", on_cut=counter.sheets.append)
    wide = EscposPrinter(lambda: InsidePort(narrow, clock), 576, names=True, clock=clock)
    desk._with = replace(desk._with, printer=wide)
    waits = desk.issue("b", Wish())
    said = desk.said(waits.n)
    assert said is not None
    assert (waits.state, said.status) == (PrintState.ISSUED, PrinterStatus.WRONG_WIDTH)
    assert len(counter.codes()) == 1


def test_without_a_printer_the_slip_waits(counter: Counter) -> None:
    desk = counter.begin()
    desk._with = replace(desk._with, printer=None)
    assert desk.issue("a", Wish()).state is PrintState.ISSUED
    assert desk.printer_status() is PrinterStatus.NONE


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2024, 12, 31), date(2099, 1, 1)])
def test_a_clock_that_no_code_can_say_is_told(counter: Counter, day: date) -> None:
    counter.day = day
    with pytest.raises(NotReady, match=f"{day:%d/%m/%Y}"):
        counter.begin().issue("a", Wish())
    assert counter.sheets == []


def test_a_setup_for_another_form_is_waited_for(counter: Counter) -> None:
    (counter.folder / "slips.json").write_bytes(setup(point="kn-dak-mam").encode())
    with pytest.raises(NotReady):
        counter.begin().issue("a", Wish())
    (counter.folder / "slips.json").write_bytes(b"{}")
    with pytest.raises(NotReady):
        counter.begin().issue("a", Wish())


def test_the_house_is_kept(counter: Counter) -> None:
    desk = counter.begin()
    slip = desk.issue("a", Wish(dossier="H55.242-231004-0007"))
    desk.keep_house()
    assert desk.letters(slip) is not None
    counter.day = DAY + timedelta(days=30)
    desk.keep_house()
    assert desk.letters(slip) is not None
    counter.day = DAY + timedelta(days=31)
    (counter.folder / "slips.json").unlink()  # the office took the setup away: what it said last still holds
    desk.keep_house()
    assert desk.letters(slip) is None
    assert counter.book is not None
    assert counter.book.slip(slip.n) is not None, "not told yet"
    counter.book.told(counter.book.untold(9))
    desk.keep_house()
    assert counter.book.slip(slip.n) is None
    assert BASE.encode() not in (counter.folder / "links.log").read_bytes()
