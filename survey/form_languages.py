"""In which languages a form is whole: every text of it is there, so that nobody is asked in two. Knows values only."""

from collections.abc import Iterator

from survey.form import Form, Question, Texts


def languages(form: Form) -> frozenset[str]:
    """Tags of the languages in which no text of the form is missing; Vietnamese is always among them."""
    found = frozenset(form.title)
    for texts in _texts(form):
        found &= texts.keys()
    return found


def _texts(form: Form) -> Iterator[Texts]:
    yield from (form.title, form.intro, form.thanks)
    yield from (section.text for section in form.sections)
    for question in form.questions:
        if not question.prefill:  # put to nobody on the screen
            yield from _of_question(question)


def _of_question(question: Question) -> Iterator[Texts]:
    yield question.text
    if question.help:
        yield question.help
    yield from (option.text for option in question.options)
    if question.scale is not None:
        yield from (level.text for level in question.scale.levels)
        if question.scale.not_applicable is not None:
            yield question.scale.not_applicable.text
