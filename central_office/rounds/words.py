"""What a plan says, in Vietnamese words: for its page, and for telling how two plans differ. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from survey.coverage import Mode, VisitsRule
from survey.form import text_in
from survey.plan import Allocation, Plan
from survey.plan_file import written
from survey.plan_parts import (
    Amendment,
    Area,
    Commune,
    Field,
    Heading,
    HeadingKind,
    Milestone,
    Population,
    PopulationKind,
    Reading,
    ReadingState,
    Subject,
    SubjectKind,
    Target,
)

LABELS = {
    "id": "Mã kế hoạch",
    "title": "Tên kế hoạch",
    "issuer": "Cơ quan ban hành",
    "number": "Số",
    "dated": "Ngày ký",
    "form": "Mẫu phiếu",
    "least_villages": "Số thôn, bản ít nhất mỗi xã",
    "also_forms": "Mẫu phiếu khác",
    "form_said": "Phiếu nêu trong kế hoạch",
    "first_day": "Ngày đầu",
    "last_day": "Ngày cuối",
    "due": "Hạn nộp",
    "declared_total": "Tổng số phiếu kế hoạch ghi",
    "allocations": "Điểm khảo sát",
    "visits": "Chỉ tiêu theo lượt",
    "population": "Đối tượng trả lời",
    "subject": "Đối tượng đánh giá",
    "scope_in": "Phạm vi",
    "scope_out": "Không gồm",
    "channels": "Cách thu",
    "areas": "Địa bàn",
    "recheck_percent": "Tỷ lệ phúc tra (%)",
    "milestones": "Các mốc",
    "targets": "Chỉ tiêu hài lòng",
    "fields": "Lĩnh vực",
    "heading": "Thể thức",
    "readings": "Dấu đọc văn bản",
    "amendments": "Sửa đổi",
    "cluster": "Cụm tính sai số",
    "notes": "Ghi chú",
}
POPULATIONS = {
    PopulationKind.CLIENTS: "cá nhân, tổ chức đã nhận kết quả",
    PopulationKind.VISITORS: "người dân đến Bộ phận Một cửa",
    PopulationKind.HOUSEHOLDS: "đại diện hộ gia đình",
}
SUBJECTS = {
    SubjectKind.SERVICE: "dịch vụ",
    SubjectKind.TOPICS: "nhiều nhóm dịch vụ",
    SubjectKind.POST_HOLDER: "người giữ chức vụ",
}
CHANNELS = {
    "screen": "màn hình tại quầy",
    "tablet": "máy tính bảng",
    "button": "nút bấm",
    "qr": "quét mã QR",
    "paper": "phát phiếu giấy",
    "post": "gửi bưu điện",
    "phone": "gọi điện thoại",
    "mail": "thư điện tử",
    "app": "ứng dụng di động",
    "other": "cách khác",
}
HEADINGS = {HeadingKind.STATE: "thể thức của Nhà nước", HeadingKind.PARTY: "thể thức của Đảng"}
READINGS = {
    ReadingState.CERTAIN: "đọc rõ",
    ReadingState.PROBABLE: "đọc có lẽ đúng",
    ReadingState.DOUBTFUL: "đọc chưa chắc",
    ReadingState.ILLEGIBLE: "không đọc được",
}


def differences(old: Plan, new: Plan) -> list[tuple[str, str, str]]:
    """(what, before, after) of every field that differs; points are told one by one."""
    found: list[tuple[str, str, str]] = []
    for field in fields(Plan):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after:
            continue
        if field.name == "allocations":
            found += _points(old, new)
        else:
            found.append((LABELS[field.name], said(before), said(after)))
    return found


def _points(old: Plan, new: Plan) -> list[tuple[str, str, str]]:
    before = {row.point.code: row for row in old.allocations}
    after = {row.point.code: row for row in new.allocations}
    codes = [*before, *(code for code in after if code not in before)]
    return [
        (f"Điểm {code}", _row(before.get(code)), _row(after.get(code)))
        for code in codes
        if before.get(code) != after.get(code)
    ] or [("Thứ tự các điểm", ", ".join(before), ", ".join(after))]


def _row(row: Allocation | None) -> str:
    return "không có" if row is None else f"{text_in(row.point.name, 'vi')}, {row.forms} phiếu"


def said(value: Any) -> str:
    """Any part of a plan in words; «–» for nothing."""
    if isinstance(value, tuple):
        return "; ".join(said(item) for item in value) or "–"
    if isinstance(value, Mapping):
        return text_in(value, "vi") or "–"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    teller = TELLERS.get(type(value))
    if teller is not None:
        return teller(value)
    return "–" if value is None or value == "" else CHANNELS.get(str(value), str(value))


def population(value: Population) -> str:
    parts = [POPULATIONS[value.kind]]
    parts += [f"từ {value.min_age} tuổi"] if value.min_age is not None else []
    parts += ["có năng lực hành vi dân sự đầy đủ"] if value.capable else []
    parts += ["biết đọc, biết viết"] if value.literate else []
    return ", ".join(parts)


def subject(value: Subject) -> str:
    return value.text or SUBJECTS[value.kind]


def dated(text: str) -> str:
    """The date line of a plan's head; a blank day stays blank: «ngày …… tháng 8 năm 2023»."""
    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    told = f"năm {year or '……'}"
    if month:
        told = f"tháng {month if int(month) <= 2 else int(month)} {told}"
    return f"ngày {day or '……'} {told}" if month else told


def percent(hundredths: int) -> str:
    """9050 hundredths as «90,5»."""
    whole, part = divmod(hundredths, 100)
    return f"{whole},{part:02d}".rstrip("0").rstrip(",")


def rule(value: VisitsRule) -> str:
    if value.mode is Mode.FORMS:
        return f"số lượt ± {value.forms} phiếu"
    told = f"từ {100 - value.percent}% đến {100 + value.percent}% số lượt"
    return told if value.mode is Mode.PERCENT else f"{told}; nơi quá đông ít nhất {value.minimum} phiếu"


def _area(value: Area) -> str:
    names = f" ({said(value.named)})" if value.named else ""
    return f"{value.unit}: {value.communes} xã{names}, {value.villages} thôn, bản × {value.forms_per_village} phiếu"


def commune(value: Commune) -> str:
    if value.state is ReadingState.CERTAIN:
        return value.name
    return f"{value.name} [{READINGS[value.state]}]".strip()


def _heading(value: Heading) -> str:
    parts = (HEADINGS[value.kind], value.upper, value.body, value.place, value.signer_title, value.signer)
    return ", ".join(part for part in parts if part)


TELLERS: dict[type, Callable[[Any], str]] = {
    Field: lambda value: f"{value.code}: {text_in(value.text, 'vi')}",
    Amendment: lambda value: f"{written(value.day)}, {value.by}: {value.text}",
    Population: population,
    Subject: lambda value: "; ".join([subject(value), *value.topics]),
    VisitsRule: rule,
    Area: _area,
    Commune: commune,
    Heading: _heading,
    Milestone: lambda value: f"{value.task} ({value.said})",
    Target: lambda value: f"{value.name} {value.year}: {percent(value.hundredths)}%",
    Reading: lambda value: f"{value.place}: {READINGS[value.state]}",
}
