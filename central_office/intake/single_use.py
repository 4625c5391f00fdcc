"""A slip counts once: of all records with its token the first that is stored, wherever it was given.

The token's row decides; whoever cannot make it comes later, is stored all the same and enters no figure (law 5). A slip
that its holder withdrew leaves of every record that comes later only a tombstone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from central_office.intake import erasing, store
from central_office.intake.lines import PLAN_ZONE, Line
from central_office.intake.models import FurtherUse
from survey import wire
from survey.identifier import quarter_of, write_quarter

USED, VOID = "slip_used", "slip_void"


@dataclass(slots=True)
class Claims:
    """`lines`: the batch's, as they are to be stored. `won`: those whose slip had not been used; `further`: those whose
    slip had; `withdrawn`: those of which only a tombstone stays; each as it came."""

    lines: Sequence[Line]
    won: list[Line] = field(default_factory=list)
    further: list[Line] = field(default_factory=list)
    withdrawn: list[Line] = field(default_factory=list)
    uncounted: set[int] = field(default_factory=set)


def claim(kiosk: str, lines: Sequence[Line], now: datetime) -> Claims:
    """Use up the slips of those `lines` that are new; the kiosk's row is locked."""
    shown = [line for line in lines if line.slip]
    fresh = _fresh(kiosk, shown) if shown else []
    if not fresh:
        return Claims(lines)
    first: dict[str, int] = {}
    for line in fresh:
        first.setdefault(line.slip, line.seq)
    store.lock_slips(void=False)
    won = store.claim(kiosk, now.astimezone(PLAN_ZONE).date(), first)
    withdrawn, void = _withdrawn(set(first) - won), _void(set(first))
    claims = Claims(lines)
    changed: dict[int, Line] = {}
    for line in fresh:
        if line.slip in withdrawn:
            claims.withdrawn.append(line)
            changed[line.seq] = erasing.empty(line)
        elif line.slip not in won or first[line.slip] != line.seq:
            claims.further.append(line)
            changed[line.seq] = _uncounted(line, USED)
        else:
            claims.won.append(line)
            if line.slip in void:
                changed[line.seq] = _uncounted(line, VOID)
    claims.lines = [changed.get(line.seq, line) for line in lines]
    claims.uncounted = set(changed)
    return claims


def settle(kiosk: str, claims: Claims, stored: set[int], sign: wire.Sign, now: datetime) -> None:
    """After the insertion: a slip is free again whose record met another's id; the others are remembered."""
    for line in claims.won:
        if line.seq not in stored:
            store.run("DELETE FROM intake_redemption WHERE token = %s AND kiosk = %s", line.slip, kiosk)
    day, quarter = now.astimezone(PLAN_ZONE).date(), write_quarter(quarter_of(now.astimezone(PLAN_ZONE)))
    uses = [FurtherUse(token=x.slip, kiosk=kiosk, seq=x.seq, day=day) for x in claims.further if x.seq in stored]
    if uses:
        FurtherUse.objects.bulk_create(uses)
    for line in claims.withdrawn:
        if line.seq in stored:
            store.run("UPDATE intake_redemption SET answered = %s WHERE token = %s", True, line.slip)
            erasing.bury(erasing.Erased(kiosk, line.seq, line.cell.plan, line.digest, line.prev, quarter), sign)


def _fresh(kiosk: str, shown: Sequence[Line]) -> list[Line]:
    """Those that meet no stored record with their number or id; the others are duplicates or conflicts."""
    there = store.stored_at(kiosk, [line.seq for line in shown])
    names = [line.id.replace("-", "") for line in shown]
    statement = f"SELECT id FROM intake_record WHERE id IN ({store.marks(names)})"  # noqa: S608
    taken = {str(row[0]).replace("-", "") for row in store.rows(statement, *names)}
    return [line for line in shown if line.seq not in there and line.id.replace("-", "") not in taken]


def _withdrawn(tokens: set[str]) -> set[str]:
    """Those of these used slips that were withdrawn. The others cannot be until this transaction ends: one that
    did not see this further use would leave it behind (SQLite has one writer anyway)."""
    if not tokens:
        return set()
    marks, lock = store.marks(tokens), "FOR UPDATE" if store.is_postgres() else ""
    statement = f"SELECT token, withdrawn FROM intake_redemption WHERE token IN ({marks}) ORDER BY token {lock}"  # noqa: S608
    return {token for token, withdrawn in store.rows(statement, *tokens) if withdrawn}


def _void(tokens: set[str]) -> set[str]:
    statement = f"SELECT token FROM slips_slip WHERE state = 'void' AND token IN ({store.marks(tokens)})"  # noqa: S608
    return {row[0] for row in store.rows(statement, *tokens)}


def _uncounted(line: Line, why: str) -> Line:
    return line._replace(cell=replace(line.cell, why=why))
