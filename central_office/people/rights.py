"""What kinds of things a person may do: the rights and their names. Knows no person and no role."""

from enum import StrEnum


class Right(StrEnum):
    SEE_FIGURES = "see_figures"  # indices, breakdowns, reports
    SEE_COUNTS = "see_counts"  # quotas, counts, flags, coverage: what a supervisor checks
    SEE_COMMENTS = "see_comments"  # free text, screened
    SEE_KIOSKS = "see_kiosks"
    MANAGE_KIOSKS = "manage_kiosks"  # enrol, confirm, replace, revoke
    HANDLE_INCIDENTS = "handle_incidents"
    ENTER_VISITS = "enter_visits"
    EDIT_PLANS = "edit_plans"
    APPROVE_PLANS = "approve_plans"
    EDIT_FORMS = "edit_forms"
    EDIT_UNITS = "edit_units"
    PUBLISH = "publish"
    TAKE_FEED = "take_feed"
    MANAGE_PEOPLE = "manage_people"
    SEE_AUDIT = "see_audit"


RIGHT_NAMES = {
    Right.SEE_FIGURES: "Xem kết quả",
    Right.SEE_COUNTS: "Xem chỉ tiêu, số đếm, độ phủ",
    Right.SEE_COMMENTS: "Xem ý kiến ghi bằng lời",
    Right.SEE_KIOSKS: "Xem ki-ốt",
    Right.MANAGE_KIOSKS: "Ghi danh, thay và thu hồi ki-ốt",
    Right.HANDLE_INCIDENTS: "Xử lý sự cố",
    Right.ENTER_VISITS: "Nhập lượt khách",
    Right.EDIT_PLANS: "Lập kế hoạch",
    Right.APPROVE_PLANS: "Phê duyệt kế hoạch",
    Right.EDIT_FORMS: "Soạn mẫu phiếu",
    Right.EDIT_UNITS: "Sửa danh mục đơn vị",
    Right.PUBLISH: "Công bố",
    Right.TAKE_FEED: "Lấy dữ liệu tự động",
    Right.MANAGE_PEOPLE: "Quản lý người dùng",
    Right.SEE_AUDIT: "Xem nhật ký",
}
# Of the whole office: no part of it can be had for some points or for one plan.
WHOLE_OFFICE = frozenset({Right.EDIT_FORMS, Right.EDIT_UNITS, Right.MANAGE_PEOPLE, Right.SEE_AUDIT})
# About what people answered: for a plan about a post-holder only whoever is assigned to it has them.
ABOUT_ANSWERS = frozenset(
    {Right.SEE_FIGURES, Right.SEE_COUNTS, Right.SEE_COMMENTS, Right.ENTER_VISITS, Right.PUBLISH, Right.TAKE_FEED}
)
