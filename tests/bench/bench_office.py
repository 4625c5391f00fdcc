"""A year of a province in PostgreSQL: taking it in, figures, pages, reports, a freeze, plain SQL beside them; sizes.

    python tests/bench/bench_office.py [--answers N] [--kiosks N] [--processes N] [--without verify] [--json FILE]

The answers are made ahead (year.py): every kiosk was offline for months, so a batch holds a month. They go in
by the API's own functions in child processes: unpacked, verified, judged, stored and signed for, without HTTP; small
batches are measured on samples through the real API under gunicorn (taking.py). Beside it, in the same run: COPY of the
very same rows into the same tables; ODK Central's published 41.2 submissions a second (500 devices, a server of 2 GB,
2018); plain SQL over a flat table, which knows neither masking nor flagged answers nor intervals.
"""

import argparse
import json
import sys
import tempfile
import time
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
year, taking, showing = import_module("year"), import_module("taking"), import_module("showing")
counters = import_module("counters")
peak_mb, timed = showing.peak_mb, showing.timed


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


def plain() -> dict[str, float]:
    """Plain SQL over a flat table of the same answers, and over our sums; seconds."""
    from central_office.intake.store import rows, run

    found = {"flat_made_s": timed(lambda: run(FLAT), 1)}
    run("ANALYZE")
    found["flat_index_s"] = timed(lambda: rows(FLAT_INDEX))
    found["index_s"] = timed(lambda: rows(OURS.format(point="", group=""), year.PLAN))
    found["flat_communes_s"] = timed(lambda: rows(FLAT_COMMUNES))
    found["communes_s"] = timed(lambda: rows(OURS.format(point="h.point,", group="GROUP BY h.point"), year.PLAN))
    assert rows(FLAT_INDEX)[0][:2] == tuple(int(x) for x in rows(OURS.format(point="", group=""), year.PLAN)[0])
    run("DROP TABLE flat")
    return found


def of_counters(kiosks: int) -> dict[str, Any]:
    """What shows figures, over the counters of a year that nobody answered (counters.py)."""
    found: dict[str, Any] = {"kiosks": kiosks}
    cluster = postgres.Cluster()
    with tempfile.TemporaryDirectory(prefix="hailong-bench-") as name:
        try:
            config = support.write_config(Path(name) / "office", cluster.create("office"))
            plan = Path(name) / "plan.json"
            plan.write_text(year.plan_text(kiosks, 2000 * kiosks), "utf-8")
            support.run_office(config, "setup", "--plan", str(plan))
            from central_office.commands import start_django

            start_django(str(config))
            say("making counters")
            found |= counters.fill(kiosks, support.form().ref.digest)
            say("figures")
            found |= showing.figures(frozen_too=False)
        finally:
            cluster.stop()
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


def upkeep(without: list[str]) -> dict[str, Any]:
    """Seconds for a month's detaching and attaching, one plan's rebuild and the whole verify."""
    from central_office.intake.partitions import next_month
    from central_office.intake.rebuild import rebuild
    from central_office.intake.store import rows, run

    known = "SELECT min(inhrelid::regclass::text) FROM pg_inherits WHERE inhparent = 'intake_raw'::regclass"
    name = rows(known)[0][0]
    month = date(int(name[-7:-3]), int(name[-2:]), 1)
    bounds = f"FOR VALUES FROM ('{month}') TO ('{next_month(month)}')"
    found: dict[str, Any] = {
        "detach_s": timed(lambda: run(f"ALTER TABLE intake_raw DETACH PARTITION {name}"), 1),
        "attach_s": timed(lambda: run(f"ALTER TABLE intake_raw ATTACH PARTITION {name} {bounds}"), 1),
    }
    if "rebuild" not in without:
        found["rebuild_s"] = timed(lambda: rebuild(year.PLAN), 1)
    return found if "verify" in without else found | verified()


def verified() -> dict[str, Any]:
    from django.conf import settings

    from central_office.intake import verify as proof
    from central_office.keys import read_centre_key

    summary = proof.Summary()
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    started = time.perf_counter()
    faults = list(proof.verify(key, summary))
    seconds = round(time.perf_counter() - started, 1)
    assert not faults, faults[:5]
    told = f"{summary.records} records, {summary.tallies} counters verified: differences: 0"
    return {"verify_s": seconds, "verify": told, "verify_peak_mb": peak_mb()}


def measure(answers: int, kiosks: int, processes: int, sample_s: float, without: list[str]) -> dict[str, Any]:
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
            found |= taking.ingest(config, files, kiosks, answers, sample_s)
            say("COPY")
            found["copy_per_s"] = copied(folder)
            say("plain SQL")
            found |= plain()
            say("figures, pages, reports, a freeze")
            found |= showing.figures()
            say("upkeep")
            found |= upkeep(without)
            found["tables"] = sizes()
        finally:
            cluster.stop()
    return found


def show(found: dict[str, Any]) -> None:
    copy, each = found["copy_per_s"], found["answers_per_batch"]
    print(
        f"{found['answers']:,} answers of {found['kiosks']:,} kiosks in {found['batches']:,} batches ({each} a batch)"
    )
    bulk = f"months offline, {each} a batch, {found['processes']} processes, no HTTP"
    ways = {"a sample over HTTP, one answer a batch": "http_single_per_s"}
    ways |= {f"a sample over HTTP, a day's {taking.A_DAY} a batch": "http_daily_per_s", bulk: "bulk_per_s"}
    for way, key in ways.items():
        rate = found[key]
        print(f"{way:<66}{rate:>10,.0f}/s  {rate / copy:>6.3f} of COPY  {rate / ODK_PER_S:>7.1f} x ODK's 41.2/s")
    print(f"{'COPY of the same rows':<66}{copy:>10,}/s")
    for key, value in found.items():
        if key.endswith("_s") and not key.endswith("per_s"):
            print(f"{key:<66}{value:>10}")
    for table, size in found["tables"].items():
        print(f"{table:<30}{size['rows']:>14,} rows {size['bytes'] / 1e6:>12,.1f} MB")
    whole = sum(size["bytes"] for size in found["tables"].values())
    print(
        f"{whole / 1e6:,.0f} MB, {whole / found['answers']:,.0f} bytes an answer; {found.get('verify', 'not verified')}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--answers", type=int, default=200_000)
    parser.add_argument("--kiosks", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--without", nargs="*", default=[], choices=("rebuild", "verify"))
    parser.add_argument("--sample-seconds", type=float, default=15, help="at most, for each of two samples over HTTP")
    parser.add_argument("--counters-only", action="store_true", help="no answers: counters made by SQL, and figures")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if postgres.binaries() is None:
        print("PostgreSQL is not installed: apt-get install postgresql", file=sys.stderr)
        return 1
    if arguments.counters_only:
        print(json.dumps(of_counters(arguments.kiosks), indent=1))
        return 0
    size = (arguments.answers, arguments.kiosks, arguments.processes)
    found = measure(*size, arguments.sample_seconds, arguments.without)
    show(found)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"office": found}, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
