"""A round as of a day, as values: its points, their kiosks, the whole. Pure; `gathering` makes these values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from central_office.coverage.figures import Judged
from central_office.watching import words
from central_office.watching.words import Sign
from survey.pace import Calendar, Pace
from survey.plan import Plan
from survey.vietnamese import SortKey, sort_key

_key = lru_cache(maxsize=4_096)(sort_key)


@dataclass(frozen=True, slots=True)
class KioskState:
    """`seen_at`: None for one never heard of; `silent`: longer than it may be while offices are open; `pending`:
    answers that it told it still had."""

    kiosk: str
    seen_at: datetime | None
    silent: bool
    pending: int
    clock_is_sure: bool = True


@dataclass(frozen=True, slots=True)
class PointStatus:
    """One point. `today`: answers of the day; `active_days`: days on which any came; `aside`: answers outside the
    window or in no figure. `visits`: what the plan's rule says, None without a rule."""

    code: str
    name: str
    pace: Pace
    today: int = 0
    flagged: int = 0
    aside: int = 0
    active_days: int = 0
    kiosks: tuple[KioskState, ...] = ()
    visits: Judged | None = None

    @property
    def sign(self) -> Sign:
        if self.visits is not None:
            return words.visits_sign(self.visits.verdict)
        return words.STANDINGS[self.pace.standing]

    @property
    def silent(self) -> tuple[KioskState, ...]:
        return tuple(kiosk for kiosk in self.kiosks if kiosk.silent)

    @property
    def pending(self) -> int:
        return sum(kiosk.pending for kiosk in self.kiosks)

    @property
    def seen_at(self) -> datetime | None:
        return max((kiosk.seen_at for kiosk in self.kiosks if kiosk.seen_at), default=None)

    @property
    def alphabetic(self) -> SortKey:
        return _key(self.name)

    @property
    def urgency(self) -> tuple[int, float, bool, SortKey, str]:
        """Less is more urgent: the sign, then what share of its due is there; silent kiosks before others."""
        share = self.pace.got / self.pace.expected if self.pace.expected else float(self.pace.got)
        return words.ORDER.index(self.sign.name), share, not self.silent, self.alphabetic, self.code

    @property
    def needs_a_look(self) -> bool:
        return self.sign.urgent or bool(self.silent)


@dataclass(frozen=True, slots=True)
class Status:
    """`points` in the order of the plan; `days`: answers of each day of the window up to the calendar's; `incidents`:
    not yet looked at; `now`: None where the day is past, of which no kiosk's silence is known any more."""

    plan: Plan
    calendar: Calendar
    now: datetime | None
    points: tuple[PointStatus, ...]
    total: Pace
    days: Mapping[date, int]
    incidents: int = 0

    @property
    def day(self) -> date:
        return self.calendar.day

    @property
    def today(self) -> int:
        return sum(point.today for point in self.points)

    @property
    def flagged(self) -> int:
        return sum(point.flagged for point in self.points)

    @property
    def aside(self) -> int:
        return sum(point.aside for point in self.points)

    @property
    def days_left(self) -> int:
        """Days still to come after this one."""
        return self.calendar.days - self.calendar.elapsed

    @property
    def by_visits(self) -> bool:
        return self.plan.visits is not None

    @property
    def visits(self) -> int | None:
        """People who came, of the days and points where that is known; None where of none, or without a rule."""
        known = [point.visits.figures.visits for point in self.points if point.visits is not None]
        counted = [count for count in known if count is not None]
        return sum(counted) if counted else None

    @property
    def silent(self) -> list[PointStatus]:
        return sorted((point for point in self.points if point.silent), key=lambda point: point.alphabetic)

    @property
    def shortfall(self) -> list[PointStatus]:
        """Points under their quota, the furthest first (R-013)."""
        short = [point for point in self.points if point.pace.quota and point.pace.left]
        return sorted(short, key=lambda point: (-point.pace.left, point.alphabetic, point.code))

    @property
    def late(self) -> list[PointStatus]:
        """Points that are behind now, by what the plan goes by; the most urgent first."""
        found = (point for point in self.points if point.sign.urgent)
        return sorted(found, key=lambda point: point.urgency)

    @property
    def kept(self) -> list[PointStatus]:
        """Points that have what the plan wants of them, the fullest first."""
        found = [point for point in self.points if point.sign.good]
        return sorted(found, key=lambda point: (-point.pace.got, point.alphabetic, point.code))

    def most_urgent_first(self) -> list[PointStatus]:
        return sorted(self.points, key=lambda point: point.urgency)

    def by_name(self) -> list[PointStatus]:
        return sorted(self.points, key=lambda point: (point.alphabetic, point.code))

    def signs(self) -> dict[str, int]:
        """How many points each sign has, by its class, in the order of urgency."""
        found: dict[str, int] = {}
        for point in self.points:
            found[point.sign.name] = found.get(point.sign.name, 0) + 1
        return {name: found[name] for name in words.ORDER if name in found}
