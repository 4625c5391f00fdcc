"""One citizen led by three keys and a voice: where the focus is, what is said next, when it is all over.

A first key only wakes it. What a key chooses goes the way of a touch, and leaves no other trace. Knows no window.
"""

from collections.abc import Callable, Mapping

from hardware.voice import Phrase
from kiosk.aids import Aids
from kiosk.flow import Screen
from kiosk.keypad import PadKey
from kiosk.sounds import TAP, THANKS, WARNING
from kiosk.texts import Words
from kiosk.ui import focus, speech
from kiosk.ui.scene import Ring, Scene, Target
from kiosk.ui.speech import Reading
from kiosk.ui.view import View

STEPS_DB = (-18.0, -12.0, -6.0, 0.0)  # EN 301 549 8.2.1: 18 dB, with a step 12 dB above the softest
FIRST_STEP = 2
_AT_REST = (Screen.INVITATION, Screen.PAUSED, Screen.UNASSIGNED)
_ENDS = (Screen.THANKS, Screen.IDLE_WARNING)


class Guide:
    """Not for threads. `aloud`: "off", "headphones" or "speaker". `idle_s`: after which a key's citizen has gone."""

    def __init__(
        self,
        aids: Aids,
        words: Mapping[str, Words],
        aloud: str,
        idle_s: float,
        composed: Callable[[View], Scene],
    ) -> None:
        self._voice, self._chimes = aids.voice, aids.chimes
        self._words, self._aloud, self._idle_s, self._composed = words, aloud, idle_s, composed
        self._read: Reading | None = None
        self.awake = False
        self.stop = focus.QUESTION
        self._reset()

    @property
    def audible(self) -> bool:
        """Whether something can be read out now."""
        return self._aloud != "off" and self._voice.available

    def ring(self, dpi: int) -> Ring | None:
        """What is to be drawn above the scene."""
        if not self.awake or self._read is None:
            return None
        return focus.ring(self._read.own.scene, self.stop, dpi)

    def shown(self, view: View, scene: Scene) -> None:
        """Another view was composed."""
        before, self._read = self._read, Reading(view, scene, self._words, self._composed)
        self._sound(before.own.view.state.screen if before else None, view.state.screen)
        if before is not None and view.state.screen is Screen.INVITATION and before.own.view.state.screen in _ENDS:
            self._sleep()
        if before is not None and _place(before.own.view) == _place(view):
            self._redrawn(before, self._read)
        else:
            self.stop = focus.QUESTION
            self._open()

    def pressed(self, key: PadKey, at_s: float) -> Target | None:
        """What the key chooses, if anything."""
        if self._read is None:
            return None
        self._pressed_s = at_s
        if not self.awake:
            self.awake, self.stop = True, focus.QUESTION
            self._open(speech.word(self._read, "say_keys"))
            return None
        if key is not PadKey.CHOOSE:
            self.stop = focus.moved(self._stops(), self.stop, 1 if key is PadKey.NEXT else -1)
            self._say_stop()
            return None
        return self._chosen(self._read)

    def touched(self) -> None:
        """A finger is on the screen: the keys have done."""
        if self.awake:
            self.awake = False
            self._voice.stop()

    def tapped(self) -> None:
        """A touch or a key counted, whichever."""
        if TAP in self._chimes:
            self._voice.chime(self._chimes[TAP])

    @property
    def is_reading(self) -> bool:
        """Whether somebody is being read to now."""
        return self._aloud != "off" and self._voice.speaking

    def tick(self, at_s: float) -> None:
        """Where the session waits for nobody, a citizen who came with the keys is forgotten after `idle_s`."""
        if self.is_reading:
            self._pressed_s = at_s
        resting = self._read is not None and self._read.own.view.state.screen in _AT_REST
        if self.awake and resting and at_s - self._pressed_s >= self._idle_s:
            self._sleep()

    def _reset(self) -> None:
        self._step, self._knows, self._pressed_s = FIRST_STEP, False, 0.0

    def _sleep(self) -> None:
        self.awake, self.stop = False, focus.QUESTION
        self._reset()
        self._voice.stop()

    def _stops(self) -> tuple[str, ...]:
        return focus.stops(self._read.own.scene, audible=self.audible) if self._read else (focus.QUESTION,)

    def _chosen(self, read: Reading) -> Target | None:
        if self.stop == focus.QUESTION:
            self._open(speech.word(read, "say_keys"))
            return None
        if self.stop == focus.VOLUME:
            self._step = (self._step + 1) % len(STEPS_DB)
            self._say_stop()
            return None
        self._knows = True
        return focus.target_at(read.own.scene, self.stop)

    def _open(self, *more: Phrase) -> None:
        """Read the screen out: with keys its answers are told one by one, without them all at once."""
        read = self._read
        if read is None or not self._is_listening(read):
            return
        phrases = speech.opened(read, private=self._private)
        if not self.awake:
            phrases += speech.answers(read)
        elif focus.answers(read.own.scene):
            phrases.append(speech.how_many(read))
        self._say([*phrases, *more])

    def _say_stop(self) -> None:
        read = self._read
        target = focus.target_at(read.own.scene, self.stop) if read else None
        if read is None or self.stop == focus.QUESTION:
            self._open()
        elif target is None:
            self._say(speech.volume(read, self._step + 1, len(STEPS_DB)))
        else:
            self._say(speech.stop(read, target, private=self._private, hint=not self._knows))

    def _redrawn(self, before: Reading, now: Reading) -> None:
        """The same question, drawn anew: something was ticked or typed, a second passed, or a mode was changed."""
        audible = self.audible
        self.stop = focus.kept(
            focus.stops(before.own.scene, audible=audible), self.stop, focus.stops(now.own.scene, audible=audible)
        )
        if now.own.view.state.comfort.aloud != before.own.view.state.comfort.aloud:
            self._open() if now.own.view.state.comfort.aloud else self._voice.stop()
        target = focus.target_at(now.own.scene, self.stop)
        if target is None or not (self._private and self._is_listening(now)):
            return
        is_ticked = speech.ticked(now.own.view, target)
        if is_ticked != speech.ticked(before.own.view, target):
            self._say([speech.word(now, "say_ticked" if is_ticked else "say_unticked")])

    @property
    def _private(self) -> bool:
        return self._aloud == "headphones"

    def _is_listening(self, read: Reading) -> bool:
        return self._aloud != "off" and (self.awake or read.own.view.state.comfort.aloud)

    def _say(self, phrases: list[Phrase]) -> None:
        """Through a loudspeaker, nothing of a screen that tells how somebody rated or what he wrote."""
        if self._read is not None and speech.tells(self._read.own.view) and not self._private:
            self._voice.stop()
        elif self._aloud != "off":
            self._voice.say(phrases, STEPS_DB[self._step])

    def _sound(self, before: Screen | None, now: Screen) -> None:
        name = {Screen.THANKS: THANKS, Screen.IDLE_WARNING: WARNING}.get(now)
        if name in self._chimes and now is not before:
            self._voice.chime(self._chimes[name])


def _place(view: View) -> tuple[object, ...]:
    """What makes a screen another one to somebody who listens."""
    return view.state.screen, view.state.question, view.page, view.language
