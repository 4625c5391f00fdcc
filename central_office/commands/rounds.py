"""Plans and forms on the command line: load, list, clone. Knows files; the rules are in `rounds.catalogue`."""

import getpass
from argparse import Namespace
from datetime import date
from pathlib import Path

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.forms.loading import load
from central_office.rounds.catalogue import clone_plan, load_plan, plan_of
from central_office.rounds.models import PlanFile
from survey.plan import Plan


def load_files(forms: list[Path], plans: list[Path]) -> None:
    """Load forms, then the plans that name them. Raises: BadFile, Refusal, OSError."""
    now = timezone.now()
    for path in forms:
        form = load(path.read_bytes(), path.name, f"cli:{getpass.getuser()}", now)
        say(f"Phiếu / form: {form.id} {form.version}")
    for path in plans:
        _show(load_plan(path.read_bytes(), path.name, now))


def plan_load(arguments: Namespace, _config: Config) -> int:
    load_files(arguments.form, arguments.files)
    return 0


def plan_list(_arguments: Namespace, _config: Config) -> int:
    for text in PlanFile.objects.order_by("loaded_at").values_list("text", flat=True):
        _show(plan_of(text))
    return 0


def plan_points(arguments: Namespace, _config: Config) -> int:
    plan = plan_of(PlanFile.objects.get(plan=arguments.plan).text)
    for allocation in plan.allocations:
        say(f"{allocation.point.code}\t{allocation.forms}\t{allocation.point.name['vi']}")
    return 0


def plan_clone(arguments: Namespace, _config: Config) -> int:
    now = timezone.now()
    _show(clone_plan(arguments.plan, arguments.id, arguments.first, arguments.last, now, arguments.form))
    return 0


def _show(plan: Plan) -> None:
    window = f"{_day(plan.first_day)} – {_day(plan.last_day)}"
    say(f"Kế hoạch / plan: {plan.id}  {window}  {len(plan.allocations)} điểm/points  {plan.allocated} phiếu/forms")
    for warning in plan.warnings():
        say(f"  chú ý / note: {warning}")


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
