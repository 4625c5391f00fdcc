"""How far along the form, cut at its sections. Tells nothing of the answers: a place in the form is all it looks at."""

from itertools import groupby

from kiosk.flow import progress
from survey.form import Form


def progress_by_section(form: Form, code: str) -> tuple[tuple[int, int], ...]:
    """`progress` cut at the form's sections: of each its questions reached and all its questions.

    A form without sections is one stretch.
    """
    reached, _ = progress(form, code)
    parts, before = [], 0
    asked = [question for question in form.questions if not question.prefill]
    for _, group in groupby(asked, key=lambda question: question.section):
        count = len(list(group))
        parts.append((min(max(reached - before, 0), count), count))
        before += count
    return tuple(parts)
