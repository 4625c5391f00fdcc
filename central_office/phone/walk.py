"""Which question comes when: pure, from the form and the answers so far. Knows no page and no request.

The next question depends on which one was answered, never on how it was rated; only the form's own conditions look at
a value.
"""

from survey.form import Answers, Form, Question


def after(form: Form, answers: Answers, code: str) -> Question | None:
    """The question asked next after `code` ("" for the first); None at the end."""
    order = _order(form)
    here = order.get(code, -1)
    return next((question for question in form.asked(answers) if order[question.code] > here), None)


def before(form: Form, answers: Answers, code: str) -> Question | None:
    order = _order(form)
    here = order.get(code, 0)
    earlier = [question for question in form.asked(answers) if order[question.code] < here]
    return earlier[-1] if earlier else None


def resumed(form: Form, answers: Answers) -> Question | None:
    """Where somebody goes on who comes back: after the last question answered, or at the last one."""
    asked = form.asked(answers)
    answered = [question.code for question in asked if question.code in answers]
    following = after(form, answers, answered[-1] if answered else "")
    return following or (asked[-1] if asked else None)


def place(form: Form, code: str) -> tuple[int, int]:
    """Place of a question and number of questions, counted without conditions: neither tells how anyone rated."""
    codes = [question.code for question in form.questions if not question.prefill]
    return codes.index(code) + 1, len(codes)


def _order(form: Form) -> dict[str, int]:
    return {question.code: place for place, question in enumerate(form.questions)}
