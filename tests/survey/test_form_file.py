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
