"""How many answers were given in which language, as kiosks' closed sheets tell it: kept once, added up, named.

Knows no HTTP. A sheet never changes (survey.language_days), so a repetition brings nothing.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from django.db import transaction
from django.db.models import Max, Sum

from central_office.fleet.models import Assignment, LanguageCount
from survey.language_days import Sheet

log = logging.getLogger(__name__)
DAYS_SHOWN = 30


def keep(kiosk: str, sheets: Iterable[Sheet]) -> int:
    """Store what is new of `sheets`; the highest number of this kiosk that is now known, 0 for none.

    A sheet of a point where the kiosk never stood is known and not stored. One numbered no higher than what is stored
    is closed: nothing of it is taken any more.
    """
    with transaction.atomic(durable=True):
        return _keep(kiosk, sheets)


def _keep(kiosk: str, sheets: Iterable[Sheet]) -> int:
    known = LanguageCount.objects.filter(kiosk_id=kiosk).aggregate(last=Max("number"))["last"] or 0
    for sheet in sorted(sheets, key=lambda each: each.number):
        if sheet.number <= known:
            continue
        known = sheet.number
        if not Assignment.objects.filter(kiosk_id=kiosk, plan=sheet.plan, point=sheet.point).exists():
            log.warning("languages.refused", extra={"fields": {"kiosk": kiosk, "number": sheet.number}})
            continue
        for language, count in sheet.counts.items():
            told = {"plan": sheet.plan, "point": sheet.point, "since": sheet.since, "day": sheet.day, "count": count}
            LanguageCount.objects.get_or_create(kiosk_id=kiosk, number=sheet.number, language=language, defaults=told)
    return int(known)


def totals(today: date) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """By kiosk, the answers of the last DAYS_SHOWN days by language's name, the most used first.

    A day that has not come yet, of a kiosk whose clock is ahead, is not among them.
    """
    recent = LanguageCount.objects.filter(day__gt=today - timedelta(days=DAYS_SHOWN), day__lte=today)
    found: dict[str, dict[str, int]] = {}
    for kiosk, language, count in recent.values_list("kiosk_id", "language").annotate(Sum("count")):
        counts, name = found.setdefault(kiosk, {}), _names().get(language, language)
        counts[name] = counts.get(name, 0) + count
    return {kiosk: _most_used_first(counts) for kiosk, counts in found.items()}


def _most_used_first(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


@cache
def _names() -> Mapping[str, str]:
    """The languages' Vietnamese names, for the office's people."""
    return dict(json.loads((files("survey") / "data" / "language-names.json").read_bytes()))
