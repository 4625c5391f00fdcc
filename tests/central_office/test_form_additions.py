"""Local additions leave the core alone; versions are compared in words; parts are counted as the plans count them."""

import copy
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from central_office.forms.differences import differences
from central_office.forms.extension import extend, from_spreadsheet
from central_office.forms.troubles import FormRefused
from central_office.forms.xlsform_in import read_xlsform
from central_office.forms.xlsform_out import write_xlsform
from survey.errors import BadFile
from survey.form import Form
from survey.form_census import census, syllables
from survey.form_file import read_form

FOLDER = Path(__file__).parents[2] / "survey" / "data" / "forms"
CORE = (FOLDER / "rut-gon-mot-cua.json").read_text("utf-8")
WHOLE = (FOLDER / "soc-trang-day-du.json").read_text("utf-8")
ADDED: dict[str, Any] = {
    "form": "rut-gon-lai-chau",
    "version": "1",
    "prefix": "LC",
    "sections": [{"code": "LC.A", "text": {"vi": "Câu hỏi của tỉnh"}}],
    "questions": [
        {"code": "LC.1", "type": "scale", "scale": "hailong5", "section": "LC.A", "role": "criterion",
         "factor": "CC", "text": {"vi": "Việc hướng dẫn bằng tiếng dân tộc"}},
        {"code": "LC.2", "type": "text", "section": "LC.A", "text": {"vi": "Xin nói rõ"},
         "when": {"question": "RG.HL3", "is": 1}},
    ],
    "options": {"RG.LD": [{"code": "LC.01", "text": {"vi": "Không có người phiên dịch"}}]},
}  # fmt: skip


def form_of(document: Any) -> Form:
    return read_form(json.dumps(document, ensure_ascii=False).encode(), "form")


@pytest.mark.slow
def test_an_addition_stands_after_the_core_and_names_it() -> None:
    core, extended = read_form(CORE.encode(), "core"), form_of(extend(CORE, ADDED, "them.json"))
    assert extended.extends == core.ref
    assert (extended.id, extended.title) == ("rut-gon-lai-chau", core.title)
    kept = extended.questions[: len(core.questions)]
    assert [q for q in kept if q.code != "RG.LD"] == [q for q in core.questions if q.code != "RG.LD"]
    assert [q.code for q in extended.questions[len(core.questions) :]] == ["LC.1", "LC.2"]
    reasons = extended.question("RG.LD")
    assert reasons is not None
    assert [o.code for o in reasons.options][-2:] == ["LD99", "LC.01"]
    said = differences(core, extended)
    assert "Câu LC.1: thêm «Việc hướng dẫn bằng tiếng dân tộc»." in said
    assert len(said) == 5
    text = json.dumps(extend(CORE, ADDED, "them.json"), ensure_ascii=False)
    assert form_of(read_xlsform(write_xlsform(text), "x").document).digest == extended.digest


def test_an_addition_comes_as_a_spreadsheet_too() -> None:
    made = Workbook()
    made.remove(made.active)
    sheets: dict[str, list[list[Any]]] = {
        "survey": [
            ["type", "name", "label", "appearance", "relevant", "hailong_role", "hailong_factor"],
            ["begin_group", "LC.A", "Câu hỏi của tỉnh"],
            ["select_one hailong5", "LC.1", "Việc hướng dẫn bằng tiếng dân tộc", "likert", None, "criterion", "CC"],
            ["text", "LC.2", "Xin nói rõ", None, "${RG.HL3} = 1"],
            ["end_group"],
        ],
        "choices": [["list_name", "name", "label"], ["RG.LD", "LC.01", "Không có người phiên dịch"]],
        "settings": [["form_id", "version", "hailong_prefix"], ["rut-gon-lai-chau", 1, "LC"]],
    }
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    made.save(out)
    core = read_form(CORE.encode(), "core")
    addition = from_spreadsheet(out.getvalue(), "them.xlsx", core)
    assert form_of(extend(CORE, addition, "them.xlsx")).digest == form_of(extend(CORE, ADDED, "them.json")).digest
    made["survey"]["E4"] = "${LC.1} <= 3"
    out = BytesIO()
    made.save(out)
    with pytest.raises(FormRefused, match="the core's too"):
        from_spreadsheet(out.getvalue(), "them.xlsx", core)


@pytest.mark.slow
def test_a_whole_form_from_a_spreadsheet_is_judged_against_its_core() -> None:
    """The officer's way: take the core's spreadsheet, write a row below it, bring it back."""
    core = read_form(CORE.encode(), "core")
    book = load_workbook(BytesIO(write_xlsform(CORE)))
    survey, settings = book["survey"], book["settings"]
    head = [cell.value for cell in survey[1]]
    row = {"type": "text", "name": "LC.9", "label::Vietnamese (vi)": "Điều muốn nói thêm"}
    survey.append([row.get(name) for name in head])
    settings.cell(2, [cell.value for cell in settings[1]].index("form_id") + 1, "rut-gon-lai-chau")
    out = BytesIO()
    book.save(out)
    extended = form_of(extend(CORE, from_spreadsheet(out.getvalue(), "sua.xlsx", core), "sua.xlsx", "LC"))
    assert extended.questions[-1].code == "LC.9"
    survey.cell(3, head.index("label::Vietnamese (vi)") + 1, "Câu đã sửa")
    out = BytesIO()
    book.save(out)
    with pytest.raises(FormRefused, match="is altered"):
        extend(CORE, from_spreadsheet(out.getvalue(), "sua.xlsx", core), "sua.xlsx", "LC")


def wrong_whole() -> dict[str, Any]:
    """Ways to touch a core, by what is said against them."""
    whole = extend(CORE, ADDED, "them.json")
    made: dict[str, Any] = {}

    def touch(said: str, change: Any) -> None:
        document = copy.deepcopy(whole)
        change(document)
        made[said] = document

    touch("'RG.HL2' is dropped", lambda d: d["questions"].pop(4))
    touch("keep their order", lambda d: d["questions"].insert(3, d["questions"].pop(4)))
    touch("stand before what is added", lambda d: d["questions"].insert(3, d["questions"].pop(-2) | {"section": ""}))
    touch("'RG.HL1' is altered (text)", lambda d: d["questions"][3]["text"].update(vi="Khác"))
    touch("'RG.YK' is altered (longest)", lambda d: d["questions"][10].update(longest=100))
    touch("core's options of 'RG.LD' stay", lambda d: d["questions"][9]["options"].pop(2))
    touch("the core's scales stay", lambda d: d["scales"][0].update(satisfied_from=3))
    touch("the core's factors stay", lambda d: d["factors"].pop(1) and d["questions"].pop(4))
    touch("cannot count for the core's factor 'CC'", lambda d: d["questions"][-2].update(role="factor"))
    touch("the added code 'X.1' must begin with 'LC.'", lambda d: d["questions"][-1].update(code="X.1"))
    touch("the added code 'X9' must begin with 'LC.'", lambda d: d["questions"][9]["options"][-1].update(code="X9"))
    touch("has an id of its own", lambda d: d.update(form="rut-gon-mot-cua"))
    return made


def test_nothing_of_the_core_can_be_touched() -> None:
    refused = wrong_whole()
    for said, document in refused.items():
        with pytest.raises(FormRefused) as error:
            extend(CORE, document, "sai.json", "LC")
        assert said in str(error.value), str(error.value)
    for broken in ({**ADDED, "prefix": "RG"}, {**ADDED, "prefix": ""}, {**ADDED, "quetions": []},
                   {**ADDED, "options": {"RG.HL0": [{}]}}, {**ADDED, "questions": 3, "form": 5}):  # fmt: skip
        with pytest.raises((FormRefused, BadFile)):
            extend(CORE, broken, "sai.json")
    print(f"{len(refused) + 5} ways to touch a core form or to name additions wrongly, all refused")


def test_parts_are_counted_as_the_plans_count_them() -> None:
    reduced, whole = census(read_form(CORE.encode(), "a")), census(read_form(WHOLE.encode(), "b"))
    assert whole.lines()[0] == "13 facts 19+4 criteria 15 expectations"
    assert reduced.lines() == ["1 overall 5 factors 17 reasons 1 comment"]
    assert (whole.longest, whole.syllables) == ("CC.4", 20)
    assert syllables("Ông/Bà đi lại 3 lần, “một-cửa”.") == 8
    print(f"longest questions: {reduced.syllables} and {whole.syllables} syllables")


def test_differences_are_said_in_words() -> None:
    old = json.loads(CORE)
    new = copy.deepcopy(old) | {"version": "2"}
    new["title"]["vi"] = "Phiếu nhanh"
    new["thanks"].pop("en")
    new["questions"].append(new["questions"].pop(3))
    new["questions"][2]["required"] = False
    new["questions"][8]["when"] = {"any_rating_at_most": 2}
    new["questions"][8]["options"][0] |= {"text": {"vi": "Đi lại"}, "signal": True}
    del new["questions"][8]["options"][3]
    new["scales"][0]["satisfied_from"] = 5
    said = differences(form_of(old), form_of(new))
    assert differences(form_of(old), form_of(copy.deepcopy(old))) == []
    for sentence in (
        "Tên phiếu: «Phiếu đánh giá nhanh mức độ hài lòng» → «Phiếu nhanh».",
        "Lời cảm ơn (en): bỏ «Thank you for your opinion.».",
        "Thang đo hailong5: tính là hài lòng từ mức 4 → 5.",
        "Câu RG.HL1: đổi vị trí.",
        "Câu RG.HL0, bắt buộc: có → không.",
        "Câu RG.LD, lựa chọn LD01: nay là dấu hiệu cần xem ngay.",
    ):
        assert sentence in said, said
    assert sum("đổi vị trí" in sentence for sentence in said) == 1
    assert any("mức 3 trở xuống → chỉ hỏi khi" in sentence for sentence in said)
    assert all(sentence.endswith(".") for sentence in said)


def test_extends_is_read_strictly() -> None:
    document = json.loads(CORE)
    for wrong in ({}, {"form": "a", "version": "1", "digest": "xyz"}, [], {"form": "a", "version": "1"}):
        with pytest.raises(BadFile):
            form_of(document | {"extends": wrong})
