"""Loads plan and form files into the office and reads them back as values. Knows no clock: instants are handed in."""

import json
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from central_office.forms.cores import check_core
from central_office.rounds import history
from central_office.rounds.cloning import cloned
from central_office.rounds.models import FormFile, PlanFile
from survey.canonical import nfc
from survey.errors import BadFile, Problem
from survey.form import Form
from survey.form_file import read_form
from survey.plan import Plan
from survey.plan_file import read_plan
from survey.plan_parts import SubjectKind


class Refusal(Exception):
    """A file that disagrees with what the office already counts by."""

    def __init__(self, message: str, hint: str) -> None:
        self.code = "catalogue"
        self.hint = hint
        super().__init__(message)


@lru_cache(maxsize=64)
def form_of(text: str) -> Form:
    return read_form(text.encode(), "form")


@lru_cache(maxsize=64)
def plan_of(text: str) -> Plan:
    return read_plan(text.encode(), "plan")


def is_restricted(plan: Plan) -> bool:
    """Are answers to it opinions about a post-holder, for the people assigned to it alone (R-112)?"""
    return plan.subject.kind is SubjectKind.POST_HOLDER


def load_form(data: bytes, source: str, now: datetime) -> Form:
    """Take a form in; the same content again changes nothing. Raises: BadFile, Refusal, FormRefused."""
    form = read_form(data, source)
    check_core(form, source)
    known = FormFile.objects.filter(form=form.id, version=form.version).first()
    if known is None:
        FormFile.objects.create(digest=form.digest, form=form.id, version=form.version, text=_text(data), loaded_at=now)
    elif known.digest != form.digest:
        raise Refusal(
            f"form {form.id} {form.version} is known with other content", "Give the changed form a new version."
        )
    return form


def load_plan(data: bytes, source: str, now: datetime, actor: str = "") -> Plan:
    """Take a plan in as a draft, bound to the newest loaded version of its form. Raises: BadFile, Refusal."""
    plan = read_plan(data, source)
    with transaction.atomic():
        known = PlanFile.objects.filter(plan=plan.id).first()
        new = False
        if known is None:
            fields = {"text": _text(data), "form": newest_form(plan, source), "restricted": is_restricted(plan)}
            known, new = PlanFile.objects.get_or_create(plan=plan.id, defaults=fields | {"loaded_at": now})
        if new:
            history.add(plan.id, history.Kind.LOADED, actor, now, note=source)
        elif plan_of(known.text) != plan:
            raise Refusal(f"plan {plan.id} is known with other content", "Give the changed plan a new id (plan clone).")
    return plan


def choose(plans: list[PlanFile], wanted: str | None, today: date) -> PlanFile | None:
    """The plan asked for; else the one running today; else the one loaded last, which stands last; None of none.

    Raises: PlanFile.DoesNotExist when there is no such plan.
    """
    if wanted is not None:
        found = next((plan for plan in plans if plan.plan == wanted), None)
        if found is None:
            raise PlanFile.DoesNotExist
        return found
    running = [plan for plan in plans if plan_of(plan.text).holds(today)]
    return (running or plans or [None])[-1]  # type: ignore[list-item]


def clone_plan(plan: str, new: str, first: date, last: date, now: datetime, form: str = "", actor: str = "") -> Plan:
    """The same points and quotas under another id and window; due on its last day.

    `form`: id of the form to ask by, if not the same.

    Raises: Refusal if there is no such plan; BadFile if the result is none.
    """
    known = PlanFile.objects.filter(plan=plan).first()
    if known is None:
        raise Refusal(f"no plan {plan}", "Load it first: hailong-office plan load FILE.")
    document = cloned(json.loads(known.text), new, first, last)
    document["form"] = form or document["form"]
    return load_plan(json.dumps(document, ensure_ascii=False, indent=1).encode(), f"clone of {plan}", now, actor)


def newest_form(plan: Plan, source: str) -> FormFile:
    """The version that kiosks of the plan are given. Raises: BadFile if the form is not loaded."""
    form = FormFile.objects.filter(form=plan.form).order_by("-loaded_at").first()
    if form is None:
        raise BadFile(source, [Problem("/form", f"form {plan.form!r} is not loaded yet")])
    return form


def _text(data: bytes) -> str:
    return nfc(data.decode("utf-8-sig"))
