"""A form version as a file: the very JSON that was loaded, or a spreadsheet that reads back as the same form."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from central_office.forms.asked import file_or_404
from central_office.forms.troubles import FormRefused
from central_office.forms.xlsform_out import write_xlsform
from central_office.people.access import Right, needs

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNPROCESSABLE = 422


@require_safe
@needs(Right.SEE_FIGURES)
def form_json(_request: HttpRequest, form: str, version: str) -> HttpResponse:
    row = file_or_404(form, version)
    return _file(row.text.encode(), "application/json", f"{row.form}-{row.version}.json")


@require_safe
@needs(Right.SEE_FIGURES)
def form_xlsx(_request: HttpRequest, form: str, version: str) -> HttpResponse:
    row = file_or_404(form, version)
    try:
        data = write_xlsform(row.text)
    except FormRefused as error:
        told = "\n".join(trouble.vi for trouble in error.troubles)
        return HttpResponse(told, status=UNPROCESSABLE, content_type="text/plain; charset=utf-8")
    return _file(data, XLSX, f"{row.form}-{row.version}.xlsx")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    """Codes have no letters that a header would mind."""
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
