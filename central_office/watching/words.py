"""The Vietnamese of watching: standings with their signs, what each means, why nothing is foretold. Knows no figure."""

from dataclasses import dataclass

from survey.coverage import Verdict
from survey.pace import BEHIND_PERCENT, FAR_BEHIND_PERCENT, LEAST_DAYS, Forecast, NoForecast, Standing


@dataclass(frozen=True, slots=True)
class Sign:
    """How a point stands, as it is drawn: never by its colour alone. `name`: its class in the style sheet; `urgent`:
    a person must look; `good`: the point has what the plan wants."""

    name: str
    mark: str
    label: str
    meaning: str
    urgent: bool = False
    good: bool = False


STANDINGS = {
    Standing.SHORT: Sign("short", "✗", "Thiếu", "đợt đã kết thúc mà chưa đủ chỉ tiêu", urgent=True),
    Standing.NOTHING: Sign("nothing", "0", "Chưa có phiếu", "đợt đang diễn ra mà chưa có phiếu nào", urgent=True),
    Standing.FAR_BEHIND: Sign(
        "far", "▼", "Rất chậm", f"chưa được {FAR_BEHIND_PERCENT} % số cần có đến ngày đang xem", urgent=True
    ),
    Standing.BEHIND: Sign(
        "behind", "▽", "Chậm", f"chưa được {BEHIND_PERCENT} % số cần có đến ngày đang xem", urgent=True
    ),
    Standing.ON_TIME: Sign("ontime", "●", "Đúng tiến độ", f"từ {BEHIND_PERCENT} % số cần có trở lên"),
    Standing.FULL: Sign("full", "✓", "Đủ", "bằng chỉ tiêu", good=True),
    Standing.OVER: Sign("over", "+", "Vượt", "hơn chỉ tiêu; vẫn nhận và vẫn tính", good=True),
    Standing.NOT_BEGUN: Sign("wait", "·", "Chưa bắt đầu", "đợt chưa bắt đầu"),
    Standing.NO_QUOTA: Sign("plain", "–", "Không đặt chỉ tiêu", "kế hoạch không đặt số phiếu cho điểm này"),
}
VISITS = {
    Verdict.ABOVE: Sign("above", "▲", "Vượt mức", "nhiều phiếu hơn mức cao nhất theo số lượt", urgent=True),
    Verdict.MORE_THAN_VISITS: Sign("more", "!", "Hơn số lượt", "phiếu nhiều hơn người đến, cần xem", urgent=True),
    Verdict.BELOW: Sign("below", "▼", "Thiếu", "ít phiếu hơn mức thấp nhất theo số lượt", urgent=True),
    Verdict.UNKNOWN: Sign("unknown", "?", "Chưa rõ số lượt", "có ngày chưa nhập số lượt người dân", urgent=True),
    Verdict.NO_VISITS: Sign("none", "0", "Không có lượt", "không ai đến, không ai trả lời"),
    Verdict.WITHIN: Sign("within", "✓", "Đạt", "trong khung theo số lượt", good=True),
}
NOT_JUDGED = Sign("wait", "·", "Chưa xét", "chưa có gì để so")
SIGNS = {sign.name: sign for sign in (*VISITS.values(), *STANDINGS.values())}
ORDER = (
    *("short", "nothing", "far", "below", "above", "more", "behind", "unknown"),
    *("ontime", "none", "full", "within", "over", "plain", "wait"),
)
CLOCK_NOTE = "đồng hồ chưa chắc đúng"


def visits_sign(verdict: Verdict | None) -> Sign:
    return NOT_JUDGED if verdict is None else VISITS[verdict]


def forecast(told: Forecast | NoForecast) -> str:
    """The forecast as one phrase."""
    if isinstance(told, Forecast):
        return f"khoảng {told.middle} phiếu (từ {told.low} đến {told.high})"
    return NO_FORECAST[told]


NO_FORECAST = {
    NoForecast.CLOSED: "đợt đã kết thúc",
    NoForecast.FEW_DAYS: f"chưa dự báo được: cần ít nhất {LEAST_DAYS} ngày làm việc đã qua",
    NoForecast.FEW_ANSWERS: "chưa dự báo được: còn quá ít phiếu",
}
METHOD = (
    "Số cần có chia đều chỉ tiêu cho mọi ngày của đợt. Dự báo lấy số phiếu trung bình mỗi ngày làm việc và "
    "mỗi ngày cuối tuần, tính từ cả đợt và từ 14 ngày gần nhất rồi lấy giữa; khoảng dự báo 95 % chứa cả hai cách tính "
    "và rộng hơn khi số phiếu lên xuống thất thường."
)
