"""Reports on the command line: has the figures computed once, and writes every file that was asked for."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from django.utils import timezone

from central_office.commands import say
from central_office.commands.handing import Sums, handed_out
from central_office.commands.paper import Progress
from central_office.config import Config
from central_office.publication.models import Frozen
from central_office.reports.making import how_many
from central_office.reports.sources import Source, from_frozen, live
from central_office.rounds.models import PlanFile


def report(arguments: Namespace, _config: Config) -> int:
    """`report`: files below `--out`, those that are there already are written anew."""
    source, sums = _source(arguments), Sums()
    told = Progress(how_many(source.analysis, arguments.format), sys.stderr)
    folder: Path = arguments.out
    count = written = 0
    for count, (name, data) in enumerate(sums.through(source.files(arguments.format, arguments.date)), 1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written += len(data)
        told(count)
    handed_out("report", arguments.frozen or arguments.plan, sums.of)
    say(f"Đã ghi / written: {count} tệp / files, {written} byte: {folder}")
    if source.standing.mark:
        say(source.standing.mark)
    return os.EX_OK


def _source(arguments: Namespace) -> Source:
    if arguments.frozen:
        return from_frozen(Frozen.objects.get(version=arguments.frozen))
    plan_file = PlanFile.objects.select_related("form").get(plan=arguments.plan)
    return live(plan_file, timezone.now(), arguments.format)
