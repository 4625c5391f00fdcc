"""A year of a province in PostgreSQL: taking it in, the page's figures, the index, every commune's sums; and sizes.

    python tests/bench/bench_office.py [--answers N] [--kiosks N] [--processes N] [--http-seconds N] [--json FILE]

The answers are made ahead (year.py). Samples go through the real HTTP API under gunicorn; if the rest would take longer
than --http-seconds that way, it goes in by the same functions in child processes: unpacked, verified, judged, stored
and signed for, without HTTP (taking.py). Beside it, in the same run: COPY of the very same rows into the same tables;
ODK Central's published 41.2 submissions a second (500 devices, a server of 2 GB, 2018); plain SQL over a flat table.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE), str(HERE.parent / "central_office")]
ODK_PER_S = 41.2
TABLES = ("intake_record", "intake_raw", "intake_batch", "intake_cell", "intake_heap", "intake_tally")
FLAT = """
CREATE TABLE flat AS SELECT j->>'point' AS point, left(j->>'quarter', 10)::date AS day, j->>'channel' AS channel,
  jsonb_array_length(j->'flags') > 0 AS flagged, a->>'RG.LV' AS field, a->>'RG.HL0' AS hl0, a->>'RG.HL1' AS hl1,
  a->>'RG.HL2' AS hl2, a->>'RG.HL3' AS hl3, a->>'RG.HL4' AS hl4
FROM (SELECT j, j->'answers' AS a FROM (SELECT convert_from(raw, 'UTF8')::jsonb AS j FROM intake_raw) AS read) AS said
"""
RATED = ("hl0", "hl1", "hl2", "hl3", "hl4")
SHARES = ", ".join(f"count(*) FILTER (WHERE {x} IN ('4', '5')), count(*) FILTER (WHERE {x} <> 'KAD')" for x in RATED)
FLAT_INDEX = f"SELECT {SHARES} FROM flat"
FLAT_COMMUNES = f"SELECT point, count(*), {SHARES} FROM flat GROUP BY point"
OURS = """
SELECT {point} sum(count) FILTER (WHERE question = 'RG.HL0' AND value IN ('4', '5')),
       sum(count) FILTER (WHERE question = 'RG.HL0' AND value <> 'KAD')
FROM intake_tally t JOIN intake_heap h ON h.id = t.heap_id WHERE h.plan = %s AND h.family = 'time' {group}
"""

support, postgres = import_module("support"), import_module("postgres")
year, taking = import_module("year"), import_module("taking")


def enrol(kiosks: int) -> None:
    """The rows that enrolments leave; the keys are the devices' own."""
    from django.utils import timezone

    from central_office.fleet.models import Assignment, Kiosk

    now, devices = timezone.now(), [year.Device(number, support.form().ref) for number in range(kiosks)]
    Kiosk.objects.bulk_create(
        Kiosk(kiosk=x.name, public_key=x.public_key, plan=year.PLAN, point=x.point, enrolled_at=now) for x in devices
    )
    places = [Assignment(kiosk_id=x.name, plan=year.PLAN, point=x.point, since=now) for x in devices]
    Assignment.objects.bulk_create(places)


def say(stage: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {stage}", file=sys.stderr, flush=True)


def timed(work: Callable[[], Any], times: int = 2) -> float:
    """The best of `times`, in seconds."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return round(best, 3)


def copied(folder: Path) -> float:
    """Rows a second of COPY: the same records and bytes into empty tables of the same shape, two commits."""
    from django.db import connection

    seconds, rows = 0.0, 0
    for table in ("intake_record", "intake_raw"):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE copy_{table} (LIKE {table} INCLUDING ALL)")
            path = folder / table
            with path.open("wb") as file, cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as out:
                file.writelines(bytes(block) for block in out)
            started = time.perf_counter()
            with path.open("rb") as file, cursor.copy(f"COPY copy_{table} FROM STDIN (FORMAT binary)") as into:
                while block := file.read(1 << 20):
                    into.write(block)
            seconds += time.perf_counter() - started
            cursor.execute(f"SELECT count(*) FROM copy_{table}")
            rows = cursor.fetchone()[0]
            cursor.execute(f"DROP TABLE copy_{table}")
            path.unlink()
    return round(rows / seconds)


def figures() -> dict[str, float]:
    """What the pages ask, beside plain SQL; seconds."""
    from django.utils import timezone

    from central_office.intake import sums
    from central_office.intake.store import rows, run
    from central_office.results.analysing import analyse
    from central_office.rounds.models import FormFile, PlanFile

    plan, now = PlanFile.objects.select_related("form").get(plan=year.PLAN), timezone.now()
    given = (year.PLAN, [FormFile.objects.get(form=year.FORM).digest])
    found = {"flat_made_s": timed(lambda: run(FLAT), 1)}
    run("ANALYZE")
    found["flat_index_s"] = timed(lambda: rows(FLAT_INDEX))
    found["index_s"] = timed(lambda: rows(OURS.format(point="", group=""), year.PLAN))
    found["flat_communes_s"] = timed(lambda: rows(FLAT_COMMUNES))
    found["communes_s"] = timed(lambda: rows(OURS.format(point="h.point,", group="GROUP BY h.point"), year.PLAN))
    found["results_page_s"] = timed(lambda: analyse(plan, now))
    found["time_sums_s"] = timed(lambda: sum(1 for _ in sums.time_sums(*given)))
    found["person_sums_s"] = timed(lambda: sum(1 for _ in sums.person_sums(*given)))
    found["place_counts_s"] = timed(lambda: sum(1 for _ in sums.place_counts(*given)))
    found["day_counts_s"] = timed(lambda: sum(1 for _ in sums.day_counts(*given)))
    found["one_commune_s"] = timed(lambda: list(sums.time_sums(*given, points={year.point_of(7)})))
    assert rows(FLAT_INDEX)[0][:2] == tuple(int(x) for x in rows(OURS.format(point="", group=""), year.PLAN)[0])
    run("DROP TABLE flat")
    return found


def sizes() -> dict[str, dict[str, int]]:
    """Rows and bytes, with indexes and partitions."""
    from central_office.intake.store import rows

    whole = "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)"
    alone = "SELECT pg_total_relation_size(to_regclass(%s))"
    return {
        table: {
            "rows": rows(f"SELECT count(*) FROM {table}")[0][0],
            "bytes": int(rows(whole if table == "intake_raw" else alone, table)[0][0]),
        }
        for table in TABLES
    }


def upkeep() -> dict[str, Any]:
    """Seconds for a month's detaching and attaching, one plan's rebuild and the whole verify."""
    from django.conf import settings

    from central_office.intake import verify as proof
    from central_office.intake.partitions import next_month
    from central_office.intake.rebuild import rebuild
    from central_office.intake.store import rows, run
    from central_office.keys import read_centre_key

    known = "SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'intake_raw'::regclass"
    name = rows(known)[0][0]
    month = date(int(name[-7:-3]), int(name[-2:]), 1)
    bounds = f"FOR VALUES FROM ('{month}') TO ('{next_month(month)}')"
    found: dict[str, Any] = {
        "detach_s": timed(lambda: run(f"ALTER TABLE intake_raw DETACH PARTITION {name}"), 1),
        "attach_s": timed(lambda: run(f"ALTER TABLE intake_raw ATTACH PARTITION {name} {bounds}"), 1),
        "rebuild_s": timed(lambda: rebuild(year.PLAN), 1),
    }
    summary = proof.Summary()
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    started = time.perf_counter()
    faults = list(proof.verify(key, summary))
    found["verify_s"] = round(time.perf_counter() - started, 1)
    assert not faults, faults[:5]
    return found | {"verify": f"{summary.records} records, {summary.tallies} counters verified: differences: 0"}


def measure(answers: int, kiosks: int, processes: int, http_s: float, sample_s: float) -> dict[str, Any]:
    """Everything, in a PostgreSQL of its own that is thrown away."""
    found: dict[str, Any] = {"answers": answers, "kiosks": kiosks, "processes": processes}
    cluster = postgres.Cluster()
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as name:
        try:
            folder = Path(name)
            config = support.write_config(folder / "office", cluster.create("office"))
            plan = folder / "plan.json"
            plan.write_text(year.plan_text(kiosks + taking.LIVE, answers), "utf-8")
            say("setting up")
            support.run_office(config, "setup", "--plan", str(plan))
            from central_office.commands import start_django

            start_django(str(config))
            enrol(kiosks + taking.LIVE)
            started = time.perf_counter()
            say("making the year's batches")
            files = taking.made(folder, kiosks, answers, processes)
            found["made_s"] = round(time.perf_counter() - started, 1)
            say("taking them in")
            found |= taking.ingest(config, files, kiosks, answers, http_s, sample_s)
            say("COPY")
            found["copy_per_s"] = copied(folder)
            say("figures")
            found |= figures()
            say("upkeep")
            found |= upkeep()
            found["tables"] = sizes()
        finally:
            cluster.stop()
    return found


def show(found: dict[str, Any]) -> None:
    copy = found["copy_per_s"]
    each = found["answers_per_batch"]
    print(
        f"{found['answers']:,} answers of {found['kiosks']:,} kiosks in {found['batches']:,} batches ({each} a batch)"
    )
    ways = {"HTTP, one answer a batch": "http_single_per_s", f"HTTP, {each} a batch": "http_per_s"}
    for way, key in (ways | {f"the bulk: {found['bulk']}, {found['processes']} processes": "bulk_per_s"}).items():
        rate = found[key]
        print(f"{way:<58}{rate:>10,.0f}/s  {rate / copy:>6.3f} of COPY  {rate / ODK_PER_S:>7.1f} x ODK's 41.2/s")
    print(f"{'COPY of the same rows':<58}{copy:>10,}/s")
    for key, value in found.items():
        if key.endswith("_s") and not key.endswith("per_s"):
            print(f"{key:<58}{value:>10}")
    for table, size in found["tables"].items():
        print(f"{table:<30}{size['rows']:>14,} rows {size['bytes'] / 1e6:>12,.1f} MB")
    whole = sum(size["bytes"] for size in found["tables"].values())
    print(f"{whole / 1e6:,.0f} MB, {whole / found['answers']:,.0f} bytes an answer; {found['verify']}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, default=200_000)
    parser.add_argument("--kiosks", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--http-seconds", type=float, default=900)
    parser.add_argument("--sample-seconds", type=float, default=15, help="at most, for each of two samples over HTTP")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if postgres.binaries() is None:
        print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
        return 1
    times = (arguments.http_seconds, arguments.sample_seconds)
    found = measure(arguments.answers, arguments.kiosks, arguments.processes, *times)
    show(found)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"office": found}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
