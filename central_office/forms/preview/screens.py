"""Every screen of a form in the order a citizen meets them: pictures on one glass, in one language."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from central_office.forms.preview.answers import choices, rating, yes_no
from central_office.forms.preview.comment import comment
from central_office.forms.preview.figures import Glass
from central_office.forms.preview.frame import Asked
from central_office.forms.preview.invitation import invitation, opening, thanks
from central_office.forms.preview.page import Page
from central_office.forms.preview.svg import svg
from central_office.forms.words import when
from survey.form import Form, Kind, Question, text_in


@dataclass(frozen=True, slots=True)
class Screen:
    """`page`, `pages`: of a list that needs more than one. `when`: its condition in words, "" for none."""

    name: str
    code: str
    when: str
    picture: SafeString
    page: int = 1
    pages: int = 1


def screens(form: Form, glass: Glass, language: str) -> Iterator[Screen]:
    """From the invitation to the thanks; what is never on a screen is not here."""
    shown = [question for question in form.questions if not question.prefill]
    if not shown:
        return
    first = opening(form)
    start = Page(glass)
    invitation(start, form, language, shown[0])
    yield Screen(
        "Màn hình mời", first.code if first else "", "", svg(start, f"Màn hình mời: {_title(form, shown[0])}", language)
    )
    for question in shown:
        if question is not first:
            yield from _question(form, question, glass, language)
    end = Page(glass)
    thanks(end, form, language)
    yield Screen("Lời cảm ơn", "", "", svg(end, f"Lời cảm ơn: {text_in(form.thanks, 'vi')}", language))


def _title(form: Form, first: Question) -> str:
    return text_in(first.text if opening(form) else form.title, "vi")


def _question(form: Form, question: Question, glass: Glass, language: str) -> Iterator[Screen]:
    number, pages = 0, 1
    while number < pages:
        drawn, pages = draw(Asked(form, question, language, number), glass)
        name = text_in(question.text, "vi")
        said = f"{question.code}: {name}" + (f", trang {number + 1}/{pages}" if pages > 1 else "")
        condition = when(form, question.condition)
        yield Screen(name, question.code, condition, svg(drawn, said, language), number + 1, pages)
        number += 1


def draw(asked: Asked, glass: Glass) -> tuple[Page, int]:
    """One page of a question, and how many it takes."""
    page, pages = Page(glass), 1
    if asked.question.kind is Kind.SCALE:
        rating(page, asked)
    elif asked.question.kind is Kind.YES_NO:
        yes_no(page, asked)
    elif asked.question.kind is Kind.TEXT:
        comment(page, asked)
    else:
        pages = choices(page, asked)
    return page, pages
