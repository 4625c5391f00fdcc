"""Recomputes the counters of one plan from the records' bytes: after an amendment of its window, or of an old database.

Trusts the bytes, and of the stored cells only why an answer is not counted: which use of a slip came first is history.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import transaction

from central_office.feed import noting
from central_office.intake import store
from central_office.intake.counting import Sums, sums_of
from central_office.intake.ledger import judge_for
from central_office.intake.lines import CellKey, Line
from central_office.intake.models import Cell
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from survey.plan import Plan

CHUNK = 2_000
MOST_HEAPS = 5_000  # kept in memory before they are added
RECORDS = """
SELECT r.seq, w.raw, r.cell_id, c.why FROM intake_record r JOIN intake_cell c ON c.id = r.cell_id
LEFT JOIN intake_raw w ON w.kiosk = r.kiosk_id AND w.seq = r.seq AND w.month = r.month
WHERE r.kiosk_id = %s AND r.seq > %s AND c.plan = %s ORDER BY r.seq LIMIT %s
"""
STORED = "SELECT count(*) FROM intake_record r JOIN intake_cell c ON c.id = r.cell_id WHERE c.plan = %s"
STALE = """
SELECT plan FROM (
    SELECT plan, sum(count) AS answers FROM intake_cell WHERE in_window AND counted GROUP BY plan
) c WHERE answers <> (
    SELECT coalesce(sum(t.count), 0) FROM intake_tally t JOIN intake_heap h ON h.id = t.heap_id
    WHERE h.plan = c.plan AND h.family = 'person' AND t.question = ''
) ORDER BY plan
"""


class NotWalked(Exception):
    """Records of kiosks that were never assigned to the plan, as a restored or hand-mended database may have them:
    counted anew they would be missing."""

    code = "not_walked"
    hint = "Run `hailong-office verify`; the kiosk's assignment (fleet_assignment) is missing and must be restored."


@dataclass(slots=True)
class Rebuilt:
    """`moved`: records that now stand in another cell; `unreadable`: records whose bytes are refused now, which are
    counted nowhere (`verify` names them)."""

    records: int = 0
    moved: int = 0
    unreadable: int = 0


def rebuild(plan_id: str) -> Rebuilt:
    """Recompute cells and heaps of the plan, in one transaction (the caller's, if there is one). Batches wait for it.

    Raises: PlanFile.DoesNotExist; NotWalked, and nothing is changed.
    """
    done = Rebuilt()
    with transaction.atomic():
        store.lock_counts(rebuild=True)
        plan = plan_of(PlanFile.objects.get(plan=plan_id).text)
        _empty(plan)
        sums = Sums()
        for kiosk, lines in _records(plan.id, done):
            cells = store.cell_ids({line.cell for line, _ in lines})
            for line, cell in lines:
                if cells[line.cell].id != cell:
                    done.moved += 1
                    _move(kiosk, line.seq, cells[line.cell].id)
            sums.join(sums_of([line for line, _ in lines], cells))
            if len(sums.heaps) > MOST_HEAPS:
                store.add_sums(sums)
                sums = Sums()
        store.add_sums(sums)
        stored = store.rows(STORED, plan.id)[0][0]
        if done.records != stored:
            raise NotWalked(f"{plan.id}: {done.records} records walked of {stored} that are stored")
        store.changed(store.plan_name(plan.id))
        noting.note_recounted(plan.id)
    return done


def stale_plans() -> list[str]:
    """Plans of which the heaps hold other answers than the cells: their database is older than heaps are, and an
    upgrade was broken off. One new answer makes a heap, so it does not do to look whether there are any."""
    return [row[0] for row in store.rows(STALE)]


def _empty(plan: Plan) -> None:
    """No counts, and each cell in or out of the window by the plan as it is now."""
    store.run("DELETE FROM intake_tally WHERE heap_id IN (SELECT id FROM intake_heap WHERE plan = %s)", plan.id)
    store.run("DELETE FROM intake_heap WHERE plan = %s", plan.id)
    store.run("UPDATE intake_cell SET count = 0 WHERE plan = %s", plan.id)
    cells = Cell.objects.filter(plan=plan.id)
    days = set(cells.order_by().values_list("day", flat=True).distinct())
    for in_window in (True, False):
        cells.filter(day__in=[day for day in days if plan.holds(day) is in_window]).update(in_window=in_window)


def _records(plan: str, done: Rebuilt) -> Iterator[tuple[str, list[tuple[Line, int]]]]:
    """Each kiosk's readable records of the plan, some at a time, with the cell they stand in."""
    kiosks = store.rows("SELECT DISTINCT kiosk_id FROM fleet_assignment WHERE plan = %s ORDER BY kiosk_id", plan)
    for (kiosk,) in kiosks:
        judge, last = judge_for(kiosk), 0
        while found := store.rows(RECORDS, kiosk, last, plan, CHUNK):
            last = found[-1][0]
            lines: list[tuple[Line, int]] = []
            keys: dict[tuple[str, str], CellKey] = {}
            for seq, raw, cell, why in found:
                line = judge.read(seq, bytes(raw or b""))
                done.records += 1
                if isinstance(line, Line):
                    lines.append((_as_counted(line, why, keys), cell))
                else:
                    done.unreadable += 1
            yield kiosk, lines


def _as_counted(line: Line, why: str, keys: dict[tuple[str, str], CellKey]) -> Line:
    """The line in the cell that has the same reason not to count it."""
    if not why:
        return line
    cell = replace(line.cell, why=why)
    return line._replace(cell=keys.setdefault((cell.text, why), cell))


def _move(kiosk: str, seq: int, cell: int) -> None:
    store.run("UPDATE intake_record SET cell_id = %s WHERE kiosk_id = %s AND seq = %s", cell, kiosk, seq)
