"""Which pages the public site has and what stands on each, as values for the templates. No bytes, no markup."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from central_office.publication import words
from central_office.publication.edition import Edition
from central_office.results.analysis import Analysis, Breakdown, By, Hidden, Measure, Row
from survey.form import text_in
from survey.index import percent

Page: TypeAlias = "tuple[str, str, dict[str, Any]]"
MENU = (
    ("index.html", "Tổng quan"),
    ("don-vi.html", "Theo đơn vị"),
    ("phan-tich.html", "Phân tích"),
    ("y-kien.html", "Nguyên nhân, mong đợi"),
    ("phuong-phap.html", "Phương pháp"),
    ("du-lieu.html", "Dữ liệu mở"),
    ("kiem-tra.html", "Cách kiểm tra"),
)
BESIDE = (By.AGENCY, By.FIELD, By.RESPONDENT, By.CHANNEL, By.MONTH)
FACETS = {"nhan_dinh": "Nhận định", "hai_long": "Hài lòng", "mong_doi": "Mong đợi"}


def frame(edition: Edition) -> dict[str, Any]:
    """What stands on every page."""
    analysis, plan = edition.analysis, edition.analysis.plan
    return {
        "menu": MENU,
        "title": text_in(plan.title, "vi"),
        "issuer": plan.issuer,
        "number": plan.number,
        "first": words.day(plan.first_day),
        "last": words.day(plan.last_day),
        "at": analysis.at,
        "floor": analysis.floor,
        "method": analysis.method,
        "version": edition.version,
        "interim": edition.interim,
        "part": edition.part,
    }


def pages(edition: Edition, sizes: Mapping[str, int]) -> Iterator[Page]:
    """Name, template and context of each; `sizes`: bytes of the files that are handed out."""
    analysis = edition.analysis
    yield "index.html", "overview.html", _overview(analysis)
    yield from _units(analysis)
    yield "phan-tich.html", "breakdowns.html", _breakdowns(analysis)
    yield "y-kien.html", "opinions.html", {"rankings": [_ranking(each) for each in analysis.rankings]}
    yield "phuong-phap.html", "method.html", _method(analysis)
    yield "du-lieu.html", "data.html", {"downloads": _downloads(sizes)}
    yield "kiem-tra.html", "check.html", {"key": edition.key, "has_manifest": "data/manifest.json" in sizes}


def _overview(analysis: Analysis) -> dict[str, Any]:
    overall = analysis.overall
    return {
        "overall": _measure(overall) if overall else None,
        "levels": words.level_bars(analysis.level_names, overall),
        "factors": [_measure(each) for each in analysis.factors],
        "pooled": _measure(analysis.pooled) if analysis.pooled else None,
        "mean": words.percent(analysis.mean) if analysis.mean is not None else "",
        "without_feedback": words.percent(analysis.without_feedback) if analysis.without_feedback is not None else "",
        "targets": [_target(each) for each in analysis.targets],
        "given": [(each, words.percent(each.hundredths)) for each in analysis.given],
        "counts": _counts(analysis),
    }


def _counts(analysis: Analysis) -> list[tuple[str, str, str]]:
    """What came in and what became of it: nothing is left untold (law 5)."""
    plan = analysis.plan
    wanted = f"trên {words.number(plan.allocated)} phiếu phân bổ theo kế hoạch" if plan.allocated else ""
    uncounted = sum(analysis.uncounted.values())
    return [
        ("Phiếu được tính", words.number(analysis.received), wanted),
        ("Trong đó: trả lời dở dang", words.number(analysis.partial), "được tính cho những câu đã trả lời"),
        ("Trong đó: có dấu hiệu bất thường", words.number(analysis.flagged), "vẫn tính; có chỉ số trừ các phiếu này"),
        ("Ngoài thời gian khảo sát", words.number(analysis.outside_window), "không tính"),
        ("Không tính vì phiếu mời", words.number(uncounted), "phiếu mời đã dùng rồi hoặc đã hủy"),
        ("Người dân đã rút lại", words.number(analysis.withdrawn), "không tính; nội dung đã xóa"),
    ]


def _measure(measure: Measure) -> dict[str, Any]:
    """A measure in words, for a row of a table or a card."""
    return {
        "code": measure.code,
        "name": measure.name,
        "index": words.measured(measure),
        "bare": words.DASH if measure.hidden else percent(measure.share.hundredths),
        "interval": words.interval(measure),
        "n": words.answered(measure),
        "satisfied": words.DASH if measure.hidden else words.number(measure.share.satisfied),
        "clean": words.cleaned(measure),
        "clean_n": words.DASH if words.hides_clean(measure) else words.number(measure.clean.n),
        "hundredths": "" if measure.hidden or measure.share.hundredths is None else measure.share.hundredths,
        "method": measure.method,
        "interval_method": measure.interval.method if measure.interval and not measure.hidden else "",
        "why": words.WHY_HIDDEN.get(measure.hidden, ""),
        "clean_hidden": words.hides_clean(measure),
        "of_hundred": round(words.bar(measure).length / 100),
        "bar": words.bar(measure),
    }


def _target(line: Any) -> dict[str, Any]:
    return {
        "name": line.name,
        "year": line.year,
        "wanted": words.percent(line.wanted),
        "measure": _measure(line.measure),
        "verdict": line.verdict,
        "met": line.met,
        "gap": words.DASH if line.measure.hidden else words.points(line.gap),
    }


def _row(row: Row, place: int | None = None, page: str = "") -> dict[str, Any]:
    hidden = row.overall.hidden
    return {
        "name": row.name or "Không rõ",
        "page": page,
        "place": place or words.DASH,
        "received": words.DASH if hidden else words.number(row.received),
        "quota": words.number(row.quota),
        "flagged": words.DASH if hidden else words.number(row.flagged),
        "overall": _measure(row.overall),
        "why": words.WHY_HIDDEN.get(hidden, ""),
    }


def _units(analysis: Analysis) -> Iterator[Page]:
    """The points in two orders, each with a page of its own; the units of the tree above them, where there are any."""
    found = analysis.breakdowns.get(By.POINT)
    rows = words.in_order(found.rows) if found else []
    names = words.page_names(row.code for row in rows)
    units = analysis.breakdowns.get(By.UNIT)
    shared = {
        "hidden": any(row.overall.hidden for row in rows),
        "units": [_row(row) for row in words.in_order(units.rows)] if units else [],
        "has_quota": any(row.quota is not None for row in rows),
    }
    listed = [_row(row, None, f"don-vi/{names[row.code]}.html") for row in rows]
    yield "don-vi.html", "units.html", shared | {"rows": listed, "ranked": False}
    ranked = [_row(row, place, f"don-vi/{names[row.code]}.html") for place, row in words.by_index(rows)]
    yield "don-vi-theo-chi-so.html", "units.html", shared | {"rows": ranked, "ranked": True}
    for row in rows:
        yield f"don-vi/{names[row.code]}.html", "unit.html", _unit(analysis, row)


def _unit(analysis: Analysis, row: Row) -> dict[str, Any]:
    whole = {each.code: words.measured(each) for each in analysis.factors}
    return {
        "row": _row(row),
        "whole": words.measured(analysis.overall) if analysis.overall else words.DASH,
        "levels": words.level_bars(analysis.level_names, row.overall),
        "factors": [(_measure(each), whole.get(each.code, words.DASH)) for each in row.factors],
        "small": row.overall.hidden is Hidden.SMALL,
    }


def _breakdowns(analysis: Analysis) -> dict[str, Any]:
    tables = [_table(found) for by in BESIDE if (found := analysis.breakdowns.get(by)) and found.rows]
    return {
        "tables": tables,
        "criteria": [_measure(each) for each in analysis.criteria],
        "judgements": [_measure(each) for each in analysis.judgements],
        "boxes": [_measure(each) | {"levels": " · ".join(map(words.number, each.levels))} for each in analysis.boxes],
    }


def _table(breakdown: Breakdown) -> dict[str, Any]:
    rows = breakdown.rows
    return {
        "id": f"theo-{breakdown.by}",
        "title": breakdown.title,
        "rows": [_row(row) for row in rows],
        "hidden": any(row.overall.hidden for row in rows),
    }


def _ranking(ranking: Any) -> dict[str, Any]:
    shown = [each for each in ranking.choices if not each.hidden]
    return {
        "title": ranking.title,
        "facet": FACETS.get(ranking.facet, ""),
        "n": words.number(ranking.n),
        "method": ranking.method,
        "bars": [(each.rank, words.share_bar(each.name, each.count, ranking.n)) for each in shown],
        "hidden": [each.name for each in ranking.choices if each.hidden],
    }


def _method(analysis: Analysis) -> dict[str, Any]:
    overall = analysis.overall
    found = overall.interval if overall and not overall.hidden else None
    return {
        "interval": found,
        "effect": f"{found.effect // 1000},{found.effect % 1000:03d}" if found and found.effect > 1000 else "",
        "overall": _measure(overall) if overall else None,
        "notes": [_note(analysis)] if analysis.plan.warnings() else [],
    }


def _note(analysis: Analysis) -> str:
    plan = analysis.plan
    return (
        f"Kế hoạch phân bổ {words.number(plan.allocated)} phiếu cho các điểm nhưng ghi tổng số "
        f"{words.number(plan.declared_total)} phiếu; các con số được giữ nguyên như văn bản."
    )


def _downloads(sizes: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Name, what it is, size."""
    return [(name, said, _size(sizes[name])) for name, said in _described(sizes) if name in sizes]


def _described(sizes: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    from central_office.publication.open_data import DESCRIBED

    yield from DESCRIBED.items()
    yield from ((name, "Mẫu phiếu đã dùng (JSON)") for name in sizes if name.startswith("data/forms/"))
    known = {*DESCRIBED, *(name for name in sizes if name.startswith("data/forms/"))}
    yield from ((name, "Tệp kèm theo") for name in sizes if name not in known)


def _size(count: int) -> str:
    return f"{words.number(count)} byte" if count < 10_000 else f"{words.number(round(count / 1000))} kB"
