"""Takes a form into the office: whole or not at all, by whom, logged. Knows no clock and no page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from central_office.forms.models import FormSource
from central_office.people import audit
from central_office.rounds.catalogue import load_form
from central_office.rounds.models import FormFile
from survey.form import Form
from survey.form_file import read_form

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Version:
    """One loaded version. `by`, `source`: "" for one that was loaded with a plan."""

    form: str
    version: str
    digest: str
    loaded_at: datetime
    by: str
    source: str


def load(data: bytes, source: str, actor: str, now: datetime) -> Form:
    """Take a form in; the same content again changes nothing, other content under a known version is refused.

    Raises: BadFile, FormRefused, catalogue.Refusal.
    """
    form = read_form(data, source)
    with transaction.atomic():
        is_new = not FormFile.objects.filter(digest=form.digest).exists()
        load_form(data, source, now)
        if is_new:
            FormSource.objects.create(form_id=form.digest, by=actor, source=source[:LONGEST_NAME])
            audit.note(actor, "form.loaded", f"{form.id} {form.version}", {"digest": form.digest, "source": source})
    return form


def versions() -> Iterator[Version]:
    """Every loaded version, by form, newest first."""
    rows = FormFile.objects.select_related("source").order_by("form", "-loaded_at", "-version")
    for row in rows:
        came = getattr(row, "source", None)
        yield Version(
            row.form, row.version, row.digest, row.loaded_at, came.by if came else "", came.source if came else ""
        )
