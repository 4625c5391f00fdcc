"""Kiosks as rows of a table and as JSON values."""

from collections.abc import Iterable

from central_office.fleet.languages import DAYS_SHOWN
from central_office.fleet.listing import KioskRow
from central_office.fleet.panels import PanelRow
from central_office.results.spreadsheet import Cell, Json


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
    *("Đơn vị", "Ghi danh", "Cần xem", "Máy tự báo"),
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
            *(row.asked.version, row.asked.trouble, row.district.name),
            row.enrolled_at.isoformat(timespec="seconds"),
            "; ".join(trouble.label for trouble in row.troubles),
            "; ".join(row.health_words),
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
            "district": row.district.ref or None,
            "district_name": row.district.name or None,
            "enrolled_at": row.enrolled_at.isoformat(timespec="seconds"),
            "troubles": [trouble.value for trouble in row.troubles],
            "health": None if row.health is None else list(row.health),
        }
        for row in kiosks
    ]
