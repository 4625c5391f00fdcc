"""Presses of physical buttons become answers: recorded first, confirmed (the lamp) after. Never imports Kivy."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from hardware.ports import AgeQuality, ButtonPanel, Link, Press
from kiosk import misuse
from kiosk.answer import Randomness, Store, begin, submission
from kiosk.clock import Now
from kiosk.spans import Spans
from kiosk.standing import Standing
from survey.form import Question
from survey.form_file import allows
from survey.panel_state import TESTED
from survey.record import FLAG, Channel, Clock, State
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
POLL_S = 0.05  # a panel that can tell of a press wakes the loop sooner


class Desk:
    """All panels of one counter. Not for threads: one loop calls `tick`."""

    def __init__(
        self,
        panels: Sequence[ButtonPanel],
        store: Store,
        standing: Callable[[], Standing | None],
        now: Now,
        randomness: Randomness,
        boot: str,
        retry_s: float,
        history: misuse.History,
    ) -> None:
        self._panels, self._store, self._standing, self._now = panels, store, standing, now
        self._randomness, self._boot, self._retry_s, self._history = randomness, boot, retry_s, history
        self.watch: Callable[[], None] = lambda: None  # what else the loop owes its panels
        self.paused, self.tested = Spans(), Spans()  # begun and ended by the service menu
        self.on_test: Callable[[Press], None] = lambda _press: None
        self._again_s = 0.0
        self._refused: set[str] = set()

    def tick(self) -> int:
        """Record every press that waits; the number recorded. A press that cannot be recorded stays with its panel."""
        self.watch()
        waiting = [(panel, press) for panel in self._panels for press in panel.poll()]  # also while the disk is sick
        if not waiting or self._now().at_s < self._again_s:
            return 0
        try:
            return sum(self._take(panel, press) for panel, press in waiting)
        except OutboxError as error:
            self._again_s = self._now().at_s + self._retry_s
            log.error("press.delayed", extra={"fields": {"code": error.code, "hint": error.hint}})
            return 0

    def deadline_s(self) -> float | None:
        """The monotonic instant by which `tick` wants to be called again; None without panels."""
        return self._now().at_s + POLL_S if self._panels else None

    def is_quiet(self) -> bool:
        """Whether no press waits with a panel that can be heard: what is pressed from now on is told apart from it.

        A panel that is away is not waited for: what it brings later is too old to be taken for a test.
        """
        statuses = [panel.status() for panel in self._panels]
        waiting = any(status.waiting for status in statuses if status.link is Link.UP)
        return self._now().at_s >= self._again_s and not waiting

    def close(self) -> None:
        for panel in self._panels:
            panel.close()

    def _take(self, panel: ButtonPanel, press: Press) -> bool:
        if self._is_test(press):
            self._tell_apart(panel, press)
            return False
        standing = self._standing()
        asked = standing.form.asked_by_box(panel.status().buttons) if standing else None
        if standing is None or asked is None or not allows(asked, press.button + 1):
            self._refuse(press)
            return False
        fresh = self._record(standing, asked, press)
        panel.confirm(press)  # also when it was recorded before: the panel had not heard so
        return fresh

    def _is_test(self, press: Press) -> bool:
        """Only what is known to have been pressed while the test ran: whatever is in doubt is an answer (law 5)."""
        if press.age_ms is None or press.age_quality is not AgeQuality.EXACT:
            return False
        return self.tested.hold(self._now().at_s - press.age_ms / 1000)

    def _tell_apart(self, panel: ButtonPanel, press: Press) -> None:
        """Counted under its button, as the box counts it, and as a test; it is no answer. Then its lamp lights."""
        if self._store.pass_over(press.source, press.tally, TESTED):
            log.warning("press.tested", extra={"fields": {"panel": press.panel}})
            self.on_test(press)
        panel.confirm(press)

    def _record(self, standing: Standing, asked: Question, press: Press) -> bool:
        ago = timedelta(milliseconds=press.age_ms or 0)
        pressed_s = self._now().at_s - ago.total_seconds()
        moment = self._now() if press.age_ms is not None else None
        sitting = misuse.Sitting(Channel.BUTTON, pressed_s, pressed_s, ((asked.code, press.button + 1),))
        flags = self._history.flags(Channel.BUTTON, pressed_s, moment) | self._history.flags_of(sitting)
        flags |= {flag for flag in press.flags if FLAG.fullmatch(flag)}
        flags |= {misuse.PAUSED} if self.paused.hold(pressed_s) else set()
        begun = begin(self._now(), self._randomness, flags, ago)
        draft = submission(standing, self._boot, begun, {asked.code: press.button + 1}, begun.at_s, Channel.BUTTON)
        clock = Clock.UNCERTAIN if press.age_ms is None else draft.clock
        # One button is all that this form asks of a person at a panel, so nothing is missing from the answer.
        whole = replace(draft, state=State.COMPLETE, clock=clock)
        if self._store.finish(whole, press.source, press.tally) is None:
            return False
        if misuse.BURST not in press.flags:  # those hits are the answer before, not one of their own
            self._history.finished(sitting)
        log.info("press.recorded", extra={"fields": {"panel": press.panel}})
        return True

    def _refuse(self, press: Press) -> None:
        """No form asks what this button means. No lamp lights for it, and it is not lost: its panel keeps it."""
        if press.source not in self._refused:
            self._refused.add(press.source)
            log.warning("press.refused", extra={"fields": {"panel": press.panel}})


class PanelProof:
    """Proof that the panels live: each has been round its port since the question. `panels` may grow later."""

    def __init__(self, panels: Sequence[ButtonPanel]) -> None:
        self._panels = panels
        self._before: list[tuple[ButtonPanel, int]] = []

    def ask(self) -> None:
        self._before = [(panel, panel.rounds()) for panel in self._panels]

    def given(self) -> bool:
        return all(panel.rounds() > before for panel, before in self._before)
