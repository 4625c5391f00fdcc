"""What a touch may bring next, so that the screen can prepare it. Guesses only: knows the flow, draws nothing."""

from kiosk.event import Answered, Event, Finished, RanOut, Skipped, Started
from kiosk.flow import Screen, State, opening, step
from survey.form import NO, YES, Form, Kind


def ahead(form: Form, state: State) -> list[State]:
    """States that a touch may bring next, the likeliest last. Rule 3 makes them few: one a question, not a rating."""
    states = [step(form, state, event)[0] for event in _likely(form, state)]
    return [following for following in states if following != state]


def _likely(form: Form, state: State) -> list[Event]:
    if state.screen in (Screen.THANKS, Screen.IDLE_WARNING, Screen.SLIP_REFUSED):
        return [RanOut()]
    at_rest = state.screen is Screen.INVITATION
    question = opening(form) if at_rest else form.question(state.question)
    if question is None:
        return [Started()] if at_rest else []
    out: list[Event] = [] if at_rest else [Finished()]
    match question.kind:
        case Kind.YES_NO:
            return [*out, Answered(question.code, YES), Answered(question.code, NO)]
        case Kind.SINGLE:
            return [*out, *(Answered(question.code, option.code) for option in question.options[:1])]
        case Kind.SCALE if question.scale is not None:
            return [*out, Answered(question.code, question.scale.levels[-1].value)]
        case Kind.MULTI:
            return [*out, Skipped()]
    return []
