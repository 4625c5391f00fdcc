"""Flow joined to the store: does what an effect asks, and only then moves on (law 1). Knows no pixels.

A step whose effects fail is owed: the screen says «tạm ngừng», the effects are tried again, and the step is taken when
they have succeeded. Nothing is thanked, and no next question asked, for an answer that is not on the disk.
"""

import logging
from collections import deque
from collections.abc import Callable

from kiosk import misuse
from kiosk.answer import Begun, Randomness, Store, begin, closed, flagged, submission
from kiosk.clock import Moment, Now
from kiosk.config import Timeouts
from kiosk.event import Assigned, Broke, Event, Idled, Mended, RanOut, SlipRefused, SlipShown, Unassigned
from kiosk.flow import AT_REST, BESIDE, NO_FORM, Effects, Finish, Save, Screen, State, step
from kiosk.reading import ratings, reading
from kiosk.scanning import Refusal, without_slip
from kiosk.slips import Repeats, Slips
from kiosk.standing import Standing
from survey.form import Answers, Form
from survey.invitation import SOURCE
from survey.language_days import tally_of
from survey.record import Channel, Submission
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
HOLD_S = 1.0  # how long a `hold` lasts
LONGEST_HOLD_S = 180.0  # after the last touch; who is read to for longer has gone, or the voice is broken
REFUSED_S = 15.0  # that a slip's refusal stays; it covers what goes on behind it
STANDING_S = 2.0  # how often the standing is looked at while nobody is answering


class Session:
    """One screen's conversation. Not for threads: one loop calls `handle`, `tapped` and `tick`."""

    def __init__(
        self,
        store: Store,
        standing: Callable[[], Standing | None],
        now: Now,
        randomness: Randomness,
        boot: str,
        timeouts: Timeouts,
        history: misuse.History,
        language: str = "vi",
        slips: Slips | None = None,
    ) -> None:
        """`language`: the kiosk's own, in which it greets."""
        self._store, self._read_standing, self._now = store, standing, now
        self._randomness, self._boot, self._timeouts, self._history = randomness, boot, timeouts, history
        self._language = language
        self._slips, self._repeats = slips or Slips(), Repeats()
        self.state = State(Screen.UNASSIGNED)
        self.standing: Standing | None = None
        self._begun: Begun | None = None
        self._owed: tuple[State, Effects] | None = None
        self._recovered = False
        self._taps_s: deque[float] = deque(maxlen=misuse.SCREEN.hammer_taps)
        self._hammered = False
        self._touches = self._strays = 0
        self._stood_s: dict[str, float] = {}
        self._answers: Answers = {}
        self._answered_s = 0.0
        self._held_s = float("-inf")
        self._touched_s = self._entered_s = self._retry_s = self._looked_s = now().at_s

    @property
    def form(self) -> Form:
        return self.standing.form if self.standing else NO_FORM

    @property
    def takes_slips(self) -> bool:
        """Whether somebody with a slip may be asked for it now."""
        return self.state.screen is Screen.INVITATION and self._slips.are_taken(self.standing)

    def start(self) -> None:
        """Take the standing and finish what a power cut left open."""
        self._look(self._now())
        self._guarded(self._recover)

    def tapped(self, *, typing: bool = False, stray: bool = False) -> None:
        """A finger touched the screen, wherever; `stray`: where nothing is. Typing is no hammering."""
        self._touched_s = self._now().at_s
        if not typing:
            self._taps_s.append(self._touched_s)
            self._touches, self._strays = self._touches + 1, self._strays + stray
            strayed = misuse.is_straying(self._strays, self._touches)
            self._hammered = self._hammered or strayed or misuse.is_hammering(self._taps_s)

    def hold(self) -> None:
        """Somebody is being read to just now: nobody is idle, and thanks stay until they have been heard."""
        self._held_s = min(self._now().at_s, self._touched_s + LONGEST_HOLD_S)

    def handle(self, event: Event) -> None:
        """Take one step, if its effects succeed; otherwise pause and owe it."""
        state, effects = step(self.form, self.state, event)
        if state == self.state and not effects:
            return
        self._owed = (state, effects)
        self._guarded(self._settle_up)

    def scanned(self, text: str) -> None:
        """A code was shown to the scanner: start the form of its slip, or say why not."""
        if self.standing is not None and self.state.screen not in (Screen.PAUSED, Screen.UNASSIGNED):
            self._guarded(lambda: self._take_slip(text))

    def _take_slip(self, text: str) -> None:
        now = self._now()
        assert self.standing is not None
        found = self._slips.judge(text, self.standing, now, self._store.holds)
        event = SlipRefused(found) if isinstance(found, Refusal) else SlipShown(found)
        state = step(self.form, self.state, event)[0]
        outcome = None if state == self.state else (state.screen, state.refusal)
        if not self._repeats.is_new(text, outcome, now.at_s):
            return
        if state.refusal is None:
            log.info("slip.taken")
        else:
            log.info("slip.not_taken", extra={"fields": {"why": str(state.refusal)}})
        self._held_s = now.at_s  # a slip is a sign of somebody, too
        self.handle(event)

    def tick(self) -> None:
        """Let time have its effect: idle, warning, thanks, retry, a new assignment."""
        now = self._now()
        screen = self.state.screen
        if screen is Screen.PAUSED:
            if now.at_s >= self._retry_s:
                self._guarded(self._mend)
        elif self._is_between_citizens() and now.at_s - self._looked_s >= STANDING_S:
            self._look(now)
        due_s = self._due_s()
        if due_s is not None and now.at_s >= due_s:
            self.handle(Idled() if self.state.screen in (*_ASKING, *BESIDE, Screen.INVITATION) else RanOut())

    def deadline_s(self) -> float:
        """The monotonic instant by which `tick` wants to be called again."""
        if self.state.screen is Screen.PAUSED:
            return self._retry_s
        due_s = self._due_s()
        if self.state.screen is Screen.IDLE_WARNING and due_s is not None:
            return due_s - max(self.seconds_left() - 1, 0)  # repaint when the shown second changes
        return due_s if due_s is not None else self._looked_s + STANDING_S

    def seconds_left(self) -> int:
        """Whole seconds before a warning ends; 0 elsewhere."""
        if self.state.screen is not Screen.IDLE_WARNING:
            return 0
        return max(int(self._warning_ends_s() - self._now().at_s + 0.999), 0)

    def _warning_ends_s(self) -> float:
        """Keys that only move, a touch beside the buttons and the reading itself are signs of somebody, too."""
        return max(self._entered_s, self._touched_s, self._held_s) + self._timeouts.warning_s

    def _due_s(self) -> float | None:
        match self.state.screen:
            case Screen.QUESTION | Screen.COMMENT | Screen.REVIEW:
                return max(self._touched_s, self._held_s) + self._timeouts.idle_s
            case Screen.ABOUT | Screen.COMFORTS | Screen.LANGUAGES:
                return max(self._touched_s, self._held_s) + self._timeouts.idle_s
            case Screen.INVITATION if self.state != AT_REST:
                return max(self._touched_s, self._held_s) + self._timeouts.idle_s
            case Screen.IDLE_WARNING:
                return self._warning_ends_s()
            case Screen.SLIP_REFUSED:
                return max(self._entered_s + REFUSED_S, self._held_s + HOLD_S)
            case Screen.THANKS:
                return max(self._entered_s + self._timeouts.thanks_s, self._held_s + HOLD_S)
        return None

    def _is_between_citizens(self) -> bool:
        """Nobody answers, and nobody has done anything to the invitation that the next touch could rest on."""
        return self.state.screen is Screen.UNASSIGNED or self.state == AT_REST

    def _look(self, now: Moment) -> None:
        """A changed form or point is taken only here, when nobody is in the middle of an answer."""
        self._looked_s = now.at_s
        self.standing = self._read_standing()
        self.handle(Assigned() if self.standing else Unassigned())

    def _guarded(self, action: Callable[[], None]) -> None:
        """The one place where a broken store becomes a screen."""
        try:
            action()
        except OutboxError as error:
            self._retry_s = self._now().at_s + self._timeouts.retry_s
            if self.state.screen is not Screen.PAUSED:
                log.error("kiosk.paused", extra={"fields": {"code": error.code, "hint": error.hint}})
                self._enter(step(self.form, self.state, Broke())[0])

    def _mend(self) -> None:
        self._store.probe()
        if not self._recovered:
            self._recover()
        covered = step(self.form, self.state, Mended())[0]
        if self._owed is None:
            self._owed = (covered, ())
        self._settle_up()
        log.info("kiosk.resumed")

    def _settle_up(self) -> None:
        """Take the owed step: effects first."""
        if self._owed is None:
            return
        state, effects = self._owed
        for effect in effects:
            if isinstance(effect, Save):
                self._store.save_draft(self._draft(effect))
            else:
                self._finish(effect)
        self._owed = None
        self._enter(state)

    def _finish(self, effect: Finish) -> None:
        draft = self._draft(effect)
        self._seal(draft, self._language_tally(draft))
        log.info("answer.finished")
        self._history.finished(self._sitting(effect))
        self._begun = None
        self._taps_s.clear()

    def _seal(self, draft: Submission, tally: str = "") -> None:
        """With its slip, once. If that was used meanwhile, the answer is kept without it, flagged: nothing is lost."""
        done, source = closed(draft, self.form), SOURCE + draft.slip if draft.slip else ""
        if not source:
            self._store.finish(done, tally=tally)
        elif self._store.holds(source) or self._store.finish(done, source, tally) is None:
            log.warning("slip.used_twice")
            alone = flagged(without_slip(draft, self.form), misuse.SLIP_USED)
            self._store.finish(closed(alone, self.form), tally=tally)

    def _language_tally(self, draft: Submission) -> str:
        """Counted beside the answer, never in it; what a power cut left open is counted in no language."""
        day = self._now().wall.date().isoformat()
        return tally_of(day, draft.plan, draft.point, self.state.language or self._language)

    def _draft(self, effect: Save | Finish) -> Submission:
        answers, slip = effect.answers, effect.slip
        if self.standing is None:
            raise RuntimeError("an answer without a standing")
        if self._begun is None:
            now = self._now()
            flags = self._history.flags(Channel.SCREEN, self._touched_s, now, has_slip=slip is not None)
            self._begun = begin(now, self._randomness, flags)
            self._answers, self._stood_s = {}, {}
            self._touches, self._strays = 1, 0
            self._hammered = misuse.is_hammering(self._taps_s)  # not that of somebody who has left
        if answers != self._answers:
            self._answers, self._answered_s = answers, self._touched_s
        known = {**slip.facts, **answers} if slip else answers
        draft = submission(self.standing, self._boot, self._begun, known, self._touched_s, slip=slip)
        found = self._history.flags_of(self._sitting(effect))
        return flagged(draft, *found, *([misuse.HAMMER] if self._hammered else []))

    def _sitting(self, effect: Save | Finish) -> misuse.Sitting:
        answers = effect.answers
        begun_s = self._begun.at_s if self._begun else self._touched_s
        stood_s = self._stood_s | self._standing_s(self._touched_s)
        rated, read = ratings(self.form, answers), reading(self.form, answers, stood_s)
        has_slip = effect.slip is not None
        return misuse.Sitting(Channel.SCREEN, begun_s, self._answered_s, rated, read, has_slip)

    def _standing_s(self, until_s: float) -> dict[str, float]:
        """Seconds that the question now asked has stood, the visits before included; empty when none is asked."""
        if self.state.screen is not Screen.QUESTION:
            return {}
        question = self.state.question
        return {question: self._stood_s.get(question, 0.0) + max(until_s - self._entered_s, 0.0)}

    def _recover(self) -> None:
        """What stood open when the power went is finished with the flag "recovered"."""
        for draft in self._store.drafts():
            self._seal(flagged(draft, misuse.RECOVERED))
            log.info("answer.recovered")
        self._recovered = True

    def _enter(self, state: State) -> None:
        now_s = self._now().at_s
        self._stood_s |= self._standing_s(now_s)
        self.state = state
        self._entered_s = now_s


_ASKING = (Screen.QUESTION, Screen.COMMENT, Screen.REVIEW)
