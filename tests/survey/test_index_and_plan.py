"""Figures and days worked out by hand, from the Ministry's definition of the index and from the plans."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from survey.errors import BadFile
from survey.form import Form
from survey.index import Share, count_levels, factor_questions, mean_hundredths, percent, pooled, round_half_up, share
from survey.plan import Plan, due_day
from survey.plan_file import read_plan

COLUMNS = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4", "RG.HL5")
ROWS = "5545 5-|44444-|43454-|343342|55555-|232231|444444|4K344-|121121|55-55-".replace(" ", "").split("|")


def golden_answers() -> list[dict[str, int | str]]:
    values = {"-": None, "K": "KAD"} | {str(level): level for level in range(1, 6)}
    return [
        {code: values[mark] for code, mark in zip(COLUMNS, row, strict=True) if values[mark] is not None}  # type: ignore[misc]
        for row in ROWS
    ]


def test_the_golden_index(reduced_form: Form) -> None:
    answers = golden_answers()
    shares = {}
    for code in COLUMNS:
        question = reduced_form.question(code)
        assert question is not None
        shares[code] = share(question, count_levels(question, answers))
    assert [(s.satisfied, s.n) for s in shares.values()] == [(7, 10), (6, 9), (5, 9), (7, 10), (8, 10), (1, 4)]
    assert [percent(s.hundredths) for s in shares.values()] == ["70,00", "66,67", "55,56", "70,00", "80,00", "25,00"]
    factors = [shares[question.code] for question in factor_questions(reduced_form)]
    assert len(factors) == 5
    assert pooled(factors) == Share(27, 42)
    assert percent(pooled(factors).hundredths) == "64,29"
    assert percent(mean_hundredths(factors)) == "59,44"
    assert percent(mean_hundredths(factors[:4])) == "68,06"


@pytest.mark.parametrize(
    ("satisfied", "n", "text"), [(2, 3, "66,67"), (1, 8, "12,50"), (0, 7, "0,00"), (7, 7, "100,00"), (1, 800, "0,13")]
)
def test_rounding_is_half_up_from_integers(satisfied: int, n: int, text: str) -> None:
    assert percent(Share(satisfied, n).hundredths) == text


def test_halves_go_up_and_nothing_is_no_figure() -> None:
    assert round_half_up(Fraction(5, 2)) == 3
    assert percent(Share(0, 0).hundredths) == "–"
    assert mean_hundredths([Share(0, 0)]) is None


def test_krong_no_keeps_its_three_numbers(krong_no: Plan) -> None:
    assert len(krong_no.allocations) == 13
    assert (krong_no.allocated, krong_no.declared_total, krong_no.days) == (600, 500, 52)
    assert krong_no.warnings() == ["allocated 600, declared 500, difference +100"]
    assert krong_no.due == date(2023, 10, 17)
    assert krong_no.holds(date(2023, 10, 15))
    assert not krong_no.holds(date(2023, 10, 16))
    district = krong_no.allocation("kn-huyen")
    assert district is not None
    assert district.forms == 120
    assert krong_no.allocation("nowhere") is None


def test_before_and_by_differ_by_a_day() -> None:
    assert due_day("2023-10-18", before=True) == date(2023, 10, 17)
    assert due_day("2024-06-07", before=False) == date(2024, 6, 7)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"2023-10-15"', '"2023-08-01"', "/window"),
        ('"2023-10-15"', '"15/10/2023"', "/window/to"),
        ('"2023-10-15"', '"2023-13-01"', "/window/to"),
        ('"kn-dak-mam"', '"kn-huyen"', "/allocations"),
        ('"forms": 120', '"forms": -1', "/allocations/0/forms"),
        ('"issuer"', '"isuer"', "/issuer"),
    ],
)
def test_a_bad_plan_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    text = (Path(__file__).parents[2] / "survey/data/plans/krong-no-2023.json").read_text("utf-8")
    assert old in text
    with pytest.raises(BadFile) as refused:
        read_plan(text.replace(old, new).encode(), "plan.json")
    assert place in [problem.place for problem in refused.value.problems]
