"""Problems of a plan file in Vietnamese, for the person at the page. The reader speaks to whoever wrote it."""

import re

from central_office.rounds.words import LABELS
from survey.errors import BadFile, Problem

PLACES = LABELS | {
    "plan": "Mã kế hoạch",
    "window": "Thời gian khảo sát",
    "submit_by": "Hạn nộp",
    "submit_before": "Hạn nộp",
}
SPOT = re.compile(r"line (?P<line>[0-9]+) column (?P<column>[0-9]+)")
REASONS = (
    (r"is missing", "còn thiếu"),
    (r"is empty", "để trống"),
    (r"ends before it begins", "ngày cuối trước ngày đầu"),
    (r"point '(.*)' stands twice", r"điểm «\1» có hai lần"),
    (r"unit '(.*)' stands twice", r"đơn vị «\1» có hai lần"),
    (r"task '(.*)' stands twice", r"việc «\1» có hai lần"),
    (r"field '(.*)' stands twice", r"lĩnh vực «\1» có hai lần"),
    (r"field '(.*)' is not among the plan's fields", r"lĩnh vực «\1» không có trong danh sách lĩnh vực"),
    (r"'(.*)' is not a date.*", r"«\1» không phải ngày"),
    (r"'(.*)' is not a code.*", r"«\1» không phải mã (chữ không dấu, số, . _ -; nhiều nhất 40 ký tự)"),
    (r"'(.*)' is none of (.*)", r"«\1» không thuộc: \2"),
    (r"(-?[0-9]+) is outside (.*) to (.*)", r"\1 phải từ \2 đến \3"),
    (r"form '(.*)' is not loaded yet", r"mẫu phiếu «\1» chưa có ở trung tâm"),
    (r"unknown field", "mục không có trong mẫu kế hoạch"),
    (r"expected .*", "không đúng kiểu dữ liệu"),
    (r"the Vietnamese text is missing", "thiếu chữ tiếng Việt"),
    (r"longer than ([0-9]+) characters", r"dài quá \1 ký tự"),
    (r"holds a control or half character", "có ký tự điều khiển"),
    (r"(.*), but (.*) are named", r"ghi \1 mà nêu tên \2"),
    (r"is there exactly where the reading is not illegible", "tên để trống khi và chỉ khi không đọc được"),
    (r"the document is not an object|not UTF-8", "không phải tệp kế hoạch JSON, mã UTF-8"),
)


def told(error: BadFile) -> list[str]:
    """One sentence a problem; that an absent date is no date either need not be said."""
    return [_told(problem) for problem in error.problems if not problem.reason.startswith("'' is not a date")]


def _told(problem: Problem) -> str:
    spot = SPOT.fullmatch(problem.place)
    if spot is not None:
        return f"không phải tệp JSON đúng, từ dòng {spot['line']} cột {spot['column']}"
    head, _, rest = problem.place.strip("/").partition("/")
    place = PLACES.get(head, head)
    if rest:
        numbers = [str(int(part) + 1) if part.isdecimal() else part for part in rest.split("/")]
        place += f" ({', '.join(numbers)})"
    return f"{place}: {_reason(problem.reason)}" if place else _reason(problem.reason)


def _reason(reason: str) -> str:
    """What is in no row of the table is told as it is."""
    for pattern, words in REASONS:
        found = re.fullmatch(pattern, reason)
        if found is not None:
            return found.expand(words)
    return reason
