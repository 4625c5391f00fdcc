"""The intake's plain SQL, one spelling for each database. Knows tables and columns; judges nothing.

Inserts say `ON CONFLICT DO NOTHING` and report what went in, so that two submitters of the same rows cannot both win.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from django.db import connection

from central_office.intake.counting import CellRow, HeapKey, Sums
from central_office.intake.lines import NO_CELL, CellKey, Line
from central_office.rounds.catalogue import plan_of
from survey.plan import Plan

COLUMNS = "kiosk_id, seq, id, digest, prev, quarter, batch_id, cell_id, month"
SQLITE_RAW = "INSERT INTO intake_raw (kiosk, seq, month, raw) VALUES (?,?,?,?)"
SQLITE_RECORD = f"INSERT INTO intake_record ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING"  # noqa: S608
POSTGRES_RECORD = f"""
WITH line AS MATERIALIZED (
    SELECT * FROM unnest(%b::bigint[], %t::uuid[], %b::bytea[], %b::bytea[], %t::text[], %b::bigint[], %b::bytea[])
                  AS line (seq, id, digest, prev, quarter, cell, raw)
), stored AS (
    INSERT INTO intake_record ({COLUMNS})
    SELECT %t, seq, id, digest, prev, quarter, %b, cell, %b FROM line ON CONFLICT DO NOTHING RETURNING seq
), kept AS (
    INSERT INTO intake_raw (kiosk, seq, month, raw) SELECT %t, seq, %b, raw FROM line JOIN stored USING (seq)
)
SELECT seq FROM stored
"""  # noqa: S608
SQLITE_TALLY = """
INSERT INTO intake_tally (heap_id, question, value, count) VALUES (?,?,?,?)
ON CONFLICT (heap_id, question, value) DO UPDATE SET count = count + excluded.count
"""
POSTGRES_TALLY = """
INSERT INTO intake_tally (heap_id, question, value, count)
SELECT * FROM unnest(%b::bigint[], %t::text[], %t::text[], %b::bigint[])
ON CONFLICT (heap_id, question, value) DO UPDATE SET count = intake_tally.count + excluded.count
"""
SQLITE_CELL = "UPDATE intake_cell SET count = count + ? WHERE id = ?"
POSTGRES_CELL = """
WITH mine AS MATERIALIZED (SELECT id FROM intake_cell WHERE id = ANY(%b::bigint[]) ORDER BY id FOR UPDATE)
UPDATE intake_cell SET count = count + added.number
FROM mine JOIN unnest(%b::bigint[], %b::bigint[]) AS added (id, number) ON added.id = mine.id
WHERE intake_cell.id = mine.id
"""
HEAP_COLUMNS = "key, family, plan, form, point, channel, agency, month, field, respondent, flagged"
CELL_COLUMNS = (
    "key, plan, form, point, channel, state, day, flags, flagged, in_window, agency, counted, why, by_slip, count"
)
SQLITE_CLAIM = """
INSERT INTO intake_redemption (token, kiosk, seq, day, withdrawn, answered) VALUES (?,?,?,?,'',1) ON CONFLICT DO NOTHING
"""
POSTGRES_CLAIM = """
INSERT INTO intake_redemption (token, kiosk, seq, day, withdrawn, answered)
SELECT token, %s, seq, %s, '', true FROM unnest(%t::text[], %b::bigint[]) AS used (token, seq) ORDER BY token
ON CONFLICT DO NOTHING RETURNING token
"""
CHANGED = """
INSERT INTO intake_change (name, number) VALUES (%s, 1)
ON CONFLICT (name) DO UPDATE SET number = intake_change.number + 1
"""
STATE = """
SELECT count(*), coalesce(CAST(sum(number) AS bigint), 0) FROM intake_change
WHERE name = %s OR name IN (SELECT kiosk_id FROM fleet_assignment WHERE plan = %s)
"""

SLIPS_LOCK = 0x736C6970  # of PostgreSQL's advisory locks
COUNTS_LOCK = 0x636F756E


def is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _cursor() -> Any:
    """The driver's own cursor on Django's connection and transaction: Django's would quote every value into text."""
    connection.ensure_connection()
    if is_postgres():
        import psycopg

        return psycopg.Cursor(connection.connection)
    return connection.connection.cursor()


def insert_records(
    kiosk: str, batch: int, lines: Sequence[Line], cells: Mapping[CellKey, CellRow], month: date
) -> set[int]:
    """Store `lines`, received in `month`; the sequence numbers that went in. The others met a row with their number
    or id."""
    with connection.wrap_database_errors:
        cursor = _cursor()
        if not is_postgres():
            return {x.seq for x in lines if _insert(cursor, kiosk, batch, cells[x.cell].id, x, month.isoformat())}
        columns = (
            [x.seq for x in lines],
            [x.id for x in lines],
            [bytes.fromhex(x.digest) for x in lines],
            [bytes.fromhex(x.prev) for x in lines],
            [x.quarter for x in lines],
            [cells[x.cell].id for x in lines],
            [x.raw for x in lines],
        )
        values = (*columns, kiosk, batch, month, kiosk, month)
        return {row[0] for row in cursor.execute(POSTGRES_RECORD, values)}


def _insert(cursor: Any, kiosk: str, batch: int, cell: int, x: Line, month: str) -> bool:
    """Whether the record went in; SQLite has no statement that writes two tables."""
    digests = bytes.fromhex(x.digest), bytes.fromhex(x.prev)
    row = (kiosk, x.seq, x.id.replace("-", ""), *digests, x.quarter, batch, cell, month)
    if not cursor.execute(SQLITE_RECORD, row).rowcount:
        return False
    cursor.execute(SQLITE_RAW, (kiosk, x.seq, month, x.raw))
    return True


def add_sums(sums: Sums) -> None:
    """Add to cells and tallies; in one order everywhere, so that two batches cannot deadlock."""
    cells = sorted((cell, count) for cell, count in sums.cells.items() if count)
    heaps = heap_ids(sums.heaps)
    tallies = sorted(
        (heaps[key], *pair, count) for key, pairs in sums.heaps.items() for pair, count in pairs.items() if count
    )
    with connection.wrap_database_errors:
        if not is_postgres():
            _cursor().executemany(SQLITE_CELL, [(count, cell) for cell, count in cells])
            _cursor().executemany(SQLITE_TALLY, tallies)
            return
        if cells:
            ids, counts = (list(column) for column in zip(*cells, strict=True))
            _cursor().execute(POSTGRES_CELL, (ids, ids, counts))
        if tallies:
            _cursor().execute(POSTGRES_TALLY, [list(column) for column in zip(*tallies, strict=True)])


def changed(name: str) -> None:
    """Say that counters change in this transaction. `name`: a kiosk, whose row the caller holds (nobody waits for
    anybody here), or `plan_name`."""
    run(CHANGED, name)


def plan_name(plan: str) -> str:
    return f"plan:{plan}"


def state_of(plan: str) -> tuple[int, int]:
    """Other numbers after every committed batch of a kiosk that has stood at the plan's points, and every recount."""
    return cast("tuple[int, int]", rows(STATE, plan_name(plan), plan)[0])


def heap_ids(keys: Collection[HeapKey]) -> dict[HeapKey, int]:
    """The row of each heap, made where it is new."""
    texts = {key.text: key for key in keys}
    found = _heaps_of(texts)
    if new := sorted(set(texts) - set(found)):
        _add_rows("intake_heap", HEAP_COLUMNS, [_heap_row(text, texts[text]) for text in new])
        found = _heaps_of(texts)
    return {key: found[text] for text, key in texts.items()}


def _heaps_of(texts: Collection[str]) -> dict[str, int]:
    return dict(rows(f"SELECT key, id FROM intake_heap WHERE key IN ({marks(texts)})", *texts)) if texts else {}  # noqa: S608


def cell_ids(keys: Collection[CellKey]) -> dict[CellKey, CellRow]:
    """The row of each cell, made where it is new. Two keys may mean one cell: a judge whose memory was full forgets."""
    texts = {key.text: key for key in keys if key is not NO_CELL}
    nowhere = {NO_CELL: CellRow(0, in_window=False)} if NO_CELL in keys else {}
    if not texts:
        return nowhere
    found = _cells_of(texts)
    if new := sorted(set(texts) - set(found)):
        plans = {plan: _plan_now(plan) for plan in {texts[text].plan for text in new}}
        _add_rows("intake_cell", CELL_COLUMNS, [_cell_row(texts[text], plans[texts[text].plan]) for text in new])
        found = _cells_of(texts)
    return {key: found[key.text] for key in keys if key is not NO_CELL} | nowhere


def _cells_of(texts: Collection[str]) -> dict[str, CellRow]:
    found = rows(f"SELECT key, id, in_window FROM intake_cell WHERE key IN ({marks(texts)})", *texts)  # noqa: S608
    return {key: CellRow(number, bool(in_window)) for key, number, in_window in found}


def _cell_row(key: CellKey, plan: Plan | None) -> tuple[Any, ...]:
    """A new cell's row. `plan`: as it is now; the batch may have been read before its amendment, and waited for
    `rebuild`."""
    day = connection.ops.adapt_datefield_value(key.day)
    in_window = plan.holds(key.day) if plan else key.in_window
    where = (key.text, key.plan, key.form, key.point, key.channel, key.state, day, key.flags, bool(key.flags))
    return (*where, in_window, key.agency, not key.why, key.why, key.by_slip, 0)


def _heap_row(text: str, key: HeapKey) -> tuple[Any, ...]:
    month = connection.ops.adapt_datefield_value(key.month) if key.month else None
    return (text, *key[:6], month, *key[7:])


def _add_rows(table: str, columns: str, new: Sequence[tuple[Any, ...]]) -> None:
    """Rows that another transaction may just have made; in the order given, which is one order everywhere."""
    each = f"({marks(new[0])})"
    run(
        f"INSERT INTO {table} ({columns}) VALUES {', '.join([each] * len(new))} ON CONFLICT DO NOTHING",  # noqa: S608
        *(value for row in new for value in row),
    )


def _plan_now(plan: str) -> Plan | None:
    found = rows(f"SELECT {plan_version()} FROM rounds_planfile WHERE plan = %s", plan)  # noqa: S608
    return _plan(str(connection.settings_dict["NAME"]), plan, found[0][0]) if found else None


@lru_cache(maxsize=16)
def _plan(_database: str, plan: str, _version: str) -> Plan:
    return plan_of(rows("SELECT text FROM rounds_planfile WHERE plan = %s", plan)[0][0])


def plan_version() -> str:
    """The SQL of what changes whenever a plan's row does: a plan of a thousand points is too long to be compared."""
    return "xmin::text" if is_postgres() else "text"


def stored_at(kiosk: str, numbers: Collection[int]) -> dict[int, tuple[str, str]]:
    """Digest and prev (hexadecimal) of the records stored at these numbers."""
    if not numbers:
        return {}
    statement = f"SELECT seq, digest, prev FROM intake_record WHERE kiosk_id = %s AND seq IN ({marks(numbers)})"  # noqa: S608
    return {seq: (bytes(digest).hex(), bytes(prev).hex()) for seq, digest, prev in rows(statement, kiosk, *numbers)}


def rejected_at(kiosk: str, numbers: Collection[int]) -> list[tuple[int, str]]:
    """Numbers and digests of the kiosk's records that were refused at these numbers. Asked of nearly every batch."""
    where = f"kind = 'rejected' AND kiosk = %s AND seq IN ({marks(numbers)})"
    statement = f"SELECT seq, digest FROM intake_incident WHERE {where}"  # noqa: S608
    return cast("list[tuple[int, str]]", rows(statement, kiosk, *numbers))


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """All rows of a statement. Plain SQL: building the same query from Django's objects takes ten times as long."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cast(list[tuple[Any, ...]], cursor.fetchall())


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def instant(moment: datetime) -> Any:
    """`moment` as this database keeps it."""
    return connection.ops.adapt_datetimefield_value(moment)


def marks(values: Collection[Any]) -> str:
    return ",".join(["%s"] * len(values))


def lock_slips(*, void: bool) -> None:
    """Whoever makes slips void (`void`) and whoever uses slips follow each other until they commit; uses go together.

    A lock on the slip's own row would not do: at its first telling there is none. SQLite has one writer anyway.
    """
    if is_postgres():
        rows(f"SELECT pg_advisory_xact_lock{'' if void else '_shared'}(%s)", SLIPS_LOCK)


def lock_counts(*, rebuild: bool) -> None:
    """Whoever recomputes the counters (`rebuild`) waits for all who add to them, and they for it."""
    if is_postgres():
        rows(f"SELECT pg_advisory_xact_lock{'' if rebuild else '_shared'}(%s)", COUNTS_LOCK)


def claim(kiosk: str, day: date, seqs: Mapping[str, int]) -> set[str]:
    """Say of these tokens (token, number of the record) that they are used; those for which nobody had said so before.

    In one order everywhere, so that two batches with the same slips follow each other.
    """
    told = connection.ops.adapt_datefield_value(day)
    lines = sorted(seqs.items())
    with connection.wrap_database_errors:
        if is_postgres():
            tokens, numbers = (list(column) for column in zip(*lines, strict=True))
            return {row[0] for row in _cursor().execute(POSTGRES_CLAIM, (kiosk, day, tokens, numbers))}
        cursor = _cursor()
        return {token for token, seq in lines if cursor.execute(SQLITE_CLAIM, (token, kiosk, seq, told)).rowcount}
