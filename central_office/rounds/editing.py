"""Changes a plan: a draft freely while nobody has answered it, any other only by a dated amendment, never silently.

What the plan said before stays in its history. Points where somebody has answered or a kiosk stands cannot go.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from central_office.fleet.models import Assignment
from central_office.intake.models import Cell
from central_office.intake.rebuild import rebuild
from central_office.rounds import history, stages
from central_office.rounds.catalogue import Refusal, is_restricted, newest_form, plan_of
from central_office.rounds.history import Kind, Stage
from central_office.rounds.models import PlanFile
from central_office.slips.models import SlipPoint
from survey.plan import Plan
from survey.plan_check import Finding, blocking
from survey.plan_file import read_plan


@dataclass(frozen=True, slots=True)
class Paper:
    """What an amendment is made by: the day it bears, whose paper it is, and what for."""

    day: date
    by: str
    text: str


def answered(plan: str) -> bool:
    return Cell.objects.filter(plan=plan).exists()


def is_free(plan: str) -> bool:
    """May the plan be edited without an amendment?"""
    return history.stage_of(plan) is Stage.DRAFT and not answered(plan)


class Overtaken(Refusal):
    """The plan is no more what the change was made from."""

    def __init__(self) -> None:
        super().__init__(
            "Kế hoạch đã được người khác sửa từ lúc trang này mở. Xin xem các thay đổi ấy rồi ghi lại.", ""
        )


def digest_of(text: str) -> str:
    """Names a state of a plan: what a change says that it was made from."""
    return sha256(text.encode()).hexdigest()


def is_approved(plan: str) -> bool:
    return history.stage_of(plan) in (Stage.APPROVED, Stage.PUBLISHED)


def edit(plan: str, document: dict[str, Any], actor: str, now: datetime, made_of: str | None = None) -> Plan:
    """Put `document` in the plan's place.

    `made_of`: digest of the text that the change was made from; None: of whatever stands there.

    Raises: BadFile; Refusal if it needs an amendment; Overtaken.
    """
    with transaction.atomic():
        known = _locked(plan, made_of)
        if not is_free(plan):
            raise Refusal("Kế hoạch đã qua bước dự thảo hoặc đã có phiếu: chỉ sửa được bằng văn bản sửa đổi.", "")
        return _replace(known, document, Kind.EDITED, actor, now)


def amend(
    plan: str,
    document: dict[str, Any],
    paper: Paper,
    actor: str,
    now: datetime,
    made_of: str | None = None,
    may_approve: bool = True,
) -> Plan:
    """The same by a paper, which the plan names from then on. `may_approve`: has the actor that right?

    Raises: BadFile, Refusal, Overtaken; PermissionDenied where the plan is approved by now and the actor may not.
    """
    with transaction.atomic():
        known = _locked(plan, made_of)
        if is_approved(plan) and not may_approve:
            raise PermissionDenied
        if not paper.by.strip() or not paper.text.strip():
            raise Refusal("Xin ghi số văn bản sửa đổi và nội dung sửa đổi.", "")
        earlier = json.loads(known.text).get("amendments", [])
        entry = {"day": paper.day.isoformat(), "by": paper.by.strip(), "text": paper.text.strip()}
        return _replace(known, document | {"amendments": [*earlier, entry]}, Kind.AMENDED, actor, now, paper)


def _locked(plan: str, made_of: str | None) -> PlanFile:
    known = PlanFile.objects.select_for_update(of=("self",)).select_related("form").get(plan=plan)
    if made_of is not None and made_of != digest_of(known.text):
        raise Overtaken
    return known


def _replace(
    known: PlanFile, document: dict[str, Any], kind: Kind, actor: str, now: datetime, paper: Paper | None = None
) -> Plan:
    text = json.dumps(document, ensure_ascii=False, indent=1)
    old, new = plan_of(known.text), read_plan(text.encode(), known.plan)
    if old == new:
        raise Refusal("Không có gì thay đổi.", "")
    used = _used_points(known.plan)
    _may_become(old, new, used)
    replaced, bound = known.text, known.form
    if new.form != old.form:
        known.form = newest_form(new, known.plan)
    known.text, known.restricted = text, is_restricted(new) or (known.restricted and bool(used))
    _stays_approvable(known, stages.findings(PlanFile(text=replaced, form=bound)))
    known.save()
    _follow(old, new)
    note, day = (f"{paper.by}: {paper.text}", paper.day) if paper else ("", None)
    history.add(known.plan, kind, actor, now, note=note, day=day, replaced=replaced)  # last: others wait for the log
    return new


def _used_points(plan: str) -> set[str]:
    """Where somebody has answered or a kiosk stands."""
    used = set(Cell.objects.filter(plan=plan).values_list("point", flat=True).distinct())
    return used | set(Assignment.objects.filter(plan=plan).values_list("point", flat=True).distinct())


def _may_become(old: Plan, new: Plan, used: set[str]) -> None:
    """Raises: Refusal for a change that would leave answers or kiosks without a place."""
    if new.id != old.id:
        raise Refusal("Mã kế hoạch không đổi được; hãy sao chép thành kế hoạch mới.", "")
    if used and new.form != old.form:
        raise Refusal("Đã có ki-ốt hoặc phiếu của kế hoạch này: không đổi mẫu phiếu được.", "")
    if used and is_restricted(old) and not is_restricted(new):
        raise Refusal("Đã có ki-ốt hoặc phiếu: kế hoạch đánh giá người giữ chức vụ không đổi sang loại khác được.", "")
    gone = sorted(point for point in used if new.allocation(point) is None)
    if gone:
        raise Refusal(f"Không bỏ được điểm đã có ki-ốt hoặc phiếu: {', '.join(gone)}.", "")


def _stays_approvable(known: PlanFile, before: Iterable[Finding]) -> None:
    """Raises: Refusal where an approved plan would become one that could not have been approved."""
    earlier = {finding.code for finding in blocking(tuple(before))}
    blocks = [finding.text_vi for finding in blocking(stages.findings(known)) if finding.code not in earlier]
    if blocks and is_approved(known.plan):
        raise Refusal("Kế hoạch đã phê duyệt, không sửa thành: " + "; ".join(blocks) + ".", "")


def _follow(old: Plan, new: Plan) -> None:
    """Bring along what was reckoned from the window: slips' last day, and which answers count."""
    if new.last_day != old.last_day:
        SlipPoint.objects.filter(plan=new.id).update(last_day=new.last_day)
    if (new.first_day, new.last_day) != (old.first_day, old.last_day) and answered(new.id):
        rebuild(new.id)
