"""What the results page shows of an analysis: which tables, in which order, with which pictures. No query."""

from dataclasses import dataclass
from typing import Any

from central_office.intake.lines import PLAN_ZONE
from central_office.results import charts
from central_office.results.analysis import Analysis, Breakdown, By, Measure, Row
from central_office.results.measuring import MEAN_METHOD, WITHOUT_METHOD
from central_office.results.ranking import LEAST_TALES
from survey import index
from survey.index import Share
from survey.masking import PUBLIC_FLOOR
from survey.plan import Plan

HEADS = {
    By.POINT: "Điểm khảo sát",
    By.UNIT: "Đơn vị",
    By.AGENCY: "Cơ quan giải quyết",
    By.FIELD: "Lĩnh vực",
    By.RESPONDENT: "Đối tượng",
    By.CHANNEL: "Kênh",
    By.MONTH: "Tháng",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A breakdown as a table."""

    breakdown: Breakdown

    @property
    def by(self) -> By:
        return self.breakdown.by

    @property
    def title(self) -> str:
        return self.breakdown.title

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.breakdown.rows

    @property
    def head(self) -> str:
        return HEADS[self.by]

    @property
    def has_quota(self) -> bool:
        return any(row.quota is not None for row in self.rows)

    @property
    def any_hidden(self) -> bool:
        measures = (measure for row in self.rows for measure in (row.overall, *row.factors))
        return any(measure.hidden or measure.clean_hidden for measure in measures)

    @property
    def any_factor(self) -> bool:
        return any(row.factors for row in self.rows)


def context(analysis: Analysis) -> dict[str, Any]:
    points = analysis.breakdowns.get(By.POINT)
    rows = points.rows if points else ()
    return {
        "results": analysis,
        "plan": analysis.plan,
        "running": _phase(analysis),
        "warning": _warning(analysis.plan),
        "distribution": _distribution(analysis),
        "beside": _beside(analysis),
        "main_measures": _main(analysis),
        "breakdowns": [Shown(each) for each in analysis.breakdowns.values()],
        "rankings": [each for each in analysis.rankings if any(choice.count for choice in each.choices)],
        "has_quota": any(row.quota is not None for row in rows),
        "quota_total": sum(row.quota or 0 for row in rows),
        "left_total": sum(max(0, (row.quota or 0) - row.received) for row in rows),
        "signal_least": LEAST_TALES,
        "signal_n": PUBLIC_FLOOR,
    }


def _main(analysis: Analysis) -> list[Measure]:
    found = (analysis.overall, *analysis.factors, analysis.pooled)
    return [measure for measure in found if measure is not None]


def _beside(analysis: Analysis) -> list[tuple[str, str, str]]:
    """Name, figure, method of the other ways to one figure."""
    found = []
    if analysis.pooled:
        found.append((analysis.pooled.name, index.percent(analysis.pooled.share.hundredths), analysis.pooled.method))
    if analysis.factors:
        found.append(("Trung bình các yếu tố", index.percent(analysis.mean), MEAN_METHOD))
    if analysis.without_feedback is not None:
        name = "Trung bình, không tính yếu tố có điều kiện"
        found.append((name, index.percent(analysis.without_feedback), WITHOUT_METHOD))
    return found


def _distribution(analysis: Analysis) -> charts.Chart | None:
    if analysis.overall is None or analysis.overall.hidden:
        return None
    counts = analysis.overall.levels
    total = sum(counts)
    shares = [index.percent(Share(count, total).hundredths) for count in counts]
    return charts.distribution(analysis.level_names, counts, shares)


def _warning(plan: Plan) -> str:
    if plan.declared_total is None or plan.declared_total == plan.allocated:
        return ""
    difference = plan.allocated - plan.declared_total
    return (
        f"Kế hoạch phân bổ {plan.allocated} phiếu cho các điểm nhưng ghi tổng số {plan.declared_total} phiếu "
        f"(chênh {difference:+d}). Các con số được giữ nguyên như văn bản; theo dõi theo từng điểm."
    )


def _phase(analysis: Analysis) -> str:
    plan, today = analysis.plan, analysis.at.astimezone(PLAN_ZONE).date()
    if plan.holds(today):
        return f"Đang khảo sát, còn {(plan.last_day - today).days + 1} ngày"
    return "Chưa bắt đầu" if today < plan.first_day else "Đã kết thúc"
