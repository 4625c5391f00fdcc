"""Holds an extended form to the core that it names: the office must know that very core, and find it unchanged."""

from central_office.forms.extension import wrong
from central_office.forms.troubles import FormRefused, Trouble
from central_office.rounds.models import FormFile
from survey.form import Form
from survey.form_file import read_form


def check_core(form: Form, source: str) -> None:
    """Raises: FormRefused when `form` claims to extend a core that it has not in it, or that is not loaded."""
    if form.extends is None:
        return
    core = FormFile.objects.filter(digest=form.extends.digest).first()
    if core is None or (core.form, core.version) != (form.extends.id, form.extends.version):
        name = f"{form.extends.id} {form.extends.version}"
        vi = f"Phiếu gốc {name} chưa được nạp với nội dung này; xin nạp phiếu gốc trước"
        raise FormRefused(source, [Trouble("/extends", vi, f"the core {name} is not loaded with this content")])
    if found := list(wrong(read_form(core.text.encode(), "core"), form)):
        raise FormRefused(source, found)
