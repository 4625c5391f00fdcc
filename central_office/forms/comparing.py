"""Whether figures of two versions of a form can stand beside each other; if not, why, in sentences. Compares values.

Comparable is what has the same core: every question that figures are made of, on the same scale, with the same role.
"""

from collections.abc import Iterator

from survey.form import Form, Question, Role, Scale
from survey.form_languages import languages


def incomparable(old: Form, new: Form) -> list[str]:
    """What answers of `old` and `new` cannot be counted together for, and what citizens would lose; none: nothing."""
    found = [
        sentence for question in old.questions if question.role is not Role.OTHER for sentence in _of(question, new)
    ]
    known = {question.code for question in old.questions}
    for question in new.questions:
        if question.role is Role.OVERALL and question.code not in known:
            found.append(f"Câu hài lòng chung nay là {question.code}, trước không có câu này.")
    lost = sorted(languages(old) - languages(new))
    return [*found, *(f"Bản mới thiếu lời bằng ngôn ngữ «{tag}»." for tag in lost)]


def _of(old: Question, form: Form) -> Iterator[str]:
    new = form.question(old.code)
    if new is None:
        yield f"Bản mới bỏ câu {old.code}."
        return
    if (old.role, old.factor, old.kind) != (new.role, new.factor, new.kind):
        yield f"Câu {old.code} đổi vai trò hoặc loại câu."
    if _shape(old.scale) != _shape(new.scale):
        yield f"Câu {old.code} đổi thang đo: số mức hoặc mức tính là hài lòng khác trước."
    gone = [option.code for option in old.options if option.code not in {each.code for each in new.options}]
    if gone:
        yield f"Câu {old.code} bỏ lựa chọn {', '.join(gone)}."


def _shape(scale: Scale | None) -> tuple[object, ...]:
    """What a figure takes from a scale: how many levels, and which are satisfied."""
    return (len(scale.levels), scale.satisfied_from, scale.not_applicable is None) if scale else ()
