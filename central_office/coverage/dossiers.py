"""What the counters' slips say of dossiers, in counts: results that came late, and answers by competent agency.

Pure. A point receives a dossier, an agency decides it (NĐ 118/2025): answers by the one and by the other are the same
answers, so their sums agree (R-068, R-070).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from central_office.coverage.counts import Answers, Late
from survey.coverage import tenths
from survey.form import text_in
from survey.plan import Plan
from survey.vietnamese import sort_key

UNKNOWN_AGENCY = "Chưa rõ cơ quan"


@dataclass(frozen=True, slots=True)
class LateGroup:
    """Printed slips of one point or agency. `known`: those whose counter said whether the result was late; `unsaid`:
    late ones of which it did not say whether the citizen was told before, or was apologised to."""

    code: str
    name: str
    known: int
    late: int
    no_notice: int
    no_apology: int
    unsaid: int

    @property
    def share(self) -> int | None:
        """Late ones of those known; tenths of a percent."""
        return tenths(self.late, self.known)


def late_by_point(rows: Iterable[Late], plan: Plan) -> list[LateGroup]:
    names = {a.point.code: text_in(a.point.name, "vi") for a in plan.allocations}
    return _groups(rows, lambda row: row.point, lambda code: names.get(code, code))


def late_by_agency(rows: Iterable[Late]) -> list[LateGroup]:
    return _groups(rows, lambda row: row.agency, agency_name)


def late_total(rows: Iterable[Late]) -> LateGroup:
    found = _groups(rows, lambda _row: "", lambda _code: "Cộng")
    return found[0] if found else LateGroup("", "Cộng", 0, 0, 0, 0, 0)


def answers_by_point(answers: Iterable[Answers], plan: Plan) -> dict[str, int]:
    """Answers that count, in the window, by the point that received the dossier; every point of the plan."""
    found = Counter[str]()
    for row in answers:
        found[row.point] += _counts(row, plan)
    return {a.point.code: found[a.point.code] for a in plan.allocations}


def answers_by_agency(answers: Iterable[Answers], plan: Plan) -> dict[str, int]:
    """The same answers by competent agency, the most first; "" where no slip told it."""
    found = Counter[str]()
    for row in answers:
        found[row.agency] += _counts(row, plan)
    return {code: count for code, count in sorted(found.items(), key=lambda each: (-each[1], each[0])) if count}


def agencies(answers: Iterable[Answers], rows: Iterable[Late], plan: Plan) -> list[tuple[LateGroup, int]]:
    """Every agency that a slip or an answer names, with its answers; the most answers first."""
    given, late = answers_by_agency(answers, plan), {group.code: group for group in late_by_agency(rows)}
    codes = sorted(given.keys() | late.keys(), key=lambda code: (-given.get(code, 0), code))
    nothing = (0, 0, 0, 0, 0)
    return [(late.get(code) or LateGroup(code, agency_name(code), *nothing), given.get(code, 0)) for code in codes]


def agency_name(code: str) -> str:
    """The office knows agencies by their codes; their names are the counters' lists."""
    return code or UNKNOWN_AGENCY


def _counts(row: Answers, plan: Plan) -> int:
    return row.count if row.counted and plan.holds(row.day) else 0


def _groups(rows: Iterable[Late], key: Callable[[Late], str], name: Callable[[str], str]) -> list[LateGroup]:
    """Summed by `key`, most late results first."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        parts = (row.known, row.late, row.no_notice, row.no_apology, row.unsaid)
        sums[key(row)] = [a + b for a, b in zip(sums.get(key(row), [0] * len(parts)), parts, strict=True)]
    groups = [LateGroup(code, name(code), *numbers) for code, numbers in sums.items()]
    return sorted(groups, key=lambda group: (-group.late, sort_key(group.name), group.code))
