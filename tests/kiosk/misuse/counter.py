"""A real session and a real desk under a clock that a script moves; keeps who gave which answer. No rules here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from heapq import heapify, heappop, heappush
from itertools import count

from hardware.ports import Link, PanelStatus, Press
from kiosk.buttons import Desk
from kiosk.clock import Moment
from kiosk.config import Timeouts
from kiosk.event import Answered, Event, Finished, Skipped, Started, Stayed, Toggled
from kiosk.flow import Screen
from kiosk.hours import read_span
from kiosk.misuse import History
from kiosk.session import Session
from kiosk.standing import Standing
from kiosk.strike import Strikes
from survey.form import Kind, Question
from survey.record import Clock, Submission

MIDNIGHT = datetime(2023, 9, 4, tzinfo=timezone(timedelta(hours=7)))  # a Monday
HOURS = ("07:30-11:30", "13:30-17:00")
REFRACTORY_S = 1.5
LEVEL_X, YES_X, NO_X, FINISH_X = (100, 300, 500, 700, 900), 250, 750, 980


@dataclass(frozen=True)
class Done:
    who: str
    submission: Submission


@dataclass
class Visit:
    """Somebody comes at `at_s` after midnight, steps up `behind_s` after the last one has left, and does `act`.

    `gaps`: seconds from this beginning to the next of the same hand, as long as there are any.
    """

    at_s: float
    who: str
    behind_s: float
    act: "Callable[[Counter], None]"
    gaps: Iterator[float] = field(default_factory=lambda: iter(()))


@dataclass
class Ledger:
    """A store that forgets nothing and knows who stood at the counter at an answer's first touch."""

    who: str = ""
    owners: dict[str, str] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)

    def save_draft(self, submission: Submission) -> None:
        self.owners.setdefault(submission.id, self.who)

    def finish(self, submission: Submission, source: str = "", tally: str = "") -> object:
        if source.endswith("/burst"):
            return object()  # hits of the press before; counted neither as caught nor as missed
        self.done.append(Done(self.owners.pop(submission.id, self.who), submission))
        return object()

    def drafts(self) -> list[Submission]:
        return []

    def probe(self) -> None: ...


class Box:
    """Five buttons that take further hits within the refractory time for one burst of the press before."""

    def __init__(self) -> None:
        self.waiting: list[Press] = []
        self._last_s, self._burst, self._count = -99.0, False, 0

    def hit(self, button: int, at_s: float) -> None:
        self._count += 1
        if at_s - self._last_s >= REFRACTORY_S:
            self._last_s, self._burst = at_s, False
            self.waiting.append(Press("box", button, f"box/{self._count}", 0))
        elif not self._burst:
            self._burst = True
            self.waiting.append(Press("box", button, f"box/{self._count}/burst", 0, ("burst",)))

    def poll(self) -> Sequence[Press]:
        return list(self.waiting)

    def confirm(self, press: Press) -> None:
        self.waiting.remove(press)

    def status(self) -> PanelStatus:
        return PanelStatus("box", Link.UP, buttons=5)

    def close(self) -> None: ...


class Counter:
    """One screen and one box; `at_s` is seconds after midnight, and monotonic."""

    def __init__(self, standing: Standing) -> None:
        self.at_s, self.ledger, self.box = 6 * 3600.0, Ledger(), Box()
        self._ids = 0
        history = History([span for span in map(read_span, HOURS) if span])
        common = (self._now, self._random, "0" * 16)
        self.session = Session(self.ledger, lambda: standing, *common, Timeouts(), history)
        self.desk = Desk([self.box], self.ledger, lambda: standing, *common, 3.0, history)
        self._strikes, self._left_s = Strikes(near=47), 0.0
        self.form = standing.form
        self.session.start()

    def run(self, visits: Iterable[Visit]) -> list[Done]:
        """All visits, one after the other; what was kept."""
        order = count()
        due = [(visit.at_s, next(order), visit) for visit in visits]
        heapify(due)
        while due:
            *_, visit = heappop(due)
            self.wait(max(visit.at_s, self._left_s + visit.behind_s) - self.at_s)
            began_s, self.ledger.who = self.at_s, visit.who
            visit.act(self)
            if (gap_s := next(visit.gaps, None)) is not None:
                again = replace(visit, at_s=began_s + gap_s)
                heappush(due, (again.at_s, next(order), again))
            self._left_s = self.at_s
        self.wait(120)
        return self.ledger.done

    def wait(self, seconds: float) -> None:
        """Time passes, whoever is there."""
        until_s = self.at_s + max(seconds, 0.0)
        if self.session.state.screen is Screen.INVITATION:
            self.at_s = until_s  # nothing falls due
        while self.at_s < until_s:
            self.at_s = min(max(self.session.deadline_s(), self.at_s + 0.001), until_s)
            self.session.tick()

    def look(self, seconds: float) -> None:
        """Somebody stands before the screen, and answers when it asks whether anybody is still there."""
        while seconds > 0:
            some_s = min(seconds, 5.0)
            self.wait(some_s)
            seconds -= some_s
            if self.session.state.screen is Screen.IDLE_WARNING:
                self.touch("stay", 500, 400, Stayed())

    def touch(self, target: str, x: float, y: float, event: "Event | None") -> None:
        self.session.tapped()
        if event is not None and not self._strikes.is_second(target, x, y, self.at_s, Timeouts().double_strike_s):
            self.session.handle(event)

    def choose(self, level: int) -> None:
        state = self.session.state
        asked = "RG.HL0" if state.screen is Screen.INVITATION else state.question
        self.touch(f"level:{level}", LEVEL_X[level - 1], 300, Answered(asked, level))

    def say(self, yes: bool) -> None:
        answered = Answered(self.session.state.question, "CO" if yes else "KHONG")
        self.touch(f"yes:{yes}", YES_X if yes else NO_X, 300, answered)

    def finish(self) -> None:
        self.touch("finish", FINISH_X, 550, Finished())

    def skip(self) -> None:
        self.touch("next", FINISH_X, 500, Skipped())

    def poke(self, place: int) -> None:
        """A finger at the place of the face number `place`, whatever stands there now."""
        state, x = self.session.state, LEVEL_X[place - 1]
        question = self.question()
        if state.screen in (Screen.INVITATION, Screen.QUESTION) and (question is None or question.scale):
            self.choose(place)
        elif question is not None and question.kind is Kind.YES_NO and place != 3:
            self.touch(f"yes:{place < 3}", x, 300, Answered(question.code, "CO" if place < 3 else "KHONG"))
        elif question is not None and question.kind is Kind.MULTI:
            option = question.options[place].code
            self.touch(f"option:{option}", x, 300, Toggled(question.code, option))
        elif state.screen is Screen.THANKS:
            self.touch("thanks", x, 300, Started())
        else:
            self.touch("", x, 300, Stayed() if state.screen is Screen.IDLE_WARNING else None)

    def press(self, button: int) -> None:
        self.box.hit(button, self.at_s)
        self.desk.tick()

    def question(self) -> Question | None:
        return self.form.question(self.session.state.question)

    def _now(self) -> Moment:
        return Moment(MIDNIGHT + timedelta(seconds=self.at_s), self.at_s, Clock.SYNCHRONISED)

    def _random(self, length: int) -> bytes:
        self._ids += 1
        return self._ids.to_bytes(length, "big")
