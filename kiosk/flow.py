"""What the citizen may do next: a pure table Screen x Event -> Screen. No clock, store or window here.

Rule 1: every change of screen is a row of `TABLE`; a pair without a row changes nothing.
Rule 2: what must be done before the next screen may be shown is returned as effects, in order.
Rule 3: the next screen depends on which question was answered, never on how it was rated; only the form's own
        conditions look at a value: at a fact (a petition was made, the result came late), or, after all the
        ratings, at a low one (reasons). What a comment says decides only whether its writer sees it once more.
Rule 4: every question may be skipped, the first ones too. While there is no answer there is nothing to save, to seal
        or to thank for: whoever goes through without one comes back to the invitation.
Rule 5: a slip belongs to one sitting; its rows' rules stand in `kiosk.slip_flow`.
"""

from collections.abc import Mapping
from dataclasses import replace

from kiosk import slip_flow
from kiosk.event import (
    Answered,
    Assigned,
    Broke,
    ChoseComfort,
    ChoseLanguage,
    Doubted,
    Event,
    Finished,
    Idled,
    Mended,
    Opened,
    RanOut,
    Skipped,
    SlipRefused,
    SlipShown,
    Started,
    Stayed,
    Toggled,
    Unassigned,
    WentBack,
)
from kiosk.state import AT_REST as AT_REST
from kiosk.state import NO_FORM as NO_FORM
from kiosk.state import Effects as Effects
from kiosk.state import Finish as Finish
from kiosk.state import Rule, Step, asking
from kiosk.state import Save as Save
from kiosk.state import Screen as Screen
from kiosk.state import State as State
from survey.form import Form, Kind, Question, Role
from survey.form_file import allows


def step(form: Form, state: State, event: Event) -> Step:
    """The state after `event`, and the effects that must succeed before it may be shown."""
    rule = TABLE.get((state.screen, type(event)))
    return rule(form, state, event) if rule else (state, ())


def opening(form: Form) -> Question | None:
    """The first question, when the invitation itself can carry it: one tap is then a whole answer (law 2)."""
    first = next(iter(form.asked({})), None)
    return first if first is not None and first.role is Role.OVERALL else None


def has_earlier(form: Form, state: State) -> bool:
    """Whether going back leads anywhere: to a question, or out to the invitation while nothing is answered."""
    return not state.answers or _neighbour(form, state, -1) is not None


def has_later(form: Form, state: State) -> bool:
    """Whether another question follows the present one as the answers stand."""
    return _neighbour(form, state, 1) is not None


def may_skip(state: State) -> bool:
    """Whether a question stands there to be skipped (rule 4)."""
    return state.screen in (Screen.QUESTION, Screen.COMMENT)


def progress(form: Form, code: str) -> tuple[int, int]:
    """Place of a question and number of questions, counted without conditions: neither tells how anyone rated."""
    codes = [question.code for question in form.questions if not question.prefill]
    return (codes.index(code) + 1 if code in codes else 0), len(codes)


def _neighbour(form: Form, state: State, direction: int) -> Question | None:
    order = [question.code for question in form.questions]
    here = order.index(state.question) if state.question in order else -1
    asked = [q for q in form.asked(state.known) if (order.index(q.code) - here) * direction > 0]
    return (asked[0] if direction > 0 else asked[-1]) if asked else None


def _onward(form: Form, state: State, effects: Effects) -> Step:
    following = _neighbour(form, state, 1)
    return (asking(state, following), effects) if following is not None else _thank(state)


def _thank(state: State) -> Step:
    """The answers leave the state here; only what the citizen asked of the screen goes on. None: rule 4."""
    if not state.answers:
        return AT_REST, ()
    return state.at(Screen.THANKS), (Finish(state.answers, state.slip),)


def _started(form: Form, state: State, _event: Started) -> Step:
    first = next(iter(form.asked({})), None)
    return (state, ()) if first is None or opening(form) else (asking(state, first), ())


def _opened(form: Form, state: State, event: Answered) -> Step:
    first = opening(form)
    if first is None or event.question != first.code:
        return state, ()
    return _answered(form, replace(state, question=first.code), event) if allows(first, event.value) else (state, ())


def _answered(form: Form, state: State, event: Answered) -> Step:
    question = form.question(event.question)
    if question is None or event.question != state.question or not allows(question, event.value):
        return state, ()
    answers = {**state.answers, event.question: event.value}
    return _onward(form, replace(state, answers=answers), (Save(answers, state.slip),))


def _toggled(form: Form, state: State, event: Toggled) -> Step:
    question = form.question(event.question)
    if question is None or question.kind is not Kind.MULTI or event.question != state.question:
        return state, ()
    before = state.answers.get(event.question)
    chosen = set(before if isinstance(before, list) else ()) ^ {event.option}
    value = [option.code for option in question.options if option.code in chosen]
    answers = {code: answer for code, answer in state.answers.items() if code != event.question}
    if value:
        answers[event.question] = value
    # An answer that exists never becomes empty again: its draft is already on the disk.
    if not answers or value == before:
        return state, ()
    return replace(state, answers=answers), (Save(answers, state.slip),)


def _skipped(form: Form, state: State, _event: Skipped) -> Step:
    return _onward(form, state, ())


def _went_back(form: Form, state: State, _event: WentBack) -> Step:
    earlier = _neighbour(form, state, -1)
    if earlier is not None:
        return asking(state, earlier), ()
    return (state, ()) if state.answers else (state.at(Screen.INVITATION), ())


def _doubted(_form: Form, state: State, _event: Doubted) -> Step:
    return replace(state, screen=Screen.REVIEW), ()


def _mending(_form: Form, state: State, _event: WentBack) -> Step:
    return replace(state, screen=Screen.COMMENT), ()


def _finished(_form: Form, state: State, _event: Finished) -> Step:
    return _thank(state)


def _idled(_form: Form, state: State, _event: Idled) -> Step:
    """A slow reader is asked too, before the first answer: the place in the form and the language are theirs."""
    return replace(state.at(Screen.IDLE_WARNING), behind=state), ()


def _stayed(_form: Form, state: State, _event: Stayed) -> Step:
    return state.behind or AT_REST, ()


def _finished_at_warning(form: Form, state: State, event: Finished) -> Step:
    return _finished(form, state.behind or AT_REST, event)


def _walked_away(_form: Form, state: State, _event: RanOut) -> Step:
    """Nobody is left to thank, and the next citizen must not read the thanks of the last."""
    left = state.behind or AT_REST
    return AT_REST, ((Finish(left.answers, left.slip),) if left.answers else ())


def _shown_above(form: Form, state: State, event: Event) -> Step:
    """What the scanner says reaches the screen behind: somebody is there."""
    return step(form, state.behind or AT_REST, event)


def _chose_language(_form: Form, state: State, event: ChoseLanguage) -> Step:
    return replace(state, language=event.language), ()


def _chose_comfort(_form: Form, state: State, event: ChoseComfort) -> Step:
    return replace(state, comfort=state.comfort.toggled(event.name)), ()


def _opened_beside(_form: Form, state: State, event: Opened) -> Step:
    return (state.at(Screen(event.screen)), ()) if event.screen in BESIDE else (state, ())


def _back_beside(_form: Form, state: State, _event: WentBack) -> Step:
    return state.at(Screen.INVITATION), ()


def _language_beside(_form: Form, state: State, event: ChoseLanguage) -> Step:
    return replace(state.at(Screen.INVITATION), language=event.language), ()


def _broke(_form: Form, state: State, _event: Broke) -> Step:
    return replace(state.at(Screen.PAUSED), behind=state), ()


def _to(screen: Screen) -> Rule:
    return lambda _form, _state, _event: (State(screen), ())


BESIDE = (Screen.ABOUT, Screen.COMFORTS, Screen.LANGUAGES)  # reached from the invitation, and back to it
_WHILE_ASKING: Mapping[type, Rule] = {
    Answered: _answered,
    Skipped: _skipped,
    WentBack: _went_back,
    Finished: _finished,
    Idled: _idled,
    ChoseLanguage: _chose_language,
    SlipShown: slip_flow.joined,
    SlipRefused: slip_flow.refused_midway,
}
TABLE: Mapping[tuple[Screen, type], Rule] = {
    (Screen.INVITATION, Started): _started,
    (Screen.INVITATION, Answered): _opened,
    (Screen.INVITATION, ChoseLanguage): _chose_language,
    (Screen.INVITATION, Idled): _to(Screen.INVITATION),  # the next citizen finds the kiosk's own language
    (Screen.INVITATION, Opened): _opened_beside,
    **{(screen, SlipShown): slip_flow.began for screen in (Screen.INVITATION, *BESIDE, Screen.THANKS)},
    **{(screen, SlipRefused): slip_flow.refused for screen in (Screen.INVITATION, *BESIDE)},
    (Screen.INVITATION, Unassigned): _to(Screen.UNASSIGNED),
    **{(screen, WentBack): _back_beside for screen in BESIDE},
    **{(screen, Idled): _to(Screen.INVITATION) for screen in BESIDE},
    **{(screen, Unassigned): _to(Screen.UNASSIGNED) for screen in BESIDE},
    (Screen.COMFORTS, ChoseComfort): _chose_comfort,
    (Screen.LANGUAGES, ChoseLanguage): _language_beside,
    **{(Screen.QUESTION, event): rule for event, rule in _WHILE_ASKING.items()},
    (Screen.QUESTION, Toggled): _toggled,
    **{(Screen.COMMENT, event): rule for event, rule in _WHILE_ASKING.items()},
    (Screen.COMMENT, Doubted): _doubted,
    (Screen.REVIEW, Answered): _answered,
    (Screen.REVIEW, WentBack): _mending,
    (Screen.REVIEW, Idled): _idled,
    (Screen.REVIEW, SlipShown): slip_flow.joined,
    (Screen.REVIEW, SlipRefused): slip_flow.refused_midway,
    **{(Screen.SLIP_REFUSED, event): _stayed for event in (Stayed, RanOut)},
    (Screen.THANKS, RanOut): _to(Screen.INVITATION),
    (Screen.THANKS, Started): _to(Screen.INVITATION),
    (Screen.IDLE_WARNING, Stayed): _stayed,
    (Screen.IDLE_WARNING, Finished): _finished_at_warning,
    (Screen.IDLE_WARNING, RanOut): _walked_away,
    **{
        (screen, event): _shown_above
        for screen in (Screen.IDLE_WARNING, Screen.SLIP_REFUSED)
        for event in (SlipShown, SlipRefused)
    },
    (Screen.UNASSIGNED, Assigned): _to(Screen.INVITATION),
    **{(screen, Broke): _broke for screen in Screen if screen is not Screen.PAUSED},
    (Screen.PAUSED, Mended): _stayed,
}
