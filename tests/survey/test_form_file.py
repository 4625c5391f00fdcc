"""A form file is data: right ones are read, wrong ones refused with file, place and reason, hostile ones stay text."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.errors import BadFile
from survey.form import AnyRatingAtMost, Form, Kind, Role, text_in
from survey.form_file import allows, read_form

FILE = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
HOSTILE_FORMS = 2_000


def read(document: Any) -> Form:
    return read_form(json.dumps(document).encode("ascii"), "x.json")


def test_the_reduced_form_asks_what_the_plan_asks(reduced_form: Form) -> None:
    assert [q.code for q in reduced_form.asked({})] == [
        "RG.HL0",
        "RG.HL1",
        "RG.HL2",
        "RG.HL3",
        "RG.HL4",
        "RG.PA",
        "RG.YK",
    ]
    assert [f.code for f in reduced_form.factors] == ["TC", "TT", "CC", "KQ", "PA"]
    assert reduced_form.overall is not None
    assert reduced_form.overall.code == "RG.HL0"
    reasons = reduced_form.question("RG.LD")
    assert reasons is not None
    assert reasons.condition == AnyRatingAtMost(3)
    assert len(reasons.options) == 17


def test_the_whole_form_asks_all_items_of_the_scheme(whole_form: Form) -> None:
    """Golden: 9 facts in 13 questions, 19 + 4 criteria, 14 + 1 expectations (decision 2228, part II, section III)."""
    asked = [q for q in whole_form.questions if not q.prefill]
    facts = [q.code for q in asked if q.code.startswith("ND.")]
    criteria = [q.code for q in asked if q.role is Role.CRITERION]
    assert len(facts) == 13
    assert len({code.rstrip("abc") for code in facts}) == 9
    assert [sum(code.startswith(part) for code in criteria) for part in ("TC.", "TT.", "CC.", "KQ.", "PA.")] == [
        *(6, 6, 4, 3),
        4,
    ]
    expectations = whole_form.question("MD")
    assert expectations is not None
    assert [option.code for option in expectations.options] == [*(f"MD.{n:02}" for n in range(1, 15)), "MD.99"]
    assert [q.factor for q in asked if q.role is Role.FACTOR] == ["TC", "TT", "CC", "KQ", "PA"]
    assert whole_form.overall is not None
    assert whole_form.overall.code == "HL.00"
    assert len(asked) == 47
    print(
        f"whole form: {len(facts)} facts, 19+4 criteria, {len(expectations.options)} expectations, {len(asked)} asked"
    )


def test_every_text_of_the_shipped_forms_is_there_in_both_languages(whole_form: Form, reduced_form: Form) -> None:
    count = 0
    for form in (whole_form, reduced_form):
        asked = [(q.text, q.help) for q in form.questions]
        texts = [form.title, form.intro, form.thanks, *(s.text for s in form.sections), *(text for text, _ in asked)]
        texts += [help_ for _, help_ in asked if help_] + [o.text for q in form.questions for o in q.options]
        texts += [level.text for scale in form.scales for level in scale.levels]
        assert all(set(text) == {"vi", "en"} for text in texts)
        count += len(texts)
    print(f"{count} texts of the shipped forms, each in Vietnamese and English")


def test_sections_stand_together(whole_form: Form, reduced_form: Form) -> None:
    assert [section.code for section in whole_form.sections] == ["TT", "A", "B", "C", "D"]
    assert {q.section for q in whole_form.questions if not q.prefill} == {"TT", "A", "B", "C", "D"}
    part = whole_form.section("B")
    assert part is not None
    assert part.text["vi"] == "Phần B. Mức độ hài lòng"
    assert whole_form.section("nope") is None
    assert reduced_form.sections == ()


def test_questions_open_with_their_condition(reduced_form: Form) -> None:
    def asked(answers: dict[str, Any]) -> list[str]:
        return [q.code for q in reduced_form.asked(answers)]

    assert "RG.LD" in asked({"RG.HL0": 3})
    assert "RG.LD" not in asked({"RG.HL0": 4, "RG.HL1": "KAD"})
    assert "RG.HL5" in asked({"RG.PA": "CO"})
    assert "RG.HL5" not in asked({"RG.PA": "KHONG"})


def test_texts_fall_back_to_vietnamese(reduced_form: Form) -> None:
    assert text_in(reduced_form.title, "en") == "Quick satisfaction form"
    assert text_in(reduced_form.title, "km") == reduced_form.title["vi"]


def test_the_digest_follows_the_content_and_not_the_spacing() -> None:
    spaced = read_form(json.dumps(DOCUMENT, indent=4).encode(), "x.json")
    assert spaced.digest == read(DOCUMENT).digest
    changed = copy.deepcopy(DOCUMENT)
    changed["questions"][2]["text"]["vi"] += "?"
    assert read(changed).digest != spaced.digest


def mutate(change: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.pop("version"), "/version"),
        (lambda d: d.update(surprise=1), "/surprise"),
        (lambda d: d["questions"][2].update(scale="nope"), "/questions/2/scale"),
        (lambda d: d["questions"][3].update(factor="ZZ"), "/questions/3/factor"),
        (lambda d: d["questions"][0]["text"].pop("vi"), "/questions/0/text/vi"),
        (lambda d: d["questions"][4].update(code="RG.HL0"), "/questions/4/code"),
        (lambda d: d["questions"][8]["when"].update(question="RG.YK"), "/questions/8/when"),
        (lambda d: d["questions"][8]["when"].update({"is": "MAYBE"}), "/questions/8/when"),
        (lambda d: d["questions"][9]["options"].append(d["questions"][9]["options"][0]), "/questions/9/options"),
        (lambda d: d["scales"][0]["levels"].reverse(), "/scales/0/levels"),
        (lambda d: d["scales"][0].update(satisfied_from=9), "/scales/0/satisfied_from"),
        (lambda d: d["questions"][2].update(type="poem"), "/questions/2/type"),
        (lambda d: d["questions"][3].update(role="overall"), "/questions"),
        (lambda d: d["title"].update({"vi": "a\x00b"}), "/title/vi"),
        (lambda d: d["title"].update({"vi": "\ud800"}), "/title/vi"),
        (lambda d: d.update(questions={}), "/questions"),
        (lambda d: d["questions"][2].update(required="yes"), "/questions/2/required"),
    ],
)
def test_a_bad_form_is_refused_with_its_place(change: Callable[[dict[str, Any]], Any], place: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(mutate(change))
    assert place in [problem.place for problem in refused.value.problems]
    assert str(refused.value).startswith("x.json: ")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d["questions"][20].update(section="ZZ"), "/questions/20/section"),
        (lambda d: d["questions"][20].update(section="TT"), "/questions/20/section"),
        (lambda d: d["sections"].append(d["sections"][0]), "/sections"),
        (lambda d: d["sections"][0]["text"].pop("vi"), "/sections/0/text/vi"),
        (lambda d: d.update(sections={}), "/sections"),
    ],
)
def test_bad_sections_are_refused_with_their_place(change: Callable[[dict[str, Any]], Any], place: str) -> None:
    document = json.loads((FILE.parent / "soc-trang-day-du.json").read_text("utf-8"))
    change(document)
    with pytest.raises(BadFile) as refused:
        read(document)
    assert place in [problem.place for problem in refused.value.problems]


def test_all_problems_are_listed_at_once() -> None:
    document = mutate(lambda d: (d.pop("version"), d["questions"][2].update(scale="nope"), d.update(surprise=1)))
    with pytest.raises(BadFile) as refused:
        read(document)
    assert len(refused.value.problems) >= 3


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"form":', b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 50_000, b'{"form": NaN}', b"null"]
)
def test_what_is_no_form_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        read_form(data, "x.json")


def test_answers_are_held_to_the_form(reduced_form: Form) -> None:
    reasons, overall, comment = (reduced_form.question(code) for code in ("RG.LD", "RG.HL0", "RG.YK"))
    assert reasons is not None
    assert overall is not None
    assert comment is not None
    assert (overall.kind, overall.role, comment.kind) == (Kind.SCALE, Role.OVERALL, Kind.TEXT)
    assert allows(overall, 5)
    assert allows(overall, "KAD")
    assert not any(allows(overall, value) for value in (0, 6, "5", 4.0, True, None, [4]))
    assert allows(reasons, ["LD01", "LD06"])
    assert not any(allows(reasons, value) for value in ([], ["LD06", "LD01"], ["LD01", "LD01"], ["nope"], "LD01"))
    assert allows(comment, "x" * 500)
    assert not any(allows(comment, value) for value in ("", "x" * 501, 5))


def test_a_prefilled_single_without_options_takes_a_code_and_no_free_text(reduced_form: Form) -> None:
    field = reduced_form.question("RG.LV")
    assert field is not None
    assert not field.options
    assert allows(field, "dat-dai.1")
    assert not any(allows(field, value) for value in ("x" * 41, "x" * 60, "a\0b", "", "Đất đai", "a b", "-a", "a\n", 5))


@pytest.mark.slow
def test_mutated_forms_are_read_or_refused_and_nothing_else() -> None:
    """Random damage to a good file: a Form or a BadFile, never another exception."""
    seed = 20260101
    rng = random.Random(seed)
    junk: list[Any] = [None, True, -1, 2**70, 1.5, "", "x" * 3000, "{app.stop()}", "[b]x[/b]", [], {}, [[]], {"vi": 3}]
    refused = 0
    for _ in range(HOSTILE_FORMS):
        document = copy.deepcopy(DOCUMENT)
        for _ in range(rng.randint(1, 3)):
            spoil(document, rng, junk)
        try:
            read(document)
        except BadFile as error:
            refused += bool(error.problems)
    assert refused > HOSTILE_FORMS // 2
    print(f"{HOSTILE_FORMS} damaged forms, seed {seed}: {refused} refused with their place, the rest read")


def spoil(node: Any, rng: random.Random, junk: list[Any]) -> None:
    """Replace or delete one random place of `node`."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = rng.choice(keys)
        child = node[key]
        if isinstance(child, dict | list) and rng.random() < 0.7:
            node = child
            continue
        if rng.random() < 0.3:
            del node[key]
        else:
            node[key] = rng.choice(junk)
        return
