"""Notices on the command line: what the citizens of a point are told. The rules are in `results.notices`."""

from argparse import Namespace

from django.db import transaction
from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.people import audit
from central_office.results.notices import Told, checked, load_notices, remove
from survey.notice import LEAST_ANSWERS, Notice, Result

TOO_FEW = (
    f"chỉ số chỉ nêu khi được công bố và có từ {LEAST_ANSWERS} phiếu / "
    f"a figure is told only if it is public and of {LEAST_ANSWERS} answers"
)
UNKNOWN = "đợt khảo sát được dẫn không có điểm này / the round named has no such point"


def notice_load(arguments: Namespace, _config: Config) -> int:
    for path in arguments.files:
        with transaction.atomic():
            done = load_notices(path.read_bytes(), path.name, timezone.now(), audit.operator())
            for told in done:
                said = "" if told.notice is None else told.notice.plan
                audit.note(audit.operator(), "notice.loaded", told.point, {"plan": said, "file": path.name})
        for told in done:
            say(_told(told))
    return 0


def notice_list(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when a figure is no longer the one that is published."""
    wrong = 0
    for notice, right in checked(arguments.plan or "", timezone.now()):
        say(_line(notice))
        for line in notice.done:
            say(f"    – {line['vi']}")
        if not right:
            wrong += 1
            say("    khác với số liệu đã công bố; nạp lại tệp / another figure is published now; load again")
    return 1 if wrong else 0


def notice_remove(arguments: Namespace, _config: Config) -> int:
    with transaction.atomic():
        removed = remove(arguments.plan, arguments.point or "")
        if removed:
            place = arguments.point or ""
            audit.note(audit.operator(), "notice.removed", arguments.plan, {"point": place, "count": removed})
    say(f"Đã gỡ thông báo / notices removed: {removed}")
    return 0 if removed else 1


def _told(told: Told) -> str:
    line = f"{told.point}: không có thông báo / nothing to tell" if told.notice is None else _line(told.notice)
    why = TOO_FEW if told.too_few else UNKNOWN if told.unknown else ""
    return f"{line}  ({why})" if why else line


def _line(notice: Notice) -> str:
    days = f"{notice.first_day:%d/%m/%Y} – {notice.last_day:%d/%m/%Y}"
    return f"{notice.plan} {notice.point}: {notice.period['vi']}, {_figure(notice.result)}, {days}"


def _figure(result: Result | None) -> str:
    if result is None:
        return "không nêu chỉ số / no figure"
    return f"{result.percent()} %, n = {result.n} ({result.round or result.source['vi']})"
