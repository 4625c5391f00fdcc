"""The report on paper: one text in DOCX and PDF, the layout of NĐ 30/2020, nothing hidden told, bytes that stay."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import docx as python_docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from central_office.reports import charts, words
from central_office.reports.blocks import Bullets, Table, Words
from central_office.reports.document import document
from central_office.reports.docx_file import docx
from central_office.reports.drawing import Box, Label, png
from central_office.reports.heading import letterhead
from central_office.reports.making import MAKERS, files, how_many
from central_office.reports.notes import table_note
from central_office.reports.pdf_file import pdf
from central_office.reports.sheets import commune_sheets
from central_office.results.analysis import By, Interval
from central_office.results.sayings import stand_in
from survey.plan import Plan
from tests.central_office.analyses import ALL, bac_giang, krong_no, plan_of, row, soc_trang
from tests.central_office.paper_pages import assert_embedded, assert_inside, squeezed, text_of

SIGNED = date(2025, 6, 5)
GOLDEN = ("70,00", "66,67", "55,56", "80,00", "25,00", "64,29", "59,44", "68,06")
REPOSITORY = Path(__file__).parents[2]
MM = 72 / 25.4
LOOKED_AT = 4  # pages of each report whose every word is measured


@cache
def made(name: str) -> tuple[bytes, bytes]:
    """DOCX and PDF, made once for all tests."""
    analysis = ALL[name]()
    return docx(analysis, SIGNED), pdf(analysis, SIGNED)


@cache
def printed(name: str) -> str:
    return text_of(PdfReader(io.BytesIO(made(name)[1])))


@cache
def written(name: str) -> str:
    body = python_docx.Document(io.BytesIO(made(name)[0])).element.body
    return squeezed("".join(text.text or "" for text in body.iter(qn("w:t"))))


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_docx_and_pdf_say_the_same(name: str) -> None:
    """Every text of every block stands in both; the PDF's pages keep their margins, fonts and numbers."""
    analysis = ALL[name]()
    report = document(analysis, SIGNED)
    reader = PdfReader(io.BytesIO(made(name)[1]))
    on_paper, in_word = printed(name), written(name)
    cells = 0
    for block in (*report.blocks, *report.annex):
        texts = [getattr(block, each, "") for each in ("text", "title", "note", "prompt")]
        if isinstance(block, Table):
            texts += [cell for line in block.rows for cell in line]
            cells += sum(len(line) for line in block.rows)
            assert "hương pháp" in block.note or "chính thức" in block.note or "Công thức" in block.note, block.title
        for text in filter(lambda each: isinstance(each, str) and each, texts):
            assert squeezed(text) in in_word, text
            assert squeezed(text) in on_paper or len(reader.pages) > 3, text  # a long note breaks over a page's number
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert "Báo cáo kết quả" in str(reader.metadata.title)
    headings = sum(type(block).__name__ == "Heading" for block in (*report.blocks, *report.annex))
    assert len(_flat(reader.outline)) == headings
    assert_embedded(reader)
    for at, page in enumerate(reader.pages, 1):
        if at <= LOOKED_AT:
            assert_inside(page, 8.5 * MM)
        first = page.extract_text().split("\n")[0].strip()
        assert (first == str(at)) == (at > 1), first
    print(f"{name}: {len(reader.pages)} pages, {cells} cells, {headings} bookmarks")


def _flat(outline: list) -> list:
    return [each for item in outline for each in (_flat(item) if isinstance(item, list) else [item])]


@pytest.mark.slow
def test_layout_of_decree_30() -> None:
    """Margins, fonts, headings, repeated heads, texts for pictures, page number from page 2 (facts 3.7)."""
    word = python_docx.Document(io.BytesIO(docx(krong_no())))
    section = word.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    for margin, least, most in (
        (section.top_margin, 20, 25),
        (section.bottom_margin, 20, 25),
        (section.left_margin, 30, 35),
        (section.right_margin, 15, 20),
    ):
        assert least <= round(margin.mm, 1) <= most, margin
    assert section.different_first_page_header_footer
    number = section.header.paragraphs[0]
    assert number.alignment == 1
    assert [each.text for each in number._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert not "".join(p.text for p in section.first_page_header.paragraphs)
    fonts = {style.font.name for style in word.styles if style.name in ("Normal", "Heading 1", "Cell", "Note", "Title")}
    assert fonts == {"Times New Roman"}
    assert word.styles["Normal"].font.size.pt in (13, 14)
    assert sum(p.style.name == "Heading 1" for p in word.paragraphs) >= 6
    head = [p.text for cell in word.tables[0].rows[0].cells for p in cell.paragraphs if p.text]
    assert head[:2] == ["ỦY BAN NHÂN DÂN", "HUYỆN KRÔNG NÔ"]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in head
    assert "Độc lập - Tự do - Hạnh phúc" in head
    assert head[-1] == "Krông Nô, ngày      tháng      năm ……"
    assert [p.text for p in word.paragraphs if p.style.name == "Title"] == ["BÁO CÁO"]
    grids = [table for table in word.tables if table.style.name == "Table Grid"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in grids)
    pictures = [shape._inline.docPr for shape in word.inline_shapes]
    assert len(grids) >= 6
    assert len(pictures) >= 2
    assert all(each.get("descr") for each in pictures)
    foot = [p.text for cell in word.tables[-1].rows[0].cells for p in cell.paragraphs]
    assert "Nơi nhận:" in foot
    assert [text for text in foot if "CHỦ TỊCH" in text] == ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    print(f"{len(grids)} tables, {len(pictures)} pictures")


@pytest.mark.slow
def test_heading_is_the_partys_for_a_party_body() -> None:
    for text in (printed("bac-giang"), written("bac-giang")):
        assert squeezed("ĐẢNG CỘNG SẢN VIỆT NAM") in text
        assert squeezed("TỈNH ỦY BẮC GIANG") in text
        assert squeezed("Bắc Giang, ngày 05 tháng 6 năm 2025") in text
        assert squeezed("CỘNG HÒA XÃ HỘI") not in text
        assert squeezed("Độc lập - Tự do") not in text
        assert squeezed("Kế hoạch số 198-KH/BDVTU ngày 05/6/2024") in text


@pytest.mark.slow
def test_golden_figures_stand_with_their_methods() -> None:
    text = printed("krong-no")
    for figure in GOLDEN:
        assert figure in text, figure
    for said in ("7/10", "27/42", "Kế hoạch ghi tổng số 500 phiếu", "cộng lại là 600 phiếu", "39,68 – 89,22"):
        assert squeezed(said) in text, said
    full = printed("soc-trang")
    for said in (
        "−0,44",
        "+2,00",
        "Chưa đạt",
        "98,12",
        "QĐ 766/QĐ-TTg",
        "Trụ sở cơ quan",
        "=HYPERLINK(1) Lý do <b>khác</b>",
    ):
        assert squeezed(said) in full, said


def test_limits_and_totals_are_the_plans_own() -> None:
    def told(plan: Plan) -> str:
        blocks = document(replace(krong_no(), plan=plan)).blocks
        lists = [item for block in blocks if isinstance(block, Bullets) for item in block.items]
        return "\n".join([*lists, *(block.text for block in blocks if isinstance(block, Words))])

    assert "phúc tra 20 % số phiếu" in told(plan_of("lai-chau-2024"))
    assert "không thể phúc tra" in told(plan_of("krong-no-2023"))
    bare = replace(plan_of("krong-no-2023"), allocations=(), declared_total=500)
    assert "Tổng số ghi trong kế hoạch: 500 phiếu." in told(bare)


def test_nobody_signs_whose_name_was_not_read_for_certain() -> None:
    assert letterhead(plan_of("krong-no-2023"), None).signer == "Trần Đăng Ánh"
    for plan in ("bac-giang-2024", "lai-chau-2024"):
        assert plan_of(plan).heading.signer
        assert letterhead(plan_of(plan), None).signer == "", "read as probable: left to be written"


def test_every_reason_is_told_in_words() -> None:
    """The reasons not to count are the intake's own; none of them stands in a report as a code."""
    report = document(krong_no())
    counts = next(block for block in report.blocks if isinstance(block, Table) and "Số phiếu của đợt" in block.title)
    told = [line for line in counts.rows if line[0].startswith("Không tính")]
    assert told == [("Không tính: phiếu mời đã dùng", "1"), ("Không tính: phiếu mời đã hủy", "0")]


def test_a_form_that_stands_in_is_told_beside_the_index_and_among_the_limits() -> None:
    """Bắc Giang rates post-holders by a form that it names and that is not at hand (R-014)."""
    said = stand_in(bac_giang())
    assert "“PKS 02 (Kế hoạch 152-KH/BCSĐ-BDVTU ngày 18/4/2023)”" in said
    assert "không phải là đánh giá về chủ tịch Ủy ban nhân dân xã, phường, thị trấn" in said
    blocks = document(bac_giang()).blocks
    index = next(
        at for at, each in enumerate(blocks) if isinstance(each, Words) and "Chỉ số hài lòng chung đạt" in each.text
    )
    assert blocks[index + 1] == Words(said)
    assert any(isinstance(each, Bullets) and said in each.items for each in blocks)
    page = next(data for _, data in commune_sheets(bac_giang()))
    assert squeezed(said) in text_of(PdfReader(io.BytesIO(page)))
    assert stand_in(krong_no()) == ""


@pytest.mark.slow
def test_hidden_figures_are_in_no_file() -> None:
    """One answer at a commune: its index, its satisfied and its levels stand nowhere; its place is kept by a dash."""
    secret = krong_no()
    small = secret.breakdowns[By.POINT].rows[1]
    assert small.overall.hidden
    report = document(secret)
    lines = [line for block in report.blocks if isinstance(block, Table) for line in block.rows if small.name in line]
    assert lines[0] == ("2", small.name, "40", "1", "–", "–", "–", "–")
    assert all(set(line[2:]) <= {"–", "40", "1"} for line in lines)
    bars = charts.units(secret.breakdowns[By.POINT].rows).shapes
    assert not [shape for shape in bars if isinstance(shape, Label) and small.name in shape.text]
    page = text_of(PdfReader(io.BytesIO(dict(commune_sheets(secret))["002-kn-dak-mam.pdf"])))
    assert squeezed("Chỉ số hài lòng chung (%)–70,00") in page


@pytest.mark.slow
def test_sheets_are_one_page_each() -> None:
    sheets = dict(commune_sheets(krong_no()))
    assert len(sheets) == 13
    pages = [PdfReader(io.BytesIO(data)).pages for data in sheets.values()]
    assert {len(each) for each in pages} == {1}
    first = squeezed(pages[0][0].extract_text())
    for said in ("4/6", "66,67", "70,00", "Số phiếu giao", "−36,67", "Gây phiền hà: 2/6 phiếu"):
        assert squeezed(said) in first, said
    assert how_many(bac_giang(), ("sheets",)) == 209
    assert how_many(soc_trang(), MAKERS) == 11 + 7 + 7 + 4


def test_charts_fit_their_frame() -> None:
    rows = [row(f"p{n}", "Bộ phận Tiếp nhận và Trả kết quả kết hợp " * 3, 10 + n, 30) for n in range(5)]
    drawings = [charts.units(rows), charts.distribution(["Hài lòng"] * 5, [0, 1, 2, 3, 1_000_000])]
    drawings += [charts.histogram(bac_giang().breakdowns[By.POINT].rows), charts.targets(soc_trang().targets)]
    for drawing in drawings:
        for shape in drawing.shapes:
            if isinstance(shape, Box):
                assert 0 <= shape.x <= shape.x + shape.width <= drawing.width
                assert 0 <= shape.y <= shape.y + shape.height <= drawing.height
        assert png(drawing).startswith(b"\x89PNG")
    assert sum(count for _, count in charts.bands(bac_giang().breakdowns[By.POINT].rows)) == 209


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (words.number(4180), "4.180"),
        (words.signed(-44), "−0,44"),
        (words.signed(0), "0,00"),
        (words.thousandths(1350), "1,35"),
        (words.thousandths(2000), "2"),
        (words.day(date(2025, 2, 3)), "03/02/2025"),
        (words.day(date(2025, 3, 3)), "03/3/2025"),
        (words.lowered("UBND huyện"), "UBND huyện"),
        (words.lowered("Khảo sát"), "khảo sát"),
    ],
)
def test_notation(shown: str, wanted: str) -> None:
    assert shown == wanted


PRINT_DIGESTS = """
import sys
from datetime import date
from functools import cache
from hashlib import sha256
from central_office.reports.making import MAKERS, files
from tests.central_office.analyses import soc_trang
for name, data in files(soc_trang(), MAKERS, date(2025, 6, 5)):
    print(sha256(data).hexdigest(), name)
"""


@pytest.mark.slow
def test_same_analysis_same_bytes_in_another_process() -> None:
    """Other hash seeds, locale, time zone and day: what a freeze rebuilds must be the same to the bit."""
    here = [f"{sha256(data).hexdigest()} {name}" for name, data in files(soc_trang(), MAKERS, SIGNED)]
    assert f"{sha256(made('soc-trang')[1]).hexdigest()} bao-cao.pdf" in here
    environment = dict(
        os.environ, PYTHONHASHSEED="4711", LC_ALL="C.UTF-8", TZ="America/Lima", PYTHONPATH=str(REPOSITORY)
    )
    there = subprocess.run(
        [sys.executable, "-c", PRINT_DIGESTS], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert there.stdout.split("\n")[:-1] == here
    print(f"{len(here)} files, the same twice")


def test_intervals_of_several_effects_are_told_in_one_line() -> None:
    factors = [
        replace(each, interval=Interval(1, 2, effect, 5, f"khoảng Wilson 95 %, hệ số thiết kế theo 5 điểm {effect}"))
        for each, effect in zip(krong_no().factors, (1460, 1000, 2500, 1100, 1200), strict=True)
    ]
    said = table_note(krong_no(), factors)
    assert said.endswith("KTC 95 %: khoảng Wilson 95 %, hệ số thiết kế từ 1 đến 2,5.")
    assert table_note(krong_no(), factors[:1]).endswith("hệ số thiết kế theo 5 điểm 1460.")
