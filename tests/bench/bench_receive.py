"""Draining 10,000 answers over loopback HTTP into each database, beside the raw loading of the same rows in one run.

    python tests/bench/bench_receive.py [--records N] [--batch N] [--workers N] [--json FILE]

One `requests.Session`, one kiosk, real gunicorn. "Raw" is what the database can do with the same rows at all: SQLite
`executemany` and PostgreSQL `COPY`, straight into the keyed tables, one durable commit a batch, nothing verified.
"""

import argparse
import importlib.util
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).parents[1] / "central_office"
sys.path.insert(0, str(Path(__file__).parents[2]))
COLUMNS = "kiosk_id, seq, id, digest, prev, quarter, batch_id, cell_id, month"
RAW_COLUMNS = "kiosk, seq, month, raw"
MONTH = "2026-11-01"
Row = tuple[Any, ...]


def load(name: str) -> Any:
    """A helper module of the intake's tests."""
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BESIDE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


support = load("support")
postgres = load("postgres")


def rows_of(records: Sequence[Any]) -> list[Row]:
    """The rows that the intake writes for these records."""
    rows = []
    for record in records:
        said = json.loads(record.raw)
        digests = (bytes.fromhex(record.digest), bytes.fromhex(said["prev"]))
        rows.append((said["kiosk"], record.seq, said["id"], *digests, said["quarter"], 1, 1, MONTH, record.raw))
    return rows


def raw_row(row: Row) -> Row:
    """Of the table of the bytes."""
    return (row[0], row[1], *row[8:])


def copy_in(cursor: Any, table: str, rows: Sequence[Row]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def parts(rows: list[Row], size: int) -> Iterator[list[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def raw_sqlite(template: Path, rows: list[Row], size: int, folder: Path) -> float:
    """Seconds for executemany into an empty office's own table, in the office's own durable mode."""
    path = folder / "raw.db"
    path.write_bytes(template.read_bytes())
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA cache_size=-32000;")
    shorter = [(*row[:2], row[2].replace("-", ""), *row[3:]) for row in rows]
    started = time.perf_counter()
    for part in parts(shorter, size):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f"INSERT INTO intake_record ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", (x[:9] for x in part)
        )
        connection.executemany(f"INSERT INTO intake_raw ({RAW_COLUMNS}) VALUES (?,?,?,?)", map(raw_row, part))
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def raw_postgres(url: str, rows: list[Row], size: int) -> float:
    """Seconds for COPY into an empty office's own table."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        for part in parts(rows, size):
            with connection.transaction():
                copy_in(cursor, f"intake_record ({COLUMNS})", [row[:9] for row in part])
                copy_in(cursor, f"intake_raw ({RAW_COLUMNS})", [raw_row(row) for row in part])
        return time.perf_counter() - started


def drain(config: Path, count: int, size: int, workers: int) -> tuple[float, list[Any]]:
    """Seconds to deliver `count` answers to a real server and verify every receipt; and the records."""
    server = support.Process(config, "--workers", str(workers))
    try:
        door = support.HttpDoor(server.url)
        device = support.Device(random.Random(1))
        said = support.run_office(config, "enrol", "--plan", "krong-no-2023", "--point", "kn-huyen").stdout
        code = said.split("one-time code: ")[1].split()[0]
        reply = door.post(support.ENROLMENTS, device.enrolment(code), "application/json")
        device.admit(code, reply.body)
        for _ in range(2 * workers):
            device.deliver(door, device.answers(size))  # every worker has loaded its code
        records = device.answers(count)
        started = time.perf_counter()
        receipts = [device.deliver(door, part) for part in support.batched(records, size)]
        seconds = time.perf_counter() - started
    finally:
        server.stop()
    assert sum(receipt.accepted for receipt in receipts) == count
    assert "differences: 0" in support.run_office(config, "verify").stdout
    return seconds, records


def measure(count: int, size: int, workers: int) -> list[dict[str, Any]]:
    """One result for each database; the two loadings take turns on the same machine within a minute."""
    found = []
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as name:
        folder = Path(name)
        config = support.write_config(folder / "sqlite", "sqlite")
        support.run_office(config, "setup")
        empty = folder / "empty.db"
        empty.write_bytes((folder / "sqlite/data/office.db").read_bytes())
        seconds, records = drain(config, count, size, workers)
        found.append(result("SQLite", "executemany", count, seconds, raw_sqlite(empty, rows_of(records), size, folder)))
        if postgres.binaries() is None:
            print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
            return found
        cluster = postgres.Cluster()
        try:
            config = support.write_config(folder / "postgres", cluster.create("office"))
            support.run_office(config, "setup")
            raw_url = cluster.create("raw", "office")
            seconds, records = drain(config, count, size, workers)
            found.append(result("PostgreSQL", "COPY", count, seconds, raw_postgres(raw_url, rows_of(records), size)))
        finally:
            cluster.stop()
    return found


def result(database: str, raw: str, count: int, seconds: float, raw_seconds: float) -> dict[str, Any]:
    return {
        "database": database,
        "seconds": round(seconds, 3),
        "accepted_per_s": round(count / seconds),
        "raw": raw,
        "raw_per_s": round(count / raw_seconds),
        "ratio": round(raw_seconds / seconds, 3),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(arguments.records, arguments.batch, arguments.workers)
    print(f"{arguments.records} answers, {arguments.batch} a batch, one session, {arguments.workers} worker(s)")
    print(f"{'database':<12}{'drained in s':>13}{'accepted/s':>12}{'raw/s':>10}  {'raw is':<12}{'ratio':>6}")
    for row in found:
        line = f"{row['database']:<12}{row['seconds']:>13.2f}{row['accepted_per_s']:>12,}{row['raw_per_s']:>10,}"
        print(f"{line}  {row['raw']:<12}{row['ratio']:>6.2f}")
    print("target: at least 30,000 accepted/s, and 0.3 of raw; 10,000 answers in at most 3 s")
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"receive": found}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
