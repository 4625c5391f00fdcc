"""The satisfaction index by the Ministry's definition, from integers.

A question's index is the share of levels 4-5 among those who answered that question; "not applicable" and blank are
not in n. The overall index comes from the overall question, never from an average of factors (facts 3.1; §5 item 15).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.form import Answers, Form, Question, Role

OVERALL = "overall"  # the method's name, printed on every figure
POOLED = "pooled"
MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Share:
    """`satisfied` of `n` answers; 0 <= satisfied <= n."""

    satisfied: int
    n: int

    @property
    def fraction(self) -> Fraction | None:
        return Fraction(self.satisfied, self.n) if self.n else None

    @property
    def hundredths(self) -> int | None:
        """The percentage in hundredths of a point, rounded half up: 6667 is 66,67 %. None when nobody answered."""
        return None if self.fraction is None else round_half_up(self.fraction * 10_000)

    @property
    def tenths(self) -> int | None:
        """The percentage in tenths of a point, rounded half up from the exact share; None when nobody answered."""
        return None if self.fraction is None else round_half_up(self.fraction * 1000)

    def __add__(self, other: "Share") -> "Share":
        return Share(self.satisfied + other.satisfied, self.n + other.n)


def round_half_up(value: Fraction) -> int:
    """Nearest integer, halves upwards; exact (R-098). `value` is not negative."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def percent(hundredths: int | None, mark: str = ",") -> str:
    """`8951` as `89,51`; an en dash when there is no figure."""
    return "–" if hundredths is None else f"{hundredths // 100}{mark}{hundredths % 100:02d}"


def share(question: Question, counts: Mapping[int, int]) -> Share:
    """The share of one question from how often each level was given.

    Raises: ValueError if the question's scale names no satisfied level.
    """
    if question.scale is None or question.scale.satisfied_from is None:
        raise ValueError(f"{question.code} has no satisfied level")
    levels = {level.value for level in question.scale.levels}
    counted = {level: count for level, count in counts.items() if level in levels}
    satisfied = sum(count for level, count in counted.items() if level >= question.scale.satisfied_from)
    return Share(satisfied, sum(counted.values()))


def count_levels(question: Question, answers: Iterable[Answers]) -> dict[int, int]:
    """How often each level of `question` was given; not applicable and blank are left out."""
    counts: dict[int, int] = {}
    for given in answers:
        level = given.get(question.code)
        if type(level) is int:
            counts[level] = counts.get(level, 0) + 1
    return counts


def factor_questions(form: Form) -> Sequence[Question]:
    return [question for question in form.questions if question.role is Role.FACTOR]


def pooled(shares: Iterable[Share]) -> Share:
    """All factor answers as one heap: a figure beside the index, never in its place."""
    return sum(shares, Share(0, 0))


def mean_hundredths(shares: Iterable[Share]) -> int | None:
    """Unweighted mean of the shares that have answers, from exact fractions (averaging rounded figures is wrong)."""
    fractions = [part.fraction for part in shares if part.fraction is not None]
    return round_half_up(sum(fractions, Fraction(0)) / len(fractions) * 10_000) if fractions else None
