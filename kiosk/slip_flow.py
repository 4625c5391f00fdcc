"""The rules of a slip, as rows of `kiosk.flow.TABLE`: where one starts a form, joins one, or is refused. Pure.

A slip belongs to one sitting: it comes before the first answer and goes with the citizen, used or not.
"""

from dataclasses import replace

from kiosk.event import SlipRefused, SlipShown
from kiosk.scanning import Refusal
from kiosk.state import AT_REST, Screen, State, Step, asking
from survey.form import Form

NO_SLIP = (Refusal.NOT_OURS, Refusal.FORGED)


def began(form: Form, state: State, event: SlipShown) -> Step:
    """A form of its own for the slip: the question that the invitation carries is then a screen like the others."""
    first = next(iter(form.asked(event.slip.facts)), None)
    return (state, ()) if first is None else (asking(replace(_at_rest(state), slip=event.slip), first), ())


def _at_rest(state: State) -> State:
    """The invitation, for the citizen who stands before `state`; after the thanks it is another one."""
    return AT_REST if state.screen is Screen.THANKS else state.at(Screen.INVITATION)


def joined(form: Form, state: State, event: SlipShown) -> Step:
    """Before the first answer the citizen who is asked has brought it. After it, nobody knows who has."""
    if state.slip is not None and state.slip.token == event.slip.token:
        return state, ()
    if state.answers:
        return refused(form, state, SlipRefused(Refusal.FINISH_FIRST))
    with_slip = replace(state, slip=event.slip)
    is_asked = any(question.code == state.question for question in form.asked(with_slip.known))
    return (with_slip, ()) if is_asked else began(form, state, event)


def refused(_form: Form, state: State, event: SlipRefused) -> Step:
    return replace(state.at(Screen.SLIP_REFUSED), behind=state, refusal=event.why), ()


def refused_midway(form: Form, state: State, event: SlipRefused) -> Step:
    """Who shows some other thing while he is asked only lets it lie there."""
    return (state, ()) if event.why in NO_SLIP else refused(form, state, event)
