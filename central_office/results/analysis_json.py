"""An analysis as a JSON value for programs: fractions of a percent as numbers, what is hidden as null with a reason."""

from central_office.results.analysis import Analysis, By, Measure, Ranking, Row
from central_office.results.analysis_tables import GROUPS
from central_office.results.measuring import MEAN_METHOD, WITHOUT_METHOD
from central_office.results.spreadsheet import Json
from survey.index import Share


def as_json(analysis: Analysis) -> dict[str, Json]:
    plan = analysis.plan
    rows: dict[By, list[Json]] = {by: [_row(row) for row in each.rows] for by, each in analysis.breakdowns.items()}
    return {
        "plan": plan.id,
        "at": analysis.at.isoformat(timespec="seconds"),
        "window": {"from": plan.first_day.isoformat(), "to": plan.last_day.isoformat()},
        "method": analysis.method,
        "floor": analysis.floor,
        "received": analysis.received,
        "partial": analysis.partial,
        "flagged": analysis.flagged,
        "outside_window": analysis.outside_window,
        "not_counted": dict(analysis.uncounted),
        "withdrawn": analysis.withdrawn,
        "allocated": plan.allocated,
        "declared_total": plan.declared_total,
        "overall": _measure(analysis.overall) if analysis.overall else None,
        "factors": [_measure(each) for each in analysis.factors],
        "beside_the_index": _beside(analysis),
        "criteria": [_measure(each) for each in analysis.criteria],
        "judgements": [_measure(each) for each in analysis.judgements],
        "boxes": [_measure(each) for each in analysis.boxes],
        "level_names": list(analysis.level_names),
        "points": rows.pop(By.POINT, []),
        "channels": rows.pop(By.CHANNEL, []),
        "breakdowns": {by.value: {"title": GROUPS[by], "rows": each} for by, each in rows.items()},
        "rankings": [_ranking(each) for each in analysis.rankings],
        "targets": [
            {
                **{"name": each.name, "year": each.year, "wanted": each.wanted / 100, "met": each.met},
                **{"gap": _percent(each.gap), "reached": _measure(each.measure)},
            }
            for each in analysis.targets
        ],
        "given": [
            {
                **{"name": each.name, "value": each.hundredths / 100, "source": each.source},
                **{"period": each.period, "method": each.method},
            }
            for each in analysis.given
        ],
        "signals": [
            {**{"point": each.point, "kind": each.kind, "text": each.text}, **{"count": each.count, "n": each.n}}
            for each in analysis.signals
        ],
        "days": {day.isoformat(): count for day, count in analysis.days.items()},
    }


def _beside(analysis: Analysis) -> Json:
    """Other ways to one figure: beside the index, never in its place."""
    return {
        "pooled": _measure(analysis.pooled) if analysis.pooled else None,
        "mean": {"percent": _percent(analysis.mean), "method": MEAN_METHOD},
        "without_feedback": {"percent": _percent(analysis.without_feedback), "method": WITHOUT_METHOD},
    }


def _measure(measure: Measure) -> dict[str, Json]:
    held = measure.interval
    interval: Json = None
    if held:
        limits: dict[str, Json] = {"low": held.low / 100, "high": held.high / 100, "level": 0.95}
        interval = limits | {"effect": held.effect / 1000, "clusters": held.clusters, "method": held.method}
    return {
        "code": measure.code,
        "name": measure.name,
        "index": None if measure.hidden else _share(measure.share),
        "index_without_flagged": None if measure.hidden or measure.clean_hidden else _share(measure.clean),
        "levels": [] if measure.hidden else list(measure.levels),
        "interval": interval,
        "method": measure.method,
        "hidden": measure.hidden.value,
        "hidden_without_flagged": measure.clean_hidden.value,
    }


def _row(row: Row) -> Json:
    told = _measure(row.overall)
    return {
        "code": row.code,
        "name": row.name,
        "quota": row.quota,
        "received": row.received,
        "left": None if row.quota is None else max(0, row.quota - row.received),
        "partial": row.partial,
        "flagged": row.flagged,
        **{key: told[key] for key in ("index", "index_without_flagged", "interval", "method", "hidden")},
        "hidden_without_flagged": told["hidden_without_flagged"],
        "factors": [_measure(each) for each in row.factors],
    }


def _ranking(ranking: Ranking) -> Json:
    return {
        "code": ranking.code,
        "title": ranking.title,
        "facet": ranking.facet,
        "n": ranking.n,
        "several": ranking.several,
        "method": ranking.method,
        "choices": [
            {
                **{"code": each.code, "name": each.name, "rank": each.rank or None},
                **{"count": None if each.hidden else each.count, "signal": each.signal},
                "percent": None if each.hidden else _percent(Share(each.count, ranking.n).hundredths),
            }
            for each in ranking.choices
        ],
    }


def _share(share: Share) -> Json:
    return {"satisfied": share.satisfied, "n": share.n, "percent": _percent(share.hundredths)}


def _percent(hundredths: int | None) -> Json:
    return None if hundredths is None else hundredths / 100
