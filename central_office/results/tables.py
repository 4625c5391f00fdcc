"""How tables are written as CSV, and kiosks as rows and JSON values. CSV is for Vietnamese Excel: BOM, decimal comma.

No cell can become a formula: text that starts like one is preceded by an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from central_office.fleet.languages import DAYS_SHOWN
from central_office.fleet.panels import PanelRow
from central_office.results.kiosks import KioskRow

Cell: TypeAlias = "str | int | None"
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class Number(str):
    """A number that we have written ourselves: it may begin with a minus and stay a number for the spreadsheet."""


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as UTF-8 with BOM."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def safe(cell: Cell) -> str:
    """The cell's text, never read as a formula by a spreadsheet (numbers of ours are not texts)."""
    if not isinstance(cell, str) or isinstance(cell, Number):
        return "" if cell is None else str(cell)
    return "'" + cell if cell.lstrip(" ").startswith(FORMULA_STARTS) or cell.startswith(FORMULA_STARTS) else cell


def _panel_json(panel: PanelRow) -> Json:
    return {
        "panel": panel.panel,
        "state": panel.state,
        "well": panel.well,
        "box": panel.box,
        "version": panel.version,
        "stuck": list(panel.stuck),
        "told": panel.told,
        "held": panel.held,
        "refused": panel.refused,
        "counts_differ": panel.differ,
        "reset_cause": panel.reset_cause,
        "bad_slots": panel.bad_slots,
    }


KIOSK_HEAD = (
    *("Ki-ốt", "Kế hoạch", "Điểm khảo sát", "Tên điểm", "Tình trạng", "Liên lạc lần cuối", "Chưa gửi"),
    *("Cũ nhất chưa gửi", "Cách ly", "Số thứ tự cuối", "Phiên bản", "Đồng hồ", "Còn trống (MB)", "Hộp nút"),
    *("Đang tạm ngừng", "Tạm ngừng 30 ngày (phút)", "Lần bấm thử"),
    f"Ngôn ngữ, {DAYS_SHOWN} ngày",
)


def kiosk_rows(kiosks: Iterable[KioskRow]) -> list[list[Cell]]:
    return [
        [
            *(row.kiosk, row.plan, row.point, row.point_name, row.status.label),
            row.seen_at.isoformat(timespec="seconds") if row.seen_at else "",
            *(row.pending, row.oldest, row.quarantined, row.seq, row.version, row.clock, row.free_megabytes),
            "; ".join(f"{panel.panel}: {panel.state}" for panel in row.panels),
            *(row.paused.reason, int(row.paused.total.total_seconds()) // 60, row.tested),
            "; ".join(f"{name}: {count}" for name, count in row.languages),
        ]
        for row in kiosks
    ]


def kiosks_json(kiosks: Iterable[KioskRow]) -> list[Json]:
    return [
        {
            "kiosk": row.kiosk,
            "plan": row.plan,
            "point": row.point,
            "point_name": row.point_name,
            "status": row.status.value,
            "seen_at": row.seen_at.isoformat(timespec="seconds") if row.seen_at else None,
            "pending": row.pending,
            "oldest": row.oldest or None,
            "quarantined": row.quarantined,
            "seq": row.seq,
            "version": row.version,
            "clock": row.clock,
            "free_megabytes": row.free_megabytes,
            "panels": [_panel_json(panel) for panel in row.panels],
            "paused": row.paused.reason or None,
            "paused_since": row.paused.since.isoformat(timespec="minutes") if row.paused.since else None,
            "paused_minutes_30_days": int(row.paused.total.total_seconds()) // 60,
            "tested_presses": row.tested,
            "languages": dict(row.languages),
        }
        for row in kiosks
    ]
