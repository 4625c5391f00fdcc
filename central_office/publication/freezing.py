"""Freezes a round: walks its records once, computes its public figures from their bytes, signs what it found.

What comes later is kept and counted elsewhere; a frozen round never changes (models.Kept). The figures themselves are
computed by whoever is handed in (publication.figures).
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from central_office.intake.models import Tombstone
from central_office.keys import genuine
from central_office.outgoing import post
from central_office.people.audit import note
from central_office.publication import members
from central_office.publication.files import SUMS, sha256, sums_of
from central_office.publication.inputs import Inputs, read_inputs, write_inputs
from central_office.publication.manifest import KIND, public_pem, read_manifest, write_manifest
from central_office.publication.models import Frozen
from central_office.publication.public import public
from central_office.publication.recount import Member, Roll, holds, rolled
from central_office.results.analysis import Analysis
from central_office.results.analysis_file import read_analysis, write_analysis
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import FormFile, PlanFile
from survey import wire


class Figures(Protocol):
    """Computes the figures (publication.figures)."""

    def __call__(
        self,
        plan_file: PlanFile,
        members: Iterable[Member],
        as_of: datetime,
        inputs: Inputs,
    ) -> Analysis: ...


RECORDS = "records.txt"
log = logging.getLogger(__name__)


class NotFreezable(Exception):
    """A round that cannot be frozen now."""

    code = "not_freezable"

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Request:
    """`as_of`: records received before it go in; `at`: now; `by`: who asks; `interim`: though the round still runs."""

    plan: str
    as_of: datetime
    at: datetime
    by: str
    interim: bool = False


def freeze(request: Request, figures: Figures, sign: wire.Sign) -> Frozen:
    """The round as it is, frozen for ever. Raises: NotFreezable, NotPublic, PlanFile.DoesNotExist."""
    plan_file = PlanFile.objects.select_related("form").get(plan=request.plan)
    _check(request, plan_file)
    withdrawn = Tombstone.objects.filter(plan=request.plan).count()
    forms = tuple(sorted(FormFile.objects.filter(form=plan_of(plan_file.text).form).values_list("digest", flat=True)))
    roll = Roll()
    inputs = Inputs(roll.spans, roll.uncounted, withdrawn, plan_file.form.digest, forms)
    walked = rolled(members.of_plan(request.plan, request.as_of), roll)
    analysis = public(figures(plan_file, walked, request.as_of, inputs))
    frozen = _keep(request, parts_of(analysis, plan_file.text, inputs), roll, sign)
    log.info("round.frozen", extra={"fields": {"version": frozen.version, "records": roll.count}})
    return frozen


def _keep(request: Request, parts: Mapping[str, bytes], roll: Roll, sign: wire.Sign) -> Frozen:
    """The row, with the next number of its plan, and the line of the audit log that goes with it."""
    with transaction.atomic():
        number = Frozen.objects.filter(plan=request.plan).count() + 1
        version = f"{request.plan}-{number}"
        records = (roll.count, roll.sha256)
        manifest = write_manifest(version, request.plan, request.as_of, request.interim, records, parts)
        note(request.by, "round.frozen", version, {"manifest": sha256(manifest), "records": roll.count})
        told: dict[str, str | int] = {
            "plan": request.plan,
            "edition": version,
            "digest": sha256(manifest),
            "answers": roll.count,
        }
        post.queue("figures.frozen", f"Đã chốt số liệu {version}", told, request.at)
        return Frozen.objects.create(
            version=version,
            plan=request.plan,
            number=number,
            as_of=request.as_of,
            frozen_at=request.at,
            by=request.by,
            interim=request.interim,
            count=roll.count,
            analysis=parts["analysis.json"],
            inputs=parts["inputs.json"],
            manifest=manifest,
            signature=sign(wire.signed_bytes(KIND, manifest)),
        )


def _check(request: Request, plan_file: PlanFile) -> None:
    plan = plan_of(plan_file.text)
    if request.as_of > request.at:
        raise NotFreezable("the instant has not come yet", "Leave --as-of out, or name an earlier one.")
    if timezone.localdate(request.as_of) <= plan.last_day and not request.interim:
        last = plan.last_day.strftime("%d/%m/%Y")
        raise NotFreezable(
            f"{plan.id} runs until {last}", "Wait for its end, or freeze with --interim: every page then says so."
        )


def parts_of(analysis: Analysis, plan_text: str, inputs: Inputs) -> dict[str, bytes]:
    """The files of a frozen round that can be kept in memory: all but the list of its records."""
    texts = FormFile.objects.filter(digest__in=inputs.forms)
    forms = {f"forms/{form.form}-{form.version}.json": form.text.encode() for form in texts.order_by("digest")}
    return {
        "analysis.json": write_analysis(analysis, plan_text),
        "inputs.json": write_inputs(inputs),
        "plan.json": plan_text.encode(),
        **forms,
    }


def kept_parts(frozen: Frozen) -> dict[str, bytes]:
    """The same files as they were frozen."""
    analysis, plan_text = read_analysis(bytes(frozen.analysis))
    return parts_of(analysis, plan_text, read_inputs(bytes(frozen.inputs))) | {"analysis.json": bytes(frozen.analysis)}


def folder_files(frozen: Frozen, parts: Mapping[str, bytes], key: bytes) -> dict[str, bytes]:
    """What a folder of the frozen round holds beside the list of records."""
    whole = dict(parts) | {
        "manifest.json": bytes(frozen.manifest),
        "manifest.sig": bytes(frozen.signature),
        "centre-key.pem": public_pem(key),
    }
    records = read_manifest(bytes(frozen.manifest))["records"]["sha256"]
    listed = sums_of(whole).decode() + f"{records}  {RECORDS}\n"
    return whole | {SUMS: "".join(sorted(listed.splitlines(keepends=True), key=lambda line: line[66:])).encode()}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`parts`: the files made anew; `differing`: names of those that are not as they were; `withdrawn`: how many of
    the frozen records were taken back since; `without_bytes`: of how many, these among them, no bytes are left."""

    parts: Mapping[str, bytes]
    differing: tuple[str, ...]
    withdrawn: int
    without_bytes: int


def rebuild(frozen: Frozen, figures: Figures) -> Rebuilt:
    """Everything computed anew from the raw bytes of the frozen records."""
    inputs, roll = read_inputs(bytes(frozen.inputs)), Roll()
    kept, plan_text = read_analysis(bytes(frozen.analysis))
    plan_file = PlanFile(plan=frozen.plan, text=plan_text, form=FormFile.objects.get(digest=inputs.form))
    walked = rolled(members.of_inputs(inputs), roll)
    analysis = public(figures(plan_file, walked, frozen.as_of, inputs))
    analysis = replace(analysis, given=kept.given)  # others' figures follow from no record of ours
    parts = parts_of(analysis, plan_text, replace(inputs, spans=roll.spans, uncounted=roll.uncounted))
    said = read_manifest(bytes(frozen.manifest))
    differing = [name for name in said["files"] if sha256(parts.get(name, b"")) != said["files"][name]]
    if (roll.count, roll.sha256) != (said["records"]["count"], said["records"]["sha256"]):
        differing.append(RECORDS)
    return Rebuilt(parts, tuple(sorted(differing)), withdrawn_since(frozen.plan, inputs), roll.without_bytes)


def withdrawn_since(plan: str, inputs: Inputs) -> int:
    """How many of the frozen records were taken back after the freeze."""
    places = Tombstone.objects.filter(plan=plan).values_list("kiosk", "seq")
    return sum(1 for kiosk, seq in places if holds(inputs.spans, kiosk, seq))


def is_genuine(frozen: Frozen, key: bytes) -> bool:
    """Whether the kept rows are what the centre signed."""
    manifest = bytes(frozen.manifest)
    if not genuine(key, wire.signed_bytes(KIND, manifest), bytes(frozen.signature)):
        return False
    said: dict[str, str] = read_manifest(manifest)["files"]
    return said == {name: sha256(data) for name, data in kept_parts(frozen).items()}
