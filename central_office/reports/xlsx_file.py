"""The figures as a workbook whose percentages are formulas over counts: who doubts one, follows it. No macro, no link.

A name is always a text: no cell of data can become a formula.
"""

import io
from datetime import UTC
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from central_office.reports import words
from central_office.reports.archive import still
from central_office.reports.codes import KINDS
from central_office.reports.flat import named_measures
from central_office.reports.standing import UNSAID, Standing
from central_office.results.analysis import Analysis, Breakdown, By, Measure, Row
from central_office.results.sayings import stand_in
from survey.form import text_in
from survey.index import percent

FONT = "Times New Roman"
COUNT, PERCENT = "#,##0", "0.00"
EDGE = Side(style="thin", color="999999")
HEAD_FILL = PatternFill("solid", fgColor="ECEFF2")
NOTHING = words.NONE


def index_formula(satisfied: str, n: str) -> str:
    """The index in percent over two cells; a dash where nobody answered."""
    return f'=IF({n}=0,"{NOTHING}",ROUND(100*{satisfied}/{n},2))'


def xlsx(analysis: Analysis, standing: Standing = UNSAID) -> bytes:
    """Sheets «Tổng hợp», «Theo đơn vị», «Theo yếu tố», «Phân bố», «Phương pháp». Same analysis, same bytes."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "Tổng hợp"
    _summary(first, analysis, standing.mark)
    _units(book.create_sheet("Theo đơn vị"), analysis)
    _factors(book.create_sheet("Theo yếu tố"), analysis)
    _levels(book.create_sheet("Phân bố"), analysis)
    _method(book.create_sheet("Phương pháp"), analysis, standing)
    for sheet in book.worksheets:
        sheet.oddHeader.center.text = standing.mark or None  # type: ignore[union-attr]
    at = analysis.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.title, book.properties.creator = text_in(analysis.plan.title, "vi"), analysis.plan.issuer
    book.properties.created, book.properties.language = at, "vi-VN"
    file = io.BytesIO()
    book.save(file)
    return still(file.getvalue(), analysis.at.astimezone(UTC))


def put(sheet: Worksheet, row: int, column: int, value: Any, form: str = "") -> None:
    """A text of data as a text, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"
    else:
        cell.value = value
    _look(cell, form)


def formula(sheet: Worksheet, row: int, column: int, text: str, form: str) -> None:
    cell = sheet.cell(row, column, text)
    _look(cell, form)


def _look(cell: Any, form: str) -> None:
    cell.font, cell.border = Font(name=FONT, size=12), Border(EDGE, EDGE, EDGE, EDGE)
    cell.alignment = Alignment(horizontal="right" if form else "left", vertical="center", wrap_text=not form)
    if form:
        cell.number_format = form


def _head(sheet: Worksheet, row: int, titles: tuple[str, ...], widths: tuple[int, ...]) -> None:
    for column, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        put(sheet, row, column, title)
        cell: Any = sheet.cell(row, column)
        cell.font, cell.fill = Font(name=FONT, size=12, bold=True), HEAD_FILL
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = f"A{row + 1}"
    sheet.print_title_rows = f"{row}:{row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True  # type: ignore[union-attr]


SHARE_TITLES = (
    "Hài lòng",
    "n",
    "Chỉ số (%)",
    "Hài lòng, trừ bất thường",
    "n, trừ bất thường",
    "Chỉ số, trừ bất thường (%)",
)
SHARE_WIDTHS = (12, 12, 12, 14, 14, 16)


def shares(sheet: Worksheet, row: int, column: int, measure: Measure) -> None:
    """Six cells from `column`: counts and the formula over them, twice; dashes where it is hidden."""
    for offset, share in ((0, measure.share), (3, measure.clean)):
        left = column + offset
        if words.is_hidden(measure) or (offset and words.clean_is_hidden(measure)):
            for at in range(3):
                put(sheet, row, left + at, NOTHING, PERCENT)
            continue
        put(sheet, row, left, share.satisfied, COUNT)
        put(sheet, row, left + 1, share.n, COUNT)
        formula(sheet, row, left + 2, index_formula(_at(left, row), _at(left + 1, row)), PERCENT)


def _at(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _summary(sheet: Worksheet, analysis: Analysis, mark: str) -> None:
    _head(sheet, 1, ("Nội dung", "Giá trị"), (64, 18))
    overall = analysis.overall
    counts: list[tuple[str, Any]] = [
        ("Phiếu đã nhận trong thời gian khảo sát", analysis.received),
        ("Trong đó: dở dang", analysis.partial),
        ("Trong đó: có dấu hiệu bất thường", analysis.flagged),
        ("Ngoài thời gian khảo sát, không tính", analysis.outside_window),
        ("Đã rút lại, không tính", analysis.withdrawn),
        ("Số phiếu giao cho các điểm", analysis.plan.allocated),
        ("Tổng số phiếu ghi trong kế hoạch", analysis.plan.declared_total),
    ]
    for row, (name, value) in enumerate(counts, 2):
        put(sheet, row, 1, name)
        put(sheet, row, 2, NOTHING if value is None else value, COUNT)
    row = len(counts) + 2
    if overall is not None:
        _whole(sheet, row, overall)
    if mark:
        put(sheet, row + 4, 1, mark)


def _whole(sheet: Worksheet, row: int, overall: Measure) -> None:
    hidden = words.is_hidden(overall)
    put(sheet, row, 1, "Hài lòng (câu hỏi chung)")
    put(sheet, row, 2, NOTHING if hidden else overall.share.satisfied, COUNT)
    put(sheet, row + 1, 1, "Số lượt trả lời câu hỏi chung (n)")
    put(sheet, row + 1, 2, NOTHING if hidden else overall.share.n, COUNT)
    put(sheet, row + 2, 1, "Chỉ số hài lòng chung (%)")
    if hidden:
        put(sheet, row + 2, 2, NOTHING, PERCENT)
    else:
        formula(sheet, row + 2, 2, index_formula(_at(2, row), _at(2, row + 1)), PERCENT)
    put(sheet, row + 3, 1, "Khoảng tin cậy 95 % (%)")
    put(sheet, row + 3, 2, words.interval(overall), PERCENT)


def _units(sheet: Worksheet, analysis: Analysis) -> None:
    """All breakdowns one below the other, each with a row of sums."""
    titles = ("Phân tổ", "Mã", "Tên", "Giao", "Nhận", "Dở dang", "Bất thường", *SHARE_TITLES)
    _head(sheet, 1, titles, (22, 18, 48, 10, 10, 10, 12, *SHARE_WIDTHS))
    row = 2
    for by in By:
        if by in analysis.breakdowns:
            row = _breakdown(sheet, row, analysis, analysis.breakdowns[by])


def _breakdown(sheet: Worksheet, row: int, analysis: Analysis, breakdown: Breakdown) -> int:
    """Where the next one begins."""
    first = row
    for each in breakdown.rows:
        _unit(sheet, row, analysis, breakdown.title, each)
        row += 1
    if row == first:
        return row
    for column, text in ((1, breakdown.title), (2, ""), (3, "Tổng cộng")):
        put(sheet, row, column, text)
    for column in range(4, 14):
        letter = get_column_letter(column)
        if column == 4 and all(each.quota is None for each in breakdown.rows):
            put(sheet, row, column, NOTHING)
        elif column in (10, 13):  # a sum of shown cells must not pass for the index of all
            whole = not any(_is_hidden(each.overall, clean=column == 13) for each in breakdown.rows)
            if whole:
                formula(sheet, row, column, index_formula(_at(column - 2, row), _at(column - 1, row)), PERCENT)
            else:
                put(sheet, row, column, NOTHING, PERCENT)
        else:
            formula(sheet, row, column, f"=SUM({letter}{first}:{letter}{row - 1})", COUNT)
    for column in range(1, 14):
        sheet.cell(row, column).font = Font(name=FONT, size=12, bold=True)
    return row + 1


def _is_hidden(measure: Measure, *, clean: bool) -> bool:
    return words.is_hidden(measure) or (clean and words.clean_is_hidden(measure))


def _unit(sheet: Worksheet, row: int, analysis: Analysis, title: str, each: Row) -> None:
    for column, text in enumerate((title, each.code, each.name), 1):
        put(sheet, row, column, text)
    untold = words.is_untold(analysis, each)
    counts = (None,) * 3 if untold else (each.received, each.partial, each.flagged)
    for column, value in enumerate((each.quota, *counts), 4):
        put(sheet, row, column, NOTHING if value is None else value, COUNT)
    shares(sheet, row, 8, each.overall)


def _factors(sheet: Worksheet, analysis: Analysis) -> None:
    titles = ("Loại", "Mã", "Nội dung", *SHARE_TITLES, "KTC 95 % (%)", "Phương pháp")
    _head(sheet, 1, titles, (20, 14, 56, *SHARE_WIDTHS, 20, 34))
    for row, (kind, measure) in enumerate(named_measures(analysis), 2):
        for column, text in enumerate((KINDS[kind], measure.code, measure.name), 1):
            put(sheet, row, column, text)
        shares(sheet, row, 4, measure)
        put(sheet, row, 10, words.interval(measure), PERCENT)
        put(sheet, row, 11, measure.method)


def _levels(sheet: Worksheet, analysis: Analysis) -> None:
    """Counts of each level, their sum and their parts of it."""
    _head(sheet, 1, ("Mã", "Nội dung", "Mức", "Số lượt", "Tỷ lệ (%)"), (14, 56, 28, 12, 12))
    row = 2
    for _, measure in named_measures(analysis):
        levels = () if measure.hidden else measure.levels
        total = row + len(levels)
        names = analysis.level_names if len(analysis.level_names) == len(levels) else ()
        for at, count in enumerate(levels):
            for column, text in enumerate((measure.code, measure.name, names[at] if names else f"Mức {at + 1}"), 1):
                put(sheet, row, column, text)
            put(sheet, row, 4, count, COUNT)
            formula(sheet, row, 5, index_formula(f"D{row}", f"D{total}"), PERCENT)
            row += 1
        if levels:
            for column, text in enumerate((measure.code, measure.name, "Cộng"), 1):
                put(sheet, row, column, text)
            formula(sheet, row, 4, f"=SUM(D{total - len(levels)}:D{total - 1})", COUNT)
            formula(sheet, row, 5, index_formula(f"D{total}", f"D{total}"), PERCENT)
            row += 1


def _method(sheet: Worksheet, analysis: Analysis, standing: Standing) -> None:
    _head(sheet, 1, ("Nội dung", "Giải thích"), (36, 100))
    plan = analysis.plan
    rows = [
        ("Kế hoạch", text_in(plan.title, "vi")),
        ("Cơ quan", plan.issuer),
        ("Thời gian khảo sát", f"{words.day(plan.first_day)} – {words.day(plan.last_day)}"),
        ("Số liệu chốt lúc", words.instant(analysis.at)),
        *((("Nguồn số liệu", f"{standing.mark}. {standing.said}".lstrip(". ")),) if standing.said else ()),
        ("Chỉ số chung", analysis.method),
        *((("Mẫu phiếu thay thế", said),) if (said := stand_in(analysis)) else ()),
        ("Cách tính", "Số lượt trả lời ở các mức hài lòng chia cho số lượt trả lời câu đó (n), nhân 100."),
        ("Làm tròn", "Hai chữ số thập phân, nửa đơn vị làm tròn lên."),
        ("Trung bình cộng các yếu tố (tham khảo)", percent(analysis.mean)),
        ("Trung bình cộng, không kể yếu tố có điều kiện (tham khảo)", percent(analysis.without_feedback)),
        ("Dấu gạch", words.masked_note(analysis.floor)),
        (
            "Tổng cộng",
            "Hàng tổng cộng chỉ cộng các ô được hiển thị; có ô bị ẩn thì hàng này không có chỉ số. "
            "Chỉ số chung lấy ở trang “Tổng hợp”.",
        ),
    ]
    for row, (name, text) in enumerate(rows, 2):
        put(sheet, row, 1, name)
        put(sheet, row, 2, text)
