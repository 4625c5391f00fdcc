"""The state of each kiosk as a person at the office needs it. Knows the clock only as `now` handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Max
from django.utils import timezone

from central_office.fleet import languages
from central_office.fleet.asked import NOT_TOLD, Asked, asked_by_kiosk
from central_office.fleet.districts import District, districts
from central_office.fleet.health_words import named
from central_office.fleet.models import Kiosk
from central_office.fleet.panels import PanelRow, panel_rows
from central_office.fleet.pauses import NEVER, Paused, paused_kiosks
from central_office.fleet.troubles import Told, Trouble, newest, troubles
from central_office.intake.lines import PLAN_ZONE
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.watching.hours import office_hours
from central_office.watching.limits import Hours
from survey.form import text_in
from survey.identifier import read_quarter
from survey.vietnamese import SortKey, sort_key

SURE_CLOCKS = ("", "synchronised")
WEIGHTS = ("bad", "watch", "well")


class Status(Enum):
    """Worst first, so that sorting brings what needs a person to the top. RESTING: not heard of for a while, but
    offices were not open for so long since: nobody need go there."""

    SILENT = "silent"
    NEVER = "never"
    WAITING = "waiting"
    ACTIVE = "active"
    RESTING = "resting"
    RETIRED = "retired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def mark(self) -> str:
        """A sign that can be told without its colour."""
        return _MARKS[self]

    @property
    def is_gone(self) -> bool:
        """It serves no more: nothing is expected of it."""
        return self in (Status.RETIRED, Status.REVOKED)

    @property
    def urgency(self) -> int:
        return list(Status).index(self)


_LABELS = {
    Status.SILENT: "Im lặng",
    Status.NEVER: "Chưa liên lạc",
    Status.WAITING: "Chờ xác nhận",
    Status.ACTIVE: "Hoạt động",
    Status.RESTING: "Ngoài giờ",
    Status.RETIRED: "Đã thay",
    Status.REVOKED: "Đã thu hồi",
}
_MARKS = {
    Status.SILENT: "✗",
    Status.NEVER: "?",
    Status.WAITING: "…",
    Status.ACTIVE: "●",
    Status.RESTING: "○",
    Status.RETIRED: "–",
    Status.REVOKED: "–",
}


@dataclass(frozen=True, slots=True)
class KioskRow:
    kiosk: str
    plan: str
    point: str
    point_name: str
    status: Status
    enrolled_at: datetime
    seen_at: datetime | None
    pending: int
    quarantined: int
    oldest: str
    oldest_at: datetime | None
    seq: int
    version: str
    clock: str
    free_megabytes: int | None
    district: District
    health: tuple[str, ...] | None  # the doctor's codes; None where no doctor comes
    troubles: tuple[Trouble, ...]
    panels: tuple[PanelRow, ...]
    languages: tuple[tuple[str, int], ...]  # name and answers, of the last languages.DAYS_SHOWN days
    paused: Paused = NEVER
    tested: int = 0
    asked: Asked = NOT_TOLD

    @property
    def panels_well(self) -> bool:
        return all(panel.well and not panel.differ for panel in self.panels)

    @property
    def clock_is_sure(self) -> bool:
        return self.clock in SURE_CLOCKS

    @property
    def weight(self) -> str:
        """ "bad", "watch" or "well": how its square is drawn."""
        if self.status.is_gone or not self.troubles:
            return "well"
        return "bad" if any(trouble.is_bad for trouble in self.troubles) else "watch"

    @property
    def health_words(self) -> list[str]:
        return named(self.health or ())

    @property
    def alphabetic(self) -> SortKey:
        return sort_key(self.point_name)


@dataclass(frozen=True, slots=True)
class PhoneChain:
    """The centre's own virtual kiosk: `last_at` is the quarter-hour of its last answer."""

    kiosk: str
    answers: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known of a kiosk beside its own row."""

    name: str
    district: District
    paused: Paused
    spoken: tuple[tuple[str, int], ...]
    asked: Asked
    status: Status
    newest: bool


def phone_chain() -> list[PhoneChain]:
    """Where answers from phones are sealed: one, or more after the office's slip key was made anew."""
    return [
        PhoneChain(kiosk, count, timezone.localtime(seen) if seen else None)
        for kiosk, seen, count in Kiosk.objects.exclude(kind="")
        .annotate(last=Max("record__seq"))
        .order_by("kiosk")
        .values_list("kiosk", "seen_at", "last")
    ]


def kiosk_list(now: datetime, silent_after: timedelta) -> list[KioskRow]:
    """Every kiosk, those that need a person first; not the centre's own, which is never silent."""
    kiosks = list(Kiosk.objects.filter(kind=""))
    names, places = point_names(), districts({kiosk.point for kiosk in kiosks}, timezone.localdate(now))
    paused, hours = paused_kiosks(now), office_hours()
    spoken, asked = languages.totals(timezone.localdate(now)), asked_by_kiosk()
    best = newest(kiosk.version for kiosk in kiosks if kiosk.revoked_at is None and kiosk.version)
    rows = []
    for kiosk in kiosks:
        around = _Around(
            name=names.get((kiosk.plan, kiosk.point), kiosk.point),
            district=places[kiosk.point],
            paused=paused.get(kiosk.kiosk, NEVER),
            spoken=spoken.get(kiosk.kiosk, ()),
            asked=asked.get(kiosk.kiosk, NOT_TOLD),
            status=_status(kiosk, now, silent_after, hours),
            newest=kiosk.version in ("", best),
        )
        rows.append(_row(kiosk, around, now))
    return sorted(rows, key=_order)


def _order(row: KioskRow) -> tuple[bool, int, int, bool, str, SortKey, str, str]:
    gone, heavy = row.status.is_gone, WEIGHTS.index(row.weight)
    return gone, heavy, row.status.urgency, row.panels_well, row.plan, row.alphabetic, row.point, row.kiosk


def point_names() -> dict[tuple[str, str], str]:
    """By plan and point."""
    plans = [plan_of(text) for text in PlanFile.objects.values_list("text", flat=True)]
    return {(plan.id, a.point.code): text_in(a.point.name, "vi") for plan in plans for a in plan.allocations}


def _row(kiosk: Kiosk, around: _Around, now: datetime) -> KioskRow:
    free, panels = kiosk.free_bytes, panel_rows(kiosk.panels, kiosk.panel_counts)
    return KioskRow(
        kiosk=kiosk.kiosk,
        plan=kiosk.plan,
        point=kiosk.point,
        point_name=around.name,
        status=around.status,
        enrolled_at=kiosk.enrolled_at,
        seen_at=timezone.localtime(kiosk.seen_at) if kiosk.seen_at else None,
        pending=kiosk.pending,
        quarantined=kiosk.quarantined,
        oldest=kiosk.oldest,
        oldest_at=_instant(kiosk.oldest),
        seq=kiosk.seq,
        version=kiosk.version,
        clock=kiosk.clock,
        free_megabytes=None if free is None else free // 1_000_000,
        district=around.district,
        health=None if kiosk.health is None else tuple(kiosk.health),
        troubles=_troubles(kiosk, around, panels, now),
        panels=panels,
        paused=around.paused,
        tested=kiosk.tested,
        languages=around.spoken,
        asked=around.asked,
    )


def _troubles(kiosk: Kiosk, around: _Around, panels: tuple[PanelRow, ...], now: datetime) -> tuple[Trouble, ...]:
    """None of a kiosk that serves no more, and no silence of one that was paused by hand."""
    if around.status.is_gone:
        return ()
    told = Told(
        silent=around.status is Status.SILENT and around.paused.since is None,
        never=around.status is Status.NEVER,
        quarantined=kiosk.quarantined,
        oldest_at=_instant(kiosk.oldest),
        panels_well=all(panel.well and not panel.differ for panel in panels),
        free_bytes=kiosk.free_bytes,
        form_trouble=around.asked.trouble,
        clock_is_sure=kiosk.clock in SURE_CLOCKS,
        health=tuple(kiosk.health or ()),
        newest=around.newest,
    )
    return troubles(told, now)


def _status(kiosk: Kiosk, now: datetime, silent_after: timedelta, hours: Hours) -> Status:
    if kiosk.revoked_at is not None:
        return Status.REVOKED
    if kiosk.retired_at is not None:
        return Status.RETIRED
    if kiosk.seen_at is None:
        return Status.NEVER
    if now - kiosk.seen_at <= silent_after:
        return Status.WAITING if kiosk.waits_since is not None else Status.ACTIVE
    return Status.SILENT if hours.open_between(kiosk.seen_at, now, PLAN_ZONE) > silent_after else Status.RESTING


def _instant(quarter: str) -> datetime | None:
    """The oldest unsent answer's quarter-hour, if what the kiosk told is one."""
    try:
        return read_quarter(quarter)
    except ValueError:
        return None
