"""A form's parts in words, for officers: kinds of question, conditions, roles. Data and plain sentences; no page."""

from collections.abc import Mapping

from survey.form import NO, YES, AnswerHas, AnswerIs, Condition, Form, Kind, Question, Role, text_in

KINDS: Mapping[Kind, str] = {
    Kind.SCALE: "đánh giá",
    Kind.SINGLE: "chọn một",
    Kind.MULTI: "chọn nhiều",
    Kind.YES_NO: "có hoặc không",
    Kind.TEXT: "viết ý kiến",
}
ROLES: Mapping[Role, str] = {
    Role.OVERALL: "câu chung của chỉ số",
    Role.FACTOR: "câu của yếu tố",
    Role.CRITERION: "tiêu chí",
    Role.FIELD: "lĩnh vực",
    Role.RESPONDENT: "loại người trả lời",
    Role.OTHER: "",
}
ANSWERS = {YES: "Có", NO: "Không"}


def when(form: Form, condition: Condition | None) -> str:
    """When a question is asked: «chỉ hỏi khi …»; "" for always."""
    if condition is None:
        return ""
    if isinstance(condition, AnswerIs):
        asked = form.question(condition.question)
        return f"chỉ hỏi khi câu {_named(asked, condition.question)} được trả lời «{answer(asked, condition.value)}»"
    if isinstance(condition, AnswerHas):
        asked = form.question(condition.question)
        return f"chỉ hỏi khi ở câu {_named(asked, condition.question)} đã chọn «{answer(asked, condition.code)}»"
    return f"chỉ hỏi khi có câu đánh giá nào được cho mức {condition.level} trở xuống"


def answer(question: Question | None, value: int | str) -> str:
    """An answer's words in Vietnamese; its code where it has none."""
    if question is not None:
        if question.kind is Kind.YES_NO:
            return ANSWERS.get(str(value), str(value))
        for level in question.scale.levels if question.scale else ():
            if level.value == value:
                return text_in(level.text, "vi")
        aside = question.scale.not_applicable if question.scale else None
        for option in (*question.options, *((aside,) if aside else ())):
            if option.code == value:
                return text_in(option.text, "vi")
    return str(value)


def prefilled(question: Question) -> str:
    """Who answers in the citizen's place; "" for the citizen."""
    if question.prefill.startswith("box"):
        return f"do hộp {question.prefill[3:]} nút trả lời, không hiện trên màn hình"
    return "do hồ sơ điền sẵn, không hiện trên màn hình" if question.prefill else ""


def _named(question: Question | None, code: str) -> str:
    return f"{code} «{text_in(question.text, 'vi')}»" if question else code
