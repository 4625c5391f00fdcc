"""An analysis as CSV rows and as a JSON value: every figure with its n, its interval and its method. No query.

CSV is for Vietnamese Excel (`tables`); JSON has points for decimals and no text for what is missing.
"""

from collections.abc import Iterator

from central_office.results.analysis import Analysis, By, Hidden, Interval, Measure, Ranking, Row
from central_office.results.comparing import Table
from central_office.results.measuring import MEAN_METHOD, WITHOUT_METHOD
from central_office.results.spreadsheet import Cell, Number
from survey.index import Share, percent

HIDDEN = {
    Hidden.NO: "",
    Hidden.SMALL: "ít phiếu hơn mức được hiển thị",
    Hidden.DIFFERENCE: "che để không suy ra được số nhỏ",
}
GROUPS = {
    By.POINT: "Điểm khảo sát",
    By.UNIT: "Đơn vị",
    By.AGENCY: "Cơ quan giải quyết",
    By.FIELD: "Lĩnh vực",
    By.RESPONDENT: "Đối tượng",
    By.CHANNEL: "Kênh",
    By.MONTH: "Tháng",
}
HEAD = (
    *("Nhóm", "Mã", "Tên", "Chỉ tiêu", "Đã nhận", "Dở dang", "Có dấu hiệu bất thường"),
    *("Hài lòng (mức 4–5)", "n", "Chỉ số (%)", "Cận dưới 95 % (%)", "Cận trên 95 % (%)", "Hệ số thiết kế"),
    *("Hài lòng, trừ phiếu bất thường", "n, trừ phiếu bất thường", "Chỉ số, trừ phiếu bất thường (%)"),
    *("Phương pháp", "Khoảng", "Vì sao không hiển thị"),
)
INDEX_HEAD = ("Đơn vị", "Mã", "Chỉ số hài lòng (%)", "n", "Cận dưới 95 % (%)", "Cận trên 95 % (%)", "Phương pháp")


def rows_of(analysis: Analysis) -> Iterator[list[Cell]]:
    """The whole round first, then each breakdown, each row followed by its factors; then what people chose."""
    if analysis.overall:
        counts: list[Cell] = [None, analysis.received, analysis.partial, analysis.flagged]
        yield ["Chung", "", analysis.overall.name, *counts, *_measure(analysis.overall)]
    for group, measures in _measures(analysis):
        yield from ([group, each.code, each.name, *[None] * 4, *_measure(each)] for each in measures)
    for label, hundredths, method in _means(analysis):
        yield ["Cách tính khác", "", label, *[None] * 6, percent(hundredths), *[None] * 6, method, None, None]
    for by, breakdown in analysis.breakdowns.items():
        for row in breakdown.rows:
            yield from _row(GROUPS[by], row)
    for ranking in analysis.rankings:
        yield from _ranking(ranking)


def _measures(analysis: Analysis) -> Iterator[tuple[str, tuple[Measure, ...]]]:
    yield "Yếu tố", analysis.factors
    yield "Cách tính khác", (analysis.pooled,) if analysis.pooled else ()
    yield "Tiêu chí", analysis.criteria
    yield "Nhận định", analysis.judgements
    yield "Hộp nút, thang riêng", analysis.boxes


def _means(analysis: Analysis) -> list[tuple[str, int | None, str]]:
    found = [("Trung bình các yếu tố", analysis.mean, MEAN_METHOD)]
    if analysis.without_feedback is not None:
        found.append(("Trung bình, không tính yếu tố có điều kiện", analysis.without_feedback, WITHOUT_METHOD))
    return found


def _row(group: str, row: Row) -> Iterator[list[Cell]]:
    counts = [row.quota, row.received, row.partial, row.flagged]
    yield [group, row.code, row.name, *counts, *_measure(row.overall)]
    for factor in row.factors:
        name = f"{row.name} · {factor.name}"
        yield [f"{group}, yếu tố", f"{row.code} {factor.code}", name, *[None] * 4, *_measure(factor)]


def _measure(measure: Measure) -> list[Cell]:
    held = measure.interval
    limits: list[Cell] = [percent(held.low), percent(held.high), _thousandths(held)] if held else [None] * 3
    why = "; ".join(dict.fromkeys(HIDDEN[each] for each in (measure.hidden, measure.clean_hidden) if each))
    told = [measure.method, held.method if held else None, why or None]
    return [*_share(measure.share, measure.hidden), *limits, *_share(measure.clean, _clean_why(measure)), *told]


def _clean_why(measure: Measure) -> Hidden:
    return measure.hidden or measure.clean_hidden


def _share(share: Share, hidden: Hidden) -> list[Cell]:
    return [None, None, "–"] if hidden else [share.satisfied, share.n, percent(share.hundredths)]


def _ranking(ranking: Ranking) -> Iterator[list[Cell]]:
    for choice in ranking.choices:
        share = Share(choice.count, ranking.n)
        counts: list[Cell] = [None] * 2 if choice.hidden else [choice.count, ranking.n]
        told = "–" if choice.hidden else percent(share.hundredths)
        code = f"{ranking.code} {choice.code}"
        yield [
            *("Lựa chọn", code, f"{ranking.title} · {choice.name}", *[None] * 4, *counts, told, *[None] * 6),
            *(ranking.method, None, HIDDEN[choice.hidden] or None),
        ]


def _thousandths(held: Interval) -> str:
    return f"{held.effect // 1000},{held.effect % 1000:03d}"


def index_rows(analysis: Analysis) -> list[list[Cell]]:
    """What counts into the PAR index of units (R-096): by unit, or by point where no unit is known; the whole last."""
    breakdown = analysis.breakdowns.get(By.UNIT) or analysis.breakdowns.get(By.POINT)
    pairs = [(row.name, row.code, row.overall) for row in breakdown.rows] if breakdown else []
    if analysis.overall:
        pairs.append(("Toàn đợt", "", analysis.overall))
    return [[name, code, *_index(measure)] for name, code, measure in pairs]


def _index(measure: Measure) -> list[Cell]:
    held = measure.interval
    limits: list[Cell] = [percent(held.low), percent(held.high)] if held else [None, None]
    method = "; ".join(each for each in (measure.method, held.method if held else HIDDEN[measure.hidden]) if each)
    return [percent(measure.share.hundredths), None if measure.hidden else measure.share.n, *limits, method]


CHANGE_HEAD = (
    *("Bảng", "Hạng", "Mã", "Tên", "Đợt trước (%)", "n trước", "Đợt sau (%)", "n sau", "Chênh (điểm %)"),
    *("Cận dưới 95 %", "Cận trên 95 %", "Phương pháp"),
)


def change_rows(tables: tuple[Table, ...], method: str) -> Iterator[list[Cell]]:
    for table in tables:
        for row in table.rows:
            sides: list[Cell] = [cell for side in (row.earlier, row.later) for cell in _side(side)]
            moved: list[Cell] = [signed(value) for value in (row.moved, row.low, row.high)]
            yield [table.title, row.rank, row.code, row.name, *sides, *moved, method]


def _side(measure: Measure | None) -> list[Cell]:
    told = measure is not None and not measure.hidden
    return [percent(measure.share.hundredths), measure.share.n] if measure and told else ["–", None]


def signed(hundredths: int | None) -> Cell:
    """`-350` as `-3,50`; an en dash for none."""
    return "–" if hundredths is None else Number(("-" if hundredths < 0 else "") + percent(abs(hundredths)))
