"""The counters on the command line: recomputed from the kept bytes. Knows no rule of counting."""

from argparse import Namespace
from collections.abc import Iterable

from django.db import transaction

from central_office.commands import say
from central_office.config import Config
from central_office.intake.rebuild import rebuild
from central_office.people.audit import note, operator
from central_office.rounds.models import PlanFile


def rebuild_command(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when bytes of a record are refused now: it is counted nowhere."""
    plans = [arguments.plan] if arguments.plan else PlanFile.objects.order_by("plan").values_list("plan", flat=True)
    return 1 if rebuild_plans(plans) else 0


def rebuild_plans(plans: Iterable[str]) -> int:
    """Rebuild each plan in a transaction of its own; how many records could not be read."""
    unreadable = 0
    for plan in plans:
        with transaction.atomic():
            done = rebuild(plan)
            detail = {"records": done.records, "moved": done.moved, "unreadable": done.unreadable}
            note(operator(), "counters.rebuilt", plan, detail)
        unreadable += done.unreadable
        told = f"{done.records} phiếu/records, đổi ô/moved {done.moved}, không đọc được/unreadable {done.unreadable}"
        say(f"Đã tính lại / rebuilt: {plan}: {told}")
    return unreadable
