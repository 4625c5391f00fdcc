"""How long the questions of one answer stood before its citizen, against their words. Pure; knows no clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.form import Answers, AnswerValue, Form, Kind, Question, text_in

TIMED = (Kind.SCALE, Kind.YES_NO, Kind.SINGLE)  # lists are scanned, and comments are written, at no known pace


@dataclass(frozen=True, slots=True)
class Reading:
    """`questions` that were timed and answered, the `words` of their texts, and the `seconds` they stood."""

    questions: int
    words: int
    seconds: float

    def is_faster_than(self, words_s: float) -> bool:
        """Whether at more than `words_s` words a second; False when nothing was timed."""
        return self.words > words_s * self.seconds


UNREAD = Reading(0, 0, 0.0)


def reading(form: Form, answers: Answers, stood_s: Mapping[str, float]) -> Reading:
    """`stood_s`: seconds by question, all visits together; without the one that the invitation carries."""
    timed = [q for q in form.questions if q.code in answers and q.code in stood_s and q.kind in TIMED]
    return Reading(len(timed), words(*timed), sum(stood_s[q.code] for q in timed))


def words(*questions: Question) -> int:
    """Written words of the Vietnamese texts and helps: syllables, so a Vietnamese reader's unit.

    A help that stands on many questions, such as the stem of a list of criteria, is read once.
    """
    helps = {text_in(question.help, "vi") for question in questions}
    return sum(len(text.split()) for text in [*(text_in(q.text, "vi") for q in questions), *helps])


def ratings(form: Form, answers: Answers) -> tuple[tuple[str, AnswerValue], ...]:
    """Question and level of every rating given, in the form's order."""
    return tuple((q.code, answers[q.code]) for q in form.questions if q.kind is Kind.SCALE and q.code in answers)
