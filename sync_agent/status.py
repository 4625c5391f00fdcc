"""What a technician reads at the kiosk: each line says how things are and, where needed, what to do. In Vietnamese."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from survey.assignment import Assignment
from survey.form import text_in
from survey.panel_state import CONDITION, notes_of
from survey.service_order import Service
from sync_agent.agent import Contact
from sync_agent.durable import write_durably
from sync_agent.outbox import Health

CONTACT_FILE = "contact.json"
COUNTED = "service/counted"  # the kiosk's note of its last count at a full quarter-hour
LONG_SILENCE_S = 24 * 3600
LITTLE_SPACE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Status:
    """Everything `hailong-agent status` shows; `now_s` is the wall clock in seconds."""

    now_s: float
    fingerprint: str
    assignment: Assignment | None
    health: Health
    contact: Contact
    notes: Mapping[str, str] = field(default_factory=dict)  # of the outbox
    version: str = ""
    service: Service = Service.SERVING


def keep_contact(directory: Path, contact: Contact) -> None:
    write_durably(directory / CONTACT_FILE, json.dumps(asdict(contact)).encode("utf-8"))


def load_contact(directory: Path) -> Contact:
    """The last contact kept; an empty one when the agent has never run or the file is no use."""
    try:
        kept = Contact(**json.loads((directory / CONTACT_FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return Contact()
    times_s = (kept.last_try_s, kept.last_receipt_s, kept.next_try_s, kept.last_heard_s)
    sound = all(at_s is None or type(at_s) in (int, float) for at_s in times_s)
    return kept if sound and type(kept.failures) is int and type(kept.note) is str else Contact()


def problems(status: Status) -> list[str]:
    """What is wrong and what to do about it, worst first; empty when all is well."""
    found: list[str] = []
    health, contact = status.health, status.contact
    if status.assignment is None:
        found.append("Máy chưa ghi danh. Xin mã ghi danh của Sở rồi chạy: hailong-agent enrol MÃ")
    if health.quarantined:
        found.append(f"{health.quarantined} phiếu bị giữ riêng, cần Sở xem xét. Không xóa; gửi gói hỗ trợ về Sở.")
    if health.free_bytes < LITTLE_SPACE_BYTES:
        found.append(f"Đĩa sắp đầy: còn {_megabytes(health.free_bytes)}. Dọn đĩa; phiếu đã nhận vẫn được giữ.")
    if status.service is Service.WAITING:
        found.append("Máy chờ cơ quan xác nhận dấu vân khóa; phiếu được giữ trong máy cho đến lúc đó.")
    elif status.service is Service.STOPPED:
        found.append("Cơ quan đã cho máy này ngừng khảo sát. Phiếu chưa gửi vẫn nằm trong máy; hỏi cơ quan.")
    elif contact.failures and health.pending:
        found.append(f"Chưa gửi được, đã thử {contact.failures} lần: {contact.note}. Kiểm tra dây mạng, rồi tường lửa.")
    silent_s = status.now_s - contact.last_receipt_s if contact.last_receipt_s is not None else None
    if health.pending and silent_s is not None and silent_s > LONG_SILENCE_S:
        found.append(f"Đã {_duration(silent_s)} không có biên nhận của Sở. Phiếu vẫn an toàn trong máy.")
    return found


def as_text(status: Status) -> str:
    health, contact = status.health, status.contact
    place = text_in(status.assignment.point_name, "vi") if status.assignment else "chưa ghi danh"
    lines = [
        f"Điểm khảo sát      : {place}",
        f"Máy                : {status.assignment.kiosk if status.assignment else '–'}",
        f"Dấu vân khóa máy   : {status.fingerprint}",
        f"Phiếu chờ gửi      : {health.pending}" + (f" (cũ nhất {health.oldest_quarter})" if health.pending else ""),
        f"Phiếu đang trả lời : {health.drafts}",
        f"Phiếu bị giữ riêng : {health.quarantined}",
        f"Phiếu đã ghi       : {health.next_seq - 1}",
        f"Biên nhận gần nhất : {_ago(status.now_s, contact.last_receipt_s)}",
        f"Lần thử gần nhất   : {_ago(status.now_s, contact.last_try_s)}"
        + (f", {contact.note}" if contact.note else ""),
        f"Đĩa còn trống      : {_megabytes(health.free_bytes)}",
        f"Kho phiếu          : SQLite {health.library}, {health.journal}",
    ]
    found = problems(status)
    lines += ["", "Cần xử lý:", *(f"  - {problem}" for problem in found)] if found else ["", "Mọi việc bình thường."]
    return "\n".join(lines)


def as_json(status: Status) -> str:
    given = status.assignment
    fields: dict[str, Any] = {
        "kiosk": given.kiosk if given else None,
        "point": given.point if given else None,
        "form": {"id": given.form.id, "version": given.form.version} if given else None,
        "version": status.version,
        "fingerprint": status.fingerprint,
        "health": asdict(status.health),
        "contact": asdict(status.contact),
        "counted": _counted(status.notes),
        "panels": notes_of(status.notes, CONDITION),
        "problems": problems(status),
    }
    return json.dumps(fields, ensure_ascii=False, indent=1)


def _counted(notes: Mapping[str, str]) -> object:
    """What the kiosk counted at the last full quarter-hour (law 6); None before the first, or for a damaged note."""
    try:
        found: object = json.loads(notes.get(COUNTED, ""))
    except (ValueError, RecursionError):
        return None
    return found


def _ago(now_s: float, then_s: float | None) -> str:
    return "chưa có" if then_s is None else f"{_duration(max(0.0, now_s - then_s))} trước"


def _duration(seconds: float) -> str:
    for size, name in ((86400, "ngày"), (3600, "giờ"), (60, "phút")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds)} giây"


def _megabytes(count: int) -> str:
    return f"{count // (1024 * 1024)} MB"
