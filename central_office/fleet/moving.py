"""Gives enrolled kiosks another plan or point; they hear of it with their next heartbeat. Knows no page.

Where a kiosk has stood it has stood: answers from there are accepted still, whenever they arrive.
"""

from datetime import datetime

from django.db import transaction

from central_office.fleet.enrolment import NoSuchPoint, assignment_for
from central_office.fleet.models import Assignment, Kiosk
from central_office.people.audit import note


def move(kiosk: str, plan: str, point: str, actor: str, now: datetime) -> bool:
    """False for no such kiosk, a revoked one, or the centre's own. Raises: NoSuchPoint."""
    assignment_for(kiosk, plan, point)
    with transaction.atomic():
        found = Kiosk.objects.select_for_update().filter(kiosk=kiosk, revoked_at=None, retired_at=None, kind="").first()
        if found is None:
            return False
        _move(found, plan, point, actor, now)
    return True


def move_all(old: str, new: str, actor: str, now: datetime) -> tuple[int, list[str]]:
    """Every kiosk of plan `old` to the same point in `new`; how many, and the points that `new` does not have."""
    moved, without = 0, set[str]()
    with transaction.atomic():
        alive = Kiosk.objects.select_for_update().filter(plan=old, revoked_at=None, retired_at=None, kind="")
        for kiosk in alive.order_by("kiosk"):
            try:
                assignment_for(kiosk.kiosk, new, kiosk.point)
            except NoSuchPoint:
                without.add(kiosk.point)
                continue
            _move(kiosk, new, kiosk.point, actor, now)
            moved += 1
    return moved, sorted(without)


def _move(kiosk: Kiosk, plan: str, point: str, actor: str, now: datetime) -> None:
    if (kiosk.plan, kiosk.point) == (plan, point):
        return
    Assignment.objects.get_or_create(kiosk=kiosk, plan=plan, point=point, defaults={"since": now})
    Kiosk.objects.filter(pk=kiosk.pk).update(plan=plan, point=point)
    note(actor, "kiosk.moved", kiosk.kiosk, {"from": f"{kiosk.plan} {kiosk.point}", "to": f"{plan} {point}"})
