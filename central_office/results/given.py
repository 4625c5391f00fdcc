"""Enters figures that others computed (the ratio of QĐ 766/QĐ-TTg) with their source. Averages them with nothing."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from central_office.people.audit import note
from central_office.results.models import GivenFigure
from central_office.rounds.models import PlanFile

VALUE = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")
LONGEST = {"name": 200, "period": 100, "source": 300, "method": 500}  # as the columns
METHOD_766 = "theo QĐ 766/QĐ-TTg: người không phản ánh tính là hài lòng; không phải SIPAS"


class BadFigure(Exception):
    """What was typed is no figure that can be kept."""

    code = "bad_figure"
    hint = "Type a number of percent from 0 to 100 with at most two decimals, a name, a source and a period."


@dataclass(frozen=True, slots=True)
class Entered:
    """As typed; an empty `method` means that of QĐ 766."""

    name: str
    value: str
    source: str
    period: str
    method: str = ""


def hundredths_of(text: str) -> int:
    """`98,45`, `98.45` or `98` in hundredths. Raises: BadFigure."""
    found = VALUE.fullmatch(text.strip())
    value = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else -1
    if not 0 <= value <= 10_000:
        raise BadFigure(f"{text!r} is no percentage")
    return value


def enter(plan: str, figure: Entered, actor: str, now: datetime) -> None:
    """Keep it; the same name and period again replaces it. Raises: BadFigure; PlanFile.DoesNotExist."""
    PlanFile.objects.get(plan=plan)
    value = hundredths_of(figure.value)
    texts = {"source": figure.source.strip(), "method": figure.method.strip() or METHOD_766}
    names = {"name": figure.name.strip(), "period": figure.period.strip()}
    for field, text in (texts | names).items():
        if not text or len(text) > LONGEST[field]:
            raise BadFigure(f"{field} is empty or too long")
    held: dict[str, Any] = {**texts, "hundredths": value, "entered_by": actor, "entered_at": now}
    with transaction.atomic():
        GivenFigure.objects.update_or_create(plan_id=plan, name=names["name"], period=names["period"], defaults=held)
        note(actor, "given.entered", plan, names | texts | {"hundredths": value})


def remove(plan: str, name: str, period: str, actor: str) -> bool:
    """Whether there was one."""
    with transaction.atomic():
        gone, _ = GivenFigure.objects.filter(plan_id=plan, name=name, period=period).delete()
        if gone:
            note(actor, "given.removed", plan, {"name": name, "period": period})
    return bool(gone)
