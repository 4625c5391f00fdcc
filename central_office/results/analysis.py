"""Every figure of one round as values: what pages show, reports print, sites publish and a freeze keeps. No query here.

Percentages are hundredths of a point, rounded half up (survey.index); None where there is none or it may not be shown.
Each measure carries its n, its interval and its method (R-090, R-091).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from survey.index import Share
from survey.plan import Plan


class By(StrEnum):
    """What answers are broken down by. Each sums to the whole (R-093)."""

    POINT = "point"  # the receiving one-stop point
    UNIT = "unit"  # units of the tree that hold the points
    AGENCY = "agency"  # the competent agency
    FIELD = "field"
    RESPONDENT = "respondent"
    CHANNEL = "channel"
    MONTH = "month"


class Hidden(StrEnum):
    """Why a figure is not shown."""

    NO = ""
    SMALL = "small"  # fewer answers than the floor
    DIFFERENCE = "difference"  # else a small one could be had by subtraction


@dataclass(frozen=True, slots=True)
class Interval:
    """95 % limits in hundredths of a percent; `effect`: design effect in thousandths (1000: simple random sample);
    `clusters`: how many; `method`: in words, as printed."""

    low: int
    high: int
    effect: int
    clusters: int
    method: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One index. `share`: all counted answers; `clean`: without flagged ones; `levels`: how often each level was given,
    worst first. Where `hidden`, shares and levels are zero and nothing of it may be told; where `clean_hidden`, `clean`
    is zero, and the share of all answers may be told."""

    code: str
    name: str
    share: Share
    clean: Share
    method: str
    interval: Interval | None = None
    levels: tuple[int, ...] = ()
    hidden: Hidden = Hidden.NO
    clean_hidden: Hidden = Hidden.NO


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a breakdown: answers counted, of them partial and flagged, the overall index, the factors' indices
    in the form's order. `quota`: None where the plan sets none."""

    code: str
    name: str
    received: int
    partial: int
    flagged: int
    overall: Measure
    factors: tuple[Measure, ...] = ()
    quota: int | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    by: By
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An option and how many chose it; `rank`: 1 is most; equal counts share a rank."""

    code: str
    name: str
    count: int
    rank: int
    signal: bool = False
    hidden: Hidden = Hidden.NO


@dataclass(frozen=True, slots=True)
class Ranking:
    """One question's choices, most chosen first. `n`: what the shares are of (`method`); `facet`: of survey.form."""

    code: str
    title: str
    n: int
    choices: tuple[Choice, ...]
    facet: str = ""
    several: bool = False  # one person could choose several: the shares need not sum to 100 %
    method: str = ""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target of the plan beside what was reached. `gap`: reached minus wanted in hundredths; None: no figure. `met`:
    None without a figure, and for a target of another year than the round's: it is not due, or was long ago."""

    name: str
    year: int
    wanted: int
    measure: Measure
    met: bool | None
    gap: int | None

    @property
    def verdict(self) -> str:
        """In words. Whether it is met is judged by the exact counts, so what is missed may round to no gap."""
        if self.gap is None:
            return "Chưa có số liệu"
        if self.met is None:
            return f"Mục tiêu năm {self.year}, đợt này không xét"
        return "Đạt" if self.met else "Chưa đạt" if self.gap else "Chưa đạt, thiếu dưới 0,01 điểm"


@dataclass(frozen=True, slots=True)
class Given:
    """A figure computed elsewhere by another formula (the ratio of QĐ 766/QĐ-TTg): shown beside, never averaged."""

    name: str
    hundredths: int
    source: str
    period: str
    method: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A low score, or a tale of harassment or extra payment, above the threshold, at one point (R-097)."""

    point: str
    name: str
    kind: str
    text: str
    count: int
    n: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """`at`: the instant of the figures; `method`: in words; `floor`: least n shown. `pooled` and `mean` stand beside
    the index, never in its place; `without_feedback`: the mean of the four factors without the conditional one."""

    plan: Plan
    at: datetime
    method: str
    floor: int
    received: int
    partial: int
    flagged: int
    outside_window: int
    withdrawn: int
    uncounted: Mapping[str, int]
    overall: Measure | None
    factors: tuple[Measure, ...]
    pooled: Measure | None
    mean: int | None
    without_feedback: int | None
    criteria: tuple[Measure, ...]  # the other questions on a scale of satisfaction
    judgements: tuple[Measure, ...]  # scales that are no satisfaction (suitability)
    rankings: tuple[Ranking, ...]  # facts, reasons, expectations
    boxes: tuple[Measure, ...]  # button boxes with scales of their own
    level_names: tuple[str, ...]
    breakdowns: Mapping[By, Breakdown]
    targets: tuple[TargetLine, ...] = ()
    given: tuple[Given, ...] = ()
    signals: tuple[Signal, ...] = ()
    days: Mapping[date, int] = field(default_factory=dict)  # answers counted, by day
