"""What the office may tell of, and in which fields: numbers, codes and names, never an answer or a comment. Data only.

A field that is not listed is refused: nothing slips into a message that nobody meant to send.
"""

from collections.abc import Mapping
from typing import TypeAlias

Payload: TypeAlias = Mapping[str, str | int]

TEST = "test"
ALERTS = "alert.*"
ALERT = frozenset({"code", "plan", "point", "name", "kiosk", "count", "n", "threshold", "since", "day", "text"})
KINDS: Mapping[str, frozenset[str]] = {
    "batch.counted": frozenset({"plan", "answers", "withdrawn"}),
    "plan.state": frozenset({"plan", "state", "before"}),
    "figures.frozen": frozenset({"plan", "edition", "digest", "answers"}),
    ALERTS: ALERT,
    TEST: frozenset({"text"}),
}
NAMES_VI: Mapping[str, str] = {
    "batch.counted": "Có phiếu mới (chỉ số lượng)",
    "plan.state": "Kế hoạch chuyển bước",
    "figures.frozen": "Chốt số liệu",
    ALERTS: "Mọi cảnh báo",
}
LABELS_VI: Mapping[str, str] = {
    "plan": "Kế hoạch",
    "answers": "Số phiếu",
    "withdrawn": "Số phiếu rút lại",
    "state": "Bước",
    "before": "Bước trước đó",
    "edition": "Lần chốt",
    "digest": "Mã kiểm tra",
    "code": "Mã cảnh báo",
    "point": "Mã điểm tiếp nhận",
    "name": "Nơi",
    "kiosk": "Ki-ốt",
    "count": "Số lượt",
    "n": "Trên tổng số",
    "threshold": "Ngưỡng",
    "since": "Từ",
    "day": "Ngày",
}


class UnfitMessage(Exception):
    """A message of a kind or with a field that nobody may send."""

    code = "unfit_message"
    hint = "outgoing/kinds.py lists the kinds and their fields."


def rule_of(kind: str) -> str:
    """The entry of KINDS that `kind` falls under. Raises: UnfitMessage."""
    rule = ALERTS if kind.startswith("alert.") and kind != ALERTS else kind
    if rule not in KINDS or (rule == ALERTS) != kind.startswith("alert."):
        raise UnfitMessage(f"no kind {kind}")
    return rule


def check(kind: str, payload: Payload) -> None:
    """Raises: UnfitMessage."""
    if unknown := payload.keys() - KINDS[rule_of(kind)]:
        raise UnfitMessage(f"{kind} has no field {', '.join(sorted(unknown))}")


def wants(kinds: str, kind: str) -> bool:
    """Whether who asked for `kinds` is told of `kind`; of a test everybody is."""
    rule = rule_of(kind)
    return rule == TEST or bool({rule, kind} & set(kinds.split()))


def is_wish(kind: str) -> bool:
    """Whether a subscriber may ask for it: a kind, or one alert by its name."""
    try:
        return kind == ALERTS or rule_of(kind) != TEST
    except UnfitMessage:
        return False
