"""Notices at the office: the figure is what the answers give, few answers give none, and kiosks hear of changes."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from survey import wire
from survey.canonical import digest, encode
from survey.errors import BadFile
from survey.index import round_half_up
from survey.notice import Notice, Result, read_notice

JSON = "application/json"
PLAN, ROUND, POINT = "year", "krong-no-2023", "kn-huyen"
NOW = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
BEFORE = datetime(2023, 10, 15, 2, 0, tzinfo=UTC)  # the round's last day
DONE = {"vi": "Mở thêm quầy số 4"}
SOURCE = {"vi": "Báo cáo của huyện"}


def file(*without: str, **changes: Any) -> bytes:
    document: dict[str, Any] = {
        "notice": 1,
        "plan": PLAN,
        "points": [POINT],
        "period": {"vi": "Năm 2023"},
        "result": {"round": ROUND},
        "done": [{"text": DONE}],
        "from": "2024-01-01",
        "until": "2024-12-31",
    }
    document = {key: value for key, value in document.items() if key not in without} | changes
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.fixture
def load(office: Any, freezing: Any) -> Callable[..., list[Any]]:
    """Sets notices in an office that has this year's plan, and whose last round is frozen at the first of them."""
    from central_office.publication.models import Frozen
    from central_office.results.notices import load_notices
    from central_office.rounds.catalogue import clone_plan

    clone_plan(ROUND, PLAN, date(2024, 1, 1), date(2024, 12, 31), NOW)

    def load(*without: str, now: datetime = NOW, **changes: Any) -> list[Any]:
        if now > BEFORE and not Frozen.objects.exists():
            freezing.freeze()
        return load_notices(file(*without, **changes), "n.json", now)

    return load


def deliver(office: Any, count: int, seed: int = 1, **changes: Any) -> list[int]:
    """Answers of last year at the point; the overall levels given."""
    device = office.device(seed)
    records = device.answers(count, **changes)
    device.deliver_all(office.door, records)
    return [json.loads(record.raw)["answers"]["RG.HL0"] for record in records]


def tenths(levels: list[int]) -> int:
    return round_half_up(Fraction(1000 * sum(level >= 4 for level in levels), len(levels)))


def test_the_figure_is_the_one_that_the_answers_give(office: Any, load: Callable[..., list[Any]]) -> None:
    levels = deliver(office, 47)
    (told,) = load()
    assert told.notice is not None
    result = told.notice.result
    assert (result.tenths, result.n, result.round) == (tenths(levels), 47, ROUND)
    assert result.source["vi"].startswith("Khảo sát mức độ hài lòng")
    print(f"47 answers: {result.percent()} %, as counted by hand")


def test_fewer_than_thirty_answers_give_no_figure(office: Any, load: Callable[..., list[Any]]) -> None:
    deliver(office, 29)
    (told,) = load()
    assert (told.notice.result, told.notice.done, told.too_few) == (None, (DONE,), True)
    assert load("done")[0].notice is None


def test_what_the_site_hides_no_kiosk_tells(office: Any, load: Callable[..., list[Any]]) -> None:
    """Of two points whose sum is known the larger one is hidden with the smaller, however many answered there."""
    deliver(office, 8)
    for seed, (point, count) in enumerate({"kn-nam-da": 35, "kn-dak-mam": 60}.items(), start=2):
        device = office.device(seed, point)
        device.deliver_all(office.door, device.answers(count))
    told = {each.point: each for each in load("points")}
    shown = {point for point, each in told.items() if each.notice and each.notice.result}
    assert shown == {"kn-dak-mam"}
    assert told["kn-nam-da"].too_few


def test_answers_that_come_after_the_freeze_enter_no_notice(office: Any, load: Callable[..., list[Any]]) -> None:
    levels = deliver(office, 40)
    load()
    deliver(office, 3, seed=2)
    assert load()[0].notice.result.tenths == tenths(levels)


def test_a_whole_plan_at_once_each_point_with_its_own_figure(office: Any, load: Callable[..., list[Any]]) -> None:
    from central_office.rounds.models import Notice as Kept

    deliver(office, 31)
    told = load("points", "done")
    assert len(told) == 13
    assert [each.point for each in told if each.notice] == [POINT]
    assert Kept.objects.count() == 1
    load("points")
    assert Kept.objects.count() == 13
    load("points", "done")  # where nothing is left to say, the notice goes
    assert Kept.objects.count() == 1


def test_a_point_that_the_round_did_not_have_is_named_as_such(
    office: Any, load: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from central_office.commands.notices import _told
    from central_office.results import notices

    closed = notices._closed

    def without(name: str, now: datetime, by: str = "") -> Any:
        results = closed(name, now, by)
        left = tuple(each for each in results.plan.allocations if each.point.code != POINT)
        return replace(results, plan=replace(results.plan, allocations=left), breakdowns={})

    (few,) = load()
    monkeypatch.setattr(notices, "_closed", without)
    (told,) = load()
    assert (few.too_few, few.unknown, told.too_few, told.unknown) == (True, False, False, True)
    assert "30" in _told(few)
    assert "không có điểm này" in _told(told)


def test_a_round_that_is_not_closed_gives_no_figure(office: Any, load: Callable[..., list[Any]]) -> None:
    from central_office.rounds.catalogue import Refusal

    with pytest.raises(Refusal, match="not closed") as refused:
        load(now=BEFORE)
    assert "15/10/2023" in refused.value.hint
    load(now=BEFORE + timedelta(days=1))


def test_a_typed_figure_has_its_source(load: Callable[..., list[Any]]) -> None:
    (told,) = load(result={"index": "89,2", "n": 412, "source": SOURCE})
    assert told.notice.result == Result(892, 412, SOURCE)


def test_unknown_plans_and_points_are_refused(load: Callable[..., list[Any]]) -> None:
    from central_office.rounds.models import PlanFile

    with pytest.raises(BadFile, match="no point 'nowhere'"):
        load(points=[POINT, "nowhere"])
    for changes in ({"plan": "unknown"}, {"result": {"round": "unknown"}}):
        with pytest.raises(PlanFile.DoesNotExist):
            load(**changes)


def test_a_figure_that_a_later_publication_changed_shows(
    office: Any, load: Callable[..., list[Any]], freezing: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import Namespace

    from central_office.commands.prove import verify
    from central_office.config import load_config
    from central_office.publication.handing import hand_out
    from central_office.results.notices import checked

    deliver(office, 40)
    load()
    deliver(office, 30, seed=2, answers={"RG.HL0": 1})
    second = freezing.freeze()
    assert [right for _, right in checked(PLAN, NOW)] == [True], "it is frozen, and nobody outside has it"
    config = load_config(str(office.config))
    assert verify(Namespace(), config) == 0
    assert "citizens are told" not in capsys.readouterr().out
    hand_out(second, "site", "cli:thu", NOW)
    assert [right for _, right in checked("", NOW)] == [False]
    assert verify(Namespace(), config) == 0  # the data are sound: a note, no difference
    assert f"{PLAN} {POINT}: citizens are told a figure" in capsys.readouterr().out
    load()
    assert [right for _, right in checked(PLAN, NOW)] == [True]


def heard(office: Any, helper: Any, device: Any, **told: Any) -> dict[str, Any]:
    reply = office.door.post(helper.HEARTBEATS, device.heartbeat(**told), JSON)
    assert reply.status == 200, reply.body
    return dict(wire.read_message("time", reply.body, device.is_centre))


def test_a_kiosk_hears_of_a_notice_until_it_has_it(office: Any, helper: Any, load: Callable[..., list[Any]]) -> None:
    from central_office.results.notices import remove

    today = datetime.now(UTC).date()
    days = {"from": (today - timedelta(days=9)).isoformat(), "until": (today + timedelta(days=9)).isoformat()}
    device, other = office.device(plan=PLAN), office.device(2, "kn-nam-da", PLAN)
    assert heard(office, helper, device, notice="").keys() == {"v", "kiosk", "now"}
    (told,) = load("result", **days)
    notice: Notice = told.notice
    assert read_notice(encode(heard(office, helper, device, notice="")["notice"])) == notice
    assert heard(office, helper, device, notice="0" * 64)["notice"] == notice.fields()
    assert "notice" not in heard(office, helper, device, notice=digest(notice.encode()))
    assert "notice" not in heard(office, helper, device)  # an agent that knows of none
    assert "notice" not in heard(office, helper, other, notice="")
    assert heard(office, helper, other, notice=digest(notice.encode()))["notice"] == {}  # it stood there before
    assert remove(PLAN, POINT) == 1
    assert heard(office, helper, device, notice=digest(notice.encode()))["notice"] == {}


def test_a_notice_is_given_until_its_last_day(office: Any, load: Callable[..., list[Any]]) -> None:
    from central_office.results.notices import news

    load("result")
    days = [date(2023, 6, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert ["notice" in news("", PLAN, POINT, day) for day in days] == [True, True, False]
    assert news("0" * 64, PLAN, POINT, days[2]) == {"notice": {}}


@pytest.mark.parametrize("wrong", ["0", "Z" * 64, "0" * 65, 7, {}])
def test_a_heartbeat_whose_notice_is_no_digest_is_refused(small_office: Any, helper: Any, wrong: Any) -> None:
    reply = small_office.door.post(helper.HEARTBEATS, small_office.device().heartbeat(notice=wrong), JSON)
    assert (reply.status, reply.kind) == (422, "wrong_fields")


@pytest.mark.slow
def test_the_command_line_sets_lists_and_takes_back(tmp_path: Path, helper: Any) -> None:
    config = helper.write_config(tmp_path / "office", "sqlite")
    helper.run_office(config, "setup")
    helper.run_office(config, "plan", "clone", ROUND, "--id", PLAN, "--from", "2026-01-01", "--to", "2026-12-31")
    path = tmp_path / "notice.json"
    path.write_bytes(file())
    refused = helper.run_office(config, "notice", "load", str(path), check=False)
    assert refused.returncode > 1
    assert f"round {ROUND} is not frozen" in refused.stderr
    path.write_bytes(file(result={"index": "89,2", "n": 412, "source": SOURCE}))
    helper.run_office(config, "notice", "load", str(path))
    listed = helper.run_office(config, "notice", "list", PLAN).stdout
    assert "89,2 %, n = 412 (Báo cáo của huyện), 01/01/2024 – 31/12/2024" in listed
    assert "– Mở thêm quầy số 4" in listed
    path.write_bytes(file(done=[{"text": {"vi": "a\x1bb"}}], more=1))
    refused = helper.run_office(config, "notice", "load", str(path), check=False)
    assert refused.returncode == 65
    assert "/done/0/text/vi" in refused.stderr
    assert "/more" in refused.stderr
    assert helper.run_office(config, "notice", "remove", "--plan", PLAN).returncode == 0
    assert helper.run_office(config, "notice", "remove", "--plan", PLAN, "--point", POINT, check=False).returncode == 1
    assert helper.run_office(config, "notice", "list").stdout == ""
