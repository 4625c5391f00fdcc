"""Walks a technician through a box, button by button, and judges it. The box records nothing meanwhile."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Protocol

from firmware_bridge.frames import Flag, FromTerminal, Touch
from firmware_bridge.technician.inspection import Operation
from firmware_bridge.technician.report import box_id, buttons_of, fault_lines, version, volts
from firmware_bridge.technician.texts import Texts
from firmware_bridge.technician.visit import Visit

LINK_S = 15.0  # as long as a box may believe in a host that is gone, and the time to read its memory
BUTTON_S = 30
ANSWER_S = 60
SETTLE_S = 0.4  # quiet after the last change of a contact before it is judged
HOLD_S = 15.0
BEEP_10MS = 30
LEAST_MV, MOST_MV = 4000, 6000  # as measured: the chip's own reference is good to 10 %
STORE_FAULTS = Flag.FULL | Flag.STORE_FAULT | Flag.DEEP_FOREIGN | Flag.DEEP_LOST
_VERDICTS = {True: "passed", False: "failed", None: "skipped"}
_COLOURS = {True: "32", False: "1;31", None: "33"}


class Console(Protocol):
    """Where the technician is. `colour`: whether it shows ANSI colours."""

    colour: bool

    def say(self, line: str) -> None: ...

    def answer(self) -> str | None:
        """A line typed since the last call; None when there is none. Returns at once."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `passed`: None = not looked at. `button`: from 1, of a check of one button."""

    check: str
    passed: bool | None
    detail: str
    button: int | None = None


@dataclass
class Report:
    """What was found. `finished`: every step was taken."""

    box: str = ""
    firmware: str = ""
    buttons: int = 0
    finished: bool = False
    checks: list[Check] = field(default_factory=list)

    @property
    def failures(self) -> int:
        return sum(check.passed is False for check in self.checks)

    @property
    def skipped(self) -> int:
        return sum(check.passed is None for check in self.checks)

    @property
    def result(self) -> str:
        """ "pass", "incomplete" (nothing failed, something was not looked at), "fail" or "left"."""
        if self.failures:
            return "fail"
        if not self.finished:
            return "left"
        return "incomplete" if self.skipped else "pass"

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "result": self.result}


class Trial:
    """What the contacts did while one button was asked for."""

    def __init__(self, button: int) -> None:
        self._button = button
        self._touches: list[Touch] = []

    def see(self, messages: list[FromTerminal]) -> bool:
        """Take the touches among `messages`; whether there were any."""
        touches = [message for message in messages if isinstance(message, Touch)]
        self._touches += touches
        return bool(touches)

    @property
    def all_open(self) -> bool:
        return bool(self._touches) and not any(touch.closed for touch in self._last().values())

    def verdict(self, texts: Texts) -> Check:
        own = [touch for touch in self._touches if touch.button == self._button]
        others = sorted({touch.button for touch in self._touches} - {self._button})
        names = ", ".join(texts("button", number=button + 1) for button in others)
        closings = sum(touch.closed for touch in own)
        if not own and others:
            return self._failed(texts("detail_wrong", buttons=names))
        if not closings:
            return self._failed(texts("detail_nothing", seconds=BUTTON_S))
        if others:
            return self._failed(texts("detail_together", buttons=names))
        if own[-1].closed:
            return self._failed(texts("detail_not_opened"))
        if closings > 1 or len(own) > 2:
            return self._failed(texts("detail_bounced", count=closings - 1))
        hold_ms = (own[-1].t_ms - own[0].t_ms) % 2**32
        return Check("button", True, texts("detail_clean", hold_ms=hold_ms), self._button + 1)

    def _failed(self, detail: str) -> Check:
        return Check("button", False, detail, self._button + 1)

    def _last(self) -> dict[int, Touch]:
        return {touch.button: touch for touch in self._touches}


class SelfTest:
    """The walk. `questions`: ask what only a person can see. `run` raises PortError when the port is lost."""

    def __init__(self, visit: Visit, texts: Texts, console: Console, *, questions: bool = True) -> None:
        self._visit = visit
        self._texts = texts
        self._console = console
        self._questions = questions
        self.report = Report()

    def run(self) -> None:
        """Fill `report`; the caller puts the box back to work (`Visit.leave`), whatever happened."""
        if not self._begin():
            return
        for check in self._checks():
            self._tell(check)
        self.report.finished = True

    def _tell(self, check: Check) -> None:
        self.report.checks.append(check)
        self._console.say("  " + line_of(self._texts, check, self.report.buttons, colour=self._console.colour))

    def _begin(self) -> bool:
        visit, box = self._visit, self._visit.box
        box.test(True)
        if not visit.until(lambda: box.hello, LINK_S) or box.hello is None:
            return False
        self._console.say(self._texts("test_begins", box=box_id(box.hello) or self._texts("no_id")))
        self.report.box, self.report.firmware = box_id(box.hello), version(box.hello)
        self.report.buttons = box.hello.buttons
        visit.until(lambda: box.test_answer or (box.test_answer == 0 and box.status), LINK_S)
        if box.test_answer != 0 or box.status is None:
            self._tell(Check("line", False, self._texts("test_unlinked")))
            return False
        return True

    def _checks(self) -> Iterator[Check]:
        self._errors_before, self._restarts_before = self._errors(), self._visit.box.restarts
        yield self._rest()
        for button in range(self.report.buttons):
            pressed = self._press(button)
            yield pressed
            yield self._lamp(button, pressed)
        yield self._buzzer()
        self._fresh_status()
        yield self._supply()
        yield self._store()
        yield self._line()

    def _rest(self) -> Check:
        self._fresh_status()
        status = self._visit.box.status
        closed = buttons_of(status.held | status.stuck) if status else []
        if not closed:
            return Check("rest", True, self._texts("detail_all_open"))
        names = ", ".join(self._texts("button", number=button + 1) for button in closed)
        return Check("rest", False, self._texts("detail_closed", buttons=names))

    def _press(self, button: int) -> Check:
        texts, visit = self._texts, self._visit
        self._console.say(texts("press_it", button=texts.button(button, self.report.buttons), seconds=BUTTON_S))
        trial, now_s = Trial(button), visit.clock()
        ends_s, settled_s = now_s + BUTTON_S, float("inf")
        while visit.clock() < min(ends_s, settled_s):
            if trial.see(visit.turn()):
                ends_s = visit.clock() + HOLD_S
                settled_s = visit.clock() + SETTLE_S if trial.all_open else float("inf")
        return trial.verdict(texts)

    def _lamp(self, button: int, pressed: Check) -> Check:
        if not pressed.passed:
            return Check("lamp", None, self._texts("detail_not_asked"), button + 1)
        name = self._texts.button(button, self.report.buttons)
        return self._ask("lamp", self._texts("ask_lamp", button=name), "detail_not_seen", button + 1)

    def _buzzer(self) -> Check:
        command = self._visit.box.command(Operation.BUZZER, BEEP_10MS)
        results = self._visit.box.results
        if not self._visit.until(lambda: command in results, LINK_S) or results[command] != 0:
            return Check("buzzer", False, self._texts("not_done"))
        return self._ask("buzzer", self._texts("ask_buzzer"), "detail_not_heard")

    def _ask(self, check: str, question: str, detail_no: str, button: int | None = None) -> Check:
        texts = self._texts
        if not self._questions:
            return Check(check, None, texts("detail_not_asked"), button)
        self._console.answer()  # what was typed before it was asked
        self._console.say(f"{question} {texts('yes_no')}")
        typed: list[str] = []
        if not self._visit.until(lambda: self._typed(typed), ANSWER_S):
            return Check(check, None, texts("detail_no_answer", seconds=ANSWER_S), button)
        yes = typed[-1] == texts("yes")
        return Check(check, yes, texts("detail_seen" if yes else detail_no), button)

    def _typed(self, answers: list[str]) -> bool:
        line = self._console.answer()
        if line is not None and line.strip().lower()[:1] in (self._texts("yes"), self._texts("no")):
            answers.append(line.strip().lower()[:1])
        elif line is not None:
            self._console.say(self._texts("yes_no"))
        return bool(answers)

    def _supply(self) -> Check:
        status, texts = self._visit.box.status, self._texts
        if status is None:
            return Check("supply", None, texts("detail_unknown"))
        warnings = list(fault_lines(texts, status.flags & Flag.SUPPLY_LOW))  # it outlasts a dip that is over by now
        good = LEAST_MV <= status.supply_mv <= MOST_MV and not warnings
        least, most = volts(texts, LEAST_MV), volts(texts, MOST_MV)
        detail = texts("detail_supply", volts=volts(texts, status.supply_mv), least=least, most=most)
        return Check("supply", good, " ".join([detail, *warnings]))

    def _store(self) -> Check:
        status, hello, texts = self._visit.box.status, self._visit.box.hello, self._texts
        if status is None or hello is None:
            return Check("store", None, texts("detail_unknown"))
        if faults := " ".join(fault_lines(texts, status.flags & STORE_FAULTS)):
            return Check("store", False, texts("detail_store_fault", faults=faults))
        kind = "detail_store_deep" if status.flags & Flag.DEEP else "detail_store_internal"
        return Check("store", True, texts(kind, capacity=hello.capacity))

    def _line(self) -> Check:
        box, host = (now - before for now, before in zip(self._errors(), self._errors_before, strict=True))
        restarts = self._visit.box.restarts - self._restarts_before
        if restarts:
            return Check("line", False, self._texts("detail_restarted", count=restarts))
        return Check("line", box == host == 0, self._texts("detail_line", box=box, host=host))

    def _errors(self) -> tuple[int, int]:
        status = self._visit.box.status
        return (status.rx_bad + status.rx_overrun if status else 0), self._visit.box.damaged

    def _fresh_status(self) -> None:
        before = self._visit.box.status
        self._visit.until(lambda: self._visit.box.status is not before, LINK_S)


def line_of(texts: Texts, check: Check, buttons: int, *, colour: bool = False) -> str:
    """One row of the table: verdict, what, detail."""
    verdict = f"{texts(_VERDICTS[check.passed]):<8}"
    if colour:
        verdict = f"\x1b[{_COLOURS[check.passed]}m{verdict}\x1b[0m"
    name = texts.button(check.button - 1, buttons) if check.button else ""
    what = texts(f"check_{check.check}", button=name, number=check.button)
    return f"{verdict} {what:<32} {check.detail}"


def conclusion(texts: Texts, report: Report) -> str:
    key = {"fail": "test_failed", "left": "test_left", "incomplete": "test_incomplete", "pass": "test_passed"}
    return texts(key[report.result], count=report.failures or report.skipped)
