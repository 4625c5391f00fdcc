"""The whole questionnaire through a real office: taken in, counted by factor and overall, and proved."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from survey.form import Form, Kind, Question
from survey.form_file import read_form
from survey.record import State, is_complete

WHOLE = Path(__file__).parents[2] / "survey/data/forms/soc-trang-day-du.json"
COLUMNS = ("HL.00", "HL.TC", "HL.TT", "HL.CC", "HL.KQ", "HL.PA")
GOLDEN = """5 5 4 5 5 - | 4 4 4 4 4 - | 4 3 4 5 4 - | 3 4 3 3 4 2 | 5 5 5 5 5 - | 2 3 2 2 3 1
| 4 4 4 4 4 4 | 4 K 3 4 4 - | 1 2 1 1 2 1 | 5 5 - 5 5 -"""  # counted by hand
CLONE = ("plan", "clone", "krong-no-2023", "--id", "st-2023", "--from", "2023-08-25", "--to", "2023-10-15")
SEED = 2228


def whole_form() -> Form:
    return read_form(WHOLE.read_bytes(), WHOLE.name)


def golden_rows() -> list[dict[str, Any]]:
    marks: dict[str, Any] = {"K": "KAD"} | {str(level): level for level in range(1, 6)}
    rows = [dict(zip(COLUMNS, person.split(), strict=True)) for person in GOLDEN.replace("\n", " ").split("|")]
    return [{code: marks[mark] for code, mark in row.items() if mark != "-"} for row in rows]


def whole_answers(form: Form, golden: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A citizen who answers every question that is asked, the golden six as they are given."""
    answers: dict[str, Any] = {}
    for question in form.questions:
        if question.prefill or question not in form.asked(answers):
            continue
        if question.code in COLUMNS:
            answers |= {question.code: golden[question.code]} if question.code in golden else {}
        elif question.code == "PA.00":
            answers["PA.00"] = "CO" if "HL.PA" in golden else "KHONG"
        else:
            answers[question.code] = some_answer(question, rng)
    return answers


def some_answer(question: Question, rng: random.Random) -> Any:
    if question.scale is not None:
        option = question.scale.not_applicable
        return rng.choice([*(level.value for level in question.scale.levels), option.code if option else 3])
    codes = [option.code for option in question.options]
    if question.kind is Kind.MULTI:
        chosen = rng.sample(codes, rng.randint(1, len(codes)))
        return [code for code in codes if code in chosen]
    if question.kind is Kind.TEXT:
        return "Cần thêm ghế ngồi chờ."
    return rng.choice(codes or ["CO", "KHONG"])


@pytest.mark.slow
def test_whole_forms_are_taken_in_and_the_golden_figures_come_out(server: Any, helper: Any, tmp_path: Path) -> None:
    said = helper.run_office(server.config, *CLONE, "--form", "soc-trang-day-du").stdout
    assert "st-2023" in said
    device, form, rng = server.device(seed=SEED, plan="st-2023"), whole_form(), random.Random(SEED)
    assert device.assignment.form == form.ref
    people = [whole_answers(form, row, rng) for row in golden_rows()]
    records = []
    for answers in people:
        state = State.COMPLETE if is_complete(form, answers) else State.PARTIAL
        records.append(device.answer(answers=answers, state=state, flags=()))
    odd = ({"ND.01": "y"}, {"ND.09a": "KAD"}, {"MD": ["MD.99", "MD.01"]}, {"RG.HL0": 5})
    wrong = [device.answer(answers={"TT.TT": "CO"} | answers, flags=()) for answers in odd]
    receipt = device.deliver(server.door, [*records, *wrong])
    assert (receipt.accepted, len(receipt.refusals)) == (len(records), len(wrong))
    folder = tmp_path / "export"
    helper.run_office(server.config, "export", "--plan", "st-2023", str(folder))
    results = json.loads((folder / "results.json").read_text("utf-8"))
    assert results["overall"]["code"] == "HL.00"
    figures = [results["overall"], *results["factors"]]
    assert [figure["index"]["percent"] for figure in figures] == [70.0, 66.67, 55.56, 70.0, 80.0, 25.0]
    assert [(f["index"]["satisfied"], f["index"]["n"]) for f in figures] == [
        (7, 10),
        (6, 9),
        (5, 9),
        (7, 10),
        (8, 10),
        (1, 4),
    ]
    assert [factor["code"] for factor in results["factors"]] == ["TC", "TT", "CC", "KQ", "PA"]
    assert results["received"] == len(people)
    kept = [json.loads(line)["answers"] for line in (folder / "answers.ndjson").read_text("utf-8").splitlines()]
    assert kept == people
    helper.run_office(server.config, "verify")
    sizes = [len(record.raw) for record in records]
    print(f"{len(people)} whole forms, seed {SEED}, {min(sizes)} to {max(sizes)} bytes: index 70.00, factors as given")
