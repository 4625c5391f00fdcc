"""The screen at work: session, button desk and window in one loop. The only place where a touch becomes an event.

A touch counts only on a scene that is lit, and a second strike at the same place within half a second is none.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.ahead import ahead
from kiosk.aids import Aids
from kiosk.buttons import POLL_S, Desk
from kiosk.clock import Now
from kiosk.config import Config
from kiosk.dimming import PARTS, Dimmer, Light
from kiosk.event import ChoseLanguage, Idled
from kiosk.flow import Screen, State
from kiosk.keypad import PadKey
from kiosk.keypad import Strikes as PadStrikes
from kiosk.notify import Heart, Notify
from kiosk.report import Report
from kiosk.runtime import Sitting, runtime_folder
from kiosk.session import Session
from kiosk.slips import ScanDesk
from kiosk.stick import StickDesk, StickNews
from kiosk.strike import Strikes
from kiosk.texts import Words
from kiosk.ui import motion, theme, typed
from kiosk.ui.compose import compose
from kiosk.ui.guide import Guide
from kiosk.ui.scene import Ring, Scene, Target
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import Turn, Typing, View
from kiosk.ui.window import Window, window_rect

if TYPE_CHECKING:
    from kiosk.enrolling import Enrolling
    from kiosk.enrolling import Showing as Admission
    from kiosk.service.service import Service, Showing

log = logging.getLogger(__name__)
AT_REST = (Screen.INVITATION, Screen.UNASSIGNED, Screen.PAUSED)  # nobody is in the middle of an answer
KEY_STRIKE_S = 0.12  # a double letter is meant


class Counter:
    """Owns what is on the glass; everything it may say to the survey goes through `Session.handle`."""

    def __init__(
        self,
        session: Session,
        desk: Desk,
        words: Mapping[str, Words],
        config: Config,
        now: Now,
        report: Report,
        aids: Aids | None = None,
        service: "Service | None" = None,
        scans: ScanDesk | None = None,
        enrolling: "Enrolling | None" = None,
        sticks: StickDesk | None = None,
    ) -> None:
        self._session, self._desk, self._words, self._config = session, desk, words, config
        self._service, self._served = service, None
        self._scans, self._sticks = scans or ScanDesk(), sticks or StickDesk()
        self._enrolling, self._enrols = enrolling, None
        self._now, self._report = now, report
        self._typing, self._page = Typing(), 0
        self._shown: View | None = None
        self._ahead: list[State] = []
        self._lit = self._acted = self._untidy = False
        self._turned_s = 0.0
        self.scene = Scene("", "", "", (0, 0), (), ())
        self._aids = aids or Aids()
        self._pad = PadStrikes(config.keypad.repeat_s)
        self._ring: Ring | None = None
        self.window = Window(config.screen, self.tapped, self.flipped, self.keyed, frozenset(config.keypad.codes()))
        self._slide = motion.Slide(self.window.glass.h / 600 * theme.SLIDE_UNITS)
        self._dimmer = Dimmer(config.screen.dim_after_s, config.open, now().at_s)
        self._light = Light.FULL
        self._strikes = Strikes(near=self.window.glass.dpi * 0.4)
        self._typesetter = Typesetter(self.window.measure)
        self._guide = Guide(self._aids, words, config.voice.aloud, config.timeouts.idle_s, self._composed)
        self._sitting = Sitting(runtime_folder())

    def run(self, going: Callable[[], bool], lit: Callable[[], None], notify: Notify) -> None:
        """Until `going` says no; `lit` is called once, after the first frame."""
        self._session.start()
        if self._service is not None:
            glass = self.window.glass
            self._service.glass_mm = (glass.w * 25.4 / glass.dpi, glass.h * 25.4 / glass.dpi)
            self._service.start()
        self.turn()
        lit()
        heart = Heart(notify, self.window.pulse)
        while going():
            heart.turn(self._now().at_s)
            if self._slide.moving:
                self.window.sleep(self._turned_s + motion.FRAME_S - self._now().at_s)
            elif not self._prepare_ahead():
                self._tidy()
                self.window.sleep(min(self._deadline_s(), heart.deadline_s()) - self._now().at_s)
            self.turn()
        self._sitting.close()
        self.window.close()

    def turn(self) -> None:
        """One round: what happened, what time brings, what is to be seen."""
        self._turned_s = self._now().at_s
        self.window.poll()
        if self._guide.is_reading:
            self._session.hold()
        self._session.tick()
        self._desk.tick()
        for key in self._aids.struck() if self._aids.struck else ():
            self._strike(key)
        self._guide.tick(self._now().at_s)
        if self._service is not None:
            self._service.tick(self._session.state.screen)
        if self._enrolling is not None:
            self._enrolling.tick(self._session.state.screen)
        self._scan()
        gives_way = self._service is not None and self._service.gives_way
        self._sitting.turn(not self._is_resting() and not gives_way)
        self.refresh()
        self.window.shift(self._slide.offset(self._now().at_s))
        self._shine()
        self.window.draw()

    def _scan(self) -> None:
        """What is shown to the scanner, but for what is shown while the service menu has the glass."""
        for text in self._scans.take():
            if self._service is None or not self._service.has_glass:
                self._untidy = True
                self._dimmer.touched(self._now().at_s)
                if self._enrolling is None or not self._enrolling.scanned(text):
                    self._session.scanned(text)

    def _shine(self) -> None:
        """Dim the screen at rest, and light it before the frame that a touch brought."""
        light = self._dimmer.look(self._is_resting(), self._now())
        if light is not self._light:
            self._light = light
            self.window.shine(PARTS[light])

    def _is_resting(self) -> bool:
        """Nobody answers, and no technician is in the menu."""
        return self._session.state.screen in AT_REST and not (self._service is not None and self._service.is_open)

    def refresh(self) -> None:
        """Compose and paint, if what is to be seen has changed."""
        if self._service is not None and self._service.has_glass:
            self._serve(self._service.showing())
            return
        if self._session.state.screen is Screen.UNASSIGNED and (stick := self._sticks.look()) is not None:
            self._serve_stick(stick)
            return
        if self._enrolling is not None and self._enrolling.has_glass:
            self._enrol(self._enrolling.showing())
            return
        view, self._acted = self._view(), False
        if view != self._shown or self._served is not None or self._enrols is not None:
            self._served = self._enrols = None
            self._compose(view)
        elif self._guide.ring(self.window.glass.dpi) == self._ring:
            return
        self._paint()

    def _compose(self, view: View) -> None:
        if self._asked(view) != self._asked(self._shown):
            kept = self._typing.method if self._asked(self._shown) and self._asked(view) else None
            self._typing, self._page = typed.begun(view, kept), 0
            view = self._view()
        if self._config.screen.motion:
            self._slide.begin(motion.side_of(self._shown, view), self._now().at_s)
        self._shown = view
        self.scene = self._composed(view)
        self._guide.shown(view, self.scene)
        self._ahead = ahead(view.form, view.state)

    def _composed(self, view: View) -> Scene:
        return compose(view, self.window.glass, self._typesetter)

    def _serve_stick(self, news: StickNews) -> None:
        """What becomes of a stick at a counter that has no assignment yet, and may have no menu."""
        from kiosk.service.flow import Place
        from kiosk.service.service import Showing

        self._enrols = None
        self._serve(Showing(Place.USB, stick=news))

    def _enrol(self, showing: "Admission") -> None:
        """Nobody is asked anything here: a technician enrols this machine, or the office has stopped it."""
        if showing == self._enrols and self._served is None:
            return
        from kiosk.ui.enrolling import compose_enrolling  # once in the life of a kiosk

        self._enrols, self._served, self._acted, self._ahead = showing, None, False, []
        language, glass = self._config.language, self.window.glass
        self.scene = compose_enrolling(showing, self._words[language], language, glass, self._typesetter)
        self._paint()

    def _serve(self, showing: "Showing") -> None:
        """The service menu has the glass; a citizen who follows finds the kiosk's own language."""
        ring = self._guide.ring(self.window.glass.dpi)
        if showing == self._served and ring == self._ring:
            return
        from kiosk.ui.service import compose_service, halted_view  # hardly ever needed

        if self._served is None:
            self._session.handle(Idled())
            self._guide.touched()
            self._aids.voice.stop()
        self._served, language = showing, self._config.language
        glass, typesetter, words = self.window.glass, self._typesetter, self._words[language]
        self.scene = compose_service(showing, words, language, glass, typesetter)
        self._ahead = []
        if showing.halted and self._service is not None and not self._service.is_open:
            self._guide.shown(halted_view(self._view(), showing, words, language), self.scene)
        self._paint()

    def _paint(self) -> None:
        self._ring, self._lit = self._guide.ring(self.window.glass.dpi), False
        self.window.paint(replace(self.scene, items=(*self.scene.items, self._ring)) if self._ring else self.scene)

    def _prepare_ahead(self) -> bool:
        """Prepare one of the scenes that may follow, once the present one is lit; whether there was one to prepare."""
        if not self._lit or not self._ahead:
            return False
        state = self._ahead.pop()
        view = replace(self._view(), state=state, typing=Typing(), page=0)
        self.window.prepare(self._composed(view))
        return True

    def _tidy(self) -> None:
        """Once after each citizen, when nothing else is to be done."""
        if self._untidy and self._session.state.screen is Screen.INVITATION:
            self._untidy = False
            self.window.tidy()

    @staticmethod
    def _asked(view: View | None) -> str:
        """The question on the screen, or behind a warning: what has been typed outlives that."""
        return (view.state.behind or view.state).question if view else ""

    def flipped(self) -> None:
        """A frame is on the display."""
        if self._lit or (self._shown is None and self._served is None and self._enrols is None):
            return
        self._lit = True
        glass = self.window.glass
        rotation = self._config.screen.rotation
        size = (glass.h, glass.w) if rotation in (90, 270) else (glass.w, glass.h)
        rects = [
            (t.id, *window_rect(t.rect.x, t.rect.y, t.rect.w, t.rect.h, rotation, *size)) for t in self.scene.targets
        ]
        focus = self._guide.stop if self._ring else ""
        self._report.shown(self.scene.screen, self.scene.question, self.scene.language, rects, focus)

    def tapped(self, x: float, y: float) -> None:
        aimed = self._is_aimed()
        self._guide.touched()
        if aimed and self._service is not None and self._for_service(self._service, x, y):
            return
        if aimed and self._enrolling is not None and self._enrols is not None:
            target = self.scene.at(x, y)
            if target is not None and (self._lit or target.typing) and not self._is_second_strike(target, x, y):
                self._enrolling.act(target.event)
        elif aimed:
            self._touch(self.scene.at(x, y), x, y)

    def keyed(self, code: int) -> None:
        """A key of the keypad went down."""
        key = self._config.keypad.codes()[code]
        if self._pad.counts(key, self._now().at_s):
            self._strike(key)

    def _strike(self, key: PadKey) -> None:
        """A key chooses as a finger in the middle of the target would; moving about is no hammering.

        The menu knows no keys; a survey paused by hand is read out to them.
        """
        if not self._is_aimed() or self._enrols is not None or (self._service is not None and self._service.is_open):
            return
        target = self._guide.pressed(key, self._now().at_s)
        if target is None:
            self._session.tapped(typing=True)
        else:
            self._touch(target, target.rect.x + target.rect.w / 2, target.rect.y + target.rect.h / 2)

    def _is_aimed(self) -> bool:
        """On a dark screen nobody aims: the first touch, or key, lights it. Nor does a second one in this round."""
        self._untidy = True
        seen = self._dimmer.touched(self._now().at_s)
        self._acted = self._acted or not seen
        return seen

    def _touch(self, target: Target | None, x: float, y: float) -> None:
        typing = target is not None and target.typing
        writing = any(each.typing for each in self.scene.targets)  # beside a key is no sign of anything
        self._session.tapped(typing=typing, stray=target is None and not writing)
        aimed = self._lit and not self._acted  # of two touches in one round the second was aimed at what is going
        if target is None or not (aimed or typing) or self._is_second_strike(target, x, y):
            return
        self._guide.tapped()
        self._act(target)
        self._acted = self._view() != self._shown

    def _for_service(self, service: "Service", x: float, y: float) -> bool:
        """Whether a touch is the service menu's own; the one that opens it is."""
        mm = 25.4 / self.window.glass.dpi
        if not service.is_open and service.watch(x * mm, y * mm, self._session.state.screen):
            return True
        if self._served is None:
            return service.has_glass
        target = self.scene.at(x, y)
        if target is None or not (self._lit or target.typing) or self._is_second_strike(target, x, y):
            return True
        service.act(replace(target.event, x_mm=x * mm, y_mm=y * mm) if target.id.startswith("cross:") else target.event)
        return True

    def _is_second_strike(self, target: Target, x: float, y: float) -> bool:
        limit_s = KEY_STRIKE_S if target.typing else self._config.timeouts.double_strike_s
        return self._strikes.is_second(target.id, x, y, self._now().at_s, limit_s, typing=target.typing)

    def _act(self, target: Target) -> None:
        question = self._session.form.question(self._session.state.question)
        written = typed.after(self._typing, target.event, question.longest if question else 0)
        if written is not None:
            self._typing = written
            return
        match target.event:
            case Turn(page):
                self._page = page
            case ChoseLanguage(language):
                self._session.handle(ChoseLanguage("" if language == self._config.language else language))
            case event:
                self._session.handle(event)  # type: ignore[arg-type]

    def _view(self) -> View:
        state = self._session.state
        language = state.language or self._config.language
        return View(
            state=state,
            standing=self._session.standing,
            language=language,
            languages=self._config.languages,
            words=self._words[language],
            form=self._session.form,
            typing=self._typing if state.screen in (Screen.COMMENT, Screen.REVIEW) else Typing(),
            seconds_left=self._session.seconds_left(),
            page=self._page,
            speaks=self._guide.audible,
            takes_slips=self._scans.is_up and self._session.takes_slips,
        )

    def _deadline_s(self) -> float:
        deadlines_s = [self._session.deadline_s(), self._desk.deadline_s()]
        if self._service is not None:
            deadlines_s.append(self._service.deadline_s())
        if self._enrolling is not None:
            deadlines_s.append(self._enrolling.deadline_s())
        if self._aids.struck is not None:  # a contact that closed counts a moment later
            deadlines_s.append(self._now().at_s + POLL_S)
        return min(each for each in deadlines_s if each is not None)
