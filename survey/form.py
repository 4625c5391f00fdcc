"""Forms, questions, scales and conditions as values. Owns what a form *is*; `form_file` reads one; no screen here.

A published form version never changes: `digest` names its content, and every record names the digest it answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, str]
AnswerValue: TypeAlias = "int | str | list[str]"
Answers: TypeAlias = Mapping[str, AnswerValue]

YES = "CO"
NO = "KHONG"
BOX = "box"  # a question with the prefill "box3" is answered by a box of three buttons


class Kind(StrEnum):
    """What a question takes as an answer (the value's shape in a record)."""

    SCALE = "scale"  # int, a level of the scale; or its not-applicable code
    SINGLE = "single"  # str, an option code
    MULTI = "multi"  # list of option codes, in the form's order
    YES_NO = "yesno"  # "CO" or "KHONG"
    TEXT = "text"  # str, at most `longest` characters


class Role(StrEnum):
    """What a question is for in the figures (facts: SIPAS takes overall and factors from their own questions)."""

    OVERALL = "overall"
    FACTOR = "factor"
    CRITERION = "criterion"
    FIELD = "field"  # the field of the procedure (lĩnh vực): figures are broken down by its values
    RESPONDENT = "respondent"  # the kind of citizen (cá nhân, tổ chức): likewise
    OTHER = "other"


class Facet(StrEnum):
    """Which of the plans' three kinds of content a question belongs to (R-040)."""

    JUDGEMENT = "nhan_dinh"
    SATISFACTION = "hai_long"
    EXPECTATION = "mong_doi"
    NONE = ""


def text_in(texts: Texts, language: str) -> str:
    """The text in `language`, or in Vietnamese where that translation is missing."""
    return texts.get(language) or texts.get("vi", "")


@dataclass(frozen=True, slots=True)
class Level:
    value: int
    text: Texts


@dataclass(frozen=True, slots=True)
class Option:
    """`signal`: whoever chooses it tells of something that a person must follow up (harassment, extra payment)."""

    code: str
    text: Texts
    signal: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Ordered levels, worst first. `satisfied_from`: least level that counts as satisfied; None if none does."""

    id: str
    levels: tuple[Level, ...]
    satisfied_from: int | None
    not_applicable: Option | None

    def holds(self, value: object) -> bool:
        if self.not_applicable is not None and value == self.not_applicable.code:
            return True
        return type(value) is int and any(level.value == value for level in self.levels)


@dataclass(frozen=True, slots=True)
class Factor:
    code: str
    text: Texts
    conditional: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form («Phần A…»): questions that stand together, with one heading."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class AnswerIs:
    """True when `question` was answered with exactly `value`."""

    question: str
    value: int | str

    def met(self, _form: "Form", answers: Answers) -> bool:
        return answers.get(self.question) == self.value


@dataclass(frozen=True, slots=True)
class AnswerHas:
    """True when the choices made at `question` include `code`."""

    question: str
    code: str

    def met(self, _form: "Form", answers: Answers) -> bool:
        chosen = answers.get(self.question)
        return isinstance(chosen, list) and self.code in chosen


@dataclass(frozen=True, slots=True)
class AnyRatingAtMost:
    """True when any rating given so far is `level` or lower."""

    level: int

    def met(self, form: "Form", answers: Answers) -> bool:
        ratings = (answers.get(q.code) for q in form.questions if q.kind is Kind.SCALE)
        return any(type(rating) is int and rating <= self.level for rating in ratings)


Condition: TypeAlias = AnswerIs | AnswerHas | AnyRatingAtMost


@dataclass(frozen=True, slots=True)
class Question:
    """`prefill` names who supplies the answer (the dossier at the counter, a button box); such a question is not put
    to a citizen on the screen. `section`: code of the part it stands in; empty for none."""

    code: str
    kind: Kind
    role: Role
    text: Texts
    help: Texts
    criterion: str
    factor: str
    scale: Scale | None
    options: tuple[Option, ...]
    required: bool
    prefill: str
    sensitive: bool
    longest: int
    condition: Condition | None
    section: str = ""
    facet: Facet = Facet.NONE


@dataclass(frozen=True, slots=True)
class FormRef:
    """What a record says of its form: id, version, and the content digest that proves which bytes were meant."""

    id: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Form:
    """`extends`: the core form that this one adds local questions to; None for a form of its own (R-043)."""

    id: str
    version: str
    digest: str
    title: Texts
    intro: Texts
    thanks: Texts
    scales: tuple[Scale, ...]
    factors: tuple[Factor, ...]
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = ()
    extends: FormRef | None = None

    @property
    def ref(self) -> FormRef:
        return FormRef(self.id, self.version, self.digest)

    @property
    def overall(self) -> Question | None:
        """The question that the index is taken from; None for a form without one."""
        return self.of_role(Role.OVERALL)

    def asked_by_box(self, buttons: int) -> Question | None:
        """The question that a box of so many buttons answers, the first button its lowest level; None if none fits.

        The one that names such a box, or else the overall one, if its scale has as many levels. A box never answers
        on a scale of another length: three buttons do not mix into an index of five levels.
        """
        named = next((q for q in self.questions if q.prefill == f"{BOX}{buttons}"), None)
        for question in (named, self.overall):
            if question is not None and question.scale is not None and len(question.scale.levels) == buttons:
                return question
        return None

    def of_role(self, role: Role) -> Question | None:
        """The form's one question with this role (overall, field, respondent); None for a form without one."""
        return next((q for q in self.questions if q.role is role), None)

    def question(self, code: str) -> Question | None:
        return next((q for q in self.questions if q.code == code), None)

    def section(self, code: str) -> Section | None:
        return next((section for section in self.sections if section.code == code), None)

    def asked(self, answers: Answers) -> Sequence[Question]:
        """The questions put to a citizen who has given `answers` so far, in the form's order."""
        return [q for q in self.questions if not q.prefill and (q.condition is None or q.condition.met(self, answers))]
