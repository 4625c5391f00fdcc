"""What was stored and withdrawn before there was a feed gets its entries: whoever takes the feed misses nothing."""
# ruff: noqa: RUF012

from itertools import groupby
from typing import Any

from django.db import migrations

from central_office.feed.noting import ANSWERS, WITHDRAWN
from central_office.feed.spans import write_spans
from survey.identifier import read_quarter

INSERT = "INSERT INTO feed_entry (kind, plan, kiosk, seqs, count, quarter) VALUES (%s, %s, %s, %s, %s, %s)"
RECORDS = """
SELECT b.id, c.plan, b.received_at, r.seq FROM intake_record r
JOIN intake_cell c ON c.id = r.cell_id JOIN intake_batch b ON b.id = r.batch_id
WHERE r.kiosk_id = %s ORDER BY b.id, c.plan, r.seq
"""


def fill(_apps: Any, editor: Any) -> None:
    connection = editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT kiosk FROM fleet_kiosk ORDER BY kiosk")
        for (kiosk,) in cursor.fetchall():
            cursor.execute(RECORDS, [kiosk])
            for (_, plan, quarter), lines in groupby(cursor.fetchall(), key=lambda row: row[:3]):
                numbers = [row[3] for row in lines]
                cursor.execute(INSERT, [ANSWERS, plan, kiosk, write_spans(numbers), len(numbers), quarter])
        cursor.execute("SELECT plan, kiosk, seq, withdrawn FROM intake_tombstone ORDER BY id")
        for plan, kiosk, seq, withdrawn in cursor.fetchall():
            quarter = connection.ops.adapt_datetimefield_value(read_quarter(withdrawn))
            cursor.execute(INSERT, [WITHDRAWN, plan, kiosk, str(seq), 1, quarter])


class Migration(migrations.Migration):
    dependencies = [("feed", "0001_initial"), ("intake", "0004_raw"), ("fleet", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
