"""The menu at work: joins the pure table to clock, disk, panels and sound, and says what is to be seen. No Kivy.

A sitting is never interrupted: the menu opens only where nobody is asked, and gives the glass back to whoever is.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware.ports import Press, PrinterStatus
from kiosk.answer import Randomness, Store
from kiosk.buttons import Desk
from kiosk.clock import Now
from kiosk.config import ServiceSettings
from kiosk.flow import Screen
from kiosk.moved import KeyDesk
from kiosk.service import code
from kiosk.service.corners import judge
from kiosk.service.flow import CLOSED, Act, Chose, Compare, Effect, Event, Place, Pressed, Right, Role, State, step
from kiosk.service.gesture import Gesture
from kiosk.service.pausing import Pausing
from kiosk.service.status import Looker, Status
from kiosk.service.tries import Tries
from kiosk.stick import UPDATE, StickDesk, StickNews
from survey.pause import Reason
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
REST = (Screen.INVITATION, Screen.UNASSIGNED, Screen.PAUSED)  # nobody is asked anything there
PAD_S, MENU_S, CLEANING_S, STICK_S = 20.0, 60.0, 60.0, 180.0
LOOK_S = 0.25
AGAIN_S = 3.0  # between two tries to read a disk that could not be read


@dataclass(frozen=True, slots=True)
class Instruments:
    """What may be tried beside glass and buttons. `sound`: plays the test sound at once; None without a voice. `stick`:
    lets a technician's stick in, and tells of it. `key`: knows whether the card came from another machine."""

    sound: Callable[[], None] | None = None
    printer: Callable[[], PrinterStatus] = lambda: PrinterStatus.NONE
    stick: StickDesk = field(default_factory=StickDesk)
    key: KeyDesk = field(default_factory=KeyDesk)


@dataclass(frozen=True, slots=True)
class Showing:
    """All that a screen of the menu shows. `digits`: how many were typed, never which.

    `seconds_left`: of the pad's lock or of the cleaning. `halted`: why the survey is paused by hand, "" if it is not.
    `moved`: the card was last seen in another machine. `asked`: somebody has said that this is right.
    """

    place: Place
    role: Role | None = None
    digits: int = 0
    wrong: bool = False
    seconds_left: int = 0
    halted: str = ""
    status: Status | None = None
    page: int = 0
    hits: tuple[tuple[float, float], ...] = ()
    pressed: tuple[tuple[str, int, int], ...] = ()
    ready: bool = False
    failed: bool = False
    moved: bool = False
    asked: bool = False
    has_sound: bool = False
    printer: PrinterStatus = PrinterStatus.NONE
    stick: StickNews | None = None
    reasons: tuple[Reason, ...] = ()


class Service:
    """One counter's menu. Not for threads: the loop that draws calls everything."""

    def __init__(
        self,
        settings: ServiceSettings,
        store: Store,
        desk: Desk,
        looker: Looker,
        instruments: Instruments,
        reasons: tuple[Reason, ...],
        now: Now,
        randomness: Randomness,
    ) -> None:
        self._settings, self._desk, self._looker, self._instruments = settings, desk, looker, instruments
        self._reasons, self._now = reasons, now
        self._tries = Tries(store, lambda: now().at_s)
        self._pausing = Pausing(store, now, randomness, desk.paused)
        self._gesture = Gesture()
        self._state: State = CLOSED
        self._status: Status | None = None
        self._stick: StickNews | None = None
        self._known, self._rests, self._moved = False, True, False
        self.glass_mm = (217.0, 127.0)  # width and height as they are seen; the window says which
        self._touched_s = self._retry_s = now().at_s
        desk.on_test = self._pressed

    @property
    def has_glass(self) -> bool:
        """Whether the glass is the menu's, or says that the survey is paused by hand; never while somebody is asked."""
        return self._rests and (self.is_open or self._pausing.lasting is not None)

    @property
    def is_open(self) -> bool:
        return self._state.place is not Place.CLOSED

    @property
    def gives_way(self) -> bool:
        """Whether the machine may restart though the menu is open: what the technician waits for is an update."""
        return self._stick is not None and not self._stick.finished and self._stick.task == UPDATE

    def start(self) -> None:
        """Take up what was kept: a survey that was paused stays so."""
        try:
            self._pausing.load()
            self._tries.load()
            self._looker.load()
            self._known = True
        except OutboxError as error:
            self._retry_s = self._now().at_s + AGAIN_S
            log.warning("service.note_failed", extra={"fields": {"code": error.code}})

    def watch(self, x_mm: float, y_mm: float, screen: Screen) -> bool:
        """A touch while the menu is closed; whether it is the menu's: it opened it, or goes on with the way in."""
        if screen not in REST:
            self._gesture.reset()
        elif self._gesture.touched(x_mm, y_mm, self.glass_mm[0], self._now().at_s):
            self.act(Act.OPENED)
        return self.is_open or self._gesture.under_way

    def act(self, event: Event) -> None:
        """A touch understood; while the glass is cleaned none is."""
        if self._state.place is Place.CLEANING:
            return
        self._touched_s = self._now().at_s
        if self._state.place is Place.PAD and event is not Act.BACK and self._tries.left_s():
            return
        self._take(event)

    def tick(self, screen: Screen) -> None:
        """Let time have its effect. `screen`: the session's own, which goes before the menu once somebody is asked."""
        now_s, self._rests = self._now().at_s, screen in REST
        self._looker.tick()
        if not self._known and now_s >= self._retry_s:
            self.start()
        self._look_at_stick(now_s)
        if self.is_open and (not self._rests or now_s >= self._ends_s()):
            self._take(Act.RAN_OUT)
        if self._state.place is Place.BUTTONS and not self._state.ready and self._desk.is_quiet():
            self._desk.tested.begin(now_s)
            self._take(Act.QUIET)

    def deadline_s(self) -> float:
        """The monotonic instant by which `tick` wants to be called again."""
        if not self.is_open:
            return self._looker.deadline_s()
        counts = self._state.place in (Place.CLEANING, Place.PAD)  # seconds are shown, of the lock too
        waits = self._state.place is Place.USB or (self._state.place is Place.BUTTONS and not self._state.ready)
        look_s = self._now().at_s + (LOOK_S if counts or waits else MENU_S)
        return min(self._ends_s(), look_s, self._looker.deadline_s())

    def showing(self) -> Showing:
        """What the glass shows while it is the menu's."""
        state, lasting = self._state, self._pausing.lasting
        place = state.place if self.is_open else Place.HALTED
        return Showing(
            place=place,
            role=state.role,
            digits=len(state.code),
            wrong=state.wrong,
            seconds_left=self._seconds_left(),
            halted=lasting.reason if lasting else "",
            status=self._status if place is Place.STATUS else None,
            page=state.page,
            hits=state.hits,
            pressed=state.pressed,
            ready=state.ready,
            failed=state.failed,
            moved=self._moved,
            asked=state.asked,
            has_sound=self._instruments.sound is not None,
            printer=self._instruments.printer() if place is Place.PRINTER else PrinterStatus.NONE,
            stick=self._stick,
            reasons=self._reasons,
        )

    def _look_at_stick(self, now_s: float) -> None:
        """While a stick is at work the menu stays: whoever waits for it does not touch the glass."""
        self._stick = self._instruments.stick.look() if self._state.place is Place.USB else None
        if self._stick is not None and not self._stick.finished:
            self._touched_s = now_s

    def _seconds_left(self) -> int:
        left_s = 0.0
        if self._state.place is Place.CLEANING:
            left_s = self._ends_s() - self._now().at_s
        elif self._state.place is Place.PAD:
            left_s = self._tries.left_s()
        return max(int(left_s + 0.999), 0)

    def _ends_s(self) -> float:
        times_s = {Place.PAD: PAD_S, Place.CLEANING: CLEANING_S, Place.USB: STICK_S}
        return self._touched_s + times_s.get(self._state.place, MENU_S)

    def _take(self, event: Event) -> None:
        before = self._state
        self._state, effect = step(before, event)
        if self._state.place is not before.place:
            self._entered()
        if effect is not None:
            self._do(effect)

    def _entered(self) -> None:
        self._gesture.reset()
        self._desk.tested.end(self._now().at_s)  # whichever way the button test was left
        if self._state.place is Place.STATUS:
            self._status = self._looker.look()
        if self._state.place is Place.MENU:
            self._moved = self._instruments.key.is_moved()
        if self._state.place is Place.TOUCH_DONE:
            found = judge(self._state.hits, *self.glass_mm)
            fields = {"worst_mm": round(found.worst_mm, 1), "wrong": found.wrong}
            log.info("service.touch_tested", extra={"fields": fields})
        log.info("service.entered", extra={"fields": {"place": str(self._state.place), "role": str(self._state.role)}})

    def _do(self, effect: Effect) -> None:
        match effect:
            case Compare(typed):
                self._compare(typed)
            case Act.PLAYED if self._instruments.sound is not None:
                self._instruments.sound()
            case Chose(reason) if reason in [each.code for each in self._reasons]:
                self._order(lambda: self._pausing.begin(reason))
            case Act.STICK if not self._instruments.stick.ask():
                self._take(Act.FAILED)
            case Act.MOVED:
                self._take(Act.KEPT if self._instruments.key.ask() else Act.FAILED)
            case Act.RESUMED:
                self._order(self._pausing.end)

    def _compare(self, typed: str) -> None:
        self._tries.count()
        role = self._role_of(typed)
        if role is None:
            self._tries.wrong()
            self._take(Act.WRONG)
            return
        self._tries.right()
        self._take(Right(role))

    def _role_of(self, typed: str) -> Role | None:
        """Both are compared, whichever is right: the time that this takes tells nothing."""
        technician = code.matches(typed, self._settings.technician_code)
        staff = code.matches(typed, self._settings.staff_code)
        return Role.TECHNICIAN if technician else Role.STAFF if staff else None

    def _order(self, order: Callable[[], None]) -> None:
        try:
            order()
        except OutboxError as error:
            log.error("service.order_failed", extra={"fields": {"code": error.code, "hint": error.hint}})
            self._take(Act.FAILED)
            return
        self._take(Act.KEPT)

    def _pressed(self, press: Press) -> None:
        """A press that was told apart: shown. It keeps no test open: citizens press too, and theirs are answers."""
        for button in press.buttons or (press.button,):
            self._take(Pressed(press.panel, button))
