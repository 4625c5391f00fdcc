"""How many answers a point must have for the people who came to it: Bắc Giang's rule, all of its numbers as data.

The plan has one clumsy sentence («không cao hơn hoặc thấp hơn 50% (10 phiếu)», and 20 forms are enough where it is «quá
đông»), read as facts §5 no. 8 and 9 settle it: with V visits, R answers are enough from min(⌈50 %·V⌉, 20) and too many
above ⌊150 %·V⌋; more answers than visits are suspect already. Integers only. Knows no point, no clock, no rating.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_VISITS = 100_000  # of one point on one day; more is a slip of the finger


class Mode(StrEnum):
    PERCENT_WITH_MINIMUM = "percent_with_minimum"  # the percentage both ways, and for the crowded a minimum instead
    FORMS = "forms"  # so many forms more or less than visits
    PERCENT = "percent"  # the percentage both ways


class Verdict(StrEnum):
    """What the rule says of a point."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"
    MORE_THAN_VISITS = "more_than_visits"  # allowed by the band, and yet more answers than people: look at it
    NO_VISITS = "no_visits"  # nobody came and nobody answered
    UNKNOWN = "unknown"  # how many came is not known


class Timing(StrEnum):
    """When an answer was given: only those in the window fill the quota, the others are kept (facts §5 no. 10)."""

    EARLY = "early"
    IN_WINDOW = "in_window"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Band:
    """Answers that are enough and not too many, both inclusive. `by_minimum`: the busy minimum stands for the
    percentage, which would have asked for more."""

    least: int
    most: int
    by_minimum: bool = False


@dataclass(frozen=True, slots=True)
class VisitsRule:
    """`percent`: how far answers may be from visits, in percent of the visits. `forms`: the same in forms (FORMS only).
    `minimum`: answers that are enough where it is crowded. `busy_from`: visits from which it is crowded; None: from
    where the percentage would ask for more than the minimum, 40 with the plan's numbers."""

    mode: Mode = Mode.PERCENT_WITH_MINIMUM
    percent: int = 50
    forms: int = 10
    minimum: int = 20
    busy_from: int | None = None

    def band(self, visits: int) -> Band:
        """The band for so many visits (0 or more)."""
        if self.mode is Mode.FORMS:
            return Band(max(0, visits - self.forms), visits + self.forms)
        least = -(-visits * (100 - self.percent) // 100)
        most = visits * (100 + self.percent) // 100
        if self.mode is Mode.PERCENT or not self._is_busy(visits) or self.minimum >= least:
            return Band(least, most)
        return Band(self.minimum, most, by_minimum=True)

    def verdict(self, visits: int | None, answers: int) -> Verdict:
        """What so many answers are for so many visits (None: nobody knows)."""
        if visits is None:
            return Verdict.UNKNOWN
        band = self.band(visits)
        if answers < band.least:
            return Verdict.BELOW
        if answers > band.most:
            return Verdict.ABOVE
        if answers > visits:
            return Verdict.MORE_THAN_VISITS
        return Verdict.WITHIN if visits else Verdict.NO_VISITS

    def _is_busy(self, visits: int) -> bool:
        return self.busy_from is None or visits >= self.busy_from


def timing(day: date, first: date, last: date) -> Timing:
    """Where an answer of `day` stands to the window `first` to `last`, both inside."""
    if day < first:
        return Timing.EARLY
    return Timing.IN_WINDOW if day <= last else Timing.LATE


def tenths(part: int, whole: int) -> int | None:
    """`part` of `whole` in tenths of a percent, halves upwards: 14 of 20 is 700. More than the whole is told as such.
    None of nothing."""
    return (2000 * part + whole) // (2 * whole) if whole else None


def percent(share: int | None, mark: str = ",") -> str:
    """`700` tenths as `70,0`; an en dash for none."""
    return "–" if share is None else f"{share // 10}{mark}{share % 10}"
