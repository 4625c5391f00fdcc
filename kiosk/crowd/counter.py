"""One counter through the days of a round: opens, serves the crowd, closes. Its clock is the script's.

A slip is entered in the counter's own book before its citizen shows it, as the station does; it is taken for printed.
"""

import random
from collections import Counter as Counts
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.clock import Moment
from kiosk.config import Timeouts
from kiosk.counter_book import CounterBook
from kiosk.crowd.citizens import Citizen
from kiosk.crowd.script import CounterScript, Weights
from kiosk.event import Answered, Event, Started
from kiosk.flow import Screen, opening
from kiosk.hours import read_span
from kiosk.misuse import History
from kiosk.session import Session
from kiosk.slips import SetupFile, Slips
from kiosk.standing import StandingFiles
from kiosk.station.desk import Desk, Means
from kiosk.station.links import Links
from kiosk.station.standing import CounterFiles
from kiosk.station.wish import Wish
from survey.form import Form, Role
from survey.invitation import Code
from survey.record import Clock
from sync_agent.outbox import FILE_NAME, Outbox, PrintState, SlipBook

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPEN = ((time(7, 30), time(11, 15)), (time(13, 30), time(16, 45)))
HOURS = ("mon-sun 07:00-11:30", "mon-sun 13:30-17:00")
MOST_STEPS = 300
STUFFED_EVERY_S = 7.0


class ScriptClock:
    """Wall and monotonic time that pass only when told to."""

    def __init__(self) -> None:
        self.wall = datetime(2000, 1, 1, tzinfo=ZONE)
        self.at_s = 1000.0

    def __call__(self) -> Moment:
        return Moment(self.wall, self.at_s, Clock.SYNCHRONISED)

    def go_to(self, instant: datetime) -> None:
        self.pass_s(max(0.0, (instant - self.wall).total_seconds()))

    def pass_s(self, seconds: float) -> None:
        self.wall, self.at_s = self.wall + timedelta(seconds=seconds), self.at_s + seconds


class Counter:
    """The kiosk in `script.directory`, which is enrolled. Owns its outbox and its book until `close`."""

    def __init__(self, script: CounterScript, seed: int) -> None:
        self.script, self.clock = script, ScriptClock()
        self.dice = random.Random(f"{seed} {script.directory.name}")
        self.served: Counts[str] = Counts()
        self._store = Outbox.open(script.directory / FILE_NAME)
        self._book = SlipBook.open(script.directory / "slips.db") if script.fields else None
        facts = CounterBook(script.directory)
        self._closing = [self._store.close, facts.close] + ([self._book.close] if self._book else [])
        self.session = Session(
            self._store,
            StandingFiles(script.directory, self._today).read,
            self.clock,
            self.dice.randbytes,
            f"{self.dice.getrandbits(64):016x}",
            Timeouts(),
            History([span for text in HOURS if (span := read_span(text))]),
            slips=Slips(SetupFile(script.directory).read, facts),
        )
        self._desk = self._make_desk(self._book) if self._book else None

    def run(self) -> None:
        """All days of the script."""
        for day, count in sorted(self.script.days.items()):
            stuffed = self.script.stuffed if day == max(self.script.days) else 0
            for instant in self._arrivals(day, count):
                self.clock.go_to(instant)
                self._serve(Citizen.met(self.script.satisfied, self.script.weak, self.dice), self._slip())
            for _ in range(stuffed):
                self.clock.pass_s(STUFFED_EVERY_S)
                self._serve(Citizen(5, "", self.dice, early=True), "", hurried=True)

    def close(self) -> None:
        for close in self._closing:
            close()

    def _today(self) -> date:
        return self.clock.wall.date()

    def _make_desk(self, book: SlipBook) -> Desk:
        folder = self.script.directory
        links = Links(folder, book, self.dice.randbytes)
        return Desk(Means(book, links, CounterFiles(folder, self._today), None, self._today, self.dice.randbytes))

    def _arrivals(self, day: date, count: int) -> Iterator[datetime]:
        """So many instants of the opening hours, in order."""
        spans = [(datetime.combine(day, a, ZONE), datetime.combine(day, b, ZONE)) for a, b in OPEN]
        lengths = [(end - start).total_seconds() for start, end in spans]
        for second in sorted(self.dice.uniform(0, sum(lengths)) for _ in range(count)):
            late = second >= lengths[0]
            yield spans[late][0] + timedelta(seconds=second - lengths[0] * late)

    def _slip(self) -> str:
        """The code of a slip for the next citizen; "" where none are handed out."""
        if self._desk is None or self._book is None:
            return ""
        form = self._form()
        facts = {q.code: self._drawn(w) for role, w in self._weights() if (q := form.of_role(role)) and q.prefill and w}
        agency = self._drawn(self.script.agencies or {})
        slip = self._desk.issue(f"{self.dice.getrandbits(128):032x}", Wish("", facts, agency))
        for state in (PrintState.UNSURE, PrintState.PRINTED):
            self._book.set_state(slip.token, state)
        link = self._desk.letters(slip)
        return Code(link.letters).text if link else ""

    def _weights(self) -> tuple[tuple[Role, Weights | None], ...]:
        return (Role.FIELD, self.script.fields), (Role.RESPONDENT, self.script.respondents)

    def _drawn(self, weights: Weights) -> str:
        return self.dice.choices(list(weights), list(weights.values()))[0] if weights else ""

    def _form(self) -> Form:
        self.session.tick()
        return self.session.form

    def _serve(self, citizen: Citizen, slip: str, *, hurried: bool = False) -> None:
        """One citizen from the invitation to the thanks, or to the walking away."""
        self._settle()
        if slip:
            self.session.scanned(slip)
        for _ in range(MOST_STEPS):
            if self.session.state.screen is Screen.THANKS:
                break
            for event in self._next(citizen, hurried):
                self.session.tapped()
                self.session.handle(event)
                self.clock.pass_s(0.7)
        self.served["answers"] += self.session.state.screen is Screen.THANKS
        self.served["slips"] += bool(slip)

    def _next(self, citizen: Citizen, hurried: bool) -> list[Event]:
        form, state = self.session.form, self.session.state
        first = opening(form)
        if state.screen is Screen.INVITATION:
            self.clock.pass_s(0.5 if hurried else citizen.reads_for_s(first) if first else 2.0)
            return [self._overall(first.code, citizen)] if first else [Started()]
        question = form.question(state.question)
        if question is not None:
            self.clock.pass_s(0.5 if hurried else citizen.reads_for_s(question))
            if question.role is Role.OVERALL:
                return [self._overall(question.code, citizen)]
        return list(citizen.answers(form, state))

    def _overall(self, question: str, citizen: Citizen) -> Event:
        """Counted here: in a long form some leave before they are asked."""
        self.served[f"level {citizen.level}"] += 1
        return Answered(question, citizen.level)

    def _settle(self) -> None:
        """Until the last citizen's thanks are over and the invitation stands there."""
        if self.session.standing is None:
            self.session.start()
        while self.session.state.screen is not Screen.INVITATION:
            self.clock.pass_s(1.0)
            self.session.tick()
