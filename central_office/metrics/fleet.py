"""The fleet's metrics: each kiosk as it told of itself, in figures that do not move with one answer (law 6).

What a kiosk tells of its queue it tells by the quarter-hour, so these figures move no finer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from central_office.fleet.listing import KioskRow, Status
from central_office.fleet.troubles import Trouble
from central_office.metrics.text import Family
from survey.health import weight
from survey.identifier import quarter_of

MEGABYTE = 1_000_000
MINUTE_S = 60


def families(rows: Sequence[KioskRow], now: datetime) -> list[Family]:
    standing = [row for row in rows if not row.status.is_gone]
    return [
        _states(rows),
        _info(standing),
        _of_each("kiosk_silent", "1 where a kiosk is silent while offices are open.", standing, _silent),
        _of_each("kiosk_paused", "1 where people stopped the survey by hand.", standing, _paused),
        _of_each(
            "kiosk_seen_age_seconds", "Whole minutes since a kiosk was heard of.", standing, lambda r: _seen(r, now)
        ),
        _of_each("kiosk_pending_answers", "Answers a kiosk told it still had.", standing, lambda row: row.pending),
        _of_each(
            "kiosk_oldest_unsent_age_seconds",
            "Age of the quarter-hour of the oldest unsent answer.",
            standing,
            lambda row: _oldest(row, now),
        ),
        _of_each("kiosk_quarantined_answers", "Answers set aside on a kiosk.", standing, lambda row: row.quarantined),
        _of_each("kiosk_free_bytes", "Free bytes of a kiosk's disk, in whole megabytes.", standing, _free),
        _of_each("kiosk_clock_sure", "1 where a kiosk trusts its clock.", standing, lambda row: int(row.clock_is_sure)),
        _troubles(standing),
        _codes(standing),
    ]


def _of_each(name: str, text: str, rows: Sequence[KioskRow], value: Callable[[KioskRow], float | None]) -> Family:
    family = Family(name, "gauge", text)
    for row in rows:
        family.add(value(row), kiosk=row.kiosk)
    return family


def _states(rows: Sequence[KioskRow]) -> Family:
    """Each kiosk in one state; all states always, so that a rule sees a zero."""
    family = Family("kiosks", "gauge", "Kiosks by state.")
    for status in Status:
        family.add(sum(row.status is status for row in rows), state=status.value)
    return family


def _info(rows: Sequence[KioskRow]) -> Family:
    family = Family("kiosk_info", "gauge", "Where a kiosk stands and what it runs; always 1.")
    for row in rows:
        family.add(
            1,
            kiosk=row.kiosk,
            plan=row.plan,
            point=row.point,
            name=row.point_name,
            district=row.district.name,
            version=row.version,
            form=row.asked.version,
        )
    return family


def _troubles(rows: Sequence[KioskRow]) -> Family:
    family = Family("kiosk_trouble", "gauge", "1 for each trouble that the office sees at a kiosk.")
    for row in rows:
        for trouble in row.troubles:
            family.add(1, kiosk=row.kiosk, trouble=trouble.value)
    return family


def _codes(rows: Sequence[KioskRow]) -> Family:
    family = Family("kiosk_health_code", "gauge", "1 for each code that a kiosk's doctor told.")
    for row in rows:
        for code in row.health or ():
            family.add(1, kiosk=row.kiosk, code=code, weight=str(weight(code)))
    return family


def _silent(row: KioskRow) -> int:
    return int(Trouble.SILENT in row.troubles)


def _paused(row: KioskRow) -> int:
    return int(row.paused.since is not None)


def _free(row: KioskRow) -> int | None:
    return None if row.free_megabytes is None else row.free_megabytes * MEGABYTE


def _seen(row: KioskRow, now: datetime) -> int | None:
    if row.seen_at is None:
        return None
    return max(0, int((now - row.seen_at).total_seconds())) // MINUTE_S * MINUTE_S


def _oldest(row: KioskRow, now: datetime) -> int:
    """0 where nothing waits, so that a rule sees the end of a backlog."""
    if row.oldest_at is None:
        return 0
    return max(0, int((quarter_of(now) - row.oldest_at).total_seconds()))
