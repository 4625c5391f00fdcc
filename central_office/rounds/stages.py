"""Moves a plan from draft to published, and says why it may not. Knows no page; who may is asked of `people.access`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from central_office.outgoing import post
from central_office.people.access import Right
from central_office.rounds import history
from central_office.rounds.catalogue import Refusal, form_of, plan_of
from central_office.rounds.history import Kind, Stage
from central_office.rounds.models import PlanFile
from survey.plan_check import Finding, blocking, check


@dataclass(frozen=True, slots=True)
class Move:
    """`back`: needs a reason. `checked`: only without a finding that blocks."""

    right: Right
    back: bool = False
    checked: bool = False


MOVES = {
    (Stage.DRAFT, Stage.ACCEPTED): Move(Right.EDIT_PLANS),
    (Stage.ACCEPTED, Stage.APPROVED): Move(Right.APPROVE_PLANS, checked=True),
    (Stage.APPROVED, Stage.PUBLISHED): Move(Right.APPROVE_PLANS, checked=True),
    (Stage.ACCEPTED, Stage.DRAFT): Move(Right.EDIT_PLANS, back=True),
    (Stage.APPROVED, Stage.ACCEPTED): Move(Right.APPROVE_PLANS, back=True),
}


def moves_from(stage: Stage) -> dict[Stage, Move]:
    return {to: move for (start, to), move in MOVES.items() if start is stage}


def findings(plan_file: PlanFile) -> tuple[Finding, ...]:
    return check(plan_of(plan_file.text), form_of(plan_file.form.text))


def move(
    plan: str, to: Stage, actor: str, now: datetime, note: str = "", allowed: Callable[[Right], bool] = lambda _: True
) -> None:
    """`allowed`: has the actor a right? Asked under the lock, of the step that the plan is really at.

    Raises: PlanFile.DoesNotExist; PermissionDenied; Refusal where there is no such step, a reason is missing, or a
    finding blocks.
    """
    with transaction.atomic():
        plan_file = PlanFile.objects.select_for_update(of=("self",)).select_related("form").get(plan=plan)
        stage = history.stage_of(plan)
        step = MOVES.get((stage, to))
        if step is None:
            raise Refusal(
                f"Kế hoạch đang ở bước «{STAGES_VI[stage]}», không chuyển thẳng sang «{STAGES_VI[to]}» được.", ""
            )
        if not allowed(step.right):
            raise PermissionDenied
        if step.back and not note.strip():
            raise Refusal("Xin ghi lý do trả lại.", "")
        blocks = blocking(findings(plan_file)) if step.checked else ()
        if blocks:
            raise Refusal("Chưa phê duyệt được: " + "; ".join(finding.text_vi for finding in blocks) + ".", "")
        history.add(plan, Kind.STAGE, actor, now, about=to, note=note.strip())
        told = {"plan": plan, "state": str(to), "before": str(stage)}
        post.queue("plan.state", f"Kế hoạch {plan}: {STAGES_VI[to]}", told, now)


def meet(plan: str, number: int, day: date, actor: str, now: datetime) -> None:
    """Note that the plan's milestone `number` (from 1) was met on `day`. Raises: PlanFile.DoesNotExist, Refusal."""
    with transaction.atomic():
        milestones = plan_of(PlanFile.objects.get(plan=plan).text).milestones
        if not 1 <= number <= len(milestones):
            raise Refusal(f"Kế hoạch không có mốc số {number}.", "")
        history.add(plan, Kind.MILESTONE, actor, now, about=milestones[number - 1].task, day=day)


STAGES_VI = {
    Stage.DRAFT: "Dự thảo",
    Stage.ACCEPTED: "Đã nghiệm thu",
    Stage.APPROVED: "Đã phê duyệt",
    Stage.PUBLISHED: "Đã công bố",
}
