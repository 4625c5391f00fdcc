"""Reports on the command line: has the figures computed once, and writes every file that was asked for."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from django.utils import timezone

from central_office.commands import say
from central_office.commands.paper import Progress
from central_office.config import Config
from central_office.reports.making import files, how_many
from central_office.results.analysing import analyse
from central_office.rounds.models import PlanFile


def report(arguments: Namespace, _config: Config) -> int:
    """`report`: files below `--out`, those that are there already are written anew."""
    plan_file = PlanFile.objects.select_related("form").get(plan=arguments.plan)
    analysis = analyse(plan_file, timezone.now())
    told = Progress(how_many(analysis, arguments.format), sys.stderr)
    folder: Path = arguments.out
    count = written = 0
    for count, (name, data) in enumerate(files(analysis, arguments.format, arguments.date), 1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written += len(data)
        told(count)
    say(f"Đã ghi / written: {count} tệp / files, {written} byte: {folder}")
    return os.EX_OK
