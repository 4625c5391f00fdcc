"""Which version of its form a plan asks by: chosen by a person, logged, and held to what was asked before.

Knows no page and no kiosk: kiosks learn of it with their heartbeats, phones with the next answer begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from central_office.fleet.models import Asking
from central_office.forms.comparing import incomparable
from central_office.rounds import history
from central_office.rounds.catalogue import Refusal, form_of, plan_of
from central_office.rounds.models import FormFile, PlanFile
from survey.form import Form


class Incomparable(Refusal):
    """The version asks something else than the one before; `reasons`: sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(
            "Số liệu hai bản không so sánh được: " + " ".join(reasons), "Add --anyway to use this version all the same."
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A loaded version that the plan could ask by. `kiosks`: how many told that they ask by it; `reasons`: why its
    figures cannot stand beside those of the version asked by now."""

    version: str
    digest: str
    loaded_at: datetime
    present: bool
    kiosks: int
    reasons: tuple[str, ...]


def versions(plan_file: PlanFile, points: frozenset[str] | None = None) -> list[Version]:
    """Newest first; kiosks counted at `points`, None: at all."""
    asked, counts = form_of(plan_file.form.text), _kiosks(plan_file.plan, points)
    return [
        Version(
            row.version,
            row.digest,
            row.loaded_at,
            row.digest == asked.digest,
            counts.get(row.digest, 0),
            tuple(incomparable(asked, form_of(row.text))),
        )
        for row in FormFile.objects.filter(form=asked.id).order_by("-loaded_at", "-version")
    ]


def use(plan: str, form: str, version: str, actor: str, now: datetime, *, anyway: bool = False) -> Form:
    """Let the plan ask by this version from now on; the same one again changes nothing.

    Raises: PlanFile.DoesNotExist; Incomparable unless `anyway`; Refusal for an unknown version or another form.
    """
    with transaction.atomic():
        known = PlanFile.objects.select_for_update(of=("self",)).select_related("form").get(plan=plan)
        if form != plan_of(known.text).form:
            raise Refusal(f"Kế hoạch {plan} hỏi theo phiếu «{known.form.form}».", "Amend the plan to change its form.")
        chosen = FormFile.objects.filter(form=form, version=version).first()
        if chosen is None:
            raise Refusal(f"Chưa nạp phiếu {form} bản {version}.", "Load it first: hailong-office form load FILE.")
        new = form_of(chosen.text)
        if chosen.digest == known.form.digest:
            return new
        reasons = incomparable(form_of(known.form.text), new)
        if reasons and not anyway:
            raise Incomparable(reasons)
        note = f"thay bản {known.form.version}" + (f"; vẫn dùng: {' '.join(reasons)}" if reasons else "")
        history.add(plan, history.Kind.FORM, actor, now, about=version, note=note)
        PlanFile.objects.filter(plan=plan).update(form=chosen)
    return new


def _kiosks(plan: str, points: frozenset[str] | None) -> Mapping[str, int]:
    """How many kiosks of the plan told that they ask by each version, by digest."""
    told = Asking.objects.filter(kiosk__plan=plan, kiosk__revoked_at=None, kiosk__retired_at=None)
    if points is not None:
        told = told.filter(kiosk__point__in=points)
    return dict(told.values_list("form").annotate(count=Count("kiosk")))
