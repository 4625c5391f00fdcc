"""A round's status as rows and as JSON: the same numbers as the page shows. Counts only, no rating."""

from datetime import datetime
from typing import TypeAlias

from central_office.watching.status import PointStatus, Status
from survey.pace import Forecast, Pace

Cell: TypeAlias = str | int | None
HEAD = (
    *(
        "Mã điểm",
        "Điểm khảo sát",
        "Tình trạng",
        "Phiếu trong ngày",
        "Đã nhận",
        "Chỉ tiêu",
        "Còn lại",
        "Cần đến hôm nay",
    ),
    *("Hơn kém", "Dự báo", "Dự báo thấp", "Dự báo cao", "Bất thường", "Không tính", "Số ngày có phiếu", "Số lượt"),
    *("Ki-ốt", "Ki-ốt im lặng", "Liên lạc cuối", "Chưa gửi"),
)


def rows(status: Status) -> list[list[Cell]]:
    """By name."""
    return [_row(point) for point in status.by_name()]


def _row(point: PointStatus) -> list[Cell]:
    pace, told = point.pace, point.pace.forecast
    foretold: list[Cell] = [told.middle, told.low, told.high] if isinstance(told, Forecast) else ["", "", ""]
    quota: list[Cell] = [pace.quota, pace.left, pace.expected, pace.gap] if pace.quota else ["", "", "", ""]
    visits = point.visits.figures.visits if point.visits else None
    return [
        *(point.code, point.name, point.sign.label, point.today, pace.got, *quota, *foretold),
        *(point.flagged, point.aside, point.active_days, "" if visits is None else visits),
        *(len(point.kiosks), len(point.silent), _instant(point.seen_at) or "", point.pending),
    ]


def as_json(status: Status) -> dict[str, object]:
    calendar = status.calendar
    return {
        "plan": status.plan.id,
        "day": status.day.isoformat(),
        "at": _instant(status.now),
        "window": {"from": calendar.first.isoformat(), "to": calendar.last.isoformat(), "days": calendar.days},
        "elapsed_days": calendar.elapsed,
        "closed": calendar.closed,
        "incidents": status.incidents,
        "total": {"today": status.today, "flagged": status.flagged, "aside": status.aside} | _pace(status.total),
        "days": {day.isoformat(): count for day, count in sorted(status.days.items())},
        "points": [_point(point) for point in status.by_name()],
    }


def _pace(pace: Pace) -> dict[str, object]:
    told = pace.forecast
    foretold = {"low": told.low, "middle": told.middle, "high": told.high} if isinstance(told, Forecast) else None
    return {
        "got": pace.got,
        "quota": pace.quota,
        "expected": pace.expected,
        "gap": pace.gap,
        "left": pace.left,
        "over": pace.over,
        "standing": pace.standing.value,
        "forecast": foretold,
        "no_forecast": None if isinstance(told, Forecast) else told.value,
    }


def _point(point: PointStatus) -> dict[str, object]:
    judged = point.visits
    return {
        "point": point.code,
        "name": point.name,
        "sign": point.sign.name,
        "today": point.today,
        "flagged": point.flagged,
        "aside": point.aside,
        "active_days": point.active_days,
        "visits": judged.figures.visits if judged else None,
        "visits_verdict": judged.verdict.value if judged and judged.verdict else None,
        "kiosks": [
            {"kiosk": k.kiosk, "seen_at": _instant(k.seen_at), "silent": k.silent, "pending": k.pending}
            for k in point.kiosks
        ],
    } | _pace(point.pace)


def _instant(instant: datetime | None) -> str | None:
    return instant.isoformat(timespec="seconds") if instant else None
