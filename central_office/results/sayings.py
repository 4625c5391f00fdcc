"""What pages, papers and sites alike say of a round's figures, in Vietnamese. Takes values, knows no database."""

from central_office.results.analysis import Analysis
from survey.plan_parts import SubjectKind

# Why an answer is in no figure (intake.single_use).
UNCOUNTED = {"slip_used": "phiếu mời đã dùng", "slip_void": "phiếu mời đã hủy"}


def stand_in(analysis: Analysis) -> str:
    """That another form was asked than the plan's own, and what the index is of; empty where the plan's was asked."""
    plan, overall = analysis.plan, analysis.overall
    if not plan.form_said:
        return ""
    said = (
        f"Kế hoạch nêu phiếu “{plan.form_said}”; phiếu ấy không có trong hệ thống, nên đợt này hỏi bằng mẫu thay thế "
        f"“{plan.form}”."
    )
    if overall is not None:
        said += f" Chỉ số hài lòng chung là của câu “{overall.name}” trong mẫu thay thế."
    if plan.subject.kind is SubjectKind.POST_HOLDER:
        return f"{said} Câu này hỏi về dịch vụ, không phải là đánh giá về {_about(plan.subject.text)}."
    return f"{said} Kết quả nói về nội dung của mẫu thay thế, không thay cho kết quả của phiếu nêu trong kế hoạch."


def _about(subject: str) -> str:
    text = subject or "người giữ chức vụ"
    return text[:1].lower() + text[1:]
