"""Rounds of made answers for the tests of figures: the golden ten, Krông Nô's points, Sóc Trăng's full form."""

import json
import random
from pathlib import Path
from typing import Any

from survey.form import Form, Kind
from survey.form_file import read_form

ROOT = Path(__file__).parents[2]
GOLDEN = """5 5 4 5 5 - | 4 4 4 4 4 - | 4 3 4 5 4 - | 3 4 3 3 4 2 | 5 5 5 5 5 -
| 2 3 2 2 3 1 | 4 4 4 4 4 4 | 4 K 3 4 4 - | 1 2 1 1 2 1 | 5 5 - 5 5 -"""
CODES = ("RG.HL0", "RG.HL1", "RG.HL2", "RG.HL3", "RG.HL4", "RG.HL5")
ROUNDS = ("krong-no-2023", "krong-no-2024")


def golden() -> list[dict[str, Any]]:
    """The ten answers of the golden example; "-" left blank, "K" not applicable."""
    people = [zip(CODES, person.split(), strict=True) for person in GOLDEN.replace("\n", " ").split("|")]
    return [{code: "KAD" if mark == "K" else int(mark) for code, mark in row if mark != "-"} for row in people]


def krong_no(
    office: Any,
    rng: random.Random,
    plan: str = ROUNDS[0],
    small_points: bool = False,
    good: float = 0.7,
    size: float = 1,
) -> None:
    """Some hundred answers at five points, which differ; two of them with few answers if so wished."""
    sizes = {"kn-huyen": 110, "kn-nam-da": 44, "kn-dak-mam": 38, "kn-duc-xuyen": 30, "kn-tan-thanh": 25}
    if small_points:
        sizes |= {"kn-nam-xuan": 3, "kn-nam-nung": 12}
    for seed, (point, most) in enumerate(sizes.items(), start=1):
        device = office.device(rng.randrange(10**6) + seed, point, plan)
        share = min(0.97, max(0.1, good + rng.uniform(-0.25, 0.2)))
        quarter = {} if plan == ROUNDS[0] else {"quarter": "2024-09-02T08:15+07:00"}
        records = [device.answer(answers=_short(rng, share), **quarter) for _ in range(max(3, round(most * size)))]
        device.deliver_all(office.door, records)


def _short(rng: random.Random, good: float) -> dict[str, Any]:
    levels = [4, 5] if rng.random() < good else [1, 2, 3, 3]
    answers: dict[str, Any] = {code: rng.choice([*levels, *levels, 3, "KAD"]) for code in CODES[1:5]}
    answers |= {"RG.HL0": rng.choice(levels), "RG.PA": "KHONG", "RG.DT": rng.choice(["CN", "CN", "CN", "TC"])}
    answers["RG.LV"] = rng.choice(["dat-dai", "ho-tich", "ho-tich", "xay-dung"])
    if answers["RG.HL0"] <= 3:
        answers["RG.LD"] = sorted(rng.sample(["LD01", "LD03", "LD06", "LD07", "LD09"], rng.randint(1, 3)))
    if rng.random() < 0.15:
        answers |= {"RG.PA": "CO", "RG.HL5": rng.choice([*levels, 2])}
    return answers


def next_round() -> str:
    """The same round a year later, loaded; its id."""
    from datetime import date

    from django.utils import timezone

    from central_office.rounds.catalogue import clone_plan

    clone_plan(ROUNDS[0], ROUNDS[1], date(2024, 8, 20), date(2024, 10, 10), timezone.now())
    return ROUNDS[1]


def soc_trang(office: Any, rng: random.Random, size: int = 60) -> None:
    """Full forms at four points: land, building and investment do well, the rest less."""
    from django.utils import timezone

    from central_office.rounds.catalogue import load_form, load_plan

    form = (ROOT / "survey/data/forms/soc-trang-day-du.json").read_bytes()
    plan = (ROOT / "survey/data/plans/soc-trang-2025.json").read_bytes()
    load_form(form, "form", timezone.now())
    load_plan(plan, "plan", timezone.now())
    read = read_form(form, "form")
    points = [each["point"] for each in json.loads(plan)["allocations"]][:4]
    for number, point in enumerate(points):
        device = office.device(rng.randrange(10**6) + number, point, "soc-trang-2025")
        records = []
        for _ in range(size):
            field = rng.choice(["dat-dai", "xay-dung", "dau-tu", "ho-tich", "ho-tich"])
            good = 0.97 if field != "ho-tich" else 0.6 + 0.07 * number
            quarter = f"2025-{rng.choice([3, 4, 5]):02d}-{rng.randint(4, 28):02d}T08:15+07:00"
            answers = {**_whole(read, rng, good), "TT.LV": field}
            records.append(device.answer(answers=answers, quarter=quarter))
        device.deliver_all(office.door, records)


def _whole(form: Form, rng: random.Random, good: float) -> dict[str, Any]:
    content = rng.random() < good
    answers: dict[str, Any] = {}
    for question in form.questions:
        if question.prefill or (question.condition and not question.condition.met(form, answers)):
            continue
        if question.kind is Kind.SCALE:
            answers[question.code] = rng.choice([4, 5, 5] if content else [1, 2, 3, 3])
        elif question.kind is Kind.SINGLE:
            answers[question.code] = rng.choice([option.code for option in question.options])
        elif question.kind is Kind.MULTI:
            chosen = [o.code for place, o in enumerate(question.options) if rng.random() < 0.6 / (1 + place / 3)]
            if chosen:
                answers[question.code] = chosen
        elif question.kind is Kind.YES_NO:
            answers[question.code] = "CO" if rng.random() < 0.2 else "KHONG"
    return answers
