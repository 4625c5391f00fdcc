"""Keeps a computed Analysis for as long as it is true, for every process of the office. Knows no figure.

What an analysis was computed from is written down as a stamp: read before the computing, and read again before anything
is shown. Another stamp, another analysis; so none is ever stale. Kept in memory, and beside it in the runtime folder,
which is in no backup; a file of an earlier stamp goes when the next is written, any within a day.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection, transaction

import survey
from central_office import results
from central_office.fleet.models import Kiosk
from central_office.intake import grouped, store
from central_office.intake.models import Tombstone
from central_office.results.analysing import Points, analyse, given_of
from central_office.results.analysis import Analysis
from central_office.results.analysis_file import BadAnalysis, read_analysis, write_analysis
from central_office.rounds.models import FormFile, PlanFile
from central_office.units.models import Succession, Unit
from survey.errors import SurveyError
from survey.masking import INTERNAL_FLOOR

MOST_IN_MEMORY = 8
MOST_FILES = 64
FORGOTTEN_AFTER_S = 86_400.0
PREFIX = "figures-"
_memory: dict[str, tuple[str, Analysis]] = {}
_lock = Lock()


def current(plan_file: PlanFile, now: datetime, points: Points = None, floor: int = INTERNAL_FLOOR) -> Analysis:
    """The figures as they are at `now`, as `analyse` computes them; computed only where something has changed."""
    plan = _digest([str(connection.settings_dict["NAME"]), plan_file.plan])[:16]
    key = f"{plan}.{_digest([floor, None if points is None else sorted(points)])[:16]}"
    with _one_snapshot():
        found = _kept_or_made(plan_file, key, now, points, floor)
    return replace(found, at=now)  # nothing that it follows from has changed: it is what `analyse` would say now


def _kept_or_made(plan_file: PlanFile, key: str, now: datetime, points: Points, floor: int) -> Analysis:
    stamp = stamp_of(plan_file)
    with _lock:
        known = _memory.get(key)
    found = known[1] if known and known[0] == stamp else _read(key, stamp)
    if found is None:
        found = analyse(plan_file, now, points, floor)
        _write(key, stamp, write_analysis(found, plan_file.text))
    _remember(key, stamp, found)
    return found


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """Every sum of the same instant: on PostgreSQL a batch that comes in between is in all of them or in none."""
    if not store.is_postgres() or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        store.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def stamp_of(plan_file: PlanFile) -> str:
    """Of everything that figures of the plan follow from. Whatever can change is in it whole, or counted."""
    plan = plan_file.plan
    forms = FormFile.objects.filter(form=plan_file.form.form).order_by("digest").values_list("digest", flat=True)
    places = Kiosk.objects.filter(assignment__plan=plan).order_by("kiosk").values_list("kiosk", "point").distinct()
    return _digest(
        [
            _code(),
            (plan_file.text, plan_file.form_id, list(forms)),
            store.state_of(plan),
            (Tombstone.objects.filter(plan=plan).count(), list(places)),
            given_of(plan),
            _units(),
        ]
    )


def _units() -> list[Any]:
    units = Unit.objects.order_by("pk").values_list()
    return [list(units), list(Succession.objects.order_by("pk").values_list())]


@cache
def _code() -> str:
    """Of the programs that compute: a newer office computes anew."""
    folders = [Path(module.__path__[0]) for module in (results, survey)]
    paths = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    return _digest([path.read_bytes() for path in (*paths, Path(grouped.__file__))])


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


def _remember(key: str, stamp: str, analysis: Analysis) -> None:
    with _lock:
        _memory.pop(key, None)
        _memory[key] = stamp, analysis
        while len(_memory) > MOST_IN_MEMORY:
            del _memory[next(iter(_memory))]


def _read(key: str, stamp: str) -> Analysis | None:
    try:
        return read_analysis((_folder() / f"{PREFIX}{key}.{stamp}").read_bytes())[0]
    except (OSError, BadAnalysis, SurveyError):
        return None


def _write(key: str, stamp: str, data: bytes) -> None:
    """Whole or not at all. A full disk costs the next viewer the computing, and nobody a page."""
    with suppress(OSError):
        new = _folder() / f"{PREFIX}new-{secrets.token_hex(8)}"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        new.replace(_folder() / f"{PREFIX}{key}.{stamp}")
        _forget(key.partition(".")[0], stamp)


def _forget(plan: str, stamp: str) -> None:
    """Files of the plan with another stamp, those of yesterday, and the oldest of too many."""
    files = sorted(_aged(_folder().glob(f"{PREFIX}*")))
    for place, (made_at, path) in enumerate(files):
        stale = path.name.startswith(f"{PREFIX}{plan}.") and not path.name.endswith(f".{stamp}")
        if stale or made_at < time.time() - FORGOTTEN_AFTER_S or place < len(files) - MOST_FILES:
            path.unlink(missing_ok=True)


def _aged(paths: Iterable[Path]) -> Iterable[tuple[float, Path]]:
    for path in paths:
        with suppress(FileNotFoundError):
            yield path.stat().st_mtime, path


def _folder() -> Path:
    folder: Path = settings.RUNTIME_DIRECTORY
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
