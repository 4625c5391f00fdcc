"""A round's figures through the whole office: delivered, summed by the database, computed, shown with their methods."""

import csv
import io
import json
import random
from typing import Any

import pytest

GOLDEN = {"TC": 66.67, "TT": 55.56, "CC": 70.0, "KQ": 80.0, "PA": 25.0}


def analysis_of(plan: str, floor: int = 5, points: frozenset[str] | None = None) -> Any:
    from django.utils import timezone

    from central_office.results.analysing import analyse
    from central_office.rounds.models import PlanFile

    return analyse(PlanFile.objects.select_related("form").get(plan=plan), timezone.now(), points, floor)


def test_the_golden_example_is_labelled_on_page_csv_json_and_command(
    small_office: Any, client_of: Any, made: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import Namespace

    from central_office.commands.results import results

    device = small_office.device()
    device.deliver(small_office.door, [device.answer(answers=given, flags=()) for given in made.golden()])
    ten = analysis_of("krong-no-2023", floor=1)  # four people told of the conditional factor: too few to be shown
    assert {each.code: each.share.hundredths / 100 for each in ten.factors} == GOLDEN
    assert (ten.pooled.share.satisfied, ten.pooled.share.n, ten.overall.interval.low) == (27, 42, 3968)
    device.deliver(small_office.door, [device.answer(answers=given, flags=()) for given in made.golden()])
    body = client_of.get("/ket-qua.json").json()
    assert (body["overall"]["index"]["percent"], body["overall"]["method"]) == (70.0, "theo câu hỏi chung")
    assert {each["code"]: each["index"]["percent"] for each in body["factors"]} == GOLDEN
    beside = body["beside_the_index"]
    assert beside["pooled"]["index"] == {"satisfied": 54, "n": 84, "percent": 64.29}
    assert (beside["mean"]["percent"], beside["without_feedback"]["percent"]) == (59.44, 68.06)
    assert len({beside[way]["method"] for way in beside}) == 3
    assert client_of.get("/ket-qua.json").json()["overall"]["interval"]["low"] == 48.1
    text = client_of.get("/ket-qua/").content.decode()
    table = list(csv.DictReader(io.StringIO(client_of.get("/ket-qua.csv").content.decode("utf-8-sig")), delimiter=";"))
    whole = [row for row in table if row["Nhóm"] in ("Chung", "Yếu tố", "Cách tính khác")]
    told = {row["Chỉ số (%)"]: row["Phương pháp"] for row in reversed(whole)}
    assert told["70,00"] == "theo câu hỏi chung"
    args = Namespace(plan="krong-no-2023", public=False, json=False)
    results(args, None)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    for figure in ("70,00", "66,67", "55,56", "80,00", "25,00", "64,29", "59,44", "68,06"):
        assert figure in text
        assert told[figure]
        line = next(line for line in said.splitlines() if figure in line.split()[0])
        assert "[" in line
    print("golden:", ", ".join(f"{figure} [{method}]" for figure, method in told.items()))


def test_every_breakdown_sums_to_the_whole(small_office: Any, made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from central_office.results import analysing
    from central_office.results.analysis import By

    units = {"huyen": "Huyện", "xa": "Các xã"}  # the tree's own tests place points; here two units are enough

    def in_two_units(_tree: object, points: Any) -> Any:
        return {point: "huyen" if point == "kn-huyen" else "xa" for point in points}, units

    monkeypatch.setattr(analysing, "placed", in_two_units)
    made.krong_no(small_office, random.Random(7))
    found = analysis_of("krong-no-2023", floor=1)
    assert found.overall.share.n == found.received > 200
    assert set(found.breakdowns) == {By.POINT, By.UNIT, By.FIELD, By.RESPONDENT, By.CHANNEL, By.MONTH}
    for by, breakdown in found.breakdowns.items():
        rows = breakdown.rows
        sums = [sum(getattr(row, part) for row in rows) for part in ("received", "partial", "flagged")]
        assert sums == [found.received, found.partial, found.flagged], by
        for whole, parts in ((found.overall, [row.overall for row in rows]), *_factors(found, rows)):
            for layer in ("share", "clean"):
                shares = [getattr(part, layer) for part in parts]
                assert sum(share.n for share in shares) == getattr(whole, layer).n, (by, whole.code)
                assert sum(share.satisfied for share in shares) == getattr(whole, layer).satisfied
    assert sum(found.days.values()) == found.received
    assert [(row.name, row.received) for row in found.breakdowns[By.UNIT].rows] == [("Huyện", 110), ("Các xã", 137)]
    assert {row.overall.interval.clusters for row in found.breakdowns[By.UNIT].rows} == {1, 4}
    print(f"seed 7: {found.received} answers, {len(found.breakdowns)} breakdowns, each sums to the whole")


def _factors(found: Any, rows: Any) -> list[Any]:
    return [(factor, [row.factors[place] for row in rows]) for place, factor in enumerate(found.factors)]


def test_small_rows_are_hidden_and_their_cover_with_them(small_office: Any, client_of: Any, made: Any) -> None:
    from central_office.results.analysis import By, Hidden

    made.krong_no(small_office, random.Random(8), small_points=True)
    for floor in (5, 10):
        found = analysis_of("krong-no-2023", floor=floor)
        rows = {row.code: row.overall for row in found.breakdowns[By.POINT].rows}
        assert rows["kn-nam-xuan"].hidden is Hidden.SMALL
        hidden = [code for code, measure in rows.items() if measure.hidden]
        assert len(hidden) > 1
        for code in hidden:
            assert (rows[code].share.n, sum(rows[code].levels), rows[code].interval) == (0, 0, None)
        assert [row.received for row in found.breakdowns[By.POINT].rows if row.code == "kn-nam-xuan"] == [3]
    text = client_of.get("/ket-qua/").content.decode()
    assert "ít phiếu" in text
    assert "che thêm" in text
    body = client_of.get("/ket-qua.json").json()
    row = next(row for row in body["points"] if row["code"] == "kn-nam-xuan")
    assert (row["index"], row["interval"], row["hidden"]) == (None, None, "small")


def test_an_officer_of_a_commune_sees_the_commune(
    small_office: Any, client_of: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from central_office.people.access import Scope
    from central_office.results import views

    made.krong_no(small_office, random.Random(9))
    whole = client_of.get("/ket-qua.json").json()
    monkeypatch.setattr(views, "scope_of", lambda *_: Scope(frozenset({"kn-nam-da"})))
    body = client_of.get("/ket-qua.json").json()
    assert [row["code"] for row in body["points"]] == ["kn-nam-da"]
    assert 0 < body["received"] < whole["received"]
    assert "incidents" not in body
    text = client_of.get("/ket-qua/").content.decode()
    assert "phạm vi của bạn" in text
    assert "Xã Nam Đà" in text
    assert "Thị trấn Đắk Mâm" not in text


def test_soc_trangs_targets_facts_expectations_and_signals(small_office: Any, client_of: Any, made: Any) -> None:
    from central_office.results.analysis import By

    made.soc_trang(small_office, random.Random(11))
    found = analysis_of("soc-trang-2025")
    assert [(line.year, line.wanted, line.met) for line in found.targets] == [
        *((2025, 9000, False), (2025, 8500, True), (2030, 9500, None), (2030, 9000, None))
    ]
    assert [line.verdict for line in found.targets[1:3]] == ["Đạt", "Mục tiêu năm 2030, đợt này không xét"]
    of_fields = found.targets[1]
    rows = {row.code: row.overall.share for row in found.breakdowns[By.FIELD].rows}
    assert of_fields.measure.share == rows["dat-dai"] + rows["xay-dung"] + rows["dau-tu"]
    assert of_fields.gap == of_fields.measure.share.hundredths - 8500
    assert [row.name for row in found.breakdowns[By.FIELD].rows][:3] == ["Đất đai", "Xây dựng", "Đầu tư"]
    assert len(found.criteria) == 23
    assert len(found.judgements) == 3
    wishes = next(each for each in found.rankings if each.code == "MD")
    assert wishes.several
    assert wishes.n == found.received
    counts = [choice.count for choice in wishes.choices]
    assert counts == sorted(counts, reverse=True)
    assert all(choice.rank == counts.index(choice.count) + 1 for choice in wishes.choices)
    assert analysis_of("soc-trang-2025", floor=10).signals == ()
    body = client_of.get("/ket-qua.json?plan=soc-trang-2025").json()
    assert [line["gap"] for line in body["targets"]] == [line.gap / 100 for line in found.targets]
    print(f"seed 11: gaps {[line.gap for line in found.targets]}, {len(found.signals)} signals")


def test_tales_of_harassment_are_told_from_three_on(small_office: Any) -> None:
    device = small_office.device()
    tale = {"RG.HL0": 2, "RG.LD": ["LD09"]}
    device.deliver(small_office.door, [*device.answers(20, answers={"RG.HL0": 5}), *device.answers(2, answers=tale)])
    assert analysis_of("krong-no-2023").signals == ()
    device.deliver(small_office.door, device.answers(3, answers=tale))
    signals = analysis_of("krong-no-2023").signals
    assert [(s.kind, s.point, s.count, s.n) for s in signals] == [
        ("tale", "kn-huyen", 5, 25),
        ("low_score", "kn-huyen", 5, 25),
    ]


def test_a_given_ratio_stands_beside_and_is_averaged_with_nothing(small_office: Any, client_of: Any, made: Any) -> None:
    from django.utils import timezone

    from central_office.results import given

    device = small_office.device()
    device.deliver(small_office.door, device.answers(20, answers={"RG.HL0": 5}))
    before = analysis_of("krong-no-2023")
    figure = given.Entered("Tỷ lệ hài lòng theo QĐ 766", "98,45", "Báo cáo số 12/BC-UBND", "quý III năm 2023")
    given.enter("krong-no-2023", figure, "cli:thu", timezone.now())
    for wrong in ("101", "-1", "9,999", "", "1e3", "٩"):
        with pytest.raises(given.BadFigure):
            given.enter("krong-no-2023", given.Entered("x", wrong, "y", "z"), "cli:thu", timezone.now())
    after = analysis_of("krong-no-2023")
    assert [(each.hundredths, each.source) for each in after.given] == [(9845, "Báo cáo số 12/BC-UBND")]
    assert (after.overall, after.pooled, after.mean) == (before.overall, before.pooled, before.mean)
    text = client_of.get("/ket-qua/").content.decode()
    assert "98,45" in text
    assert "không phải SIPAS" in text
    assert given.remove("krong-no-2023", figure.name, figure.period, "cli:thu")
    assert not given.remove("krong-no-2023", figure.name, figure.period, "cli:thu")


def test_two_rounds_are_compared_and_small_rows_are_not_ranked(small_office: Any, client_of: Any, made: Any) -> None:
    made.krong_no(small_office, random.Random(12), small_points=True)
    made.krong_no(small_office, random.Random(13), plan=made.next_round(), good=0.9)
    response = client_of.get("/ket-qua/so-sanh/?a=krong-no-2023&b=krong-no-2024")
    text = response.content.decode()
    assert "tăng rõ" in text
    assert "chưa đủ số liệu" in text
    data = client_of.get("/ket-qua/so-sanh.csv?a=krong-no-2023&b=krong-no-2024").content
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    whole = next(row for row in rows if row["Tên"] == "Chỉ số hài lòng chung")
    a, b = (client_of.get(f"/ket-qua.json?plan={plan}").json()["overall"]["index"] for plan in made.ROUNDS)
    assert float(whole["Chênh (điểm %)"].replace(",", ".")) == pytest.approx(b["percent"] - a["percent"], abs=0.011)
    small = next(row for row in rows if row["Mã"] == "kn-nam-xuan")
    assert (small["Hạng"], small["Chênh (điểm %)"], small["Đợt trước (%)"]) == ("", "–", "–")
    assert client_of.get("/ket-qua/so-sanh/?a=krong-no-2023&b=khong-co").status_code == 404
    assert client_of.get("/ket-qua/so-sanh/").status_code == 200
    par = client_of.get("/ket-qua/chi-so-don-vi.csv?plan=krong-no-2023").content.decode("utf-8-sig")
    head = par.splitlines()[0].split(";")
    assert head[:4] == ["Đơn vị", "Mã", "Chỉ số hài lòng (%)", "n"]
    assert len(par.splitlines()) == 1 + 13 + 1


def test_units_group_the_points_of_a_plan() -> None:
    """A tree by hand: the placing knows only what a tree answers."""
    from central_office.results.placing import placed

    class Tree:
        below = {"": ("t:1",), "t:1": ("x:1", "x:2"), "x:1": ("diem:a", "diem:b"), "x:2": ("diem:c",)}  # noqa: RUF012

        def roots(self) -> tuple[str, ...]:
            return self.below[""]

        def children(self, ref: str) -> tuple[str, ...]:
            return self.below.get(ref, ())

        def name(self, ref: str) -> str:
            return f"Xã {ref[2:]}"

        def home(self, point: str) -> str:
            return f"diem:{point}" if point in "abc" else ""

        def path(self, ref: str) -> tuple[str, ...]:
            found = [ref]
            while above := [parent for parent, below in self.below.items() if parent and found[0] in below]:
                found.insert(0, above[0])
            return tuple(found)

    parents, names = placed(Tree(), ["a", "b", "c", "d"])
    assert parents == {"a": "x:1", "b": "x:1", "c": "x:2", "d": ""}
    assert names == {"x:1": "Xã 1", "x:2": "Xã 2", "": "Chưa xếp"}
    assert placed(Tree(), ["d"]) == ({}, {})
    assert placed(Tree(), ["a", "b"])[0] == {"a": "x:1", "b": "x:1"}


def test_the_json_of_an_analysis_is_json(small_office: Any, made: Any) -> None:
    from central_office.results.analysis_json import as_json

    made.krong_no(small_office, random.Random(14))
    text = json.dumps(as_json(analysis_of("krong-no-2023", floor=10)), ensure_ascii=False)
    assert json.loads(text)["floor"] == 10
