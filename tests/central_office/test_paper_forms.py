"""Forms on paper: everything is there, in its order, readable, and each numbered copy counts for itself."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from central_office.paper import lettering
from central_office.paper.errors import Unprintable
from central_office.paper.form_print import LAYOUTS, Body, Copy, write_form
from central_office.paper.sheet import Choice, Grid, Office, Writing, blocks_of
from central_office.paper.strips import Strip, stack
from central_office.paper.texts import FormTexts, load_texts
from survey.form import Form, Kind, text_in
from survey.form_file import read_form
from survey.invitation import make_code, read_code, slip_url, unit_url
from tests.central_office import paper_pages as look

BASE = "https://hailong.krongno.gov.vn"
FORMS = Path(__file__).parents[2] / "survey/data/forms"
MM = 72 / 25.4
BODY = Body("UBND huyện Krông Nô", "Bộ phận Tiếp nhận và trả kết quả huyện Krông Nô")


def form_of(name: str) -> Form:
    return read_form((FORMS / f"{name}.json").read_bytes(), name)


def copies(count: int) -> list[Copy]:
    codes = [make_code(7, date(2026, 12, 31), n.to_bytes(4, "big"), b"k" * 32) for n in range(count)]
    return [Copy(slip_url(BASE, code), code.text) for code in codes]


def made(path: Path, form: Form, layout: str, own: list[Copy], language: str = "vi") -> PdfReader:
    pages = write_form(path, form, BODY, own, load_texts(FormTexts), LAYOUTS[layout], language=language)
    reader = PdfReader(path)
    assert len(reader.pages) == pages * len(own)
    return reader


def printed(form: Form, language: str) -> list[str]:
    """Every text of the form that a citizen must find on paper."""
    texts = [form.title, form.intro, form.thanks, *(section.text for section in form.sections)]
    for question in form.questions:
        if not question.prefill.startswith("box"):
            texts += [question.text, *([] if question.prefill else [question.help])]
            texts += [option.text for option in question.options]
            texts += [level.text for level in question.scale.levels] if question.scale else []
    return [text_in(text, language) for text in texts if text]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_slips_back_is_one_a5_page(tmp_path: Path, language: str) -> None:
    path, form, words = tmp_path / "back.pdf", form_of("rut-gon-mot-cua"), load_texts(FormTexts)
    for unit in (BODY.unit, "Xã", f"{BODY.unit} cơ sở 2 tại {BODY.unit} cũ, {BODY.unit}", "W" * 300):
        body, own = Body(BODY.issuer, unit), [Copy(unit_url(BASE, 9))]
        assert write_form(path, form, body, own, words, LAYOUTS["back-a5"], language=language) == 1
    reader = made(path, form, "back-a5", [Copy(unit_url(BASE, 9))], language)
    assert len(reader.pages) == 1
    page = reader.pages[0]
    assert float(page.mediabox.width) == pytest.approx(148 * MM, abs=0.1)
    assert float(page.mediabox.height) == pytest.approx(210 * MM, abs=0.1)
    assert min(piece.size for piece in look.pieces(page)) >= 9
    look.assert_inside(page, 5 * MM)
    look.assert_embedded(reader)
    assert look.codes_in(page) == [unit_url(BASE, 9)]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("name", "layout", "pages"),
    [("rut-gon-mot-cua", "back-a5", 1), ("rut-gon-mot-cua", "a4", 1), ("soc-trang-day-du", "a4", 3)],
)
def test_nothing_of_the_form_is_missing_or_cut(
    tmp_path: Path, name: str, layout: str, pages: int, language: str
) -> None:
    form = form_of(name)
    reader = made(tmp_path / "form.pdf", form, layout, copies(1), language)
    assert len(reader.pages) == pages
    text = look.text_of(reader)
    for said in printed(form, language):
        assert look.squeezed(said) in text, said
    for page in reader.pages:
        look.assert_inside(page, 5 * MM)
    numbered = [q for q in form.questions if not q.prefill]
    for number, question in enumerate(numbered, 1):
        assert f"{number}.{look.squeezed(text_in(question.text, language))}" in text
    overall = form.overall
    assert overall is not None
    assert text.count(look.squeezed(text_in(overall.text, language))) == 1  # not again for boxes of buttons
    print(f"\n{name} {layout} {language}: {pages} page(s), {len(numbered)} questions")


@pytest.mark.slow
def test_each_numbered_copy_has_its_own_code_on_every_page(tmp_path: Path) -> None:
    own = copies(8)
    reader = made(tmp_path / "a4.pdf", form_of("soc-trang-day-du"), "a4", own)
    for place, copy in enumerate(own):
        pages = reader.pages[3 * place : 3 * place + 3]
        assert [look.codes_in(page) for page in pages] == [[copy.code], [], []]
        assert read_code(copy.code).text == copy.number
        for number, page in enumerate(pages, 1):
            text = look.squeezed(page.extract_text())
            assert f"Phiếusố:{copy.number}" in text
            assert f"Trang{number}/3" in text
            assert min(piece.size for piece in look.pieces(page)) >= 11
    assert len({copy.number for copy in own}) == 8
    print(f"\n{len(own)} copies, {len(reader.pages)} pages")


def test_conditions_name_the_printed_questions() -> None:
    words = load_texts(FormTexts)
    short = blocks_of(form_of("rut-gon-mot-cua"), words, "vi")
    assert isinstance(short[0], Office)
    assert [label for label, _ in short[0].rows] == ["Ông/Bà thực hiện thủ tục với tư cách:", "Lĩnh vực của thủ tục:"]
    rows = {row.number: row.note for block in short if isinstance(block, Grid) for row in block.rows}
    assert rows == {1: "", 2: "", 3: "", 4: "", 5: "", 7: "Câu 7: chỉ trả lời nếu ở câu 6 chọn «Có»"}
    reasons = next(block for block in short if isinstance(block, Choice) and block.several)
    assert reasons.note == "Câu 8: chỉ trả lời nếu có câu nào chọn mức «Bình thường» hoặc thấp hơn"
    assert len(reasons.boxes) == 17
    whole = blocks_of(form_of("soc-trang-day-du"), words, "vi")
    notes = [row.note for block in whole if isinstance(block, Grid) for row in block.rows if row.note]
    assert notes[0] == "Câu 18–21: chỉ trả lời nếu ở câu 2 chọn «Có»"
    last = next(block for block in whole if isinstance(block, Writing))
    assert last.note == "Câu 47: chỉ trả lời nếu ở câu 46 chọn «Nội dung khác»"


def test_who_is_asked_of_harassment_may_leave_it_out() -> None:
    form = form_of("soc-trang-day-du")
    sensitive = [text_in(q.text, "vi") for q in form.questions if q.sensitive]
    blocks = blocks_of(form, load_texts(FormTexts), "vi")
    told = [block.text for block in blocks if isinstance(block, Choice) and "có thể bỏ qua" in block.help]
    assert told == sensitive
    assert len(told) == 2


def test_a_form_too_long_for_the_slip_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(Unprintable, match="does not fit on one A5") as refused:
        made(tmp_path / "no.pdf", form_of("soc-trang-day-du"), "back-a5", copies(1))
    assert "--layout a4" in refused.value.hint
    assert not (tmp_path / "no.pdf").exists()


def test_without_a_public_address_the_code_stands_alone(tmp_path: Path) -> None:
    code = make_code(7, date(2026, 12, 31), b"1234", b"k" * 32)
    own = [Copy(slip_url("", code), code.text)]
    reader = made(tmp_path / "a4.pdf", form_of("rut-gon-mot-cua"), "a4", own)
    assert look.codes_in(reader.pages[0]) == [code.letters]
    assert "quétmã" not in look.text_of(reader)


def long_form(questions: int, word: str) -> Form:
    """Every kind of question over and over, with texts of a hostile shape."""
    document = json.loads((FORMS / "rut-gon-mot-cua.json").read_text("utf-8"))
    ten = [{"value": n, "text": {"vi": f"Mức {n}"}} for n in range(1, 11)]
    document["scales"].append({"id": "ten", "levels": ten, "not_applicable": {"code": "K", "text": {"vi": word[:20]}}})
    kinds: list[dict[str, Any]] = [
        {"type": "scale", "scale": "hailong5"},
        {"type": "scale", "scale": "ten"},
        {
            "type": "single",
            "prefill": "dossier",
            "options": [{"code": f"f{n}", "text": {"vi": word}} for n in range(30)],
        },
        {"type": "yesno", "sensitive": True},
        {"type": "text"},
        {"type": "multi", "options": [{"code": f"o{n}", "text": {"vi": f"{word} {n}"}} for n in range(40)]},
        {"type": "single", "options": [{"code": "a", "text": {"vi": word}}]},
    ]
    document["questions"] = [
        {"code": f"Q{n}", "text": {"vi": f"<b>{word}</b> {n}"}, "help": {"vi": word}} | kinds[n % len(kinds)]
        for n in range(questions)
    ]
    return read_form(json.dumps(document).encode(), "long")


@pytest.mark.slow
@pytest.mark.parametrize("word", ["Nhanh", "dài" * 60, "Một câu dài hơn một dòng " * 12])
def test_any_form_keeps_within_its_pages(tmp_path: Path, word: str) -> None:
    form = long_form(14, word)
    reader = made(tmp_path / "long.pdf", form, "a4", copies(1))
    for page in reader.pages:
        look.assert_inside(page, 5 * MM)
    text = look.text_of(reader)
    assert text.count("<b>") == 14
    assert {q.kind for q in form.questions} == set(Kind)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.floats(1, 40), st.floats(0, 6), st.booleans()), min_size=1, max_size=60),
    st.floats(130, 300),
    st.floats(150, 300),
)
@settings(max_examples=200, deadline=None)
def test_strips_stand_in_order_apart_and_inside(
    measures: list[tuple[float, float, bool]], first: float, rest: float
) -> None:
    head = Strip(10, lambda *_: None)
    strips, run = [], 0
    for height, gap, keep in measures:
        run = run + 1 if keep and run < 2 else 0  # no more stays together than a page holds
        strips.append(Strip(height, lambda *_: None, gap, run > 0, head))
    pages = stack(strips, first, rest)
    for number, page in enumerate(pages):
        room = rest if number else first
        for above, below in pairwise(page):
            assert above.down + above.strip.height <= below.down + 0.01
        assert page[-1].down + page[-1].strip.height <= room + 0.02
        if number:
            assert page[0].strip is head
    assert [placed.strip for page in pages for placed in page if placed.strip is not head] == strips
    assert all(not page[-1].strip.keep for page in pages[:-1])


def test_the_word_lists_are_whole_in_both_languages() -> None:
    lettering.ready()
    document = json.loads((Path(lettering.__file__).with_name("texts.json")).read_text("utf-8"))
    for part in document.values():
        for texts in part.values():
            assert texts == {} or set(texts) == {"vi", "en"}
            assert not lettering.without_letters("".join(texts.values()))


@pytest.mark.slow
def test_a_text_that_no_page_can_hold_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unprintable, match="higher than a page"):
        made(tmp_path / "no.pdf", long_form(7, "dài " * 480), "a4", copies(1))
