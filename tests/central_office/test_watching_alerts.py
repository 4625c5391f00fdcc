"""Alerts: each told once, none of a single answer, handled by a person with a note, seen by right."""

from argparse import Namespace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.central_office.test_watching import PLAN, a_round, client, fill, the_plan

MONDAY = datetime(2023, 9, 18, 11, 0, tzinfo=UTC)  # 18:00, offices have closed
AUGUST, SEPTEMBER = date(2023, 8, 1), date(2023, 9, 1)


def rate(point: str, value: str, count: int, question: str = "RG.HL0", flagged: bool = False) -> None:
    """Ratings of September as the intake sums them."""
    from central_office.intake.models import Heap, Tally
    from central_office.rounds.models import PlanFile

    form = PlanFile.objects.get(plan=PLAN).form_id
    key = f"{point}{flagged}"
    same = {"family": "time", "plan": PLAN, "form": form, "point": point, "month": SEPTEMBER, "flagged": flagged}
    heap, _ = Heap.objects.get_or_create(key=key, defaults=same)
    tally, made = Tally.objects.get_or_create(heap=heap, question=question, value=value, defaults={"count": count})
    if not made:
        Tally.objects.filter(heap=heap, question=question, value=value).update(count=tally.count + count)


def run(now: datetime) -> list[Any]:
    from central_office.watching.alerts import run

    return run(now)


def kinds(now: datetime) -> dict[str, int]:
    found: dict[str, int] = {}
    for alert in run(now):
        found[alert.kind] = found.get(alert.kind, 0) + 1
    return found


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """What was handed to the post."""
    sent: list[tuple[str, str, dict[str, Any]]] = []

    def queue(kind: str, subject: str, payload: dict[str, Any], _now: datetime) -> int:
        check(kind, payload)
        sent.append((kind, subject, payload))
        return 1

    from central_office.outgoing.kinds import check
    from central_office.watching import alerts

    monkeypatch.setattr(alerts.post, "queue", queue)
    return sent


def test_each_is_told_once(office: Any, post: list[Any]) -> None:
    from central_office.fleet.models import Kiosk, Pause
    from central_office.watching.models import Alert

    a_round(until=date(2023, 9, 18))
    office.device(1)
    office.device(2, "kn-dak-mam")
    office.device(3, "kn-nam-da")
    names = list(Kiosk.objects.order_by("point").values_list("kiosk", flat=True))  # kn-dak-mam, kn-huyen, kn-nam-da
    Kiosk.objects.filter(kiosk=names[0]).update(seen_at=MONDAY - timedelta(hours=5))
    Kiosk.objects.filter(kiosk=names[1]).update(seen_at=MONDAY - timedelta(hours=1), clock="uncertain")
    Kiosk.objects.filter(kiosk=names[2]).update(seen_at=MONDAY - timedelta(minutes=2))
    Pause.objects.create(kiosk_id=names[2], pause="p1", reason="x", since=MONDAY - timedelta(hours=9), clock="")
    first = kinds(MONDAY)
    assert (first["silence"], first["pause"], first["clock"]) == (1, 1, 1)
    assert first["behind"] >= 2, "no answer, and far behind"
    assert sorted(kind for kind, _, _ in post) == sorted(f"alert.{kind}" for kind in first)
    assert "im lặng từ 13:00 ngày 18/09/2023" in str(post)
    assert all(body["count"] == len(body["text"].split("\n")) for _, _, body in post)
    assert run(MONDAY) == run(MONDAY + timedelta(minutes=5)) == []
    tuesday = kinds(MONDAY + timedelta(days=1))
    assert set(tuesday) == {"silence"}, "the other two kiosks; nothing else is told twice in a week"
    Kiosk.objects.filter(kiosk=names[0]).update(seen_at=MONDAY + timedelta(days=1))
    assert kinds(MONDAY + timedelta(days=2)) == {"silence": 1}, "it spoke and fell silent again"
    closed = kinds(datetime(2023, 10, 17, tzinfo=UTC))
    assert closed == {"behind": 13}, "every point fell short"
    assert run(datetime(2023, 10, 18, tzinfo=UTC)) == []
    assert run(datetime(2024, 1, 1, tzinfo=UTC)) == []
    print(f"{Alert.objects.count()} alerts in {len(post)} messages")


def test_ratings_are_told_of_many_only_and_once_a_week(office: Any, post: list[Any]) -> None:
    from central_office.rounds.catalogue import form_of
    from central_office.rounds.models import PlanFile
    from central_office.watching.judging import signals_of

    form = form_of(PlanFile.objects.get(plan=PLAN).form.text)
    (question, option), *more = signals_of(form)
    assert more
    rate("kn-huyen", "1", 20)  # 20 of 40 satisfied: the upper limit is 65 %
    rate("kn-huyen", "5", 20)
    rate("kn-nam-da", "1", 14)  # too few
    rate("kn-nam-da", "5", 14)
    rate("kn-dak-dro", "1", 12)  # 28 of 40: the upper limit is 82 %
    rate("kn-dak-dro", "5", 28)
    rate("kn-dak-sor", "5", 40)
    rate("kn-dak-sor", "1", 400, flagged=True)  # a burst of taps makes no alert
    rate("kn-huyen", option, 2, question)
    rate("kn-dak-sor", option, 4, question)
    rate("kn-buon-choah", "5", 4)
    rate("kn-buon-choah", option, 4, question)  # of four answers: too few to tell
    texts = sorted(alert.text for alert in run(MONDAY) if alert.kind in ("low_score", "signal"))
    assert len(texts) == 2, texts
    assert "chỉ số tháng 09/2023 chắc chắn dưới 70 %" in texts[0]
    assert "có từ 3 phản ánh «" in texts[1]
    assert "4" not in texts[1]
    rate("kn-dak-sor", option, 8, question)
    assert not [a for a in run(MONDAY + timedelta(days=6, hours=1)) if a.kind == "signal"], "not within the week"
    later = [alert.text for alert in run(MONDAY + timedelta(days=7)) if alert.kind in ("low_score", "signal")]
    assert len(later) == 1
    assert "có từ 10 phản ánh" in later[0]
    assert not [kind for kind, _, body in post if "%" in str(body) and kind != "alert.low_score"]
    print(*texts, *later, sep="\n")


def test_a_person_handles_them_with_a_note(small_office: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from central_office.commands import watching
    from central_office.config import Config
    from central_office.watching.models import Alert

    fill({("kn-huyen", date(2023, 9, 1)): 1})
    run(MONDAY)
    browser, alert = client(), Alert.objects.order_by("pk").first()
    assert alert is not None
    path = f"/theo-doi/canh-bao/{alert.pk}/"
    page = browser.get("/theo-doi/canh-bao/")
    assert page.content.decode().count('<li id="canh-bao-') == 13
    refused = browser.post(path, {"handled": "1", "note": "  "})
    assert (refused.status_code, "Xin ghi đã xử lý thế nào." in refused.content.decode()) == (422, True)
    long = browser.post(path, {"handled": "1", "note": "đã gọi " * 300})
    assert (long.status_code, "đã gọi đã gọi" in long.content.decode()) == (422, True)
    assert browser.post(path, {"seen": "1"}).status_code == 302
    assert browser.post(path, {"handled": "1", "note": "Đã gọi điện, <b>máy</b> mất điện"}).status_code == 302
    alert.refresh_from_db()
    assert (alert.state, alert.changed_by) == ("handled", "nhanvien")
    assert browser.get("/theo-doi/canh-bao/").content.decode().count('<li id="canh-bao-') == 12
    everything = browser.get("/theo-doi/canh-bao/", {"trang-thai": "tat-ca"}).content.decode()
    assert "&lt;b&gt;máy&lt;/b&gt; mất điện" in everything
    assert browser.post("/theo-doi/canh-bao/999999/", {"seen": "1"}).status_code == 404
    asked = {"plan": "", "all": False, "judge": False, "handled": None, "note": ""}
    watching.alerts(Namespace(**asked), Config())
    assert len(capsys.readouterr().out.splitlines()) == 12
    other = Alert.objects.exclude(pk=alert.pk).first()
    assert watching.alerts(Namespace(**asked | {"handled": other.pk}), Config()) == 64  # type: ignore[union-attr]
    assert watching.alerts(Namespace(**asked | {"handled": other.pk, "note": "x"}), Config()) == 0  # type: ignore[union-attr]


def test_each_sees_what_the_role_allows(small_office: Any) -> None:
    """A supervisor sees no alert of ratings; an officer of a point sees all of that point and nothing else."""
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.people import accounts
    from central_office.watching.models import Alert

    rate("kn-huyen", "1", 40)
    fill({("kn-nam-da", date(2023, 9, 1)): 1, ("kn-huyen", date(2023, 9, 1)): 2})
    run(MONDAY)
    assert Alert.objects.filter(kind="low_score").count() == 1
    client()
    seen = {}
    for name, role, points in (("giam-sat", "supervisor", ()), ("can-bo", "unit_officer", ("kn-huyen",))):
        user, _ = accounts.add("test", name)
        accounts.assign("test", user, role, accounts.Place(points=points))
        accounts.password_changed(user)
        browser = Client()
        browser.force_login(User.objects.get(username=name))
        body = browser.get("/theo-doi/so-lieu.json", {"plan": PLAN, "ngay": "2023-09-20"}).json()
        page = browser.get("/theo-doi/canh-bao/").content.decode()
        points_ = [point["point"] for point in body["points"]]
        seen[name] = (len(points_), body["total"]["got"], page.count('id="canh-bao-'), "Chỉ số thấp" in page)
        first = Alert.objects.order_by("pk").values_list("pk", flat=True)[0]
        assert browser.post(f"/theo-doi/canh-bao/{first}/", {"seen": "1"}).status_code == 403
        assert browser.get("/theo-doi/", {"plan": PLAN}).status_code == 200
    assert browser.get("/theo-doi/diem/kn-nam-da/", {"plan": PLAN}).status_code == 404
    assert seen == {"giam-sat": (13, 3, 13, False), "can-bo": (1, 2, 2, True)}


def test_one_process_at_a_time_looks(office: Any) -> None:
    from central_office.watching import ticks
    from central_office.watching.models import Turn

    assert [ticks.take_turn(MONDAY + timedelta(minutes=minute)) for minute in (0, 1, 4, 5, 6, 10)] == [
        *(True, False, False, True, False, True)
    ]
    ticks.turn(MONDAY + timedelta(minutes=30))
    assert Turn.objects.get().at == MONDAY + timedelta(minutes=30)
    assert the_plan().id == PLAN
