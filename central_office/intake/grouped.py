"""Sums of a round's answers by what figures are broken down by, made by the database: thousands of rows for a year that
has a million counters. Knows columns and ways to group them; what a level is worth is handed in (`Judged`).

PostgreSQL makes all ways in one scan; SQLite has no grouping sets and scans once for each.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import connection, transaction

from central_office.intake.store import is_postgres, marks, run

CHUNK = 5_000
Way: TypeAlias = tuple[str, ...]  # the columns of one grouping
Row: TypeAlias = tuple[Any, ...]  # the columns' values, then the sums
WORK_MEMORY = "SET LOCAL work_mem = '256MB'"  # with the usual 4 MB it would sort millions of rows on the disk
ON_HEAPS = "intake_heap h JOIN intake_tally t ON t.heap_id = h.id"
OF_TALLY = ("question", "value", "count")


@dataclass(frozen=True, slots=True)
class Judged:
    """Of each question on a scale: its levels, and those that are satisfied ones; as the values' texts."""

    levels: Mapping[str, frozenset[str]]
    satisfied: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which answers: of the plan, to these form versions, at these points (None: all)."""

    plan: str
    forms: Sequence[str]
    points: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of SQL and the values of its marks."""

    sql: str
    values: tuple[Any, ...] = ()


def cells(asked: Asked, *ways: Way) -> Iterator[tuple[int, Row]]:
    """How many answers, by each way: its place, and the columns with the count."""
    where = _where(asked, "c")
    yield from _each("intake_cell c", where, [_named("c", way) for way in ways], [Part("c.count")])


def tallies(
    family: str, asked: Asked, judged: Judged, ways: Sequence[Way], only: Collection[str] | None = None
) -> Iterator[tuple[int, Row]]:
    """How often something was answered, by each way: its place, and the columns with three sums: how often at all, how
    often with a satisfied level, how often with any level. `only`: of these questions."""
    where = _and(_where(asked, "h"), Part("h.family = %s", (family,)))
    if only is not None:
        where = _and(where, _in("t.question", only))
    sums = [Part("t.count"), _counted(judged.satisfied), _counted(judged.levels)]
    yield from _each(ON_HEAPS, where, [_named("h", way) for way in ways], sums)


def _named(table: str, way: Way) -> list[str]:
    return [f"t.{column}" if column in OF_TALLY else f"{table}.{column}" for column in way]


def _where(asked: Asked, table: str) -> Part:
    counter = "c.count" if table == "c" else "t.count"
    where = _and(Part(f"{table}.plan = %s AND {counter} > 0", (asked.plan,)), _in(f"{table}.form", asked.forms))
    return where if asked.points is None else _and(where, _in(f"{table}.point", asked.points))


def _and(first: Part, second: Part) -> Part:
    return Part(f"{first.sql} AND {second.sql}", first.values + second.values)


def _in(column: str, chosen: Collection[str]) -> Part:
    told = tuple(sorted(chosen))
    return Part(f"{column} IN ({marks(told)})", told) if told else Part("1 = 0")


def _counted(which: Mapping[str, frozenset[str]]) -> Part:
    """The count of a tally whose question was given one of these values; else nothing. Questions with the same values
    are asked about together."""
    alike: dict[frozenset[str], list[str]] = {}
    for question, values in which.items():
        if values:
            alike.setdefault(values, []).append(question)
    tests = [_and(_in("t.question", questions), _in("t.value", values)) for values, questions in alike.items()]
    if not tests:
        return Part("0")
    any_of = " OR ".join(f"({test.sql})" for test in tests)
    return Part(f"CASE WHEN {any_of} THEN t.count ELSE 0 END", tuple(x for test in tests for x in test.values))


def _each(table: str, where: Part, ways: list[list[str]], sums: list[Part]) -> Iterator[tuple[int, Row]]:
    if is_postgres():
        yield from _at_once(table, where, ways, sums)
        return
    for place, way in enumerate(ways):
        for row in _selected(table, where, way, sums, f"GROUP BY {', '.join(way)}"):
            yield place, row


def _at_once(table: str, where: Part, ways: list[list[str]], sums: list[Part]) -> Iterator[tuple[int, Row]]:
    """Columns that a row was not grouped by have a bit set in its mask; the first column's is the highest."""
    columns = list(dict.fromkeys(column for way in ways for column in way))
    masks = {sum(1 << (len(columns) - 1 - n) for n, x in enumerate(columns) if x not in way): way for way in ways}
    places = {mask: (ways.index(way), [columns.index(column) for column in way]) for mask, way in masks.items()}
    sets = ", ".join(f"({', '.join(way)})" for way in ways)
    grouping = [f"GROUPING({', '.join(columns)})", *columns]
    with transaction.atomic():
        run(WORK_MEMORY)
        found = list(_selected(table, where, grouping, sums, f"GROUP BY GROUPING SETS ({sets})"))
    for mask, *row in found:
        place, kept = places[mask]
        yield place, (*(row[n] for n in kept), *row[len(columns) :])


def _selected(table: str, where: Part, columns: list[str], sums: list[Part], group: str) -> Iterator[Row]:
    told = ", ".join([*columns, *(f"CAST(SUM({each.sql}) AS bigint)" for each in sums)])
    statement = f"SELECT {told} FROM {table} WHERE {where.sql} {group}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for each in (*sums, where) for value in each.values])
        while found := cursor.fetchmany(CHUNK):
            yield from found
