"""What reading a batch gives: lines that may be stored, refused lines, the cell that counts a line. Values only."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from survey.identifier import read_quarter

PLAN_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # a plan's days are days there (survey.plan)
Counted: TypeAlias = tuple[tuple[str, str], ...]  # (question, value) pairs that a record adds one to


@dataclass(frozen=True, slots=True, eq=False)
class CellKey:
    """The columns of one cell; `text` is their unique spelling. Compared by identity: a batch makes each cell once.

    `why`: "" for answers that are counted (intake.models.Cell). `in_window` is no part of the spelling: it follows
    from the plan and the day, and changes for all when the plan's window does.
    """

    plan: str
    form: str
    point: str
    channel: str
    state: str
    day: date
    flags: str
    in_window: bool
    agency: str = ""
    why: str = ""
    by_slip: bool = False

    @property
    def text(self) -> str:
        where = (self.plan, self.form, self.point, self.channel, self.state)
        text = "|".join((*where, self.day.isoformat(), self.flags))
        more = (self.agency, self.why, "slip" if self.by_slip else "")
        return "|".join((text, *more)) if any(more) else text


NO_CELL = CellKey("", "", "", "", "", date.min, "", in_window=False)  # of what is erased; it has no row


class Line(NamedTuple):
    """A line that may be stored. `slip`: token of the slip that was shown, "" for none. `field`, `respondent`: what
    was answered to the form's questions of these roles, "" unknown."""

    seq: int
    id: str
    digest: str
    prev: str
    quarter: str
    raw: bytes
    cell: CellKey
    counted: Counted
    slip: str = ""
    field: str = ""
    respondent: str = ""


class RefusedLine(NamedTuple):
    seq: int
    digest: str
    raw: bytes
    code: str
    detail: str


@lru_cache(maxsize=8192)
def day_of(quarter: str) -> date:
    """The day of a quarter-hour in the plans' zone. Years at the edge of the calendar stay in their own offset."""
    instant = read_quarter(quarter)
    try:
        return instant.astimezone(PLAN_ZONE).date()
    except OverflowError:
        return instant.date()
