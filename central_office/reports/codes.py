"""Codes of the tables as people read them, in CSV and workbooks; JSON and Parquet keep the codes."""

from collections.abc import Mapping

from central_office.results.analysis import By, Hidden
from central_office.results.sayings import UNCOUNTED
from survey.form import Facet

ITEMS = {
    "received": "Đã nhận trong thời gian khảo sát",
    "partial": "Trong đó: dở dang",
    "flagged": "Trong đó: có dấu hiệu bất thường",
    "outside_window": "Ngoài thời gian khảo sát, không tính",
    "withdrawn": "Đã rút lại, không tính",
    **{f"not_counted_{why}": f"Không tính: {said}" for why, said in UNCOUNTED.items()},
    "allocated": "Số phiếu giao cho các điểm",
    "declared_total": "Tổng số phiếu ghi trong kế hoạch",
    "floor": "Số lượt trả lời ít nhất để hiển thị",
}
KINDS = {
    "overall": "Chung",
    "pooled": "Tính gộp (để tham khảo)",
    "factors": "Yếu tố",
    "criteria": "Tiêu chí",
    "judgements": "Nhận định",
    "boxes": "Hộp nút, thang riêng",
    "mean": "Trung bình cộng các yếu tố (để tham khảo)",
    "mean_without_feedback": "Trung bình cộng, không kể yếu tố có điều kiện (để tham khảo)",
}
BREAKDOWNS: Mapping[str, str] = {
    By.POINT: "Điểm khảo sát",
    By.UNIT: "Đơn vị",
    By.AGENCY: "Cơ quan có thẩm quyền",
    By.FIELD: "Lĩnh vực",
    By.RESPONDENT: "Đối tượng",
    By.CHANNEL: "Kênh",
    By.MONTH: "Tháng",
}
HIDDEN: Mapping[str, str] = {Hidden.NO: "", Hidden.SMALL: "ít phiếu", Hidden.DIFFERENCE: "suy ra được bằng phép trừ"}
FACETS: Mapping[str, str] = {
    Facet.JUDGEMENT: "Nhận định",
    Facet.SATISFACTION: "Hài lòng",
    Facet.EXPECTATION: "Mong đợi",
    Facet.NONE: "",
}
MEAN = "trung bình cộng các yếu tố, không trọng số; không thay cho chỉ số chung"
