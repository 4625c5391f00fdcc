"""Analyses made by hand for the tests of publication: a small one with hidden rows, and one of many points."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from central_office.results.analysis import (
    Analysis,
    Breakdown,
    By,
    Choice,
    Given,
    Hidden,
    Interval,
    Measure,
    Ranking,
    Row,
    Signal,
    TargetLine,
)
from survey.index import Share
from survey.plan import Allocation, Plan, Point
from survey.plan_file import read_plan

PLAN_TEXT = (Path(__file__).parents[2] / "survey/data/plans/krong-no-2023.json").read_text("utf-8")
METHOD = "theo câu hỏi chung"
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
FACTORS = {
    "TC": "Tiếp cận dịch vụ hành chính công",
    "TT": "Thủ tục hành chính",
    "CC": "Công chức trực tiếp giải quyết công việc",
    "KQ": "Kết quả cung ứng dịch vụ",
    "PA": "Tiếp nhận, giải quyết góp ý, phản ánh, kiến nghị",
}
AT = datetime(2023, 10, 20, 1, 30, tzinfo=UTC)


def measure(code: str, name: str, levels: tuple[int, ...], flagged: int = 0) -> Measure:
    """A measure whose flagged answers were all of the best level."""
    n, good = sum(levels), levels[3] + levels[4]
    share, clean = Share(good, n), Share(good - flagged, n - flagged)
    middle = share.hundredths or 0
    limits = Interval(max(0, middle - 420), min(10_000, middle + 310), 1240, 13, "Wilson, hệ số thiết kế 1,240")
    return Measure(code, name, share, clean, METHOD, limits if n else None, levels)


def hide(found: Measure, why: Hidden) -> Measure:
    return replace(found, share=Share(0, 0), clean=Share(0, 0), interval=None, levels=(), hidden=why)


def levels_of(rng: Random, n: int) -> tuple[int, ...]:
    given = rng.choices(range(5), [3, 5, 12, 38, 42], k=n)
    return tuple(given.count(level) for level in range(5))


def added(parts: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*parts, strict=True))


def row(rng: Random, code: str, name: str, n: int, why: Hidden = Hidden.NO, quota: int | None = None) -> Row:
    levels = levels_of(rng, n)
    overall = measure("RG.HL0", "Mức độ hài lòng chung", levels, min(1, levels[4]))
    factors = tuple(measure(each, said, levels_of(rng, n * 4 // 5)) for each, said in FACTORS.items())
    return Row(code, name, n, n // 5, min(1, levels[4]), overall, factors, quota)


def plan_of_many(points: int) -> tuple[Plan, str]:
    """Krông Nô's plan with so many points of long names, and the text of its file."""
    import json

    document = json.loads(PLAN_TEXT)
    document.pop("declared_total")
    document["allocations"] = [
        {
            "point": f"xa-{number}",
            "name": {"vi": f"Bộ phận Tiếp nhận và trả kết quả xã Đông Hưng {number}"},
            "forms": 30,
        }
        for number in range(1, points + 1)
    ]
    text = json.dumps(document, ensure_ascii=False)
    return read_plan(text.encode(), "plan"), text


def analysis(seed: int = 7, points: int = 0) -> tuple[Analysis, str, dict[str, Measure]]:
    """The analysis, its plan's text, and what it hides: the true measure of each hidden row."""
    rng = Random(seed)
    plan, text = plan_of_many(points) if points else (read_plan(PLAN_TEXT.encode(), "plan"), PLAN_TEXT)
    rows = [_row_of(rng, each, place) for place, each in enumerate(plan.allocations)]
    small = {1: Hidden.SMALL, 2: Hidden.SMALL, 3: Hidden.DIFFERENCE}
    truth = {rows[place].code: rows[place].overall for place in small}
    levels = added([each.overall.levels for each in rows])
    flagged = sum(each.flagged for each in rows)
    overall = measure("RG.HL0", "Mức độ hài lòng chung", levels, flagged)
    shown = [_hidden_row(each, small[place]) if place in small else each for place, each in enumerate(rows)]
    return _whole(plan, overall, shown, rng), text, truth


def _row_of(rng: Random, allocation: Allocation, place: int) -> Row:
    point: Point = allocation.point
    n = (118, 4, 6, 13)[place] if place < 4 else 20 + place % 30
    return row(rng, point.code, point.name["vi"], n, quota=allocation.forms)


def _hidden_row(whole: Row, why: Hidden) -> Row:
    """As the analysis may come: hidden measures empty, the counts still there."""
    return replace(whole, overall=hide(whole.overall, why), factors=tuple(hide(each, why) for each in whole.factors))


def _whole(plan: Plan, overall: Measure, rows: list[Row], rng: Random) -> Analysis:
    n = overall.share.n
    factors = tuple(measure(code, name, levels_of(rng, n * 4 // 5)) for code, name in FACTORS.items())
    channel = (
        Row("screen", "Màn hình cảm ứng", n, 5, 4, replace(overall, name="Chung")),
        Row("paper", "Phiếu giấy", 0, 0, 0, measure("RG.HL0", "Chung", (0, 0, 0, 0, 0))),
    )
    told = (("Phải chờ đợi lâu", 31), ("Phải đi lại nhiều lần", 24), ("Hồ sơ phải bổ sung", 12))
    reasons = [Choice(f"LD0{place}", name, count, place) for place, (name, count) in enumerate(told, start=1)]
    reasons.append(Choice("LD04", "Bị gợi ý chi thêm tiền", 0, 0, True, Hidden.SMALL))
    return Analysis(
        plan=plan,
        at=AT,
        method=METHOD,
        floor=10,
        received=n,
        partial=n // 5,
        flagged=4,
        outside_window=3,
        withdrawn=1,
        uncounted={"slip_used": 2, "slip_void": 0},
        overall=overall,
        factors=factors,
        pooled=measure("pooled", "Gộp các yếu tố", added([each.levels for each in factors])),
        mean=7944,
        without_feedback=8106,
        criteria=(measure("TC1", "Nơi ngồi chờ có đủ chỗ", levels_of(rng, n // 2)),),
        judgements=(measure("ND1", "Phí, lệ phí được niêm yết đúng quy định", levels_of(rng, n // 2)),),
        rankings=(
            Ranking(
                "RG.LD",
                "Vì sao ông/bà chưa hài lòng?",
                61,
                tuple(reasons),
                "hai_long",
                True,
                "tỷ lệ trên tổng số phiếu; một người chọn được nhiều ý",
            ),
        ),
        boxes=(Measure("RG.HL0B3", "Hộp 3 nút", Share(41, 55), Share(41, 55), METHOD, None, (5, 9, 41)),),
        level_names=LEVELS,
        breakdowns={
            By.POINT: Breakdown(By.POINT, "Theo điểm khảo sát", tuple(rows)),
            By.CHANNEL: Breakdown(By.CHANNEL, "Theo kênh", channel),
        },
        targets=(
            TargetLine("Mức độ hài lòng chung", 2025, 9000, overall, False, (overall.share.hundredths or 0) - 9000),
            TargetLine("Lĩnh vực đất đai, xây dựng, đầu tư", 2025, 8500, hide(factors[0], Hidden.SMALL), None, None),
        ),
        given=(Given("Chỉ số 766: mức độ hài lòng", 9987, "Cổng Dịch vụ công quốc gia", "tháng 9/2023", "QĐ 766"),),
        signals=(Signal("kn-huyen", "Krông Nô", "harassment", "Bị gợi ý chi thêm tiền", 3, 118),),
        days={plan.first_day: 17},
    )
