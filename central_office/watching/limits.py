"""The limits in limits.toml, read once, and the time that offices are open. Decides nothing about a point."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

MOST_DAYS = 60  # a kiosk silent for longer is silent, whatever the hours were


@dataclass(frozen=True, slots=True)
class Hours:
    """`weekdays`: ISO numbers; `spans`: from and to of each part of the day. `yearly`: month and day of days off
    of every year; `days_off`: those of one year alone (Tết, the Hùng kings, days moved)."""

    weekdays: frozenset[int]
    spans: tuple[tuple[time, time], ...]
    yearly: frozenset[tuple[int, int]] = frozenset()
    days_off: frozenset[date] = frozenset()

    @property
    def closing(self) -> time:
        return max(end for _, end in self.spans)

    def is_open_on(self, day: date) -> bool:
        return (
            day.isoweekday() in self.weekdays and (day.month, day.day) not in self.yearly and day not in self.days_off
        )

    def open_between(self, since: datetime, until: datetime, zone: ZoneInfo) -> timedelta:
        """How long offices were open from one instant to another."""
        first, last = max(since, until - timedelta(days=MOST_DAYS)).astimezone(zone), until.astimezone(zone)
        total, day = timedelta(), first.date()
        while day <= last.date():
            for begin, end in self.spans if self.is_open_on(day) else ():
                opened, closed = (datetime.combine(day, each, zone) for each in (begin, end))
                total += max(timedelta(), min(closed, last) - max(opened, first))
            day += timedelta(days=1)
        return total


@dataclass(frozen=True, slots=True)
class Limits:
    """Percentages are whole; `longest_pause`: of open time; see limits.toml."""

    hours: Hours
    low_score_percent: int
    low_score_answers: int
    signal_steps: tuple[int, ...]
    signal_answers: int
    pace_days: int
    commend_flagged_percent: int
    longest_pause: timedelta


def read_limits(text: str) -> Limits:
    """Raises: ValueError, KeyError, TypeError for a file that is none."""
    table = tomllib.loads(text)
    spans = tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in table["open"]["hours"])
    score, signal = table["low_score"], table["signal"]
    return Limits(
        hours=Hours(frozenset(map(int, table["open"]["weekdays"])), spans, _yearly(table["open"].get("holidays", ()))),
        low_score_percent=int(score["below_percent"]),
        low_score_answers=int(score["least_answers"]),
        signal_steps=tuple(sorted(map(int, signal["steps"]))),
        signal_answers=int(signal["least_answers"]),
        pace_days=int(table["pace"]["least_elapsed_days"]),
        commend_flagged_percent=int(table["commend"]["flagged_percent"]),
        longest_pause=timedelta(minutes=int(table["pause"]["longest_open_minutes"])),
    )


def _yearly(days: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Days «MM-DD» of every year."""
    found = [date.fromisoformat(f"2000-{day}") for day in days]
    return frozenset((day.month, day.day) for day in found)


LIMITS = read_limits(Path(__file__).with_name("limits.toml").read_text("utf-8"))
