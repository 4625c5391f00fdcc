"""One page for each commune or point: its figures beside the whole's (R-102). Small ones stay hidden here too."""

import io
from collections.abc import Iterator
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Spacer

from central_office.paper.lettering import clean, even
from central_office.reports import charts, words
from central_office.reports import pdf_styles as styles
from central_office.reports.blocks import Block, Column, Table, Words
from central_office.reports.document import title
from central_office.reports.drawing import BOLD, ready
from central_office.reports.notes import table_note
from central_office.reports.pdf_file import BOTTOM, PAGE, TOP, WIDE, Pages, Picture, flat, flowables
from central_office.reports.standing import UNSAID, Standing
from central_office.results.analysis import Analysis, By, Measure, Row
from central_office.results.sayings import stand_in

TITLE = "KẾT QUẢ KHẢO SÁT CỦA ĐƠN VỊ"
REASONS = 5  # of the whole, most chosen first


def commune_sheets(
    analysis: Analysis, by: By | None = None, standing: Standing = UNSAID
) -> Iterator[tuple[str, bytes]]:
    """File name without folder, and a PDF of one page, for each row of the breakdown in its order: points, or units
    where the analysis has no points.

    Raises: Unprintable without the fonts.
    """
    ready()
    for place, row in enumerate(rows_of(analysis, by), 1):
        yield f"{place:03d}-{_safe(row.code)}.pdf", sheet(analysis, row, standing)


def rows_of(analysis: Analysis, by: By | None = None) -> tuple[Row, ...]:
    breakdown = analysis.breakdowns.get(by or (By.POINT if By.POINT in analysis.breakdowns else By.UNIT))
    return breakdown.rows if breakdown else ()


def _safe(code: str) -> str:
    """A code as part of a file's name."""
    return "".join(c if (c.isascii() and c.isalnum()) or c in "-_" else "-" for c in code)


def sheet(analysis: Analysis, row: Row, standing: Standing = UNSAID) -> bytes:
    file = io.BytesIO()
    story = list(_story(analysis, row, standing))
    fitted = KeepInFrame(WIDE, PAGE[1] - TOP - BOTTOM, story, mode="shrink")  # one page, however long a name is
    Pages(file, f"{row.name}: kết quả khảo sát", analysis.plan.issuer).build([fitted])
    return file.getvalue()


def _story(analysis: Analysis, row: Row, standing: Standing) -> Iterator[Flowable]:
    if standing.mark:
        yield Paragraph(flat(standing.mark), styles.SMALL_HEAD)
        yield Spacer(0, 8)
    yield Paragraph(flat(analysis.plan.issuer.upper()), styles.SMALL_HEAD)
    yield Spacer(0, 8)
    yield Paragraph(TITLE, styles.TITLE)
    yield Paragraph("<br/>".join(map(escape, even(clean(row.name), BOLD, 18, WIDE * 0.96))), styles.UNIT)
    yield Paragraph(flat(f"{title(analysis)} ({_window(analysis)})"), styles.CENTRED)
    yield styles.rule(WIDE, 140)
    yield from flowables(figures(analysis, row))
    if row.factors and len(row.factors) == len(analysis.factors):
        yield from flowables(factors(analysis, row))
        if any(not words.is_hidden(measure) and measure.share.n for measure in row.factors):
            yield Picture(charts.compared(row.factors, analysis.factors))
            yield Paragraph("Thanh: đơn vị này. Vạch đứng: toàn đợt.", styles.NOTE)
    for block in (*_stand_in(analysis), *_reasons(analysis), *_signals(analysis, row)):
        yield from flowables(block)
    yield Paragraph(flat(f"Số liệu chốt lúc {words.instant(analysis.at)}. {standing.said}".rstrip()), styles.NOTE)


def _window(analysis: Analysis) -> str:
    return f"{words.day(analysis.plan.first_day)} – {words.day(analysis.plan.last_day)}"


def figures(analysis: Analysis, row: Row) -> Table:
    whole = analysis.overall
    quota = ("Số phiếu giao", words.number(row.quota), words.number(analysis.plan.allocated))
    rows = (
        ("Chỉ số hài lòng chung (%)", words.index(row.overall), words.index(whole)),
        ("Hài lòng/n", words.of(row.overall), words.of(whole)),
        ("Khoảng tin cậy 95 % (%)", words.interval(row.overall), words.interval(whole)),
        ("Chỉ số, trừ phiếu có dấu hiệu bất thường (%)", words.clean_index(row.overall), words.clean_index(whole)),
        *((quota,) if row.quota is not None else ()),
        ("Số phiếu đã nhận", words.counted(analysis, row, row.received), words.number(analysis.received)),
        ("Trong đó: dở dang", words.counted(analysis, row, row.partial), words.number(analysis.partial)),
        ("Trong đó: có dấu hiệu bất thường", words.counted(analysis, row, row.flagged), words.number(analysis.flagged)),
    )
    columns = (Column("Nội dung", 85, right=False), Column("Đơn vị này", 40), Column("Toàn đợt", 40))
    return Table("Kết quả chung", columns, rows, table_note(analysis, [row.overall]), frozenset({0}))


def factors(analysis: Analysis, row: Row) -> Table:
    rows = tuple(
        (other.name, words.of(mine), words.index(mine), words.index(other), _gap(mine, other))
        for mine, other in zip(row.factors, analysis.factors, strict=True)
    )
    columns = (
        *(Column("Yếu tố", 73, right=False), Column("Hài lòng/n", 25), Column("Đơn vị này (%)", 22)),
        *(Column("Toàn đợt (%)", 22), Column("Chênh lệch (điểm)", 23)),
    )
    return Table("Theo yếu tố", columns, rows, table_note(analysis, row.factors))


def _gap(mine: Measure, other: Measure) -> str:
    """Points of percent; a dash where one of them is not shown."""
    if words.is_hidden(mine) or words.is_hidden(other):
        return words.NONE
    here, there = mine.share.hundredths, other.share.hundredths
    return words.NONE if here is None or there is None else words.signed(here - there)


def _stand_in(analysis: Analysis) -> Iterator[Block]:
    if said := stand_in(analysis):
        yield Words(said, note=True)


def _reasons(analysis: Analysis) -> Iterator[Block]:
    """The whole's, and said to be: a unit's own are too few to be shown safely."""
    for ranking in analysis.rankings[:1]:
        shown = [choice for choice in ranking.choices if not choice.hidden][:REASONS]
        named = "; ".join(f"{choice.name} ({words.part(choice.count, ranking.n)} %)" for choice in shown)
        if named:
            yield Words(f"{ranking.title} (toàn đợt, n = {words.number(ranking.n)}): {named}.", note=True)


def _signals(analysis: Analysis, row: Row) -> Iterator[Block]:
    found = [f"{each.text}: {each.count}/{each.n} phiếu" for each in analysis.signals if each.point == row.code]
    if found:
        yield Words(f"Dấu hiệu cần kiểm tra tại đơn vị: {'; '.join(found)}.", note=True)
