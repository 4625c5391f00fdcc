"""The pages of forms that somebody looks at: versions, screens, questions, differences. HTTP in, HTTP out."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from central_office.forms import words
from central_office.forms.asked import file_or_404, head_of, languages_of
from central_office.forms.differences import differences
from central_office.forms.loading import versions
from central_office.forms.preview.figures import GLASSES
from central_office.forms.preview.screens import screens
from central_office.people.access import Right, may, needs
from central_office.rounds.catalogue import form_of
from central_office.rounds.models import FormFile
from survey.form import Form, Question, text_in
from survey.form_census import census

GLASS_NAMES = {"ngang": "Màn hình ngang 1024 × 600", "doc": "Màn hình đứng 600 × 1024"}


class Line(NamedTuple):
    """A question as the list shows it. `section`: the part that begins with it, "" within one."""

    question: Question
    section: str
    text: str
    help: str
    kind: str
    role: str
    when: str
    prefilled: str
    answers: list[tuple[str, str, bool]]


def forms_context(request: HttpRequest) -> dict[str, Any]:
    """The page of all versions; those that take a form add what they have to say."""
    texts = dict(FormFile.objects.values_list("digest", "text"))
    rows = []
    for version in versions():
        form = form_of(texts[version.digest])
        rows.append((version, text_in(form.title, "vi"), sum(not q.prefill for q in form.questions), form.extends))
    return {"page": "forms", "versions": rows, "may_edit": may(request.user, Right.EDIT_FORMS)}


@require_safe
@needs(Right.SEE_FIGURES)
def forms_page(request: HttpRequest) -> HttpResponse:
    context = forms_context(request) | {"taken": request.GET.get("da-nap", "")[:100]}
    return render(request, "forms/forms.html", context)


@require_safe
@needs(Right.SEE_FIGURES)
def screens_page(request: HttpRequest, form: str, version: str) -> HttpResponse:
    context = head_of(file_or_404(form, version))
    shown: Form = context["form"]
    languages = languages_of(shown)
    language = request.GET.get("l", "vi")
    language = language if language in dict(languages) else "vi"
    glass = request.GET.get("man", "ngang")
    glass = glass if glass in GLASSES else "ngang"
    context |= {
        "glass": glass,
        "glasses": GLASS_NAMES.items(),
        "language": language,
        "languages": languages,
        "screens": list(screens(shown, GLASSES[glass], language)),
        "hidden": [(q, text_in(q.text, "vi"), words.prefilled(q)) for q in shown.questions if q.prefill],
    }
    return render(request, "forms/screens.html", context)


@require_safe
@needs(Right.SEE_FIGURES)
def questions_page(request: HttpRequest, form: str, version: str) -> HttpResponse:
    context = head_of(file_or_404(form, version))
    shown: Form = context["form"]
    context |= {"lines": _lines(shown), "census": census(shown), "longest_question": _longest(shown)}
    return render(request, "forms/questions.html", context)


def _longest(form: Form) -> str:
    question = form.question(census(form).longest)
    return text_in(question.text, "vi") if question else ""


def _lines(form: Form) -> list[Line]:
    lines, before = [], ""
    for question in form.questions:
        section = form.section(question.section) if question.section != before else None
        if not question.prefill:
            before = question.section
        lines.append(_line(form, question, text_in(section.text, "vi") if section and not question.prefill else ""))
    return lines


def _line(form: Form, question: Question, section: str) -> Line:
    scale = question.scale
    answers = [(str(level.value), text_in(level.text, "vi"), False) for level in scale.levels] if scale else []
    answers += [(option.code, text_in(option.text, "vi"), option.signal) for option in question.options]
    if scale and scale.not_applicable:
        answers.append((scale.not_applicable.code, text_in(scale.not_applicable.text, "vi"), False))
    return Line(
        question,
        section,
        text_in(question.text, "vi"),
        text_in(question.help, "vi"),
        words.KINDS[question.kind],
        words.ROLES[question.role],
        words.when(form, question.condition),
        words.prefilled(question),
        answers,
    )


@require_safe
@needs(Right.SEE_FIGURES)
def differences_page(request: HttpRequest) -> HttpResponse:
    """Two versions by their digests, `cu` and `moi`."""
    rows = list(FormFile.objects.order_by("form", "loaded_at"))
    old, new = (next((row for row in rows if row.digest == request.GET.get(key)), None) for key in ("cu", "moi"))
    context: dict[str, Any] = {"page": "forms", "rows": rows, "old": old, "new": new}
    if old and new:
        context["sentences"] = differences(form_of(old.text), form_of(new.text))
    return render(request, "forms/differences.html", context)
