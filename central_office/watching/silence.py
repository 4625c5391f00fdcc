"""Silences: a kiosk's told once, a whole district's in one line, the return of each told too. Sends nothing itself.

A district is told as one where at least three of its kiosks, and three quarters of them, are silent: then a line or the
power is down, and forty alerts would hide that.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from central_office.fleet.districts import District, districts
from central_office.fleet.models import Kiosk
from central_office.intake.lines import PLAN_ZONE
from central_office.watching import judging
from central_office.watching.judging import Found
from central_office.watching.models import Alert, Kind, Silence, State
from central_office.watching.status import KioskState
from survey.plan import Plan

LEAST_OF_DISTRICT = 3
BY_ITSELF = "hệ thống"


@dataclass(frozen=True, slots=True)
class One:
    """One silent kiosk. `since`: when it was last heard of, or enrolled."""

    kiosk: str
    point: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An alert to be kept, and the silences that it tells of. `district`: ref, "" of one kiosk alone."""

    found: Found
    ones: tuple[One, ...]
    district: str = ""


def judge(plan: Plan, kiosks: judging.Kiosks, now: datetime) -> list[Told]:
    """What is silent now and has not been told of."""
    names = judging.names_of(plan)
    silent = _silent(plan, names, kiosks)
    running = Silence.objects.filter(plan=plan.id, ended_at=None)
    known = set(running.values_list("kiosk", "since"))
    new = [one for one in silent if (one.kiosk, one.since) not in known]
    if not new:
        return []
    places = districts(names.keys(), timezone.localdate(now))
    down = _districts_down(silent, kiosks, places)
    alone = [_alone(one, names) for one in new if places[one.point].ref not in down]
    return alone + _together(plan.id, new, places, down)


def keep(plan: str, told: Iterable[Told], alerts: Mapping[str, Alert]) -> None:
    """Note what was told; `alerts`: the stored ones by key. New ones of a district already told join its alert."""
    rows = [
        Silence(
            kiosk=one.kiosk,
            plan=plan,
            point=one.point,
            since=one.since,
            district=each.district,
            alert=alerts[each.found.key],
        )
        for each in told
        for one in each.ones
    ]
    Silence.objects.bulk_create(rows, ignore_conflicts=True)


def returned(plan: Plan, now: datetime) -> list[str]:
    """Ends the silences of kiosks that have spoken since; a line for each, one for all of a district. Silences of
    kiosks that were revoked, replaced or moved away end without a word. Alerts that nobody has touched close too."""
    running = list(Silence.objects.filter(plan=plan.id, ended_at=None).select_related("alert"))
    standing = Kiosk.objects.filter(plan=plan.id, revoked_at=None, retired_at=None)
    heard = dict(standing.values_list("kiosk", "seen_at"))
    gone = [row for row in running if row.kiosk not in heard]
    back = [row for row in running if (seen := heard.get(row.kiosk)) is not None and seen > row.since]
    for row in gone + back:
        Silence.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
    _close({row.alert for row in gone + back}, now)
    return _lines(back, judging.names_of(plan), now) if back else []


def _silent(plan: Plan, names: Mapping[str, str], kiosks: judging.Kiosks) -> list[One]:
    enrolled = dict(Kiosk.objects.filter(plan=plan.id).values_list("kiosk", "enrolled_at"))
    return [
        One(kiosk.kiosk, point, kiosk.seen_at or enrolled[kiosk.kiosk])
        for point in names
        for kiosk in kiosks.get(point, ())
        if kiosk.silent and kiosk.kiosk in enrolled
    ]


def _districts_down(
    silent: Iterable[One], kiosks: judging.Kiosks, places: Mapping[str, District]
) -> dict[str, tuple[District, int, int]]:
    """Of each that is down: how many kiosks are silent, of how many."""
    standing: defaultdict[str, list[KioskState]] = defaultdict(list)
    for point, states in kiosks.items():
        if point in places:
            standing[places[point].ref] += states
    quiet: defaultdict[str, int] = defaultdict(int)
    for one in silent:
        quiet[places[one.point].ref] += 1
    known = {place.ref: place for place in places.values() if place.ref}
    return {
        ref: (known[ref], count, len(standing[ref]))
        for ref, count in quiet.items()
        if ref in known and _is_down(count, len(standing[ref]))
    }


def _is_down(silent: int, whole: int) -> bool:
    return silent >= LEAST_OF_DISTRICT and 4 * silent >= 3 * whole


def _alone(one: One, names: Mapping[str, str]) -> Told:
    seen = Kiosk.objects.filter(kiosk=one.kiosk, seen_at=None).exists()
    since = "từ khi ghi danh" if seen else f"từ {one.since.astimezone(PLAN_ZONE):%H:%M ngày %d/%m/%Y}"
    key = f"{Kind.SILENCE}|{one.kiosk}|{'' if seen else one.since.astimezone(PLAN_ZONE).isoformat()}"
    return Told(Found(key, Kind.SILENCE, one.point, f"{names[one.point]}: ki-ốt im lặng {since}", one.kiosk), (one,))


def _together(
    plan: str, new: Iterable[One], places: Mapping[str, District], down: Mapping[str, tuple[District, int, int]]
) -> list[Told]:
    """One alert for each district that is down. What is new joins the one told before only where the district was down
    without it: else a kiosk that never came back would hide the next time."""
    found: defaultdict[str, list[One]] = defaultdict(list)
    for one in new:
        if places[one.point].ref in down:
            found[places[one.point].ref].append(one)
    told = []
    for ref, ones in found.items():
        place, count, whole = down[ref]
        running = Silence.objects.filter(plan=plan, district=ref, ended_at=None).select_related("alert").order_by("-pk")
        before = running.first() if _is_down(count - len(ones), whole) else None
        since = min(one.since for one in ones).astimezone(PLAN_ZONE)
        key = before.alert.key if before else f"{Kind.SILENCE}|{ref}|{since.isoformat()}"
        text = f"{place.name}: {count}/{whole} ki-ốt im lặng từ {since:%H:%M ngày %d/%m/%Y}"
        told.append(Told(Found(key, Kind.SILENCE, "", text, about=ref[:40]), tuple(ones), ref))
    return told


def _close(alerts: Iterable[Alert], now: datetime) -> None:
    for alert in alerts:
        if not Silence.objects.filter(alert=alert, ended_at=None).exists():
            note = f"Đã liên lạc lại, hoặc không còn ở điểm, lúc {now.astimezone(PLAN_ZONE):%H:%M %d/%m/%Y}"
            untouched = Alert.objects.filter(pk=alert.pk, state=State.NEW)
            untouched.update(state=State.HANDLED, note=note, changed_by=BY_ITSELF, changed_at=now)


def _lines(back: Iterable[Silence], names: Mapping[str, str], now: datetime) -> list[str]:
    places = districts(names.keys(), timezone.localdate(now))
    units = {place.ref: place.name for place in places.values()}
    together: defaultdict[str, int] = defaultdict(int)
    lines = []
    for row in back:
        if row.district:
            together[row.district] += 1
        else:
            lines.append(f"{names.get(row.point, row.point)}: ki-ốt đã liên lạc lại")
    return [f"{units.get(ref, ref)}: {count} ki-ốt đã liên lạc lại" for ref, count in together.items()] + lines
