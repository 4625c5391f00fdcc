"""The day of a round as a short text to paste into a chat group (R-080): counts and names, never a rating. Pure.

Always under LIMIT characters, as chat programs count them (UTF-16 units); names that do not fit are counted instead.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

from central_office.intake.lines import PLAN_ZONE
from central_office.watching.status import PointStatus, Status
from central_office.watching.words import forecast
from survey.pace import Forecast

LIMIT = 1_000
LONGEST_TITLE, LONGEST_NAME = 110, 48
BEST = 3
THANKS = "Xin cảm ơn các điểm và các anh chị hỗ trợ!"
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def daily_text(status: Status) -> str:
    """Totals, the best, those behind by name as many as fit, silent kiosks, thanks."""
    head = [_first(status), clean(status.plan.title.get("vi", status.plan.id), LONGEST_TITLE), *_totals(status)]
    silent = [_name(point) for point in status.silent]
    lists = [*_late(status), ("Ki-ốt im lặng, xin kiểm tra điện và mạng", silent)]
    return _fill(head, [(words, names) for words, names in lists if names])


def clean(text: str, most: int) -> str:
    """One line without anything that hides or turns text, cut to `most` UTF-16 units."""
    plain = UNSAFE.sub(" ", unicodedata.normalize("NFC", text)).strip()
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in ("Cs", "Co", "Cn"))
    if length(plain) <= most:
        return plain
    plain = plain[: most - 1]
    while length(plain) >= most:
        plain = plain[:-1]
    return f"{plain.rstrip()}…"


def length(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _first(status: Status) -> str:
    calendar = status.calendar
    hour = f", đến {status.now.astimezone(PLAN_ZONE):%H:%M}" if status.now else ""
    stage = "đợt đã kết thúc" if calendar.closed else f"ngày {calendar.elapsed}/{calendar.days} của đợt"
    return f"TIN KHẢO SÁT {status.day:%d/%m/%Y}{hour} ({stage})"


def _totals(status: Status) -> list[str]:
    calendar, total = status.calendar, status.total
    quota = f"/{total.quota}" if total.quota else ""
    lines = [f"- Đã nhận {total.got}{quota} phiếu; trong ngày {status.today} phiếu."]
    if total.quota and not calendar.closed:
        lines.append(f"- Đến nay cần {total.expected} phiếu: {_gap(total.gap)}.")
    if isinstance(total.forecast, Forecast):
        lines.append(f"- Dự báo cuối đợt: {forecast(total.forecast)}.")
    if status.visits is not None:
        lines.append(f"- Số lượt người dân đã biết: {status.visits}.")
    return [*lines, *_best(status)]


def _best(status: Status) -> list[str]:
    if not status.kept:
        return []
    named = ", ".join(_counted(point) for point in status.kept[:BEST])
    what = "Trong khung theo số lượt" if status.by_visits else "Đủ chỉ tiêu"
    return [f"- {what}: {len(status.kept)}/{len(status.points)} điểm; nhiều phiếu nhất: {named}."]


def _gap(gap: int) -> str:
    if gap == 0:
        return "vừa đúng"
    return f"vượt {gap}" if gap > 0 else f"còn thiếu {-gap}"


def _late(status: Status) -> list[tuple[str, list[str]]]:
    """A list of all that are behind; by a rule of visits one for each verdict."""
    if not status.by_visits:
        words = "Thiếu chỉ tiêu" if status.calendar.closed else "Chậm tiến độ"
        return [(words, [_counted(point) for point in status.late])]
    found: dict[str, list[str]] = {}
    for point in status.late:
        found.setdefault(point.sign.label, []).append(_counted(point))
    return list(found.items())


def _name(point: PointStatus) -> str:
    return clean(point.name, LONGEST_NAME)


def _counted(point: PointStatus) -> str:
    count = f"{point.pace.got}/{point.pace.quota}" if point.pace.quota else f"({point.pace.got} phiếu)"
    return f"{_name(point)} {count}"


def _fill(head: Sequence[str], lists: Sequence[tuple[str, list[str]]]) -> str:
    """The head, then each list with as many names as the rest of the text leaves room for."""
    lines = list(head)
    for place, (what, names) in enumerate(lists):
        later = sum(length(_named(words, rest, 0)) + 1 for words, rest in lists[place + 1 :])
        room = LIMIT - 1 - later - length("\n".join((*lines, "", THANKS)))
        if place + 1 < len(lists):
            room -= min(200, room // 4)  # the next list is to have names too
        lines.append(_most(what, names, room))
    return "\n".join((*lines, THANKS))


def _most(what: str, names: list[str], room: int) -> str:
    most = sum(size <= room for size in accumulate(length(name) + 2 for name in names))
    shown = next((n for n in range(most, 0, -1) if length(_named(what, names, n)) <= room), 0)
    return _named(what, names, shown)


def _named(what: str, names: list[str], shown: int) -> str:
    rest = len(names) - shown
    listed = "; ".join(names[:shown])
    more = f"; và {rest} điểm khác" if shown and rest else ""
    return f"- {what} ({len(names)} điểm)" + (f": {listed}{more}." if shown else ".")
