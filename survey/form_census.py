"""What a form holds, counted as the plans count it, and how long its longest question is. Knows values only."""

import re
from dataclasses import dataclass

from survey.form import AnyRatingAtMost, Facet, Form, Kind, Question, Role, text_in

MOST_SYLLABLES = 30  # of a question in Vietnamese; a longer one is hard to hold in mind while standing
_SYLLABLE = re.compile(r"[^\W\d_]+|\d+")  # Vietnamese writes each syllable apart; a number counts as one


@dataclass(frozen=True, slots=True)
class Census:
    """`conditional_criteria`: of factors that only some are asked about (R-038). `expectations`, `reasons`: options.

    `longest`: code of the question with the most syllables, "" for a form without questions.
    """

    facts: int
    criteria: int
    conditional_criteria: int
    expectations: int
    overall: int
    factors: int
    reasons: int
    comments: int
    longest: str
    syllables: int

    def lines(self) -> list[str]:
        """As `form check` prints them; figures that a plan compares stand first."""
        criteria = f"{self.criteria}+{self.conditional_criteria}"
        parts = f"{self.facts} facts {criteria} criteria {self.expectations} expectations"
        core = f"{self.overall} overall {self.factors} factors {self.reasons} reasons {self.comments} comment"
        return [parts, core] if self.facts or self.criteria or self.conditional_criteria else [core]


def census(form: Form) -> Census:
    """Count the form's parts; the buttons' own questions and other prefilled ones count for nothing."""
    asked = [question for question in form.questions if not question.prefill]
    sometimes = {factor.code for factor in form.factors if factor.conditional}
    criteria = [question for question in asked if question.role is Role.CRITERION]
    conditional = sum(question.factor in sometimes for question in criteria)
    longest = max(asked, key=lambda question: syllables(_vietnamese(question)), default=None)
    return Census(
        facts=sum(question.facet is Facet.JUDGEMENT for question in asked),
        criteria=len(criteria) - conditional,
        conditional_criteria=conditional,
        expectations=sum(len(question.options) for question in asked if question.facet is Facet.EXPECTATION),
        overall=sum(question.role is Role.OVERALL for question in asked),
        factors=sum(question.role is Role.FACTOR for question in asked),
        reasons=sum(len(question.options) for question in asked if _is_reasons(question)),
        comments=sum(question.kind is Kind.TEXT for question in asked),
        longest=longest.code if longest else "",
        syllables=syllables(_vietnamese(longest)) if longest else 0,
    )


def syllables(text: str) -> int:
    """How many syllables a Vietnamese text has."""
    return len(_SYLLABLE.findall(text))


def _vietnamese(question: Question) -> str:
    return text_in(question.text, "vi")


def _is_reasons(question: Question) -> bool:
    return question.kind is Kind.MULTI and isinstance(question.condition, AnyRatingAtMost)
