"""The office's own metrics: what came in, alerts, incidents, the last proof, certificate, database, ticks."""

import logging
import time
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet, Sum

from central_office import ticks
from central_office.intake.models import Batch, Incident
from central_office.intake.proof_kept import read_outcome
from central_office.metrics.certificate import NoCertificate, ends_at
from central_office.metrics.text import Family
from central_office.watching.models import Alert, Kind, State, Turn
from survey.identifier import quarter_of

log = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
SETTLED_AFTER = timedelta(days=2)


def families(now: datetime) -> list[Family]:
    return [_info(), *_intake(now), _alerts(), _incidents(), *_proof(now), _certificate(now), _database(), *_ticks(now)]


def _info() -> Family:
    try:
        number = version("hailong")
    except PackageNotFoundError:
        number = "0+source"
    family = Family("office_info", "gauge", "The office's software; always 1.")
    family.add(1, version=number)
    return family


def _intake(now: datetime) -> list[Family]:
    """Of quarter-hours that are over: no figure moves with a batch."""
    until = quarter_of(now)
    settled = until.replace(hour=0, minute=0) - SETTLED_AFTER
    before = Batch.objects.filter(received_at__lt=until)
    old, new = (
        _summed_until(str(connection.settings_dict["NAME"]), settled),
        _sums(before.filter(received_at__gte=settled)),
    )
    taken = Family("intake_answers_total", "counter", "Answers received until the last full quarter-hour, by verdict.")
    for verdict, sums in zip(("accepted", "refused"), zip(old, new, strict=True), strict=True):
        taken.add(sum(sums), verdict=verdict)
    hour = Family("intake_answers_last_hour", "gauge", "Answers received in the last four full quarter-hours.")
    hour.add(before.filter(received_at__gte=until - HOUR).aggregate(count=Sum("accepted"))["count"] or 0)
    return [taken, hour]


@lru_cache(maxsize=2)
def _summed_until(_database: str, day: datetime) -> tuple[int, int]:
    """Of all batches before a day that is long over: millions after some years, so looked at once a day and process."""
    return _sums(Batch.objects.filter(received_at__lt=day))


def _sums(batches: QuerySet[Batch]) -> tuple[int, int]:
    """Answers accepted and refused."""
    found = batches.aggregate(accepted=Sum("accepted"), refused=Sum("refused"))
    return found["accepted"] or 0, found["refused"] or 0


def _alerts() -> Family:
    family = Family("alerts", "gauge", "Alerts that nobody has handled, by kind and state.")
    open_ones = Alert.objects.exclude(state=State.HANDLED).values_list("kind", "state")
    counts = {(kind, state): count for kind, state, count in open_ones.annotate(count=Count("pk")).order_by()}
    for kind in Kind:
        for state in (State.NEW, State.SEEN):
            family.add(counts.get((kind.value, state.value), 0), kind=kind.value, state=state.value)
    return family


def _incidents() -> Family:
    family = Family("incidents_unseen", "gauge", "Incidents that nobody has looked at, by kind.")
    for kind, count in Incident.objects.filter(seen_at=None).values_list("kind").annotate(count=Count("pk")).order_by():
        family.add(count, kind=kind)
    if not family.samples:
        family.add(0, kind="")
    return family


def _proof(now: datetime) -> list[Family]:
    """Nothing before `hailong-office verify` has run once."""
    age = Family("verify_age_seconds", "gauge", "Since the office last proved its figures from the kept bytes.")
    faults = Family("verify_differences", "gauge", "Differences that the last proof found.")
    if outcome := read_outcome(settings.DATA_DIRECTORY):
        age.add(max(0, int(now.timestamp() - outcome.at_s)))
        faults.add(outcome.differences)
    return [age, faults]


def _certificate(now: datetime) -> Family:
    """Nothing without a file named in the settings; a file that cannot be read counts as one that has ended."""
    family = Family("certificate_left_seconds", "gauge", "Until the office's TLS certificate ends.")
    if settings.CERTIFICATE_FILE:
        try:
            left = ends_at(Path(settings.CERTIFICATE_FILE).read_bytes()) - now
            family.add(int(left.total_seconds()))
        except (OSError, NoCertificate) as error:
            log.warning("metrics.certificate_unread", extra={"fields": {"why": str(error)}})
            family.add(0)
    return family


def _database() -> Family:
    family = Family("database_bytes", "gauge", "Size of the office's database.")
    if connection.vendor == "sqlite":
        family.add(Path(connection.settings_dict["NAME"]).stat().st_size)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            family.add(cursor.fetchone()[0])
    return family


def _ticks(now: datetime) -> list[Family]:
    done = Family("tick_age_seconds", "gauge", "Since this process last did what it does by itself, by task.")
    for name, at_s in ticks.LAST_DONE.items():
        done.add(int(time.monotonic() - at_s), tick=name)
    turns = Family("turn_age_seconds", "gauge", "Since any of the office's processes last took a turn, by turn.")
    for name, at in Turn.objects.values_list("name", "at"):
        turns.add(max(0, int((now - at).total_seconds())), turn=name)
    return [done, turns]
