"""Points to be commended (R-106): those that kept their quota with clean answers, each with reasons. Never by score."""

from dataclasses import dataclass

from central_office.watching.limits import LIMITS
from central_office.watching.status import PointStatus, Status


@dataclass(frozen=True, slots=True)
class Commended:
    """`reasons` in Vietnamese, as they may stand in a proposal."""

    point: PointStatus
    reasons: tuple[str, ...]


def commended(status: Status, top: int) -> list[Commended]:
    """The best `top`: fewest flagged answers first, then answers on most days, then most answers kept in figures."""
    found = sorted((point for point in status.points if _is_clean(point)), key=_order)
    return [Commended(point, tuple(_reasons(status, point))) for point in found[:top]]


def _is_clean(point: PointStatus) -> bool:
    flagged = 100 * point.flagged <= LIMITS.commend_flagged_percent * point.pace.got
    return point.sign.good and point.pace.got > 0 and flagged


def _order(point: PointStatus) -> tuple[object, ...]:
    aside = point.aside / (point.pace.got + point.aside)
    return point.flagged / point.pace.got, aside, -point.active_days, point.alphabetic, point.code


def _reasons(status: Status, point: PointStatus) -> list[str]:
    pace, judged = point.pace, point.visits
    if judged is not None:
        reasons = [f"{pace.got} phiếu cho {judged.figures.visits} lượt, trong khung của kế hoạch"]
    else:
        reasons = [f"đạt chỉ tiêu: {pace.got}/{pace.quota} phiếu"]
    doubt = (
        f"{point.flagged} phiếu có dấu hiệu bất thường" if point.flagged else "không phiếu nào có dấu hiệu bất thường"
    )
    aside = f"{point.aside} phiếu không được tính" if point.aside else "mọi phiếu đều được tính"
    days = f"có phiếu trong {point.active_days}/{status.calendar.elapsed} ngày"
    return [*reasons, doubt, aside, days]
