"""The counters that a year of answers leaves, made by SQL without any answer: what figures read, at full size.

Every kiosk's month has a heap for each channel and for flagged answers, with every value that can be given; every field
and kind of respondent has one for the whole year; every day has its cells. Nothing else is real: no record, no batch.
"""

from importlib import import_module
from typing import Any

year = import_module("year")
CHANNELS = ("screen", "button")
LEVELS = ("1", "2", "3", "4", "5")
HEAPS = """
INSERT INTO intake_heap (key, family, plan, form, point, channel, agency, month, field, respondent, flagged)
SELECT concat_ws('|', 'time', p, c, m, f), 'time', %s, %s, 'xa-' || lpad(p::text, 4, '0'), c, '',
       make_date(2025, m, 1), '', '', f
FROM generate_series(0, %s - 1) p, unnest(%s::text[]) c, generate_series(1, 12) m, unnest('{f,t}'::bool[]) f
UNION ALL
SELECT concat_ws('|', 'person', p, l, r, f), 'person', %s, %s, 'xa-' || lpad(p::text, 4, '0'), '', '', NULL, l, r, f
FROM generate_series(0, %s - 1) p, unnest(%s::text[]) l, unnest('{CN,TC}'::text[]) r, unnest('{f,t}'::bool[]) f
"""
TALLIES = """
INSERT INTO intake_tally (heap_id, question, value, count)
SELECT h.id, q, v, 1 + (h.id * 7 + ascii(right(v, 1)) * 13 + ascii(right(q, 1)) * 5) %% (%s * CASE WHEN flagged THEN 1
       ELSE 9 END)
FROM intake_heap h, unnest(%s::text[], %s::text[]) AS said (q, v) WHERE family = %s
"""
CELLS = """
INSERT INTO intake_cell (key, plan, form, point, channel, state, day, flags, flagged, in_window, agency, counted, why,
                         by_slip, count)
SELECT concat_ws('|', p, c, s, d, f), %s, %s, 'xa-' || lpad(p::text, 4, '0'), c, s, date '2025-01-01' + d,
       CASE WHEN f THEN 'burst' ELSE '' END, f, true, '', true, '', false, 1 + (p + d) %% 2
FROM generate_series(0, %s - 1) p, unnest(%s::text[]) c, unnest('{complete,partial}'::text[]) s,
     generate_series(0, 364) d, unnest('{f,t}'::bool[]) f
WHERE (p * 31 + d * 7 + length(s)) %% CASE WHEN f THEN 10 ELSE 3 END < CASE WHEN f THEN 1 ELSE 2 END
"""


def fill(kiosks: int, form: str) -> dict[str, Any]:
    """Into an empty database; how many rows, and how many answers they tell of."""
    from central_office.intake.store import rows, run

    fields = list(year.FIELDS)
    mine = (year.PLAN, form, kiosks)
    run(HEAPS, *mine, list(CHANNELS), *mine, fields)
    pairs = [(question, value) for question, values in _values().items() for value in values]
    person = [*pairs, ("", "complete"), ("", "partial")]
    for family, said, most in (("time", pairs, 3), ("person", person, 5)):
        run(TALLIES, most, [question for question, _ in said], [value for _, value in said], family)
    run(CELLS, *mine, list(CHANNELS))
    run("ANALYZE")
    tables = ("intake_heap", "intake_tally", "intake_cell")
    found = {f"{table}_rows": rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}
    return found | {"answers": int(rows("SELECT sum(count) FROM intake_cell")[0][0])}


def _values() -> dict[str, tuple[str, ...]]:
    rated = {f"RG.HL{number}": (*LEVELS, "KAD") for number in range(1, 5)}
    who = {"RG.DT": ("CN", "TC"), "RG.LV": year.FIELDS}
    return {"RG.HL0": LEVELS} | rated | who | {"RG.LD": ("LD01", "LD03"), "RG.PA": ("KHONG",)}
