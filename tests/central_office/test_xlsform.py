"""XLSForm in and out: nothing is lost either way, and what a form cannot hold is named cell by cell."""

import json
import random
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from central_office.forms import relevance
from central_office.forms.troubles import NOT_TRANSLATED, FormRefused
from central_office.forms.workbook import MOST_BYTES
from central_office.forms.xlsform_in import read_xlsform
from central_office.forms.xlsform_out import write_xlsform
from survey.form import AnswerHas, AnswerIs, AnyRatingAtMost
from survey.form_file import read_form

FORMS = sorted((Path(__file__).parents[2] / "survey" / "data" / "forms").glob("*.json"))
Sheets = dict[str, list[dict[str, Any]]]
VI, EN, HINT = "label::Vietnamese (vi)", "label::English (en)", "hint::Vietnamese (vi)"


def book(sheets: Sheets) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for name, lines in sheets.items():
        sheet = made.create_sheet(name)
        headers = list(dict.fromkeys(key for line in lines for key in line))
        sheet.append(headers)
        for line in lines:
            sheet.append([line.get(header) for header in headers])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def small() -> Sheets:
    """As an officer would write one: bare labels, numbers as numbers, a hint."""
    return {
        "survey": [
            {"type": "select_one muc", "name": "Q1", "label": "Ông/Bà hài lòng không?", "appearance": "likert",
             "required": "yes", "hailong_role": "overall"},
            {"type": "begin_group", "name": "P1", "label": "Phần một"},
            {"type": "select_multiple ly_do", "name": "Q2", "label": "Vì sao?", "relevant": "${Q1} <= 2"},
            {"type": "text", "name": "Q3", "label": "Ý kiến khác", "relevant": "selected(${Q2}, 'KHAC')"},
            {"type": "end_group"},
            {"type": "select_one co_khong", "name": "Q4", "label": "Có góp ý không?"},
            {"type": "text", "name": "Q5", "label": "Góp ý gì?", "relevant": "${Q4} = 'CO'"},
        ],
        "choices": [
            {"list_name": "muc", "name": 1, "label": "Chưa hài lòng"},
            {"list_name": "muc", "name": 2, "label": "Bình thường"},
            {"list_name": "muc", "name": 3, "label": "Hài lòng", "hailong_satisfied_from": "yes"},
            {"list_name": "ly_do", "name": "CHO", "label": "Chờ lâu"},
            {"list_name": "ly_do", "name": "SACH", "label": "Bị sách nhiễu", "hailong_signal": "yes"},
            {"list_name": "ly_do", "name": "KHAC", "label": "Lý do khác"},
            {"list_name": "co_khong", "name": "CO", "label": "Có"},
            {"list_name": "co_khong", "name": "KHONG", "label": "Không"},
        ],
        "settings": [
            {"form_title": "Phiếu nhỏ", "form_id": "nho", "version": 1,
             "hailong_intro::Vietnamese (vi)": "Xin chào", "hailong_thanks::Vietnamese (vi)": "Xin cảm ơn"},
        ],
    }  # fmt: skip


@pytest.mark.slow
def test_the_forms_that_ship_come_back_from_a_spreadsheet_with_their_digest() -> None:
    rows = 0
    for path in FORMS:
        form = read_form(path.read_bytes(), path.name)
        data = write_xlsform(path.read_text("utf-8"))
        rows += sum(sheet.max_row - 1 for sheet in load_workbook(BytesIO(data)).worksheets)
        again = read_form(read_xlsform(data, path.name).data(), path.name)
        assert again == form
        noted: list[str] = []
        xform = convert(BytesIO(data), warnings=noted, file_type=".xlsx").xform
        assert noted == []
        assert all(f"/{question.code}" in xform for question in form.questions)
        assert "Không hài lòng" in xform
        assert "Not satisfied" in xform
    print(f"{len(FORMS)} forms, {rows} rows of spreadsheets: the same digest back, pyxform without a warning")


def test_what_an_officer_writes_becomes_a_form() -> None:
    form = read_form(read_xlsform(book(small()), "nho.xlsx").data(), "nho")
    assert [(q.code, q.kind.value, q.section) for q in form.questions] == [
        ("Q1", "scale", ""),
        ("Q2", "multi", "P1"),
        ("Q3", "text", "P1"),
        ("Q4", "yesno", ""),
        ("Q5", "text", ""),
    ]
    assert form.overall is not None
    assert form.overall.required
    conditions = [q.condition for q in form.questions]
    assert conditions == [None, AnyRatingAtMost(2), AnswerHas("Q2", "KHAC"), None, AnswerIs("Q4", "CO")]
    assert [o.signal for o in form.questions[1].options] == [False, True, False]
    assert form.scales[0].satisfied_from == 3
    assert read_form(read_xlsform(write_xlsform(json.dumps(json.loads(
        read_xlsform(book(small()), "x").data()))), "y").data(), "z").digest == form.digest  # fmt: skip


def test_everything_that_cannot_be_carried_over_is_named_at_once() -> None:
    sheets = small()
    survey, choices = sheets["survey"], sheets["choices"]
    survey[0] |= {"constraint": ". > 1", EN: "Are you?"}
    survey[1] |= {"relevant": "${Q1} = 1"}
    survey[2] |= {"relevant": "${Q1} < 2 and true()", "hailong_role": "boss"}
    survey[3] |= {"relevant": "${Q9} = 'x'", "label": None, "hailong_facet": "vui"}
    survey[5] |= {"type": "select_one khong_co", "appearance": "minimal", "required": "maybe"}
    survey[6] |= {"type": "geopoint"}
    choices[0] |= {"name": "mot"}
    choices[3] |= {"media::image": "a.png"}
    choices[7] |= {"label": "Chưa"}
    sheets["settings"][0] |= {"version": None, "style": "pages", "hailong_prefix": "LC"}
    sheets["external_choices"] = [{"list_name": "x"}]
    sheets["_ghi chú"] = [{"gì": "cũng được"}]
    data = load_workbook(BytesIO(book(sheets)))
    data["survey"]["Z3"] = "rơi"
    data["survey"]["B9"] = "=1+1"
    out = BytesIO()
    data.save(out)
    with pytest.raises(FormRefused) as refused:
        read_xlsform(out.getvalue(), "sai.xlsx")
    troubles = refused.value.troubles
    told = "\n".join(map(str, troubles))
    for place in ("survey!G1", "external_choices", "survey!I3", "survey!I4", "survey!F4", "survey!J5", "survey!I5",
                  "survey!C5, label", "survey!A7", "survey!D7", "survey!E7", "survey!A8", "choices!B2", "choices!E1",
                  "choices!B9", "settings!C2, version", "settings!F1",
                  "hailong_prefix", "survey!Z3", "survey!B9"):  # fmt: skip
        assert place in told, f"{place} is missing in\n{told}"
    assert "_ghi chú" not in told
    assert all(t.vi and t.en and t.vi != NOT_TRANSLATED for t in troubles), told
    assert len({str(t) for t in troubles}) == len(troubles), told
    print(f"one spreadsheet, {len(troubles)} troubles told at once, each in two languages")


GOOD = {
    "${Q1} = 'x'": relevance.Is("Q1", "x"),
    ' ${ a.b-c }="x y" ': relevance.Is("a.b-c", "x y"),
    "${Q1} = 3": relevance.Is("Q1", "3"),
    "selected( ${Q2} , 'MD.99')": relevance.Has("Q2", "MD.99"),
    "${Q1} <= 3": relevance.AtMost(("Q1",), 3),
    "${Q1} <= 3 or ${Q2}<=3": relevance.AtMost(("Q1", "Q2"), 3),
}
BAD = (
    *("", "${Q1}", "${Q1} =", "${Q1} = x", "${Q1} != 'x'", "${Q1} = 'x' and ${Q2} = 'y'", "not(selected(${Q1}, 'x'))"),
    *("selected(${Q1}, ${Q2})", "selected(${Q1}, 3)", "${Q1} <= 3 or", "or ${Q1} <= 3", "${Q1} <= 3 or ${Q2} <= 2"),
    *("${Q1} <= 3 ${Q2} <= 3", "${Q1} < 3", "count-selected(${Q1}) > 1", "'x' = ${Q1}", "${Q1} = 'x", "1 = 1"),
    *("__import__('os')", "${Q1} <= 3 or ${Q2} = 'x'", "${Q1} = '' or true()", "../a = 'x'", "${Q1} = 1.5"),
)


def test_conditions_are_read_to_the_letter_or_refused() -> None:
    for text, meant in GOOD.items():
        assert relevance.read(text) == meant
    for text in BAD:
        with pytest.raises(relevance.Unreadable):
            relevance.read(text)
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    pieces = ["${Q1}", "${Q2}", "=", "<=", "'x'", "3", "or", "and", "selected", "(", ")", ",", "${", "}", "'", " "]
    taken = 0
    for _ in range(3000):
        text = " ".join(rng.choices(pieces, k=rng.randint(1, 8)))
        try:
            relevance.read(text)
            taken += 1
        except relevance.Unreadable:
            pass
    print(f"{len(GOOD)} conditions read, {len(BAD)} refused; 3000 made up, {taken} read, seed {seed}")


@pytest.mark.slow
def test_codes_that_xml_cannot_name_and_explicit_defaults_survive() -> None:
    document = json.loads(read_xlsform(book(small()), "nho").data())
    document["questions"][0]["required"] = False
    document["questions"][3] |= {"code": "4a", "sensitive": False}
    document["questions"][4]["when"]["question"] = "4a"
    document["questions"].append({"code": "9", "type": "single", "prefill": "dossier", "text": {"vi": "Lĩnh vực"}})
    document["questions"].insert(2, {"code": "Z", "type": "scale", "scale": "muc", "prefill": "box3",
                                     "text": {"vi": "=1+1 «&<»"}})  # fmt: skip
    text = json.dumps(document, ensure_ascii=False)
    again = read_xlsform(write_xlsform(text), "nho")
    assert again.document == document
    document["questions"][0]["role"] = ""
    document["scales"][0]["levels"][0]["text"]["vi"] = "Hai  dấu cách "
    with pytest.raises(FormRefused, match="JSON"):
        write_xlsform(json.dumps(document, ensure_ascii=False).replace('"role": "", ', ""))


@pytest.mark.slow
def test_files_that_are_no_spreadsheet_are_refused() -> None:
    whole = book(small())
    bombs = [b"", b"PK", b"a,b\n1,2", whole[:400], b"{}", b"x" * (MOST_BYTES + 1), book({"survey": []})]
    for data in bombs:
        with pytest.raises(FormRefused):
            read_xlsform(data, "x.xlsx")
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    for _ in range(40):
        torn = bytearray(whole)
        for _ in range(rng.randint(1, 20)):
            torn[rng.randrange(len(torn))] = rng.randrange(256)
        with suppress(FormRefused):
            read_xlsform(bytes(torn), "x.xlsx")
    print(f"{len(bombs)} files that are no form and 40 torn ones, seed {seed}")
