"""Coverage as CSV rows and JSON values: a line for each point, and for each of its days. Counts only."""

from collections.abc import Iterator, Mapping, Sequence

from central_office.coverage import words
from central_office.coverage.counts import Late, Way
from central_office.coverage.figures import Coverage, Figures, Judged, Point
from central_office.results.spreadsheet import Cell, Json
from survey.coverage import VisitsRule, percent

HEAD = (
    *("Mã điểm", "Điểm khảo sát", "Ngày", "Phiếu mời đã in", "Phiếu mời không hồ sơ", "Phiếu mời hủy"),
    *("Phiếu mời đã trả lời", "Còn lại", "Phiếu mời rút lại, chưa trả lời"),
    *("Tỷ lệ trả lời (%)", "Lượt người dân", "Nguồn số lượt", "Số ngày chưa rõ số lượt"),
    *(way.label for way in Way),
    *(
        "Cộng phiếu trả lời",
        "Phiếu trên lượt (%)",
        "Khung từ",
        "Khung đến",
        "Kết luận",
        "Kết luận, trừ phiếu bất thường",
    ),
    *("Có dấu hiệu bất thường", "Không tính (phiếu mời đã dùng hoặc hủy)", "Trả lời sau đợt", "Trả lời trước đợt"),
)
WHOLE = "cả đợt"


def rows(coverage: Coverage) -> Iterator[list[Cell]]:
    """Each point's whole first, then its days that have come; the sum of all points last."""
    for point in coverage.points:
        yield [point.code, point.name, WHOLE, *_cells(point.total), point.late, point.early]
        for day, judged in zip(coverage.days, point.days, strict=True):
            if judged is not None:
                yield [point.code, point.name, f"{day:%d/%m/%Y}", *_cells(judged), None, None]
    total = Judged(coverage.total, None, None, None)
    yield [None, "Cộng", WHOLE, *_cells(total), coverage.late, coverage.early]


def _cells(judged: Judged) -> list[Cell]:
    figures, band = judged.figures, judged.band
    return [
        *(figures.printed, figures.no_dossier, figures.void, figures.used, figures.left, figures.withdrawn),
        percent(figures.response),
        *(figures.visits, words.sources(figures.sources), figures.missing, *figures.ways, figures.answers),
        percent(figures.per_visit),
        *((band.least, band.most) if band else (None, None)),
        *(words.sign(verdict).label if verdict else None for verdict in (judged.verdict, judged.clean)),
        *(figures.flagged, figures.uncounted),
    ]


def as_json(coverage: Coverage, late: Sequence[Late], by_agency: Mapping[str, int]) -> dict[str, Json]:
    plan = coverage.plan
    return {
        "plan": plan.id,
        "today": coverage.today.isoformat(),
        "window": {"from": plan.first_day.isoformat(), "to": plan.last_day.isoformat()},
        "rule": None if plan.visits is None else _rule(plan.visits),
        "total": _figures(coverage.total) | {"late": coverage.late, "early": coverage.early},
        "slips_outside_window": coverage.outside,
        "points": [_point(coverage, point) for point in coverage.points],
        "late_results": [_late(each) for each in late],
        "answers_by_agency": dict(by_agency),
    }


def _rule(rule: VisitsRule) -> Json:
    return {
        "mode": rule.mode.value,
        "percent": rule.percent,
        "forms": rule.forms,
        "minimum": rule.minimum,
        "busy_from": rule.busy_from,
    }


def _point(coverage: Coverage, point: Point) -> Json:
    days: list[Json] = [
        _judged(judged) | {"day": day.isoformat()}
        for day, judged in zip(coverage.days, point.days, strict=True)
        if judged is not None
    ]
    whole = _judged(point.total) | {"late": point.late, "early": point.early}
    return {"code": point.code, "name": point.name, "total": whole, "days": days}


def _judged(judged: Judged) -> dict[str, Json]:
    band = judged.band
    return _figures(judged.figures) | {
        "least": band.least if band else None,
        "most": band.most if band else None,
        "by_minimum": band.by_minimum if band else None,
        "verdict": judged.verdict.value if judged.verdict else None,
        "verdict_without_flagged": judged.clean.value if judged.clean else None,
    }


def _figures(figures: Figures) -> dict[str, Json]:
    return {
        "printed": figures.printed,
        "without_dossier": figures.no_dossier,
        "void": figures.void,
        "used": figures.used,
        "left": figures.left,
        "withdrawn_unanswered": figures.withdrawn,
        "response_percent": _share(figures.response),
        "visits": figures.visits,
        "visit_sources": list[Json](sorted(figures.sources)),
        "days_without_visits": figures.missing,
        "answers": figures.answers,
        "by_way": {way.code: count for way, count in zip(Way, figures.ways, strict=True)},
        "answers_percent_of_visits": _share(figures.per_visit),
        "flagged": figures.flagged,
        "uncounted": figures.uncounted,
    }


def _share(tenths: int | None) -> Json:
    return None if tenths is None else tenths / 10


def _late(each: Late) -> Json:
    return {
        "point": each.point,
        "agency": each.agency,
        "known": each.known,
        "late": each.late,
        "no_notice": each.no_notice,
        "no_apology": each.no_apology,
        "unsaid": each.unsaid,
    }
