"""The report's tables by unit, field, respondent, channel and month. Many: one look here, all in the annex."""

from collections.abc import Sequence

from central_office.reports import charts, words
from central_office.reports.blocks import Column, Heading
from central_office.reports.codes import BREAKDOWNS as HEADS
from central_office.reports.notes import table_note
from central_office.reports.writer import Writer
from central_office.results.analysis import Analysis, Breakdown, By, Row

MANY = 30  # rows that a page still shows with a chart
UNITS = (By.UNIT, By.POINT, By.AGENCY)
OTHERS = (By.FIELD, By.RESPONDENT, By.CHANNEL, By.MONTH)
BRIEF = (By.CHANNEL, By.MONTH)  # without the factors: the tables of data have them
TITLES = {
    By.POINT: "điểm khảo sát",
    By.UNIT: "đơn vị",
    By.AGENCY: "cơ quan có thẩm quyền giải quyết",
    By.FIELD: "lĩnh vực",
    By.RESPONDENT: "đối tượng trả lời",
    By.CHANNEL: "kênh thu nhận",
    By.MONTH: "tháng",
}


def units(write: Writer, analysis: Analysis) -> None:
    found = [analysis.breakdowns[by] for by in UNITS if by in analysis.breakdowns and analysis.breakdowns[by].rows]
    if not found:
        return
    write.part("KẾT QUẢ THEO ĐƠN VỊ")
    for breakdown in found:
        if len(breakdown.rows) > MANY:
            _many(write, analysis, breakdown)
        else:
            _few(write, analysis, breakdown, picture=True)


def others(write: Writer, analysis: Analysis) -> None:
    found = [analysis.breakdowns[by] for by in OTHERS if by in analysis.breakdowns and analysis.breakdowns[by].rows]
    if not found:
        return
    write.part("KẾT QUẢ THEO LĨNH VỰC, ĐỐI TƯỢNG, KÊNH VÀ THỜI GIAN")
    for breakdown in found:
        _few(write, analysis, breakdown, picture=breakdown.by is By.FIELD)


def _few(write: Writer, analysis: Analysis, breakdown: Breakdown, *, picture: bool) -> None:
    title = f"Kết quả theo {TITLES[breakdown.by]}"
    note = table_note(analysis, [row.overall for row in breakdown.rows])
    _table(write, analysis, breakdown, title, note)
    if picture and len(charts.shown(breakdown.rows)) > 1:
        alt = "; ".join(f"{row.name}: {words.index(row.overall)} %" for row in charts.shown(breakdown.rows))
        told = f"{note} Vạch ngang: khoảng tin cậy."
        write.picture(f"Chỉ số hài lòng chung theo {TITLES[breakdown.by]}", charts.units(breakdown.rows), alt, told)
    if breakdown.by not in BRIEF:
        _by_factor(write, analysis, breakdown, annex=False)


def _many(write: Writer, analysis: Analysis, breakdown: Breakdown) -> None:
    what = TITLES[breakdown.by]
    counted = charts.bands(breakdown.rows)
    shown = len(breakdown.rows) - counted[-1][1]
    note = table_note(analysis, [row.overall for row in breakdown.rows])
    if not write.annex:
        write.annex.append(Heading(1, "PHỤ LỤC. KẾT QUẢ CỦA TỪNG ĐƠN VỊ"))
    name = _table(write, analysis, breakdown, f"Kết quả theo {what}", note, annex=True)
    write.say(
        f"Có {words.number(len(breakdown.rows))} {what}, trong đó {words.number(shown)} có đủ số lượt trả lời "
        f"để nêu chỉ số. Kết quả của từng {what} ở {name}, Phụ lục."
    )
    alt = "; ".join(f"{band}: {count}" for band, count in counted)
    write.picture(f"Số {what} theo mức chỉ số hài lòng chung", charts.histogram(breakdown.rows), alt, note)
    _by_factor(write, analysis, breakdown, annex=True)


def _table(
    write: Writer, analysis: Analysis, breakdown: Breakdown, title: str, note: str, *, annex: bool = False
) -> str:
    quotas = any(row.quota is not None for row in breakdown.rows)
    columns = [Column("TT", 10), Column(HEADS[breakdown.by], 47 if quotas else 61, right=False)]
    columns += [Column("Giao", 14)] if quotas else []
    columns += [
        *(Column("Nhận", 14), Column("Hài lòng/n", 25), Column("Chỉ số (%)", 17), Column("KTC 95 %", 30)),
        Column("Trừ bất thường (%)", 18),
    ]
    rows = [_line(analysis, place, row, quotas) for place, row in enumerate(breakdown.rows, 1)]
    total = _total(analysis, breakdown.rows, quotas)
    return write.table(title, columns, [*rows, total], note, strong=(len(rows),), annex=annex)


def _line(analysis: Analysis, place: int, row: Row, quotas: bool) -> tuple[str, ...]:
    return (
        *(str(place), row.name),
        *((words.number(row.quota),) if quotas else ()),
        *(
            words.counted(analysis, row, row.received),
            words.of(row.overall),
            words.index(row.overall),
            words.interval(row.overall),
        ),
        words.clean_index(row.overall),
    )


def _total(analysis: Analysis, rows: Sequence[Row], quotas: bool) -> tuple[str, ...]:
    """Only counts: the whole's index stands in its own part, and a sum of shown cells must not pass for it."""
    quota = sum(row.quota or 0 for row in rows)
    untold = any(words.is_untold(analysis, row) for row in rows)
    received = words.NONE if untold else words.number(sum(row.received or 0 for row in rows))
    return ("", "Tổng cộng", *((words.number(quota),) if quotas else ()), received, "", "", "", "")


def _by_factor(write: Writer, analysis: Analysis, breakdown: Breakdown, *, annex: bool) -> None:
    """The factors' indices of each row; the columns bear numbers, which the note explains."""
    names = [m.name for m in analysis.factors]
    if not names or not any(row.factors for row in breakdown.rows):
        return
    share = 92 / len(names)
    columns = (
        *(Column("TT", 10), Column(HEADS[breakdown.by], 63, right=False)),
        *(Column(f"({at})", share) for at in range(1, len(names) + 1)),
    )
    rows = [
        (
            str(place),
            row.name,
            *(words.index(m) for m in row.factors),
            *([words.NONE] * (len(names) - len(row.factors))),
        )
        for place, row in enumerate(breakdown.rows, 1)
    ]
    legend = "; ".join(f"({at}) {name}" for at, name in enumerate(names, 1))
    note = f"{legend}. {table_note(analysis, [m for row in breakdown.rows for m in row.factors])}"
    title = f"Chỉ số hài lòng (%) về từng yếu tố, theo {TITLES[breakdown.by]}"
    write.table(title, columns, rows, note, annex=annex)
