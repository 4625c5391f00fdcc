"""What is read out: of a screen as it opens, of a stop of the three keys. Pure; says nothing itself.

Privacy: the answers of a question are read out alike for everybody. What somebody chose, ticked or wrote is read out
only into headphones (`private`), for a loudspeaker is heard by the officer as well; and so is a screen that itself
tells how somebody rated, or what he wrote.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from hardware.voice import Phrase
from kiosk.event import Answered, ChoseLanguage, Toggled
from kiosk.flow import Screen, opening
from kiosk.keyboard import TONES
from kiosk.spoken import spoken
from kiosk.texts import DEFAULT, Words, counted, filled
from kiosk.ui import focus
from kiosk.ui.scene import Scene, Target
from kiosk.ui.view import View
from survey import personal
from survey.form import AnswerHas, AnswerIs, AnyRatingAtMost, Kind

Wording = Callable[["Sheet"], str]
_OF_A_KEY = {"key:shift": "say_shift", "key:method": "say_method"}


@dataclass(frozen=True)
class Sheet:
    """One screen in one language."""

    view: View
    scene: Scene


class Reading:
    """One screen as the citizen sees it, and the same in Vietnamese, for what its language cannot say.

    `composed` makes a scene of a view; it is asked only when something is to be read out in another language.
    """

    def __init__(self, view: View, scene: Scene, words: Mapping[str, Words], composed: Callable[[View], Scene]) -> None:
        self.own, self._words, self._composed = Sheet(view, scene), words, composed

    @cached_property
    def vietnamese(self) -> Sheet:
        if self.own.view.language == DEFAULT:
            return self.own
        view = replace(self.own.view, language=DEFAULT, words=self._words[DEFAULT])
        return Sheet(view, self._composed(view))

    def phrase(self, wording: Wording) -> Phrase:
        """What `wording` makes of the screen; a text that only Vietnamese has is read in Vietnamese."""
        text, vietnamese = wording(self.own), wording(self.vietnamese)
        language = self.own.view.language
        plain = Phrase(vietnamese, DEFAULT, spoken(vietnamese, DEFAULT))
        if language == DEFAULT or (text == vietnamese and len(text) > 1):
            return plain
        return Phrase(text, language, spoken(text, language), plain)


def tells(view: View) -> bool:
    """Whether only somebody who rated in a certain way, or wrote a certain thing, comes to this screen."""
    if view.state.screen is Screen.REVIEW:
        return True
    if view.state.screen not in (Screen.QUESTION, Screen.COMMENT) or view.question is None:
        return False
    match view.question.condition:
        case AnyRatingAtMost():
            return True
        case AnswerIs(code) | AnswerHas(code):
            asked = view.form.question(code)
            return asked is not None and asked.kind is Kind.SCALE
    return False


def opened(read: Reading, *, private: bool) -> list[Phrase]:
    """The question, or the notice."""
    phrases = [read.phrase(wording) for wording in _wordings(read.own)]
    typed = read.own.view.typing.text.strip()
    if private and typed and read.own.view.state.screen in (Screen.COMMENT, Screen.REVIEW):
        phrases += [read.phrase(lambda sheet: sheet.view.words["say_typed"]), _typed(typed)]
    return [phrase for phrase in phrases if phrase.text]


def answers(read: Reading) -> list[Phrase]:
    """How many answers there are, and each of them."""
    among = focus.answers(read.own.scene)
    if not among:
        return []
    return [how_many(read), *(_label(read, target) for target in among)]


def how_many(read: Reading) -> Phrase:
    count = len(focus.answers(read.own.scene))
    return read.phrase(lambda sheet: counted(sheet.view.words["say_answers"], count, count))


def stop(read: Reading, target: Target, *, private: bool, hint: bool) -> list[Phrase]:
    """One stop of the three keys."""
    phrases = []
    place = focus.place(read.own.scene, target)
    if place is not None:
        phrases.append(read.phrase(lambda sheet: counted(sheet.view.words["say_place"], *place)))
    phrases.append(_label(read, target))
    if private and ticked(read.own.view, target):
        phrases.append(read.phrase(lambda sheet: sheet.view.words["say_ticked"]))
    if hint and place is not None:
        phrases.append(read.phrase(lambda sheet: sheet.view.words["say_choose"]))
    return phrases


def volume(read: Reading, step: int, steps: int) -> list[Phrase]:
    return [read.phrase(lambda sheet: counted(sheet.view.words["say_volume"], step, steps))]


def word(read: Reading, name: str) -> Phrase:
    return read.phrase(lambda sheet: sheet.view.words[name])


def ticked(view: View, target: Target) -> bool:
    """Whether a target is a choice that is ticked now."""
    chosen = view.state.answers.get(view.state.question)
    return isinstance(chosen, list) and target.id.removeprefix("option:") in chosen


def _label(read: Reading, target: Target) -> Phrase:
    if isinstance(target.event, ChoseLanguage):  # a language's name is read in that language
        name, language = focus.label(read.own.scene, target), target.event.language
        return Phrase(name, language, spoken(name, language), Phrase(name, DEFAULT, spoken(name, DEFAULT)))
    return read.phrase(lambda sheet: _worded(sheet, target.id))


def _worded(sheet: Sheet, id: str) -> str:
    if id in _OF_A_KEY:
        return sheet.view.words[_OF_A_KEY[id]]
    if id.removeprefix("key:") in TONES:
        return id.removeprefix("key:")  # its mark may be drawn in the place of its name
    if id == "key:signs":
        return sheet.view.words["say_letters" if sheet.view.typing.signs else "say_signs"]
    target = focus.target_at(sheet.scene, id)
    if target is None:
        return ""
    return _answer_text(sheet.view, target.event) or focus.label(sheet.scene, target)


def _answer_text(view: View, event: object) -> str:
    """An answer's whole text, from the form: what is drawn may have been cut to fit, or tell that it is ticked."""
    question = view.form.question(event.question) if isinstance(event, Answered | Toggled) else None
    if question is None:
        return ""
    code = event.option if isinstance(event, Toggled) else event.value
    scale = question.scale
    choices = [(level.value, level) for level in scale.levels] if scale is not None else []
    if scale is not None and scale.not_applicable is not None:
        choices.append((scale.not_applicable.code, scale.not_applicable))
    choices += [(option.code, option) for option in question.options]
    return next((view.text(choice.text) for value, choice in choices if value == code), "")


def _wordings(sheet: Sheet) -> Sequence[Wording]:
    view = sheet.view
    match view.state.screen:
        case Screen.INVITATION:
            hint = [_named("slip_hint")] if view.takes_slips else []
            return [_office, _point, _named("invitation_short"), *hint, _first]
        case Screen.QUESTION:
            received = [_named("slip_taken")] if view.is_for_slip else []
            return [*received, lambda s: s.view.section_text, _question, _help]
        case Screen.COMMENT:
            return [_question, _help, _named("comment_note")]
        case Screen.REVIEW:
            kinds = dict.fromkeys(f"review_{found.kind}" for found in personal.found(view.typing.text))
            return [_named(name) for name in ("review_title", *kinds, "review_note")]
        case Screen.THANKS:
            return [lambda s: s.view.text(s.view.form.thanks), _named("thanks_kept")]
        case Screen.PAUSED if view.halted is not None:
            return [_named("paused_title"), _named("service_halted_note"), _halted]
        case Screen.PAUSED:
            return [_named("paused_title"), _named("paused_note")]
        case Screen.SLIP_REFUSED:
            return [_named(name) for name in view.refusal_words]
        case Screen.UNASSIGNED:
            return [_named("unassigned_title"), _named("unassigned_note")]
        case Screen.IDLE_WARNING:
            return [_named("warning_title"), _named("warning_note")]
    return [lambda s: s.scene.say or ". ".join(focus.told(s.scene))]


def _named(name: str) -> Wording:
    return lambda sheet: sheet.view.words[name]


def _halted(sheet: Sheet) -> str:
    return filled(sheet.view.words["service_halted_reason"], name=sheet.view.text(sheet.view.halted or {}))


def _office(sheet: Sheet) -> str:
    return sheet.view.text(sheet.view.standing.assignment.office) if sheet.view.standing else ""


def _point(sheet: Sheet) -> str:
    return sheet.view.text(sheet.view.standing.assignment.point_name) if sheet.view.standing else ""


def _question(sheet: Sheet) -> str:
    return sheet.view.text(sheet.view.question.text) if sheet.view.question else ""


def _help(sheet: Sheet) -> str:
    return sheet.view.text(sheet.view.question.help) if sheet.view.question else ""


def _first(sheet: Sheet) -> str:
    """The question that the invitation carries, or what the form is called."""
    first = opening(sheet.view.form)
    return sheet.view.text(first.text if first is not None else sheet.view.form.title)


def _typed(text: str) -> Phrase:
    return Phrase(text, DEFAULT, spoken(text, DEFAULT))
