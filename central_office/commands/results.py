"""A round's figures on the command line, each with its n and its method; and figures that others computed."""

import json
import os
from argparse import Namespace

from django.utils import timezone

from central_office.commands import say
from central_office.commands.handing import handed_out
from central_office.config import Config
from central_office.people.audit import operator
from central_office.results import comparing, given
from central_office.results.analysing import analyse, given_of
from central_office.results.analysis import Analysis, Hidden, Measure
from central_office.results.analysis_json import as_json
from central_office.results.analysis_tables import signed
from central_office.results.measuring import MEAN_METHOD, WITHOUT_METHOD
from central_office.rounds.models import PlanFile
from survey.index import percent
from survey.masking import INTERNAL_FLOOR, PUBLIC_FLOOR


def results(arguments: Namespace, _config: Config) -> int:
    found = _analysis(arguments.plan, PUBLIC_FLOOR if arguments.public else INTERNAL_FLOOR)
    handed_out("results", arguments.plan)
    if arguments.json:
        say(json.dumps(as_json(found), ensure_ascii=False, indent=1))
        return os.EX_OK
    told = f"{found.partial} dở dang/partial, {found.flagged} bất thường/flagged"
    say(f"{found.plan.id}: {found.received} phiếu/answers, {told}")
    for measure in (found.overall, *found.factors, found.pooled):
        if measure is not None:
            say(_line(measure))
    say(f"{percent(found.mean):>7}  Trung bình các yếu tố  [{MEAN_METHOD}]")
    if found.without_feedback is not None:
        say(f"{percent(found.without_feedback):>7}  Trung bình, không tính yếu tố có điều kiện  [{WITHOUT_METHOD}]")
    for target in found.targets:
        gap = signed(target.gap)
        say(f"{percent(target.wanted):>7}  mục tiêu/target {target.year} {target.name}: chênh/gap {gap}")
    for figure in found.given:
        say(f"{percent(figure.hundredths):>7}  {figure.name}, {figure.period} ({figure.source})  [{figure.method}]")
    return os.EX_OK


def compare_rounds(arguments: Namespace, _config: Config) -> int:
    handed_out("compare", arguments.later, given=arguments.earlier)
    tables = comparing.compare(_analysis(arguments.earlier), _analysis(arguments.later))
    for table in tables:
        say(table.title)
        for row in table.rows:
            rank = f"{row.rank}." if row.rank else "–" if table.ranked else ""
            limits = f"{signed(row.low)} … {signed(row.high)}"
            say(f"{rank:>4} {signed(row.moved):>8} ({limits})  {row.name}")
    say(comparing.METHOD)
    return os.EX_OK


def given_add(arguments: Namespace, _config: Config) -> int:
    figure = given.Entered(arguments.name, arguments.value, arguments.source, arguments.period, arguments.method)
    given.enter(arguments.plan, figure, operator(), timezone.now())
    return given_list(arguments, _config)


def given_list(arguments: Namespace, _config: Config) -> int:
    PlanFile.objects.get(plan=arguments.plan)
    for each in given_of(arguments.plan):
        say("\t".join((percent(each.hundredths), each.name, each.period, each.source, each.method)))
    return os.EX_OK


def given_remove(arguments: Namespace, _config: Config) -> int:
    """Exit code 1 when there was no such figure."""
    gone = given.remove(arguments.plan, arguments.name, arguments.period, operator())
    say("Đã bỏ / removed" if gone else "Không có số này / no such figure")
    return os.EX_OK if gone else 1


def _analysis(plan: str, floor: int = INTERNAL_FLOOR) -> Analysis:
    return analyse(PlanFile.objects.select_related("form").get(plan=plan), timezone.now(), floor=floor)


def _line(measure: Measure) -> str:
    if measure.hidden is not Hidden.NO:
        return f"{'–':>7}  {measure.name}: ít phiếu hơn mức được hiển thị / fewer answers than may be shown"
    held = measure.interval
    limits = f", 95 %: {percent(held.low)}–{percent(held.high)} [{held.method}]" if held else ""
    share = f"{measure.share.satisfied}/{measure.share.n}"
    return f"{percent(measure.share.hundredths):>7}  {measure.name}: {share}{limits}  [{measure.method}]"
