"""Plans and forms on the command line: check, load, list, clone, move on. Knows files; the rules are in `rounds`."""

from argparse import Namespace
from datetime import date
from pathlib import Path

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.forms.loading import load
from central_office.people.audit import operator
from central_office.rounds import history, shipped, stages, words
from central_office.rounds.catalogue import clone_plan, load_plan, plan_of
from central_office.rounds.models import PlanFile
from survey.plan import Plan
from survey.plan_check import Finding, Level, check, disagrees
from survey.plan_file import read_plan

SIGNS = {Level.COUNT: "·", Level.DISAGREES: "≠", Level.NOTE: "?"}


def load_files(forms: list[Path], plans: list[Path]) -> None:
    """Load forms, then the plans that name them. Raises: BadFile, Refusal, OSError."""
    now = timezone.now()
    for path in forms:
        form = load(path.read_bytes(), path.name, operator(), now)
        say(f"Phiếu / form: {form.id} {form.version}")
    for path in plans:
        _show(load_plan(path.read_bytes(), path.name, now, operator()))


def plan_check(arguments: Namespace, _config: Config) -> int:
    """Exit 1 where figures of a plan disagree; what is only missing or doubtful is told."""
    forms = shipped.forms_of(arguments.form)
    wrong = False
    for path in shipped.plan_paths() if arguments.all else arguments.files:
        plan = read_plan(path.read_bytes(), path.name)
        findings = check(plan, forms.get(plan.form))
        window = f"{_day(plan.first_day)}–{_day(plan.last_day)}"
        say(f"{plan.id}  {window}  " + (f"due {plan.due}" if arguments.english else f"hạn nộp {_day(plan.due)}"))
        for finding in findings:
            say(_line(finding, english=arguments.english))
        wrong |= disagrees(findings)
    return int(wrong)


def _line(finding: Finding, *, english: bool) -> str:
    told = finding.text_en if english else finding.text_vi
    if finding.blocks_approval:
        return f"  ✗ {told} → " + ("blocks approval" if english else "chặn phê duyệt")
    return f"  {SIGNS[finding.level]} {told}"


def plan_load(arguments: Namespace, _config: Config) -> int:
    load_files(arguments.form, arguments.files)
    return 0


def plan_list(_arguments: Namespace, _config: Config) -> int:
    for text in PlanFile.objects.order_by("loaded_at").values_list("text", flat=True):
        _show(plan_of(text))
    return 0


def plan_points(arguments: Namespace, _config: Config) -> int:
    for allocation in _stored(arguments.plan).allocations:
        say(f"{allocation.point.code}\t{allocation.forms}\t{allocation.point.name['vi']}")
    return 0


def plan_clone(arguments: Namespace, _config: Config) -> int:
    window = (arguments.first, arguments.last)
    _show(clone_plan(arguments.plan, arguments.id, *window, timezone.now(), arguments.form, operator()))
    return 0


def plan_milestones(arguments: Namespace, _config: Config) -> int:
    """Every milestone with its state. A plan that lies in a file has none met yet."""
    today = arguments.today or timezone.localdate()
    in_file = arguments.plan.endswith(".json")
    plan = read_plan(Path(arguments.plan).read_bytes(), arguments.plan) if in_file else _stored(arguments.plan)
    met = {} if in_file else history.met(plan)
    late = [milestone for milestone in plan.overdue(today) if milestone not in met]
    for number, milestone in enumerate(plan.milestones, start=1):
        day = met.get(milestone)
        state = (
            f"xong / met {_day(day)}" if day else "QUÁ HẠN / OVERDUE" if milestone in late else "chưa đến hạn / open"
        )
        say(f"{number}. {_day(milestone.due)}  {state}  {milestone.task} – {milestone.body} («{milestone.said}»)")
    say(f"Quá hạn / overdue: {len(late)}")
    return 0


def plan_stage(arguments: Namespace, _config: Config) -> int:
    to = history.Stage(arguments.stage)
    stages.move(arguments.plan, to, operator(), timezone.now(), arguments.note)
    say(f"{arguments.plan}: {stages.STAGES_VI[to]} / {to}")
    return 0


def plan_done(arguments: Namespace, _config: Config) -> int:
    day = arguments.on or timezone.localdate()
    stages.meet(arguments.plan, arguments.number, day, operator(), timezone.now())
    say(f"{arguments.plan}: mốc {arguments.number} xong {_day(day)} / met")
    return 0


def plan_diff(arguments: Namespace, _config: Config) -> int:
    """Exit 0: telling how two plans differ is all that was asked."""
    for what, before, after in words.differences(_stored(arguments.plan), _stored(arguments.other)):
        say(f"{what}: {before} → {after}")
    return 0


def _stored(plan: str) -> Plan:
    """Raises: PlanFile.DoesNotExist."""
    return plan_of(PlanFile.objects.get(plan=plan).text)


def _show(plan: Plan) -> None:
    window = f"{_day(plan.first_day)} – {_day(plan.last_day)}"
    stage = stages.STAGES_VI[history.stage_of(plan.id)]
    sums = f"{len(plan.allocations)} điểm/points  {plan.allocated} phiếu/forms"
    say(f"Kế hoạch / plan: {plan.id}  {window}  {sums}  {stage}")
    for warning in plan.warnings():
        say(f"  chú ý / note: {warning}")


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
