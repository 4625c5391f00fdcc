"""From an officer's wish to a slip on paper: one code a wish, whatever is unplugged in between. Knows no page.

Order of a slip: entered in the book with its link (ISSUED), then UNSURE before the first byte leaves for the printer,
then what the printer says. So a power cut at any moment leaves a slip that is either surely not on paper, or asked
about; printing it again prints the same code, which counts once.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hardware.ports import Outcome, Printed, PrinterStatus, ReceiptPrinter
from kiosk.station import texts
from kiosk.station.errors import NotReady
from kiosk.station.links import Link, Links
from kiosk.station.slip import Invitation, lay_out
from kiosk.station.standing import Counter, CounterFiles
from kiosk.station.wish import Wish
from survey.invitation import EPOCH, LAST_DAY, NONCE_BYTES, Code, make_code, token_of
from sync_agent.outbox import NewSlip, PrintState, Slip, SlipBook

log = logging.getLogger(__name__)
ON_PAPER = (Outcome.DONE, Outcome.SENT)
KEEP_NOTE = "keep_days"
PRINTING = "printing"  # note in the book: place of the slip that is on its way, or was torn off in the middle
SEEN = "seen"  # the value of that note once somebody has looked: what may hang is cut off, and nobody is asked
MOST_SAID = 500
MOST_TRIES = 8  # nonces; the second is needed once in a hundred million slips


@dataclass(frozen=True, slots=True)
class Means:
    """What the desk works with. `randomness`: the system's, a number of bytes. Days are of the counter's place.
    `is_sure`: whether a time service has set the clock that says the day."""

    book: SlipBook
    links: Links
    files: CounterFiles
    printer: ReceiptPrinter | None
    today: Callable[[], date]
    randomness: Callable[[int], bytes]
    is_sure: Callable[[], bool] = lambda: True


def is_torn(book: SlipBook) -> bool:
    """Whether a slip of an earlier process may hang in the printer, its first print or a later one."""
    return PRINTING in book.notes()


class Desk:
    """Any thread may call; slips are made one after another. Errors: OutboxError, OSError, NoPrintFont."""

    def __init__(self, means: Means) -> None:
        self._with = means
        self._turn = threading.Lock()
        self._said: dict[int, Printed] = {}
        self._status = PrinterStatus.NONE
        self._is_day_seen = False
        self._recall()

    def issue(self, request: str, wish: Wish) -> Slip:
        """A slip on paper for the wish, or the slip that this request was given before. Raises: NotReady."""
        with self._turn:
            held = self._with.book.by_request(request)
            if held is not None:
                return held
            return self._print(self._enter(request, wish, self._with.files.read()), again=False)

    def go_on(self, n: int, seen: str, before: int) -> Slip | None:
        """Print what is not on paper yet; a slip of which nobody knows comes marked as printed again. Nothing if the
        slip is no longer as the officer saw it: in the state `seen`, with `before` reprints."""
        with self._turn:
            slip = self._with.book.slip(n)
            if slip is None or slip.state not in (PrintState.ISSUED, PrintState.UNSURE):
                return slip
            if (slip.state, slip.reprints) != (seen, before):
                return slip
            return self._print(slip, again=slip.state is PrintState.UNSURE)

    def print_again(self, n: int, before: int) -> Slip | None:
        """One more print of a slip that is on paper; nothing if it has not `before` reprints, as for a second click."""
        with self._turn:
            slip = self._with.book.slip(n)
            if slip is None or slip.state is not PrintState.PRINTED or slip.reprints != before:
                return slip
            return self._print(slip, again=True)

    def confirm(self, n: int) -> Slip | None:
        """Somebody has seen the slip whole on paper."""
        with self._turn:
            self._said.pop(n, None)
            if self._with.book.notes().get(PRINTING) == str(n):
                self._with.book.put_note(PRINTING, SEEN)
        return self._settle(n, PrintState.PRINTED)

    def make_void(self, n: int, reason: str) -> Slip | None:
        """Take the slip back. `reason`: a code."""
        return self._settle(n, PrintState.VOID, reason)

    def asks_day(self) -> bool:
        """Whether an officer must look at the day first: no time service has set the clock, and nobody has yet."""
        return not self._is_day_seen and not self._with.is_sure()

    def confirm_day(self, day: date) -> None:
        """An officer says that today is `day`, which is what the clock says; nothing if it says another by now."""
        self._is_day_seen = self._is_day_seen or day == self._with.today()

    def said(self, n: int) -> Printed | None:
        """What the printer last said of the slip since this process began."""
        return self._said.get(n)

    def letters(self, slip: Slip) -> Link | None:
        """Where the slip leads to; None when its time is over."""
        return self._with.links.open(slip.note.day, slip.token)

    def printer_status(self) -> PrinterStatus:
        """As it is now, or as it was before the slip that is being printed."""
        if self._with.printer is not None and self._turn.acquire(blocking=False):
            try:
                self._status = self._with.printer.status()
            finally:
                self._turn.release()
        return self._status

    def keep_house(self) -> None:
        """Destroy the links whose days are over, and forget slips that are over and told. Daily, and at start."""
        with self._turn:
            try:
                kept = self._with.files.read().setup.keep_days
                self._with.book.put_note(KEEP_NOTE, str(kept))
            except NotReady:
                kept = int(self._with.book.notes().get(KEEP_NOTE, "-1"))
            if kept >= 0:
                today = self._with.today()
                self._with.links.end(today, kept)
                self._with.book.forget(today)

    def _enter(self, request: str, wish: Wish, counter: Counter) -> Slip:
        today, setup = self._with.today(), counter.setup
        if self.asks_day():
            raise NotReady(texts.DAY_UNSEEN.format(day=texts.day(today)))
        held = self._with.book.days()
        if held is not None and today < held[1]:
            raise NotReady(texts.CLOCK_BACK.format(day=texts.day(today), newest=texts.day(held[1])))
        if not EPOCH <= today <= LAST_DAY - timedelta(days=setup.valid_days):
            raise NotReady(texts.WRONG_CLOCK.format(day=texts.day(today)))
        last_day = today + timedelta(days=setup.valid_days)
        for _ in range(MOST_TRIES):
            code = make_code(setup.number, last_day, self._with.randomness(NONCE_BYTES), setup.key)
            token = token_of(code, setup.key)
            link = Link(token, code.letters, wish.dossier, wish.promised, wish.returned)
            sealed = self._with.links.seal(today, link)
            slip = self._with.book.issue(
                NewSlip(
                    *(request, token, setup.number, today, last_day, sealed),
                    *(wish.facts, bool(wish.dossier), wish.agency, wish.late, wish.notice, wish.apology),
                )
            )
            if slip is not None:
                return slip
        raise NotReady(texts.NO_RANDOMNESS)

    def _print(self, slip: Slip, *, again: bool) -> Slip:
        """`again`: marked on the paper, and counted unless surely nothing came out."""
        link = self.letters(slip)
        if link is None:
            raise NotReady(texts.NO_LINK)
        if self._with.printer is None:
            return self._note(slip, Printed(Outcome.NOT_STARTED, PrinterStatus.NONE))
        paper = lay_out(self._invitation(link, again), self._with.printer.width_px)
        torn = self._with.book.notes().get(PRINTING)
        self._with.book.put_note(PRINTING, str(slip.n))
        self._with.book.set_state(slip.token, PrintState.UNSURE)  # nothing happens to one that is PRINTED
        printed = self._with.printer.print(paper)
        if printed.outcome in ON_PAPER:
            self._with.book.set_state(slip.token, PrintState.PRINTED)
        elif printed.outcome is Outcome.NOT_STARTED and slip.state is PrintState.ISSUED:
            self._with.book.set_state(slip.token, PrintState.ISSUED)
        if again and printed.outcome is not Outcome.NOT_STARTED:
            self._with.book.count_reprint(slip.token, slip.reprints)
        self._settle_print(printed.outcome, torn)
        return self._note(slip, printed)

    def _settle_print(self, outcome: Outcome, torn: str | None) -> None:
        """What a plug pulled now must leave known. A slip that was not begun cuts off nothing of a `torn` one."""
        if outcome is Outcome.NOT_STARTED and torn is not None:
            self._with.book.put_note(PRINTING, torn)
        elif outcome is not Outcome.UNKNOWN:
            self._with.book.drop_note(PRINTING)

    def _recall(self) -> None:
        """A second print that an earlier process did not see the end of is asked about like any other."""
        at = self._with.book.notes().get(PRINTING, "")
        slip = self._with.book.slip(int(at)) if at.isdecimal() else None
        if slip is not None and slip.state is PrintState.PRINTED:
            self._said[slip.n] = Printed(Outcome.UNKNOWN, PrinterStatus.SILENT)

    def _note(self, slip: Slip, printed: Printed) -> Slip:
        while len(self._said) >= MOST_SAID:
            self._said.pop(next(iter(self._said)))
        self._said[slip.n] = printed
        if printed.outcome not in ON_PAPER:  # only trouble, and no slip by name: the journal writes down the second
            fields = {"outcome": str(printed.outcome), "status": str(printed.status)}
            log.warning("station.print_failed", extra={"fields": fields})
        return self._with.book.slip(slip.n) or slip

    def _invitation(self, link: Link, again: bool) -> Invitation:
        counter = self._with.files.read()
        office = counter.standing.assignment.office
        return Invitation(office.get("vi", ""), Code(link.letters), counter.setup.url, again)

    def _settle(self, n: int, state: PrintState, reason: str = "") -> Slip | None:
        with self._turn:
            slip = self._with.book.slip(n)
            if slip is not None:
                self._with.book.set_state(slip.token, state, reason)
            return self._with.book.slip(n)
