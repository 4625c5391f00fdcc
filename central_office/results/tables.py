"""Figures and kiosks as CSV rows and JSON values. CSV is for Vietnamese Excel: BOM, semicolons, decimal comma.

No cell can become a formula: text that starts like one is preceded by an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from central_office.fleet.languages import DAYS_SHOWN
from central_office.fleet.panels import PanelRow
from central_office.results.figures import METHOD, Figure, Group, Results
from central_office.results.kiosks import KioskRow
from survey import index

Cell: TypeAlias = "str | int | None"
Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
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
    if not isinstance(cell, str):
        return "" if cell is None else str(cell)
    return "'" + cell if cell.lstrip(" ").startswith(FORMULA_STARTS) or cell.startswith(FORMULA_STARTS) else cell


RESULT_HEAD = (
    *("Nhóm", "Mã", "Tên", "Chỉ tiêu", "Đã nhận", "Còn lại", "Dở dang", "Có dấu hiệu bất thường"),
    *("Hài lòng (mức 4–5)", "n", "Chỉ số (%)"),
    *("Hài lòng, trừ phiếu bất thường", "n, trừ phiếu bất thường", "Chỉ số, trừ phiếu bất thường (%)", "Phương pháp"),
)


def result_rows(results: Results) -> list[list[Cell]]:
    figures = [("Chung", results.overall)] if results.overall else []
    rows = [_figure_row(kind, figure) for kind, figure in (*figures, *(("Yếu tố", f) for f in results.factors))]
    rows += [_figure_row("Hộp nút, thang riêng", figure) for figure in results.boxes]
    rows += [_group_row("Điểm khảo sát", group) for group in results.points]
    return rows + [_group_row("Kênh", group) for group in results.channels]


def _figure_row(kind: str, figure: Figure) -> list[Cell]:
    return [kind, figure.code, figure.name, None, None, None, None, None, *_shares(figure.share, figure.clean)]


def _group_row(kind: str, group: Group) -> list[Cell]:
    counts = [group.quota, group.received, group.left, group.partial, group.flagged]
    return [kind, group.code, group.name, *counts, *_shares(group.overall, group.clean)]


def _shares(share: index.Share, clean: index.Share) -> list[Cell]:
    both: list[Cell] = []
    for part in (share, clean):
        both += [part.satisfied, part.n, index.percent(part.hundredths)]
    return [*both, METHOD]


def results_json(results: Results) -> dict[str, Json]:
    plan = results.plan
    return {
        "plan": plan.id,
        "at": results.at.isoformat(timespec="seconds"),
        "window": {"from": plan.first_day.isoformat(), "to": plan.last_day.isoformat()},
        "method": METHOD,
        "received_today": results.received_today,
        "received": results.received,
        "partial": results.partial,
        "flagged": results.flagged,
        "outside_window": results.outside_window,
        "not_counted": dict(results.uncounted),
        "withdrawn": results.withdrawn,
        "allocated": plan.allocated,
        "declared_total": plan.declared_total,
        "overall": _figure_json(results.overall) if results.overall else None,
        "factors": [_figure_json(figure) for figure in results.factors],
        "boxes": [_figure_json(figure) for figure in results.boxes],
        "points": [_group_json(group) for group in results.points],
        "channels": [_group_json(group) for group in results.channels],
        "incidents": dict(results.incidents),
    }


def _share_json(share: index.Share) -> Json:
    hundredths = share.hundredths
    return {"satisfied": share.satisfied, "n": share.n, "percent": None if hundredths is None else hundredths / 100}


def _figure_json(figure: Figure) -> Json:
    return {
        "code": figure.code,
        "name": figure.name,
        "index": _share_json(figure.share),
        "index_without_flagged": _share_json(figure.clean),
        "levels": list(figure.levels),
    }


def _group_json(group: Group) -> Json:
    return {
        "code": group.code,
        "name": group.name,
        "quota": group.quota,
        "received": group.received,
        "left": group.left,
        "partial": group.partial,
        "flagged": group.flagged,
        "index": _share_json(group.overall),
        "index_without_flagged": _share_json(group.clean),
    }


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
    *(f"Ngôn ngữ, {DAYS_SHOWN} ngày", "Bản phiếu", "Phiếu cần xem"),
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
            *(row.asked.version, row.asked.trouble),
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
            "form_version": row.asked.version or None,
            "form_trouble": row.asked.trouble or None,
        }
        for row in kiosks
    ]
