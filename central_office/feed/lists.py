"""What the answers of the feed are about: plans, forms, units, kiosks, each list whole, as rows. Judges nothing."""

import json
from typing import Any

from central_office.feed.holder import Holder
from central_office.fleet.models import Kiosk
from central_office.rounds import history
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import FormFile, PlanFile
from central_office.units.tree import tree
from survey.identifier import quarter_of

Row = dict[str, Any]


def plans(holder: Holder) -> list[Row]:
    """`file`: the plan as its file has it."""
    found = [row for row in PlanFile.objects.order_by("plan") if holder.sees(row.plan)]
    stages = history.stages_of([row.plan for row in found])
    return [_plan(row, str(stages.get(row.plan, history.Stage.DRAFT))) for row in found]


def _plan(row: PlanFile, stage: str) -> Row:
    plan = plan_of(row.text)
    return {
        "plan": plan.id,
        "stage": stage,
        "first_day": plan.first_day.isoformat(),
        "last_day": plan.last_day.isoformat(),
        "forms": plan.allocated,
        "form": row.form_id,
        "file": json.loads(row.text),
    }


def forms(holder: Holder) -> list[Row]:
    """Every version; `digest` is what answers name. `file`: the form as its file has it."""
    wanted = {plan_of(row.text).form for row in PlanFile.objects.all() if holder.sees(row.plan)}
    return [
        {"form": row.form, "version": row.version, "digest": row.digest, "file": json.loads(row.text)}
        for row in FormFile.objects.order_by("form", "version")
        if row.form in wanted
    ]


def units(_holder: Holder) -> list[Row]:
    """The tree of all times; whose points these are is no secret."""
    found = tree()
    return [
        {
            "unit": node.ref,
            "kind": node.kind,
            "name": node.name,
            "parent": node.parent,
            "valid_from": node.valid_from.isoformat() if node.valid_from else "",
            "valid_to": node.valid_to.isoformat() if node.valid_to else "",
            "agency": node.agency,
            "successors": [{"unit": s.after, "kind": s.kind, "day": s.day.isoformat()} for s in node.successors],
        }
        for node in sorted(found.nodes.values(), key=lambda node: node.ref)
    ]


def kiosks(holder: Holder) -> list[Row]:
    """`kind`: "phone" for the office's own, through which phones answer. Instants are quarter-hours."""
    return [
        {
            "kiosk": row.kiosk,
            "kind": row.kind or "device",
            "plan": row.plan,
            "point": row.point,
            "revoked": row.revoked_at is not None,
            "seen": quarter_of(row.seen_at).isoformat() if row.seen_at else "",
            "pending": row.pending,
            "version": row.version,
        }
        for row in Kiosk.objects.order_by("kiosk")
        if holder.sees(row.plan) and holder.holds(row.point)
    ]
