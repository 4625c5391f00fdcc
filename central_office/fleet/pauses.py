"""Surveys stopped by hand: kept as kiosks tell them, and added up as time that no answer could be given.

Knows the clock only as what is handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from central_office.fleet.models import Pause
from survey import pause as shared
from survey.form import text_in
from survey.identifier import read_quarter

QUARTER = timedelta(minutes=15)
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Paused:
    """`since`: of the pause that lasts, None if none does. `reason`: its words. `total`: of the last 30 days;
    `by_reason`: its parts, the longest first."""

    reason: str
    since: datetime | None
    total: timedelta
    by_reason: tuple[tuple[str, timedelta], ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """`end`: None while it lasts."""

    reason: str
    begun: datetime
    end: datetime | None


NEVER = Paused("", None, timedelta(), ())


def keep(kiosk: str, told: Iterable[shared.Pause]) -> None:
    """Keep what a kiosk tells; an end once told stays."""
    for each in told:
        until = read_quarter(each.until) if each.until else None
        fields = {"reason": each.reason, "since": read_quarter(each.since), "until": until, "clock": str(each.clock)}
        row, made = Pause.objects.get_or_create(kiosk_id=kiosk, pause=each.id, defaults=fields)
        if not made and row.until is None and until is not None:
            Pause.objects.filter(pk=row.pk).update(until=until, clock=str(each.clock))


def known(kiosk: str, told: Iterable[shared.Pause]) -> list[str]:
    """Of the ended pauses that were told, those that are on our disk with their end."""
    ended = [each.id for each in told if each.until]
    rows = Pause.objects.filter(kiosk_id=kiosk, pause__in=ended, until__isnull=False)
    return sorted(rows.values_list("pause", flat=True))


def paused_kiosks(now: datetime) -> dict[str, Paused]:
    """By kiosk, what was paused in the last 30 days or still is.

    A pause of a revoked kiosk ends with that. One told as ended that has not begun yet, by a clock ahead, is none.
    """
    found: dict[str, list[_Span]] = {}
    since = now - LOOK_BACK
    ended = Pause.objects.annotate(end=Coalesce("until", "kiosk__revoked_at", "kiosk__retired_at"))
    recent = ended.filter(Q(end__isnull=True) | Q(end__gte=since, since__lte=now))
    for kiosk, reason, begun, end in recent.order_by("since", "pk").values_list("kiosk_id", "reason", "since", "end"):
        found.setdefault(kiosk, []).append(_Span(reason, begun, end))
    return {kiosk: _added(spans, since, now) for kiosk, spans in found.items()}


def _added(spans: Sequence[_Span], since: datetime, now: datetime) -> Paused:
    parts: dict[str, timedelta] = {}
    for span in spans:
        parts[span.reason] = parts.get(span.reason, timedelta()) + _length(span, since, now)
    lasting = [span for span in spans if span.end is None]
    by_reason = sorted(((_named(code), length) for code, length in parts.items()), key=lambda part: -part[1])
    total = sum(parts.values(), timedelta())
    if not lasting:
        return Paused("", None, total, tuple(by_reason))
    return Paused(_named(lasting[-1].reason), timezone.localtime(lasting[-1].begun), total, tuple(by_reason))


def _length(span: _Span, since: datetime, now: datetime) -> timedelta:
    """A quarter-hour is all that is known of both ends, so a pause is never less than one. It ends by now."""
    until = min(span.end or now, now)
    return max(until - max(span.begun, since), QUARTER) // QUARTER * QUARTER


def _named(code: str) -> str:
    return _names().get(code, code)


@cache
def _names() -> Mapping[str, str]:
    data = (files("survey") / "data" / "pause-reasons.json").read_bytes()
    return {reason.code: text_in(reason.text, "vi") for reason in shared.read_reasons(data)}
