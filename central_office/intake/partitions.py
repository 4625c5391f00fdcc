"""The months in which PostgreSQL keeps records' bytes apart (docs/decisions/0014). Knows no record; SQLite has none.

A month is that of receipt by the centre's clock. Months are made ahead; what finds none goes into the default
partition, so that no batch is ever held up, and is moved when its month is made.
"""

import logging
import math
import time
from collections.abc import Iterator
from datetime import date, datetime

from django.db import OperationalError, connection, transaction

from central_office.intake.lines import PLAN_ZONE
from central_office.intake.store import is_postgres, rows, run

log = logging.getLogger(__name__)
AHEAD = 2  # months beside the present one
PATIENCE_MS = 500
AGAIN_S = 60.0  # after a month could not be made
LOCK = 0x6D6F6E74  # of PostgreSQL's advisory locks: two processes do not make one month twice
DEFAULT = "intake_raw_default"


def month_of(now: datetime) -> date:
    """The first day of the month of receipt."""
    return now.astimezone(PLAN_ZONE).date().replace(day=1)


def next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def name_of(month: date) -> str:
    return f"intake_raw_{month:%Y_%m}"


def ready(now: datetime) -> None:
    """See to it that the present month and those after it can be written; costs nothing but once a month."""
    if not is_postgres():
        return
    key = str(connection.settings_dict["NAME"]), month_of(now)
    if time.monotonic() >= _due.get(key, 0.0):
        made = [_made(month) for month in _months(key[1])]
        _due[key] = math.inf if all(made) else time.monotonic() + AGAIN_S


_due: dict[tuple[str, date], float] = {}  # by database and month: when to look again


def _months(month: date) -> Iterator[date]:
    for _ in range(1 + AHEAD):
        yield month
        month = next_month(month)


def _made(month: date) -> bool:
    """Whether the month is there now. A long reading may hold the tables: the default partition takes what comes."""
    try:
        make(month)
    except OperationalError as error:
        log.warning("partition.left_out", extra={"fields": {"month": f"{month:%Y-%m}", "reason": str(error)}})
        return False
    return True


def make(month: date) -> bool:
    """Make the partition of `month`, with what the default one holds of it; whether it was not there.

    Raises: OperationalError when others hold the tables for longer than a moment.
    """
    if rows("SELECT 1 FROM pg_class WHERE oid = to_regclass(%s)", name_of(month)):
        return False
    with transaction.atomic():
        run(f"SET LOCAL lock_timeout = '{PATIENCE_MS}ms'")  # whoever comes after us waits for us as well
        rows("SELECT pg_advisory_xact_lock(%s)", LOCK)
        if rows("SELECT 1 FROM pg_class WHERE oid = to_regclass(%s)", name_of(month)):
            return False
        _attach(month)
    log.info("partition.made", extra={"fields": {"month": f"{month:%Y-%m}"}})
    return True


def _attach(month: date) -> None:
    """Made apart and then attached: `CREATE TABLE … PARTITION OF` would lock out readers of all months as well.

    Writers wait this moment: what a batch under way still adds to the default partition must be moved with the rest,
    and a statement that has begun would go on writing there when the month is its own no longer, and be refused.
    """
    name, end = name_of(month), next_month(month)
    run(f"CREATE TABLE {name} (LIKE intake_raw INCLUDING ALL)")
    run(f"LOCK TABLE ONLY intake_raw, ONLY {DEFAULT} IN SHARE ROW EXCLUSIVE MODE")
    run(
        f"WITH late AS (DELETE FROM {DEFAULT} WHERE month = %s RETURNING *) INSERT INTO {name} SELECT * FROM late",  # noqa: S608
        month,
    )
    run(f"ALTER TABLE intake_raw ATTACH PARTITION {name} FOR VALUES FROM ('{month}') TO ('{end}')")
