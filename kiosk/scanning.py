"""What a code shown at this counter is worth: a slip that starts a form, or why it does not. Pure; knows no screen.

The rows are looked at in order; the first that holds is the verdict.

| the text                                                   | verdict      |
|------------------------------------------------------------|--------------|
| is no code of a slip                                       | NOT_OURS     |
| has a wrong letter                                         | WRONG_CHECK  |
| and nobody has told this counter how its slips are made    | NO_SETUP     |
| names another point, plan or form, the one before apart    | OTHER_POINT  |
| was not made with this point's key                         | FORGED       |
| has been used at this kiosk                                | USED         |
| was taken back at the counter                              | VOID         |
| is past its last day; not asked while the clock is a guess | EXPIRED      |
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from kiosk.standing import Standing
from survey.errors import SurveyError
from survey.form import Answers, Form
from survey.form_file import allows
from survey.invitation import SOURCE, BadCode, Wrong, read_code, token_of
from survey.record import Submission
from survey.slip_setup import SlipSetup
from survey.wire import checked_code

DOSSIER = "dossier"  # the prefill of questions that the counter answers


class Refusal(StrEnum):
    """Why no form starts for a code."""

    NOT_OURS = "not_ours"
    WRONG_CHECK = "wrong_check"
    NO_SETUP = "no_setup"
    OTHER_POINT = "other_point"
    FORGED = "forged"
    USED = "used"
    VOID = "void"
    EXPIRED = "expired"
    FINISH_FIRST = "finish_first"  # an answer is open, and may be somebody else's


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that may be used now. `facts`: answers that the counter gave, such as the field of the procedure."""

    token: str
    agency: str = ""
    facts: Answers = field(default_factory=dict)

    @property
    def source(self) -> str:
        """What the outbox remembers its use by."""
        return SOURCE + self.token


@dataclass(frozen=True, slots=True)
class Issued:
    """What the counter noted when it made a slip."""

    facts: Answers
    agency: str = ""
    is_void: bool = False


SlipFacts: TypeAlias = Callable[[str], Issued | None]  # by token; None for a slip of which this machine knows nothing
NOT_IN_USE = Issued({})


def no_facts(_token: str) -> Issued | None:
    """Of a kiosk beside which no slips are made."""
    return None


def judge(
    text: str,
    standing: Standing,
    setup: SlipSetup | None,
    today: date | None,
    is_used: Callable[[str], bool],
    issued: SlipFacts,
    before: SlipSetup | None = None,
) -> Slip | Refusal:
    """`text`: what the scanner read. `today`: None while the clock is not to be trusted. `is_used`: by source.

    `before`: how slips of this point were made by the form asked before: they are answered by the one asked now.

    Raises: only what `is_used` and `issued` raise.
    """
    try:
        code = read_code(text)
    except BadCode as error:
        return Refusal.WRONG_CHECK if error.kind is Wrong.WRONG_CHECK else Refusal.NOT_OURS
    if before is not None and before.number == code.number and _at_point(before, standing):
        setup = before
    elif setup is None or not belongs(setup, standing):
        return Refusal.NO_SETUP
    if code.number != setup.number:
        return Refusal.OTHER_POINT
    if not code.is_genuine(setup.key):
        return Refusal.FORGED
    slip = Slip(token_of(code, setup.key))
    if is_used(slip.source):
        return Refusal.USED
    noted = issued(slip.token) or NOT_IN_USE
    if noted.is_void:
        return Refusal.VOID
    if today is not None and code.is_over(today):
        return Refusal.EXPIRED
    return replace(slip, agency=_agency(noted.agency), facts=sound(standing.form, noted.facts))


def sound(form: Form, facts: Answers) -> Answers:
    """Those of `facts` that answer a question of the dossier, as the form allows it."""
    asked = [question for question in form.questions if question.prefill == DOSSIER and question.code in facts]
    return {question.code: facts[question.code] for question in asked if allows(question, facts[question.code])}


def without_slip(draft: Submission, form: Form) -> Submission:
    """What the citizen said, and nothing of the slip and its dossier."""
    told = {question.code for question in form.questions if question.prefill == DOSSIER}
    answers = {code: value for code, value in draft.answers.items() if code not in told}
    return replace(draft, slip="", agency="", answers=answers)


def belongs(setup: SlipSetup, standing: Standing) -> bool:
    """Whether `setup` is for what this counter asks now."""
    assignment = standing.assignment
    return (setup.plan, setup.point, setup.form) == (assignment.plan, assignment.point, standing.form.ref)


def _at_point(setup: SlipSetup, standing: Standing) -> bool:
    return (setup.plan, setup.point) == (standing.assignment.plan, standing.assignment.point)


def _agency(code: str) -> str:
    """A code that no record could hold is as good as none."""
    try:
        return checked_code(code)
    except SurveyError:
        return ""
