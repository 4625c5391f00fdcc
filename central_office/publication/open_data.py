"""Open data of an edition: the figures as CSV and JSON, and what proves them. Counts only, whole numbers.

CSV is for Vietnamese spreadsheets as all of ours (results.tables); JSON tells the same rows to programs.
"""

import json
from collections.abc import Iterator
from typing import TypeAlias

from central_office.publication.edition import Edition
from central_office.publication.words import hides_clean
from central_office.reports.open_data import parquet_files
from central_office.results.analysis import Analysis, Measure, Ranking, Row
from central_office.results.spreadsheet import Cell, write_csv
from survey import index

Line: TypeAlias = "dict[str, str | int | None]"
PARQUET = {
    "tong-hop": "tổng hợp",
    "chi-so": "các chỉ số",
    "phan-to": "từng nhóm",
    "phan-bo": "số lượt từng mức",
    "lua-chon": "lựa chọn",
    "chi-tieu": "mục tiêu",
}
KEPT = frozenset(f"{name}.parquet" for name in PARQUET)  # counts by day are not public
OF_THE_WHOLE = frozenset({"tong-hop.parquet"})  # of a part nobody knows what came late or was taken back
DESCRIBED = {
    "data/chi-so.csv": "Mọi chỉ số với n và khoảng tin cậy: chung, yếu tố, từng nhóm (CSV, UTF-8 có BOM)",
    "data/chi-so.json": "Cùng các dòng đó (JSON)",
    "data/muc-do.csv": "Số lượt trả lời từng mức của từng câu (CSV)",
    "data/lua-chon.csv": "Nguyên nhân, mong đợi và các lựa chọn khác (CSV)",
    **{f"data/parquet/{name}.parquet": f"Bảng {title} (Parquet, cột có kiểu)" for name, title in PARQUET.items()},
    "data/analysis.json": "Toàn bộ số liệu đã đóng băng, dạng chuẩn để đối chiếu (JSON)",
    "data/plan.json": "Kế hoạch khảo sát (JSON)",
    "data/manifest.json": "Bản kê đóng băng: mã băm của từng tệp và của danh sách phiếu gốc (JSON)",
    "data/manifest.sig": "Chữ ký số Ed25519 của trung tâm trên bản kê",
    "data/centre-key.pem": "Khóa công khai của trung tâm",
}
HEAD = (
    *("Nhóm", "Mã", "Tên", "Mã chỉ số", "Chỉ số", "Hài lòng (mức 4–5)", "n", "Chỉ số (%)"),
    *("Khoảng tin cậy: thấp (%)", "Khoảng tin cậy: cao (%)"),
    *("Hài lòng, trừ phiếu bất thường", "n, trừ phiếu bất thường", "Chỉ số, trừ phiếu bất thường (%)"),
    *("Phiếu", "Dở dang", "Bất thường", "Chỉ tiêu phiếu", "Không công bố", "Phương pháp"),
)
KEYS = (
    *("group", "code", "name", "measure", "measure_name", "satisfied", "n", "hundredths", "low", "high"),
    *("clean_satisfied", "clean_n", "clean_hundredths"),
    *("received", "partial", "flagged", "quota", "hidden", "method"),
)
IN_PERCENT = frozenset({"hundredths", "low", "high", "clean_hundredths"})


def files(edition: Edition) -> Iterator[tuple[str, bytes]]:
    analysis = edition.analysis
    lines = list(lines_of(analysis))
    yield "data/chi-so.csv", write_csv(HEAD, ([_cell(key, line[key]) for key in KEYS] for line in lines))
    yield "data/chi-so.json", _json({"version": edition.version, "unit": "hundredths of a percent", "rows": lines})
    yield "data/muc-do.csv", _levels(analysis)
    yield "data/lua-chon.csv", _choices(analysis.rankings)
    kept = KEPT - OF_THE_WHOLE if edition.part else KEPT
    yield from (
        (f"data/parquet/{name}", data) for name, data in sorted(parquet_files(analysis).items()) if name in kept
    )
    yield from ((f"data/{name}", data) for name, data in sorted(edition.files.items()))


def lines_of(analysis: Analysis) -> Iterator[Line]:
    """Every measure as one line: the whole, then every breakdown."""
    if analysis.overall:
        yield _line("overall", "", "", analysis.overall)
    for group in ("factors", "criteria", "judgements", "boxes"):
        for measure in getattr(analysis, group):
            yield _line(group, "", "", measure)
    if analysis.pooled:
        yield _line("pooled", "", "", analysis.pooled)
    for breakdown in analysis.breakdowns.values():
        for row in breakdown.rows:
            yield _line(str(breakdown.by), row.code, row.name, row.overall, row)
            for measure in row.factors:
                yield _line(f"{breakdown.by}/factors", row.code, row.name, measure)


def _line(group: str, code: str, name: str, measure: Measure, row: Row | None = None) -> Line:
    line: Line = dict.fromkeys(KEYS)
    line |= {"group": group, "code": code, "name": name, "measure": measure.code, "measure_name": measure.name}
    line |= {"hidden": str(measure.hidden), "method": measure.method, "quota": row.quota if row else None}
    if measure.hidden:
        return line
    line |= {"satisfied": measure.share.satisfied, "n": measure.share.n, "hundredths": measure.share.hundredths}
    if not hides_clean(measure):
        line |= {"clean_satisfied": measure.clean.satisfied, "clean_n": measure.clean.n}
        line["clean_hundredths"] = measure.clean.hundredths
    if measure.interval:
        line |= {"low": measure.interval.low, "high": measure.interval.high}
    if row:
        line |= {"received": row.received, "partial": row.partial, "flagged": row.flagged}
    return line


def _cell(key: str, value: str | int | None) -> Cell:
    return index.percent(value) if key in IN_PERCENT and isinstance(value, int) else value


def _levels(analysis: Analysis) -> bytes:
    measures = [analysis.overall, *analysis.factors, *analysis.criteria, *analysis.judgements, *analysis.boxes]
    rows: list[list[Cell]] = []
    for measure in measures:
        if measure is None or measure.hidden:
            continue
        rows += [[measure.code, measure.name, level, count] for level, count in enumerate(measure.levels, start=1)]
    return write_csv(("Mã", "Tên", "Mức (1 là thấp nhất)", "Số lượt"), rows)


def _choices(rankings: tuple[Ranking, ...]) -> bytes:
    rows: list[list[Cell]] = []
    for ranking in rankings:
        for each in ranking.choices:
            shown = [None, None] if each.hidden else [each.rank, each.count]
            rows.append([ranking.code, ranking.title, each.code, each.name, *shown, ranking.n, str(each.hidden)])
    head = (
        "Mã câu",
        "Câu",
        "Mã lựa chọn",
        "Lựa chọn",
        "Thứ hạng",
        "Số người chọn",
        "Số người trả lời",
        "Không công bố",
    )
    return write_csv(head, rows)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
