"""A form brought to the page, as a spreadsheet or as JSON: looked at, or taken in. HTTP only; the rules are elsewhere.

Whatever is wrong is told at once, place by place, and nothing of it is kept.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from central_office.forms.differences import differences
from central_office.forms.extension import extend, from_spreadsheet
from central_office.forms.loading import load
from central_office.forms.troubles import FormRefused, Trouble, told
from central_office.forms.views import forms_context
from central_office.forms.workbook import MOST_BYTES
from central_office.forms.xlsform_in import read_xlsform
from central_office.people.access import Right, needs
from central_office.rounds.catalogue import Refusal, form_of
from central_office.rounds.models import FormFile
from survey.errors import BadFile
from survey.form import Form, text_in
from survey.form_census import census
from survey.form_file import read_form

UNPROCESSABLE = 422
LONGEST_NAME = 80
KNOWN = "Phiên bản này đã được nạp với nội dung khác và không đổi được nữa; xin ghi số phiên bản mới"


@require_POST
@needs(Right.EDIT_FORMS)
def upload(request: HttpRequest) -> HttpResponse:
    """A whole form. With `do=check` it is only looked at."""
    try:
        name, data = _brought(request)
        if name.lower().endswith(".xlsx"):
            data = read_xlsform(data, name).data()
        return _take(request, name, data)
    except (FormRefused, BadFile) as error:
        return _refused(request, error)


@require_POST
@needs(Right.EDIT_FORMS)
def extension(request: HttpRequest) -> HttpResponse:
    """An agency's additions to a loaded core form."""
    try:
        name, data = _brought(request)
        core = FormFile.objects.filter(digest=request.POST.get("core", "")).first()
        if core is None:
            raise FormRefused(name, [Trouble("", "Xin chọn phiếu gốc", "choose the core form")])
        prefix = request.POST.get("prefix", "").strip()
        document = extend(core.text, _addition(name, data, form_of(core.text)), name, prefix)
        return _take(request, name, json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n")
    except (FormRefused, BadFile) as error:
        return _refused(request, error)


def _brought(request: HttpRequest) -> tuple[str, bytes]:
    file = request.FILES.get("file")
    if file is None:
        raise FormRefused("", [Trouble("", "Xin chọn một tệp XLSX hoặc JSON", "choose an XLSX or JSON file")])
    name = str(file.name)[:LONGEST_NAME]
    if (file.size or 0) > MOST_BYTES:
        raise FormRefused(name, [Trouble("", "Tệp lớn hơn 2 MB", f"larger than {MOST_BYTES} bytes")])
    return name, file.read()


def _addition(name: str, data: bytes, core: Form) -> dict[str, Any]:
    if name.lower().endswith(".xlsx"):
        return from_spreadsheet(data, name, core)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormRefused(name, [Trouble("", "Không phải là tệp JSON đọc được", f"not JSON: {error}")]) from None
    if not isinstance(document, dict):
        raise FormRefused(name, [Trouble("", "Không phải là tệp phiếu", "the document is not an object")])
    return document


def _take(request: HttpRequest, name: str, data: bytes) -> HttpResponse:
    form = read_form(data, name)
    if request.POST.get("do") == "check":
        return render(request, "forms/forms.html", forms_context(request) | {"checked": _checked(form), "name": name})
    try:
        load(data, name, request.user.get_username(), timezone.now())
    except Refusal as error:
        known = FormFile.objects.get(form=form.id, version=form.version)
        found = [Trouble(f"{form.id} {form.version}", KNOWN, str(error))]
        changes = [Trouble("", sentence, "") for sentence in differences(form_of(known.text), form)]
        raise FormRefused(name, found + changes) from None
    return redirect(f"{reverse('forms')}?{urlencode({'da-nap': f'{form.id} {form.version}'})}")


def _checked(form: Form) -> dict[str, Any]:
    """What somebody wants to know before the form is taken in."""
    newest = FormFile.objects.filter(form=form.id).order_by("-loaded_at").first()
    return {
        "form": form,
        "title": text_in(form.title, "vi"),
        "asked": sum(not question.prefill for question in form.questions),
        "lines": census(form).lines(),
        "newest": newest,
        "differences": differences(form_of(newest.text), form) if newest else [],
    }


def _refused(request: HttpRequest, error: FormRefused | BadFile) -> HttpResponse:
    troubles = error.troubles if isinstance(error, FormRefused) else told(error.problems)
    context = {"troubles": troubles, "name": error.source, "typed": request.POST}
    return render(request, "forms/forms.html", forms_context(request) | context, status=UNPROCESSABLE)
