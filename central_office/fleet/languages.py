"""How many answers were given in which language, as kiosks' closed sheets tell it: kept once, added up, named.

Knows no HTTP. A sheet never changes (survey.language_days), so a repetition brings nothing.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Sum

from central_office.fleet.models import Assignment, LanguageCount
from survey.language_days import Sheet

log = logging.getLogger(__name__)
DAYS_SHOWN = 30
NAMES = {"vi": "Việt", "en": "Anh", "km": "Khmer", "mww": "Mông", "hmn": "Mông"}


def keep(kiosk: str, sheets: Iterable[Sheet]) -> int:
    """Store what is new of `sheets`; the highest number of this kiosk that is now known, 0 for none.

    A sheet of a point where the kiosk never stood is known and not stored.
    """
    with transaction.atomic(durable=True):
        return _keep(kiosk, sheets)


def _keep(kiosk: str, sheets: Iterable[Sheet]) -> int:
    known = LanguageCount.objects.filter(kiosk_id=kiosk).aggregate(last=Max("number"))["last"] or 0
    for sheet in sheets:
        known = max(known, sheet.number)
        if not Assignment.objects.filter(kiosk_id=kiosk, plan=sheet.plan, point=sheet.point).exists():
            log.warning("languages.refused", extra={"fields": {"kiosk": kiosk, "number": sheet.number}})
            continue
        for language, count in sheet.counts.items():
            told = {"plan": sheet.plan, "point": sheet.point, "since": sheet.since, "day": sheet.day, "count": count}
            LanguageCount.objects.get_or_create(kiosk_id=kiosk, number=sheet.number, language=language, defaults=told)
    return int(known)


def totals(today: date) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """By kiosk, the answers of the last DAYS_SHOWN days by language's name, the most used first."""
    recent = LanguageCount.objects.filter(day__gt=today - timedelta(days=DAYS_SHOWN))
    found: dict[str, list[tuple[str, int]]] = {}
    for kiosk, language, count in recent.values_list("kiosk_id", "language").annotate(Sum("count")):
        found.setdefault(kiosk, []).append((NAMES.get(language, language), count))
    return {kiosk: tuple(sorted(counts, key=lambda each: (-each[1], each[0]))) for kiosk, counts in found.items()}
