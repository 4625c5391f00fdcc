"""A running round on the command line: counts, alerts, whom to commend. The rules are in `watching`."""

import json
import os
from argparse import Namespace
from datetime import date

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.intake.lines import PLAN_ZONE
from central_office.people.access import Scope
from central_office.people.audit import operator
from central_office.results.spreadsheet import write_csv
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.watching import alerts as watch
from central_office.watching import commend as choose
from central_office.watching import tables, words
from central_office.watching.chat import daily_text
from central_office.watching.gathering import status_of
from central_office.watching.models import Alert, Kind, State
from central_office.watching.status import Status
from survey.pace import Pace


def status(arguments: Namespace, _config: Config) -> int:
    found = _status(arguments.plan, arguments.day)
    if arguments.text:
        say(daily_text(found))
    elif arguments.json:
        say(json.dumps(tables.as_json(found), ensure_ascii=False, indent=1))
    elif arguments.csv:
        say(write_csv(tables.HEAD, tables.rows(found)).decode("utf-8-sig").rstrip("\r\n"))
    else:
        _say_status(found)
    return os.EX_OK


def alerts(arguments: Namespace, _config: Config) -> int:
    if arguments.judge:
        new = watch.run(timezone.now())
        for alert in new:
            say(_alert(alert))
        say(f"{len(new)} cảnh báo mới / new alerts")
        return os.EX_OK
    if arguments.handled is not None:
        return _handle(arguments.handled, arguments.note)
    rows = Alert.objects.order_by("pk")
    rows = rows if arguments.all else rows.exclude(state=State.HANDLED)
    for alert in rows.filter(plan=arguments.plan) if arguments.plan else rows:
        say(_alert(alert))
    return os.EX_OK


def commend(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when no point deserves it."""
    found = choose.commended(_status(arguments.plan, arguments.day), arguments.top)
    for place, each in enumerate(found, 1):
        say(f"{place}. {each.point.name} ({each.point.code}): {'; '.join(each.reasons)}")
    if not found:
        say("Chưa có điểm nào đủ chỉ tiêu với phiếu sạch / no point yet")
    return os.EX_OK if found else 1


def _handle(number: int, note: str) -> int:
    alert = Alert.objects.get(pk=number)
    if not note.strip():
        say("Chưa ghi: xin nêu --note / not stored: say what was done")
        return os.EX_USAGE
    watch.set_state(alert, State.HANDLED, note.strip(), operator(), timezone.now())
    say(_alert(alert))
    return os.EX_OK


def _status(plan: str, day: date | None) -> Status:
    return status_of(plan_of(PlanFile.objects.get(plan=plan).text), timezone.now(), Scope(), day)


def _say_status(found: Status) -> None:
    calendar, total = found.calendar, found.total
    say(
        f"{found.plan.id}, {found.day:%d/%m/%Y}: ngày/day {calendar.elapsed}/{calendar.days}; đã nhận/got {total.got}, "
        f"chỉ tiêu/quota {total.quota or '–'}, cần/expected {total.expected}; {words.forecast(total.forecast)}"
    )
    head = "điểm/point tên/name trong-ngày/today đã-nhận/got chỉ-tiêu/quota cần/expected còn/left"
    say("\t".join((*head.split(), "bất-thường/flagged", "liên-lạc/seen", "chưa-gửi/queue", "tình-trạng/state")))
    for point in found.by_name():
        seen = point.seen_at.astimezone(PLAN_ZONE).strftime("%d/%m %H:%M") if point.seen_at else "–"
        counts = (point.flagged, seen, point.pending if point.kiosks else "–")
        cells = (point.code, point.name, point.today, *_quota(point.pace), *counts, point.sign.label)
        say("\t".join(map(str, cells)) + ("; ki-ốt im lặng" if point.silent else ""))
    if calendar.closed:
        short = found.shortfall
        say(f"Thiếu chỉ tiêu / short: {len(short)} điểm, {sum(point.pace.left for point in short)} phiếu")


def _quota(pace: Pace) -> tuple[object, ...]:
    return (pace.got, pace.quota, pace.expected, pace.left) if pace.quota else (pace.got, "–", "–", "–")


def _alert(alert: Alert) -> str:
    state = f"{State(alert.state).label}: {alert.note}" if alert.note else State(alert.state).label
    return "\t".join((str(alert.pk), f"{alert.day:%d/%m/%Y}", Kind(alert.kind).label, alert.text, alert.plan, state))
