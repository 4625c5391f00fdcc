"""The button panels of a kiosk as the centre sees them: what became wrong with a heartbeat, and in which words.

Knows no database and no HTTP.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from central_office.fleet.heartbeat import Heartbeat
from survey.errors import BadMessage
from survey.panel_state import Condition, Counts, Trouble, read_conditions, read_counts

DIFFER = "counts_differ"
NAMES = {
    Trouble.NONE: "tốt",
    Trouble.ABSENT: "mất kết nối",
    Trouble.SILENT: "không trả lời",
    Trouble.OTHER_BOX: "hộp lạ",
    Trouble.OTHER_BUTTONS: "sai số nút",
    Trouble.OTHER_PROTOCOL: "sai phiên bản",
    Trouble.STUCK: "nút bị kẹt",
    Trouble.STORE: "lỗi bộ nhớ",
    Trouble.SUPPLY: "nguồn yếu",
    Trouble.FULL: "bộ nhớ đầy",
    Trouble.LAMP: "hỏng đèn",
}
ALARM_NAMES = {str(trouble): name for trouble, name in NAMES.items()} | {DIFFER: "lệch số đếm"}


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One panel on the office's page. `stuck`: buttons counted from 1; `differ`: its own count is not the kiosk's."""

    panel: str
    state: str
    well: bool
    box: str
    version: str
    stuck: tuple[int, ...]
    told: int | None
    held: int | None
    refused: int
    differ: bool
    reset_cause: int = 0
    bad_slots: int = 0

    @property
    def gap(self) -> int | None:
        """How many more presses the box counted than the kiosk holds."""
        return None if self.told is None or self.held is None else self.told - self.held


@dataclass(frozen=True, slots=True)
class Alarm:
    code: str
    detail: str


def panel_rows(conditions: object, counts: object) -> tuple[PanelRow, ...]:
    """The panels in what is stored of a kiosk; none when a newer program stored what this one cannot read."""
    try:
        counted = {each.panel: each for each in read_counts(counts)}
        return tuple(_row(each, counted.get(each.panel)) for each in read_conditions(conditions))
    except BadMessage:
        return ()


def _row(condition: Condition, counts: Counts | None) -> PanelRow:
    return PanelRow(
        panel=condition.panel,
        state=NAMES[condition.trouble],
        well=condition.trouble is Trouble.NONE,
        box=condition.box,
        version=condition.version,
        stuck=tuple(button + 1 for button in condition.stuck),
        told=counts.told if counts else None,
        held=counts.held if counts else None,
        refused=counts.refused if counts else 0,
        differ=counts is not None and counts.differ,
        reset_cause=condition.reset_cause,
        bad_slots=condition.bad_slots,
    )


def alarms(before: Sequence[PanelRow], beat: Heartbeat) -> list[Alarm]:
    """What `beat` tells that was not so before it."""
    known = {row.panel: row for row in before}
    return [*_conditions(known, beat.panels), *_counts(known, beat.panel_counts)]


def _conditions(known: dict[str, PanelRow], told: Iterable[Condition]) -> Iterable[Alarm]:
    for each in told:
        old = known.get(each.panel)
        if each.trouble is not Trouble.NONE and (old is None or old.state != NAMES[each.trouble]):
            yield Alarm(str(each.trouble), f"panel {each.panel}, box {each.box or 'unknown'}: {each.trouble}")


def _counts(known: dict[str, PanelRow], told: Iterable[Counts]) -> Iterable[Alarm]:
    for each in told:
        old = known.get(each.panel)
        if each.differ and not (old and old.differ and old.gap == each.told - each.held):
            yield Alarm(DIFFER, f"panel {each.panel}: the box counted {each.told}, the kiosk holds {each.held}")
