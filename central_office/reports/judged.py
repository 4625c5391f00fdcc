"""The report's parts on factors, criteria, targets, reasons and signals."""

from collections.abc import Sequence

from central_office.reports import charts, words
from central_office.reports.blocks import Column
from central_office.reports.notes import table_note
from central_office.reports.writer import Writer
from central_office.results.analysis import Analysis, Hidden, Measure, Ranking
from survey.form import Facet
from survey.index import percent
from survey.masking import PUBLIC_FLOOR

MEASURE_COLUMNS = (
    Column("Nội dung", 68, right=False),
    Column("Hài lòng/n", 25),
    Column("Chỉ số (%)", 19),
    Column("KTC 95 %", 32),
    Column("Trừ phiếu bất thường (%)", 21),
)
SIGNAL = " (*)"


def factors(write: Writer, analysis: Analysis) -> None:
    if not (analysis.factors or analysis.criteria or analysis.judgements or analysis.boxes):
        return
    write.part("KẾT QUẢ THEO YẾU TỐ")
    if analysis.factors:
        _table(write, analysis, "Chỉ số hài lòng theo yếu tố", analysis.factors)
        alt = "; ".join(f"{m.name}: {words.index(m)} %" for m in analysis.factors)
        note = table_note(analysis, analysis.factors) + " Vạch ngang: khoảng tin cậy."
        write.picture("Chỉ số hài lòng theo yếu tố", charts.indices(analysis.factors), alt, note)
    if analysis.criteria:
        _table(write, analysis, "Chỉ số hài lòng theo tiêu chí", analysis.criteria)
    if analysis.judgements:
        _table(write, analysis, "Nhận định của người trả lời (không phải mức độ hài lòng)", analysis.judgements)
    if analysis.boxes:
        _table(write, analysis, "Hộp nút có thang riêng (không tính vào chỉ số)", analysis.boxes)


def _table(write: Writer, analysis: Analysis, title: str, measures: Sequence[Measure]) -> None:
    rows = [(m.name, words.of(m), words.index(m), words.interval(m), words.clean_index(m)) for m in measures]
    write.table(title, MEASURE_COLUMNS, rows, table_note(analysis, measures))


def targets(write: Writer, analysis: Analysis) -> None:
    if not analysis.targets:
        return
    write.part("SO VỚI CHỈ TIÊU")
    rows = [
        (
            *(line.name, str(line.year), percent(line.wanted), words.index(line.measure), words.answered(line.measure)),
            *(words.signed(line.gap), words.NONE if line.gap is None else line.verdict),
        )
        for line in analysis.targets
    ]
    columns = (
        *(
            Column("Chỉ tiêu", 62, right=False),
            Column("Năm", 14),
            Column("Chỉ tiêu (%)", 21),
            Column("Đạt được (%)", 20),
        ),
        *(Column("n", 15), Column("Chênh lệch (điểm)", 20), Column("Kết quả", 19, right=False)),
    )
    note = table_note(analysis, [line.measure for line in analysis.targets])
    write.table("Kết quả so với chỉ tiêu của kế hoạch", columns, rows, note)
    alt = "; ".join(f"{line.name} {line.year}: {words.index(line.measure)} %" for line in analysis.targets)
    drawn = charts.targets(analysis.targets)
    write.picture("Kết quả (thanh) và chỉ tiêu (vạch đứng)", drawn, alt, f"Đạt được / chỉ tiêu. {note}")


def rankings(write: Writer, analysis: Analysis) -> None:
    """Expectations and reasons apart from facts; each a table of shares of those who answered."""
    if not analysis.rankings:
        return
    write.part("NGUYÊN NHÂN, MONG ĐỢI VÀ CÁC THÔNG TIN KHÁC")
    order = {Facet.NONE.value: 0, Facet.EXPECTATION.value: 1, Facet.JUDGEMENT.value: 2}
    for ranking in sorted(analysis.rankings, key=lambda each: order.get(each.facet, 3)):
        _ranking(write, analysis, ranking)


def _ranking(write: Writer, analysis: Analysis, ranking: Ranking) -> None:
    hidden = any(choice.hidden is not Hidden.NO for choice in ranking.choices)
    rows = [
        (words.NONE if choice.hidden else str(choice.rank), choice.name + (SIGNAL if choice.signal else ""))
        + (
            (words.MASKED, words.MASKED)
            if choice.hidden
            else (words.number(choice.count), words.part(choice.count, ranking.n))
        )
        for choice in ranking.choices
    ]
    method = ranking.method or "số người chọn trên số người trả lời câu này"
    note = f"Phương pháp: {method}; n = {words.number(ranking.n)}"
    note += "; một người được chọn nhiều nội dung" if ranking.several and "một người" not in method else ""
    note += ", tổng có thể vượt 100 %." if ranking.several else "."
    note += " (*) Dấu hiệu cần kiểm tra." if any(choice.signal for choice in ranking.choices) else ""
    note += f" {words.masked_note(analysis.floor)}" if hidden else ""
    columns = (Column("Thứ tự", 15), Column("Nội dung", 100, right=False), Column("Số người chọn", 27), Column("%", 23))
    write.table(ranking.title, columns, rows, note)


def signals(write: Writer, analysis: Analysis) -> None:
    """What people must look into, point by point (R-097)."""
    if analysis.floor >= PUBLIC_FLOOR:
        return  # figures for everybody tell of none, whether there are any or not
    if not analysis.signals:
        write.say("Không có điểm khảo sát nào vượt ngưỡng cảnh báo.")
        return
    rows = [(each.name, each.text, words.number(each.count), words.number(each.n)) for each in analysis.signals]
    columns = (
        *(Column("Điểm khảo sát", 58, right=False), Column("Dấu hiệu", 70, right=False)),
        *(Column("Số phiếu", 20), Column("n", 17)),
    )
    write.table("Dấu hiệu cần kiểm tra", columns, rows, "Phương pháp: đếm số phiếu vượt ngưỡng cảnh báo tại từng điểm.")


def given(write: Writer, analysis: Analysis) -> None:
    """Figures of other formulas, kept apart (R-095)."""
    if not analysis.given:
        return
    rows = [(each.name, each.period, percent(each.hundredths), each.source, each.method) for each in analysis.given]
    columns = (
        *(Column("Số liệu", 42, right=False), Column("Kỳ", 18, right=False), Column("%", 17)),
        *(Column("Nguồn", 40, right=False), Column("Cách tính", 48, right=False)),
    )
    note = "Công thức khác với chỉ số hài lòng của báo cáo này; đặt bên cạnh, không cộng và không lấy trung bình."
    write.table("Số liệu do cơ quan khác tính", columns, rows, note)
