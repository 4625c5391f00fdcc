"""The Vietnamese of coverage: verdicts with their signs, sources, columns. Knows no figure."""

from dataclasses import dataclass

from central_office.coverage.gathering import BY_SLIPS
from central_office.coverage.models import Source
from survey.coverage import Mode, Verdict, VisitsRule


@dataclass(frozen=True, slots=True)
class Sign:
    """A verdict as it is drawn: never by its colour alone. `name`: its class in the style sheet."""

    name: str
    mark: str
    label: str


SIGNS = {
    Verdict.ABOVE: Sign("above", "▲", "Vượt mức"),
    Verdict.MORE_THAN_VISITS: Sign("more", "!", "Nhiều hơn số lượt"),
    Verdict.BELOW: Sign("below", "▼", "Thiếu"),
    Verdict.UNKNOWN: Sign("unknown", "?", "Chưa rõ số lượt"),
    Verdict.NO_VISITS: Sign("none", "0", "Không có lượt"),
    Verdict.WITHIN: Sign("within", "✓", "Đạt"),
}
NO_SIGN = Sign("plain", "·", "Chưa xét")
MEANINGS = {
    Verdict.ABOVE: "nhiều hơn mức cao nhất",
    Verdict.MORE_THAN_VISITS: "phiếu nhiều hơn người đến, cần xem",
    Verdict.BELOW: "ít hơn mức thấp nhất",
    Verdict.UNKNOWN: "có ngày chưa nhập số lượt",
    Verdict.NO_VISITS: "không ai đến, không ai trả lời",
    Verdict.WITHIN: "trong khung",
}
SOURCES = {**{source.value: source.label for source in Source}, BY_SLIPS: "phiếu mời"}


def sign(verdict: Verdict | None) -> Sign:
    return NO_SIGN if verdict is None else SIGNS[verdict]


def sources(codes: frozenset[str]) -> str:
    """Where a number of visits is from, in one order."""
    return ", ".join(label for code, label in SOURCES.items() if code in codes)


def rule_in_words(rule: VisitsRule) -> str:
    """The plan's rule as a sentence with its own numbers."""
    if rule.mode is Mode.FORMS:
        return f"Số phiếu trả lời không được hơn hoặc kém số lượt người dân quá {rule.forms} phiếu."
    text = f"Số phiếu trả lời không được hơn hoặc kém số lượt người dân quá {rule.percent} %"
    if rule.mode is Mode.PERCENT:
        return f"{text}."
    busy = "nơi đông" if rule.busy_from is None else f"nơi có từ {rule.busy_from} lượt"
    return f"{text}; {busy} đạt từ {rule.minimum} phiếu là đủ."
