"""The five plans that we ship, each with its own numbers and quirks, and a reader that names every fault."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey.errors import BadFile
from survey.form_file import read_form
from survey.plan import Plan
from survey.plan_check import Level, blocking, check, disagrees
from survey.plan_file import read_plan, written
from survey.plan_parts import HeadingKind, PopulationKind, ReadingState, SubjectKind

DATA = Path(__file__).parents[2] / "survey/data"
PATHS = {path.stem: path for path in sorted((DATA / "plans").glob("*.json"))}
FORMS = {path.stem: read_form(path.read_bytes(), path.name) for path in (DATA / "forms").glob("*.json")}


def plan_of(name: str) -> Plan:
    return read_plan(PATHS[name].read_bytes(), name)


GOLDEN = {
    "lao-cai-2023": ("9 / 18 / 72 / 3600 = 3600", "7 tên xã không đọc được", "1 tên xã đọc chưa chắc: Xã Dương Quỳ"),
    "lai-chau-2024": ("8 / 28 / 84 / 2520", "phúc tra 20%: 504 phiếu", "chậm nhất 19/07/2024", "chậm nhất 29/11/2024"),
    "krong-no-2023": (
        "52 ngày",
        "13 điểm, phân bổ 600 phiếu",
        "phân bổ 600, kế hoạch ghi 500, chênh +100",
        "là 20 thay vì 120",
        "«Trước ngày 18/10/2023» nghĩa là chậm nhất 17/10/2023",
    ),
    "bac-giang-2024": (
        "3 ngày",
        "209 điểm, chỉ tiêu theo số lượt",
        "8→4..12, 20→10..30, 30→15..45, 40→20..60, 100→20..150, 200→20..300",
        "PKS 02",
    ),
    "soc-trang-2025": (
        "13 câu về việc đã qua, 19 + 4 tiêu chí, 15 mong đợi",
        "2025 Dịch vụ hành chính công nói chung 90%; 2025 Thủ tục về đất đai, xây dựng, đầu tư 85%",
        "2030 Dịch vụ hành chính công nói chung 95%; 2030 Thủ tục về đất đai, xây dựng, đầu tư 90%",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_numbers(name: str) -> None:
    found = check(plan_of(name), FORMS[plan_of(name).form])
    told = [finding.text_vi for finding in found]
    for number in GOLDEN[name]:
        assert any(number in text for text in told), (number, told)
    assert disagrees(found) == (name == "krong-no-2023")
    stops = [finding.code for finding in blocking(found)]
    names = {"lao-cai-2023": ["names_missing", "names_doubtful"], "bac-giang-2024": ["reading"]}
    assert stops == names.get(name, [])
    assert all(finding.text_en for finding in found)


def test_the_five_plans_say_who_what_and_by_whom() -> None:
    assert sorted(GOLDEN) == list(PATHS)
    plans = {name: plan_of(name) for name in PATHS}
    assert {name: plan.heading.kind for name, plan in plans.items() if plan.heading.kind is not HeadingKind.STATE} == {
        "bac-giang-2024": HeadingKind.PARTY
    }
    bac_giang = plans["bac-giang-2024"]
    assert (bac_giang.heading.upper, bac_giang.heading.body) == ("TỈNH ỦY BẮC GIANG", "BAN DÂN VẬN")
    assert (bac_giang.subject.kind, bac_giang.subject.text) == (
        SubjectKind.POST_HOLDER,
        "Chủ tịch Ủy ban nhân dân xã, phường, thị trấn",
    )
    lai_chau, lao_cai = plans["lai-chau-2024"], plans["lao-cai-2023"]
    assert lai_chau.population.kind is PopulationKind.HOUSEHOLDS
    assert (lai_chau.population.min_age, lai_chau.population.literate) == (18, True)
    assert (lao_cai.population.min_age, lao_cai.population.literate) == (18, False)
    assert lai_chau.rechecked(2431) == 487
    assert len(lao_cai.subject.topics) == 7
    marks = [mark.state for mark in lao_cai.marks()]
    assert [marks.count(state) for state in ReadingState] == [0, 4, 1, 8], "seven names and the number"
    assert all(not area.named or area.communes == len(area.named) == 2 for area in lao_cai.areas)
    soc_trang = plans["soc-trang-2025"]
    assert (soc_trang.form, soc_trang.also_forms) == ("soc-trang-day-du", ("rut-gon-mot-cua",))
    assert "Dịch vụ công y tế" in soc_trang.scope_out
    assert "Khám, chữa bệnh" in lao_cai.scope_in
    assert plans["krong-no-2023"].due == date(2023, 10, 17)


def test_what_is_overdue_on_a_day() -> None:
    plan = plan_of("lai-chau-2024")
    bodies = [milestone.body for milestone in plan.overdue(date(2024, 11, 30))]
    assert "Văn phòng UBND tỉnh" in bodies, "the 766 data were due before 30/11"
    assert "Văn phòng UBND tỉnh" not in [milestone.body for milestone in plan.overdue(date(2024, 11, 29))]
    assert written(date(2024, 6, 7)) == "07/6/2024"
    assert written(date(2025, 2, 28)) == "28/02/2025"


BAD = [
    ({"subject": {"kind": "person"}}, "/subject/kind"),
    ({"subject": {"kind": "post_holder", "name": "Nguyễn Văn A"}}, "/subject/name"),
    ({"targets": [{"name": "x", "year": 2025, "hundredths": 9000, "fields": ["nowhere"]}]}, "/targets"),
    ({"milestones": [{"task": "x", "month": "2024-13"}]}, "/milestones/0/month"),
    ({"milestones": [{"task": "x"}]}, "/milestones/0/by"),
    ({"channels": ["fax"]}, "/channels"),
    ({"channels": [1]}, "/channels/0"),
    ({"scope_out": "health"}, "/scope_out"),
    ({"areas": [{"unit": "A", "villages": 1, "forms_per_village": 1, "named": [{"reading": "certain"}]}]}, "/name"),
    (
        {"areas": [{"unit": "A", "communes": 0, "villages": 1, "forms_per_village": 1, "named": [{"name": "B"}]}]},
        "/communes",
    ),
    ({"heading": {"kind": "church"}}, "/heading/kind"),
    ({"recheck_percent": 101}, "/recheck_percent"),
    ({"cluster": "village"}, "/cluster"),
]


@pytest.mark.parametrize(("changes", "place"), BAD)
def test_what_is_wrong_is_named(changes: dict[str, Any], place: str) -> None:
    document = json.loads(PATHS["krong-no-2023"].read_text("utf-8")) | changes
    with pytest.raises(BadFile) as refused:
        read_plan(json.dumps(document).encode(), "plan")
    assert any(problem.place.endswith(place) for problem in refused.value.problems), refused.value.problems


def test_a_damaged_plan_is_refused_or_is_another_plan() -> None:
    """No file may bring the reader or the checks down: a page shows what they say."""
    rng = random.Random(23)
    refused = read = 0
    for _ in range(400):
        document = json.loads(PATHS[rng.choice(sorted(PATHS))].read_text("utf-8"))
        document["allocations"] = document["allocations"][:3]
        for _ in range(rng.randint(1, 3)):
            holder = document
            while (
                isinstance(nested := holder[key := rng.choice(sorted(holder))], dict) and nested and rng.random() < 0.7
            ):
                holder = nested
            holder[key] = rng.choice([None, 0, -1, "", "x", [], [None], {}, {"vi": ""}, True, 10**30, ["a", "a"]])
        try:
            plan = read_plan(json.dumps(document).encode(), "plan")
        except BadFile:
            refused += 1
        else:
            read += 1
            assert all(finding.text_vi and finding.text_en for finding in check(plan, FORMS.get(plan.form)))
    print(f"400 damaged plans, seed 23: {refused} refused, {read} other plans")
    assert refused > 200


def test_a_household_plan_that_names_nothing_cannot_be_approved() -> None:
    document = json.loads(PATHS["krong-no-2023"].read_text("utf-8")) | {
        "allocations": [],
        "submit_before": "2023-09-01",
    }
    found = {finding.code: finding for finding in check(read_plan(json.dumps(document).encode(), "plan"))}
    assert found["no_quota"].blocks_approval
    assert found["due_before_end"].level is Level.DISAGREES
    assert found["total_differs"].text_en == "allocated 0, declared 500, difference -500"


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"dated": "2023-13-45"}, "/dated"),
        ({"dated": "2023-8x"}, "/dated"),
        ({"dated": "2023-02-30"}, "/dated"),
        ({"submit_before": "0001-01-01"}, "/submit_before"),
        ({"window": {"from": "2023-08-25", "to": "9999-12-31"}}, "/window/to"),
        ({"milestones": [{"task": "x", "before": "0001-01-01"}]}, "/milestones/0/before"),
    ],
)
def test_days_are_those_of_a_calendar(changed: dict[str, Any], place: str) -> None:
    document = json.loads(PATHS["krong-no-2023"].read_text("utf-8"))
    with pytest.raises(BadFile) as refused:
        read_plan(json.dumps(document | changed).encode(), "plan")
    assert [problem.place for problem in refused.value.problems if problem.place == place]
    for good in ("2023", "2023-08", "2024-02-29"):
        assert read_plan(json.dumps(document | {"dated": good}).encode(), "plan").dated == good


def test_each_commune_has_at_least_so_many_villages() -> None:
    """Lào Cai: "at least 4"; more are reckoned with."""
    document = json.loads(PATHS["lao-cai-2023"].read_text("utf-8"))

    def found(villages: int) -> dict[str, str]:
        document["areas"][0]["villages"] = villages
        return {finding.code: finding.text_vi for finding in check(read_plan(json.dumps(document).encode(), "plan"))}

    assert "few_villages" not in found(8)
    assert "Thành phố Lào Cai: 7 thôn, bản, ít nhất phải 8 (2 xã × 4)" in found(7)["few_villages"]
    assert "9 / 18 / 74 / 3700" in found(10)["areas"]


def test_what_is_offered_and_not_taken_in_is_told() -> None:
    found = {finding.code: finding.text_en for finding in check(plan_of("soc-trang-2025"))}
    assert found["channels_not_taken"] == "channels not taken in: post, phone, mail, app, other"
    assert found["forms_not_taken"] == "forms not taken in: rut-gon-mot-cua"
    assert not {"channels_not_taken", "forms_not_taken"} & {each.code for each in check(plan_of("krong-no-2023"))}
