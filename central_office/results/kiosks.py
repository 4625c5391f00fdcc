"""The state of each kiosk as a person at the office needs it. Knows the clock only as `now` handed in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from django.db.models import Max
from django.utils import timezone

from central_office.fleet import languages
from central_office.fleet.asked import NOT_TOLD, Asked, asked_by_kiosk
from central_office.fleet.models import Kiosk
from central_office.fleet.panels import PanelRow, panel_rows
from central_office.fleet.pauses import NEVER, Paused, paused_kiosks
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.form import text_in
from survey.identifier import read_quarter
from survey.vietnamese import SortKey, sort_key


class Status(Enum):
    """Worst first, so that sorting brings what needs a person to the top."""

    SILENT = "silent"
    NEVER = "never"
    WAITING = "waiting"
    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        names = {"silent": "Im lặng", "never": "Chưa liên lạc", "active": "Hoạt động", "revoked": "Đã thu hồi"}
        names |= {"waiting": "Chờ xác nhận", "retired": "Đã thay"}
        return names[self.value]

    @property
    def urgency(self) -> int:
        return list(Status).index(self)


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
        return self.clock in ("", "synchronised")


@dataclass(frozen=True, slots=True)
class PhoneChain:
    """The centre's own virtual kiosk: `last_at` is the quarter-hour of its last answer."""

    kiosk: str
    answers: int
    last_at: datetime | None


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
    names, paused = _point_names(), paused_kiosks(now)
    spoken, asked = languages.totals(timezone.localdate(now)), asked_by_kiosk()
    rows = [
        replace(
            _row(kiosk, names, now, silent_after, paused.get(kiosk.kiosk, NEVER), spoken.get(kiosk.kiosk, ())),
            asked=asked.get(kiosk.kiosk, NOT_TOLD),
        )
        for kiosk in Kiosk.objects.filter(kind="")
    ]
    return sorted(rows, key=_order)


def _order(row: KioskRow) -> tuple[int, bool, str, SortKey, str, str]:
    return row.status.urgency, row.panels_well, row.plan, sort_key(row.point_name), row.point, row.kiosk


def _point_names() -> dict[tuple[str, str], str]:
    plans = [plan_of(text) for text in PlanFile.objects.values_list("text", flat=True)]
    return {(plan.id, a.point.code): text_in(a.point.name, "vi") for plan in plans for a in plan.allocations}


def _row(
    kiosk: Kiosk,
    names: dict[tuple[str, str], str],
    now: datetime,
    silent_after: timedelta,
    paused: Paused,
    spoken: tuple[tuple[str, int], ...],
) -> KioskRow:
    free = kiosk.free_bytes
    return KioskRow(
        kiosk=kiosk.kiosk,
        plan=kiosk.plan,
        point=kiosk.point,
        point_name=names.get((kiosk.plan, kiosk.point), kiosk.point),
        status=_status(kiosk, now, silent_after),
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
        panels=panel_rows(kiosk.panels, kiosk.panel_counts),
        paused=paused,
        tested=kiosk.tested,
        languages=spoken,
    )


def _status(kiosk: Kiosk, now: datetime, silent_after: timedelta) -> Status:
    if kiosk.revoked_at is not None:
        return Status.REVOKED
    if kiosk.retired_at is not None:
        return Status.RETIRED
    if kiosk.seen_at is None:
        return Status.NEVER
    if now - kiosk.seen_at > silent_after:
        return Status.SILENT
    return Status.WAITING if kiosk.waits_since is not None else Status.ACTIVE


def _instant(quarter: str) -> datetime | None:
    """The oldest unsent answer's quarter-hour, if what the kiosk told is one."""
    try:
        return read_quarter(quarter)
    except ValueError:
        return None
