"""Analyses made by hand: Krông Nô with the golden ten answers, Bắc Giang's 209 points, Sóc Trăng with everything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

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
from central_office.results.sayings import UNCOUNTED
from survey.index import Share
from survey.plan import Allocation, Plan, Point
from survey.plan_file import read_plan
from survey.plan_parts import Heading, HeadingKind

VIETNAM = timezone(timedelta(hours=7))
PLANS = Path(__file__).parents[2] / "survey/data/plans"
BY_QUESTION = "theo câu hỏi chung"
BY_FACTOR = "theo câu hỏi về yếu tố"
WILSON = "Wilson"
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
FACTORS = (
    ("TC", "Tiếp cận dịch vụ hành chính công"),
    ("TT", "Thủ tục hành chính"),
    ("CC", "Công chức, viên chức giải quyết công việc"),
    ("KQ", "Kết quả cung ứng dịch vụ hành chính công"),
    ("PA", "Tiếp nhận, giải quyết phản ánh, kiến nghị"),
)
GOLDEN = ((6, 9), (5, 9), (7, 10), (8, 10), (1, 4))
SIGNED = Heading(
    HeadingKind.STATE, "UBND TỈNH SÓC TRĂNG", "SỞ NỘI VỤ", "Sóc Trăng", "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC", "Nguyễn Văn Ắt"
)
NOBODY = Share(0, 0)


def plan_of(name: str) -> Plan:
    return read_plan((PLANS / f"{name}.json").read_bytes(), name)


def interval(satisfied: int, n: int, clusters: int = 0) -> Interval:
    """Wilson's, reckoned here for the fixtures alone."""
    p, z2 = satisfied / n, 1.96**2
    middle, half = p + z2 / (2 * n), 1.96 * (p * (1 - p) / n + z2 / (4 * n * n)) ** 0.5
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return Interval(round(low * 10_000), round(high * 10_000), 1350 if clusters else 1000, clusters, WILSON)


def measure(
    code: str,
    name: str,
    satisfied: int,
    n: int,
    *,
    method: str = BY_FACTOR,
    levels: Sequence[int] = (),
    clean: tuple[int, int] | None = None,
    clusters: int = 0,
    floor: int = 5,
) -> Measure:
    """Masked below the floor; `clean`: as all where nothing is flagged."""
    if n < floor and n != 4:
        return Measure(code, name, NOBODY, NOBODY, method, hidden=Hidden.SMALL)
    without = Share(*clean) if clean else Share(satisfied, n)
    between = interval(satisfied, n, clusters) if n else None
    return Measure(code, name, Share(satisfied, n), without, method, between, tuple(levels))


def row(code: str, name: str, satisfied: int, n: int, quota: int | None = None, factors: Sequence[str] = ()) -> Row:
    overall = measure("Q", name, satisfied, n, method=BY_QUESTION)
    parts = tuple(measure(c, c, max(0, satisfied - at % 3), n) for at, c in enumerate(factors))
    return Row(code, name, n, n // 9, n // 20, overall, parts, quota)


def krong_no() -> Analysis:
    """The golden ten, spread over the district's point and others too small to show."""
    plan = plan_of("krong-no-2023")
    points = [row("kn-huyen", "Bộ phận Tiếp nhận và trả kết quả huyện Krông Nô", 4, 6, 120, [c for c, _ in FACTORS])]
    for at, allocation in enumerate(plan.allocations[1:]):
        n = 1 if at < 4 else 0
        points.append(row(allocation.point.code, allocation.point.name["vi"], 0, n, allocation.forms))
    channels = (row("screen", "Màn hình cảm ứng", 6, 8), row("button", "Nút bấm", 0, 2))
    return Analysis(
        plan=plan,
        at=datetime(2023, 10, 17, 3, 0, tzinfo=timezone.utc),  # noqa: UP017 (one way in this file)
        method=BY_QUESTION,
        floor=5,
        received=10,
        partial=1,
        flagged=1,
        outside_window=2,
        withdrawn=1,
        uncounted=dict(zip(UNCOUNTED, (1, 0), strict=True)),
        overall=measure(
            "CHUNG", "Hài lòng chung", 7, 10, method=BY_QUESTION, levels=(1, 1, 1, 3, 4), clean=(7, 9), clusters=13
        ),
        factors=tuple(measure(c, name, *g) for (c, name), g in zip(FACTORS, GOLDEN, strict=True)),
        pooled=measure("GOP", "Tính gộp", 27, 42, method="tính gộp"),
        mean=5944,
        without_feedback=6806,
        criteria=(),
        judgements=(),
        rankings=(reasons(10),),
        boxes=(measure("HOP3", "Hộp 3 nút", 5, 8, method="thang riêng của hộp nút"),),
        level_names=LEVELS,
        breakdowns={
            By.POINT: Breakdown(By.POINT, "Điểm khảo sát", tuple(points)),
            By.CHANNEL: Breakdown(By.CHANNEL, "Kênh", channels),
        },
        signals=(
            Signal("kn-huyen", "Bộ phận Tiếp nhận và trả kết quả huyện Krông Nô", "harassment", "Gây phiền hà", 2, 6),
        ),
        days={date(2023, 8, 25) + timedelta(days=d): d % 3 for d in range(10)},
    )


def reasons(n: int) -> Ranking:
    choices = (
        Choice("CHO_LAU", "Chờ lâu", 6 * n // 10, 1),
        Choice("THAI_DO", "Thái độ chưa đúng mực", 3 * n // 10, 2),
        Choice("PHIEN_HA", "Gây phiền hà, sách nhiễu", 2 * n // 10, 3, signal=True),
        Choice("KHAC", "=HYPERLINK(1) Lý do <b>khác</b> & khác", 0, 4, hidden=Hidden.SMALL),
    )
    return Ranking("LD", "Lý do chưa hài lòng", n, choices, several=True)


def bac_giang() -> Analysis:
    """209 points under the Party's heading; a post-holder is rated; some points hidden."""
    points, allocations = [], []
    kinds = ("Xã", "Phường", "Thị trấn")
    for at in range(1, 210):
        name = f"{kinds[at % 3]} {('Tân Mỹ', 'Đồng Sơn', 'Nghĩa Trung', 'Quế Nham', 'Dĩnh Trì')[at % 5]} {at}"
        n = 3 if at % 50 == 7 else 20 + at % 17
        points.append(row(f"bg-{at:03d}", name, n - at % 9, n, None, ("CT", "TD")))
        allocations.append(Allocation(Point(f"bg-{at:03d}", {"vi": name}), 0))
    satisfied = sum(each.overall.share.satisfied for each in points)
    n = sum(each.overall.share.n for each in points)
    plan = replace(plan_of("bac-giang-2024"), allocations=tuple(allocations))
    factors = (
        measure("CT", "Trách nhiệm trong giải quyết công việc", satisfied - 40, n, clusters=209),
        measure("TD", "Thái độ tiếp dân, đối thoại", satisfied - 85, n, clusters=209),
    )
    return replace(
        krong_no(),
        plan=plan,
        at=datetime(2024, 6, 15, 1, 30, tzinfo=VIETNAM),
        received=sum(each.received for each in points),
        partial=30,
        flagged=12,
        overall=measure(
            "Q",
            "Hài lòng chung",
            satisfied,
            n,
            method=BY_QUESTION,
            levels=(20, 80, n - satisfied - 100, satisfied - 1500, 1500),
            clean=(satisfied - 9, n - 12),
            clusters=209,
        ),
        factors=factors,
        pooled=None,
        mean=None,
        without_feedback=None,
        rankings=(),
        boxes=(),
        breakdowns={By.POINT: Breakdown(By.POINT, "Điểm khảo sát", tuple(points))},
        signals=(),
    )


def soc_trang() -> Analysis:
    """Targets, fields, rankings, criteria and judgements of the full form; a ratio of another formula beside them."""
    fields = (
        row("DAT_DAI", "Đất đai", 800, 1000),
        row("XAY_DUNG", "Xây dựng", 450, 500),
        row("DAU_TU", "Đầu tư", 261, 300),
        row("HO_TICH", "Hộ tịch", 1200, 1280),
        row("KHAC", "Lĩnh vực khác", 2, 3),
    )
    overall = measure(
        "CHUNG", "Hài lòng chung", 2761, 3083, method=BY_QUESTION, levels=(30, 92, 200, 1461, 1300), clusters=24
    )
    land = measure("CHUNG", "Đất đai, xây dựng, đầu tư", 1511, 1800, method=BY_QUESTION)
    criteria = tuple(
        measure(f"TC{at}", name, 2500 - 60 * at, 3000, method="theo tiêu chí")
        for at, name in enumerate(
            (
                *("Trụ sở cơ quan", "Trang thiết bị phục vụ người dân, tổ chức", "Địa chỉ dịch vụ công trực tuyến"),
                *("Việc đăng ký tài khoản trên phần mềm DVCTT", "Niêm yết công khai TTHC", "Thành phần hồ sơ"),
                *("Mức phí, lệ phí yêu cầu nộp", "Thời hạn giải quyết công việc", "Thái độ giao tiếp"),
            )
        )
    )
    return replace(
        krong_no(),
        plan=replace(plan_of("soc-trang-2025"), heading=SIGNED, number="45/KH-UBND"),
        at=datetime(2025, 6, 3, 8, 5, tzinfo=VIETNAM),
        received=3083,
        flagged=61,
        overall=overall,
        factors=tuple(measure(c, name, 2400 + 70 * at, 3000, clusters=24) for at, (c, name) in enumerate(FACTORS[:4])),
        criteria=criteria,
        judgements=(
            measure(
                "ND.09a",
                "Mức độ phù hợp: nộp trực tiếp tại Bộ phận Một cửa",
                2100,
                2900,
                method="mức 4–5 trên thang phù hợp",
            ),
        ),
        rankings=(
            reasons(900),
            replace(reasons(3000), code="MD", title="Mong đợi của người dân, tổ chức", facet="mong_doi"),
        ),
        breakdowns={
            By.UNIT: Breakdown(
                By.UNIT, "Đơn vị", tuple(row(f"st-{n}", f"Huyện {n}", 200 + n, 240 + n, 250) for n in range(1, 12))
            ),
            By.FIELD: Breakdown(By.FIELD, "Lĩnh vực", fields),
            By.RESPONDENT: Breakdown(
                By.RESPONDENT, "Đối tượng", (row("CA_NHAN", "Cá nhân", 2400, 2683), row("TO_CHUC", "Tổ chức", 361, 400))
            ),
            By.MONTH: Breakdown(
                By.MONTH, "Tháng", tuple(row(f"2025-{m:02d}", f"Tháng {m}/2025", 900, 1000) for m in range(3, 6))
            ),
        },
        targets=(
            TargetLine("Hài lòng về sự phục vụ hành chính nói chung", 2025, 9000, overall, False, 8956 - 9000),
            TargetLine("Hài lòng về thủ tục đất đai, xây dựng, đầu tư", 2025, 8500, land, False, 8394 - 8500),
            TargetLine("Hài lòng về thủ tục đầu tư", 2025, 8500, fields[2].overall, True, 200),
        ),
        given=(
            Given(
                "Tỷ lệ hồ sơ không có phản ánh, không quá hạn",
                9812,
                "Cổng Dịch vụ công quốc gia",
                "5/2025",
                "QĐ 766/QĐ-TTg: (hồ sơ − hồ sơ bị phản ánh hoặc quá hạn) / hồ sơ",
            ),
        ),
    )


ALL = {"krong-no": krong_no, "bac-giang": bac_giang, "soc-trang": soc_trang}
