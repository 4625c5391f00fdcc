"""Visits and coverage on the command line: counts, never a rating. The rules are in `coverage`."""

import getpass
import json
import os
from argparse import Namespace
from collections.abc import Mapping

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.coverage import dossiers, tables, words
from central_office.coverage.asked import today
from central_office.coverage.counts import answers_of, late_of, slips_of, visits_of
from central_office.coverage.dossiers import LateGroup
from central_office.coverage.figures import Coverage, Judged
from central_office.coverage.gathering import coverage_of
from central_office.coverage.models import VisitCount
from central_office.coverage.visits import Told, enter, sort
from central_office.coverage.visits_file import RefusedLine, read_table
from central_office.intake.lines import PLAN_ZONE
from central_office.people.audit import operator
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.coverage import Verdict, VisitsRule, percent
from survey.form import text_in
from survey.plan import Plan


def visits_import(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when a line was refused; the others are stored, so the mended file can be given again."""
    plan, now = _plan(arguments.plan), timezone.now()
    table = read_table(arguments.file.read_bytes(), arguments.file.name, plan)
    if arguments.preview:
        result = sort(plan, table.tellings, today())
    else:
        result = enter(plan, table.tellings, _who(), now, today(), operator())
    refused = [
        *table.refused,
        *(RefusedLine(table.lines[told.point, told.day], told.point, reason) for told, reason in result.refused),
    ]
    for line in sorted(refused, key=lambda each: each.number):
        say(f"Dòng / line {line.number}: {line.reason}  [{line.text}]")
    did = "sẽ ghi / would store" if arguments.preview else "đã ghi / stored"
    say(f"{did} {len(result.new)}; đã có / there already {result.same}; từ chối / refused {len(refused)}")
    return 1 if refused else os.EX_OK


def visits_add(arguments: Namespace, _config: Config) -> int:
    plan = _plan(arguments.plan)
    told = Told(arguments.point, arguments.day, arguments.count, arguments.source)
    result = enter(plan, [told], _who(), timezone.now(), today(), operator())
    for _, reason in result.refused:
        say(f"Chưa ghi / not stored: {reason}")
    if result.refused:
        return os.EX_DATAERR
    say("Đã ghi / stored" if result.new else "Đã có sẵn / there already")
    return os.EX_OK


def visits_list(arguments: Namespace, _config: Config) -> int:
    """Every telling in the order it came; the last of a point and day holds."""
    rows = VisitCount.objects.filter(plan=_plan(arguments.plan).id).order_by("pk")
    if arguments.point:
        rows = rows.filter(point=arguments.point)
    for row in rows:
        count = "–" if row.count is None else str(row.count)
        entered = row.entered_at.astimezone(PLAN_ZONE).strftime("%d/%m/%Y %H:%M")
        say("\t".join((row.point, row.day.isoformat(), count, row.source, row.entered_by, entered)))
    return os.EX_OK


def visits_rule(arguments: Namespace, _config: Config) -> int:
    """What the rule says of two numbers (R-006). Exit code 1 when that is not well."""
    rule = (_plan(arguments.plan).visits if arguments.plan else None) or VisitsRule()
    band, verdict = rule.band(arguments.visits), rule.verdict(arguments.visits, arguments.answers)
    busy = " (nơi đông / busy minimum)" if band.by_minimum else ""
    say(f"{verdict.value}: {words.sign(verdict).label}; cần / needs {band.least}..{band.most}{busy}")
    return os.EX_OK if verdict in (Verdict.WITHIN, Verdict.NO_VISITS) else 1


def coverage(arguments: Namespace, _config: Config) -> int:
    plan = _plan(arguments.plan)
    answers = list(answers_of(plan))
    if arguments.by:
        by_point = arguments.by == "receiving"
        grouped = dossiers.answers_by_point if by_point else dossiers.answers_by_agency
        _say_groups(grouped(answers, plan), _names(plan) if by_point else {})
        return os.EX_OK
    late = list(late_of(plan))
    if arguments.late:
        _say_late([*dossiers.late_by_point(late, plan), *dossiers.late_by_agency(late)], dossiers.late_total(late))
        return os.EX_OK
    found = coverage_of(plan, answers, slips_of(plan), visits_of(plan), today())
    if arguments.json:
        by_agency = dossiers.answers_by_agency(answers, plan)
        say(json.dumps(tables.as_json(found, late, by_agency), ensure_ascii=False, indent=1))
    else:
        _say_coverage(found)
    return os.EX_OK


def _say_coverage(found: Coverage) -> None:
    plan, total = found.plan, found.total
    say(f"{plan.id}: {plan.first_day:%d/%m/%Y} – {plan.last_day:%d/%m/%Y}, {len(found.points)} điểm/points")
    say(_line("Cộng / total", Judged(total, None, None, None)))
    for point in found.most_urgent_first():
        say(_line(f"{point.code} {point.name}", point.total))
    if found.late:
        say(f"Trả lời sau đợt, không tính / late answers, not counted: {found.late}")


def _line(name: str, judged: Judged) -> str:
    figures, band = judged.figures, judged.band
    parts = [
        f"in/printed {figures.printed}",
        f"trả lời/used {figures.used}",
        f"còn/left {figures.left}",
        f"không hồ sơ/no dossier {figures.no_dossier}",
        f"{percent(figures.response)} %",
        f"lượt/visits {'–' if figures.visits is None else figures.visits}",
        f"phiếu/answers {figures.answers}",
    ]
    if judged.verdict is not None:
        limits = f" ({band.least}..{band.most})" if band else ""
        parts.append(f"{words.sign(judged.verdict).label}{limits}")
    return f"{name}: {', '.join(parts)}"


def _names(plan: Plan) -> dict[str, str]:
    return {a.point.code: text_in(a.point.name, "vi") for a in plan.allocations}


def _say_groups(groups: Mapping[str, int], names: Mapping[str, str]) -> None:
    for code, count in groups.items():
        say(f"{count}\t{code}\t{names.get(code, '') or dossiers.agency_name(code)}")
    say(f"{sum(groups.values())}\tCộng / total")


def _say_late(groups: list[LateGroup], total: LateGroup) -> None:
    for group in (*groups, total):
        say(
            f"{group.name}: có ngày hẹn/known {group.known}, trễ/late {group.late}, không báo/no notice "
            f"{group.no_notice}, không xin lỗi/no apology {group.no_apology}, chưa rõ/unsaid {group.unsaid}"
        )


def _plan(name: str) -> Plan:
    return plan_of(PlanFile.objects.get(plan=name).text)


def _who() -> str:
    """The operator's account on this machine; a container may give it no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
