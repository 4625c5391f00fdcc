"""From one sitting to one Submission: the frame that every answer of this kiosk shares, on screen and buttons alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol, TypeAlias

from kiosk.clock import Moment
from kiosk.scanning import Slip
from kiosk.standing import Standing
from survey.form import Answers, Form
from survey.identifier import RANDOM_BYTES, make_id, write_quarter
from survey.record import LONGEST_SITTING_S, Channel, Clock, Sealed, State, Submission, is_complete, settle
from sync_agent.outbox import Health

Randomness: TypeAlias = Callable[[int], bytes]


class Store(Protocol):
    """The part of `sync_agent.outbox.Outbox` that a kiosk uses; every method may raise OutboxError."""

    def save_draft(self, submission: Submission) -> None: ...
    def drafts(self) -> list[Submission]: ...
    def finish(self, submission: Submission, source: str = "", tally: str = "") -> Sealed | None: ...
    def holds(self, source: str) -> bool: ...
    def pass_over(self, source: str, *tallies: str) -> bool: ...
    def tallies(self) -> dict[str, int]: ...
    def health(self) -> Health: ...
    def put_note(self, name: str, value: str) -> None: ...
    def drop_note(self, name: str) -> None: ...
    def notes(self) -> dict[str, str]: ...
    def probe(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Begun:
    """Fixed at the first touch: the id, and the only instant that leaves the kiosk, a quarter-hour."""

    id: str
    quarter: str
    clock: Clock
    at_s: float
    flags: frozenset[str] = field(default=frozenset())


def begin(moment: Moment, randomness: Randomness, flags: Iterable[str] = (), ago: timedelta | None = None) -> Begun:
    """A new answer, begun `ago` before `moment`."""
    wall = moment.wall - (ago or timedelta())
    at_s = moment.at_s - (ago or timedelta()).total_seconds()
    return Begun(make_id(wall, randomness(RANDOM_BYTES)), write_quarter(wall), moment.clock, at_s, frozenset(flags))


def submission(
    standing: Standing,
    boot: str,
    begun: Begun,
    answers: Answers,
    until_s: float,
    channel: Channel = Channel.SCREEN,
    slip: Slip | None = None,
) -> Submission:
    """The answers as they stand, still partial; `until_s` is the monotonic instant of the last touch."""
    assignment = standing.assignment
    return Submission(
        id=begun.id,
        kiosk=assignment.kiosk,
        boot=boot,
        quarter=begun.quarter,
        clock=begun.clock,
        form=standing.form.ref,
        plan=assignment.plan,
        point=assignment.point,
        channel=channel,
        state=State.PARTIAL,
        duration_s=min(max(int(until_s - begun.at_s), 0), LONGEST_SITTING_S),
        flags=tuple(sorted(begun.flags)),
        answers=dict(answers),
        slip=slip.token if slip else "",
        agency=slip.agency if slip else "",
    )


def closed(draft: Submission, form: Form) -> Submission:
    """`draft` as it is sealed: without answers whose question is no longer asked; complete if nothing is missing.

    Whether the citizen pressed the last button or walked away is not looked at: completeness is a property of the
    answers. A draft of another form version is sealed as it stands, partial.
    """
    if draft.form != form.ref:
        return replace(draft, state=State.PARTIAL)
    answers = settle(form, draft.answers)
    state = State.COMPLETE if is_complete(form, answers) else State.PARTIAL
    return replace(draft, answers=answers, state=state)


def flagged(draft: Submission, *flags: str) -> Submission:
    """`draft` with more flags."""
    return replace(draft, flags=tuple(sorted({*draft.flags, *flags})))
