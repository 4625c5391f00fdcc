"""Which form version a page is asked for, and what stands at its head. HTTP and the catalogue; no figures."""

from typing import Any

from django.http import Http404

from central_office.rounds.catalogue import form_of
from central_office.rounds.models import FormFile
from survey.form import Form, text_in

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English", "km": "Khmer", "mww": "Mông", "hmn": "Mông"}


def file_or_404(form: str, version: str) -> FormFile:
    found = FormFile.objects.filter(form=form, version=version).first()
    if found is None:
        raise Http404
    return found


def head_of(row: FormFile) -> dict[str, Any]:
    """What every page of one version shows."""
    form = form_of(row.text)
    earlier = FormFile.objects.filter(form=row.form, loaded_at__lt=row.loaded_at).order_by("-loaded_at").first()
    core = FormFile.objects.filter(digest=form.extends.digest).first() if form.extends else None
    return {
        "page": "forms",
        "row": row,
        "form": form,
        "title": text_in(form.title, "vi"),
        "earlier": earlier,
        "core": core,
        "source": getattr(row, "source", None),
    }


def languages_of(form: Form) -> list[tuple[str, str]]:
    """Code and name of each language that the form has a title in, Vietnamese first."""
    codes = sorted(form.title, key=lambda code: (code != "vi", code))
    return [(code, LANGUAGE_NAMES.get(code, code)) for code in codes]
