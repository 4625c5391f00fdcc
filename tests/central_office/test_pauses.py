"""A survey stopped by hand: kept once however often it is told, acknowledged once it has ended, shown with its sum."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kiosk.clock import Moment
from kiosk.service.pausing import Pausing
from kiosk.spans import Spans
from survey.identifier import write_quarter
from survey.pause import Pause, pauses_of
from survey.record import Clock as RecordClock
from survey.wire import read_message
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.notices import NoticeFile
from sync_agent.outbox import Outbox
from tests.sync_agent import loop

JSON = "application/json"


def tell(office: Any, helper: Any, device: Any, *pauses: Pause, **more: Any) -> list[Any]:
    """The ids that the centre says it has, from its signed reply."""
    told = {"pauses": [pause.fields() for pause in pauses], **more}
    reply = office.door.post(helper.HEARTBEATS, device.heartbeat(**told), JSON)
    assert reply.status == 200
    return list(read_message("time", reply.body, None).get("pauses", []))  # type: ignore[call-overload]


def quarter(hours_ago: float, now: datetime | None = None) -> str:
    """`now`: one reading for all that are compared, for the quarter-hour may turn between two."""
    return write_quarter(timezone.localtime((now or timezone.now()) - timedelta(hours=hours_ago)))


def rows() -> list[Any]:
    from central_office.fleet.listing import kiosk_list

    return kiosk_list(timezone.now(), timedelta(minutes=30))


def test_a_pause_is_kept_when_told_and_acknowledged_when_it_ended(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Pause as Kept

    device, now = office.device(), timezone.now()
    lasting = Pause("0" * 16, "closed", quarter(3, now))
    assert tell(office, helper, device, lasting) == []
    assert tell(office, helper, device, lasting) == []
    (row,) = rows()
    assert (row.paused.reason, row.paused.total >= timedelta(hours=3)) == ("Hết giờ làm việc", True)
    ended = Pause("0" * 16, "closed", lasting.since, quarter(1, now))
    for _ in range(2):
        assert tell(office, helper, device, ended) == ["0" * 16]
    assert tell(office, helper, device, lasting) == []
    (row,) = rows()
    assert (row.paused.reason, row.paused.since, row.paused.total) == ("", None, timedelta(hours=2))
    assert Kept.objects.count() == 1


def test_time_is_added_up_by_reason_and_only_of_the_last_month(office: Any, helper: Any) -> None:
    device, now = office.device(), timezone.now()
    pauses = [
        Pause("1" * 16, "fault", quarter(5, now), quarter(5, now)),
        Pause("2" * 16, "repair", quarter(4, now), quarter(3, now)),
        Pause("3" * 16, "fault", quarter(24 * 40), quarter(24 * 39)),
        Pause("4" * 16, "strange", quarter(24 * 31), quarter(24 * 29)),
    ]
    assert tell(office, helper, device, *pauses) == [pause.id for pause in pauses]
    (row,) = rows()
    parts = dict(row.paused.by_reason)
    assert parts["Sửa chữa"] == timedelta(hours=1)
    assert parts["Sự cố máy"] == timedelta(minutes=15)
    assert timedelta(hours=23) <= parts["strange"] <= timedelta(hours=25)


def test_the_pages_tell_of_it(office: Any, helper: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    device = office.device()
    tell(office, helper, device, Pause("5" * 16, "repair", quarter(2)), tested=7)
    User.objects.create_superuser("nhanvien", password="mat-khau-thu-nghiem-1")
    client = Client()
    client.login(username="nhanvien", password="mat-khau-thu-nghiem-1")
    page = client.get("/ki-ot/").content.decode()
    assert "Tạm ngừng: Sửa chữa" in page
    assert "1 đang tạm ngừng" in page
    page = client.get(f"/ki-ot/may/{device.name}/").content.decode()
    assert "<dt>Thử nút</dt><dd>7 lần</dd>" in page
    assert "30 ngày đã ngừng 2 giờ" in page


def test_misshapen_pauses_are_refused_and_change_nothing(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Pause as Kept

    device = office.device()
    good = Pause("6" * 16, "other", quarter(1)).fields()
    for wrong in (
        {},
        [good, good],
        [{**good, "since": "2026-09-01T08:14+07:00"}],
        [{**good, "since": ""}],
        [{**good, "since": "0001-01-01T00:00+07:00"}],
        [{**good, "id": "x"}],
        [{**good, "reason": "a b"}],
        [{**good, "clock": "sure"}],
        [{**good, "more": ""}],
        [good | {"id": f"{n:016x}"} for n in range(31)],
    ):
        reply = office.door.post(helper.HEARTBEATS, device.heartbeat(pauses=wrong), JSON)
        assert (reply.status, reply.kind) == (422, "wrong_fields")
    assert Kept.objects.count() == 0


def test_an_older_copy_of_a_kiosk_tells_nothing_and_frees_nothing(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Pause as Kept

    device = office.device()
    copy = device.heartbeat(pauses=[Pause("7" * 16, "other", quarter(2), quarter(1)).fields()])
    device.deliver(office.door, device.answers(2))
    office.door.post(helper.HEARTBEATS, device.heartbeat(), JSON)
    reply = office.door.post(helper.HEARTBEATS, copy, JSON)
    assert reply.status == 200
    assert read_message("time", reply.body, None)["pauses"] == []
    assert Kept.objects.count() == 0


def test_from_the_menu_to_the_page(office: Any, tmp_path: Path) -> None:
    """The kiosk's own pausing, its outbox, its agent and the office: nothing leaves before the quarter-hour's look, and
    the note is dropped only when the office has the end."""
    device, clock = office.device(), Clock()
    with Outbox.open(tmp_path / "outbox.db") as outbox:
        pausing = Pausing(outbox, clock.moment, lambda length: b"\xab" * length, Spans())
        agent = agent_of(device, outbox, office.door, clock, tmp_path)

        def live(seconds: float) -> None:
            end_s = clock.now_s + seconds
            while clock.now_s < end_s:
                clock.now_s += max(min(agent.step(), end_s - clock.now_s), 0.1)

        live(60)
        pausing.begin("repair")
        live(600)
        assert rows()[0].paused.since is None, "told before the look"
        live(300)
        assert (rows()[0].paused.reason, len(pauses_of(outbox.notes()))) == ("Sửa chữa", 1)
        live(7200)
        assert len(pauses_of(outbox.notes())) == 1, "a pause that lasts is never dropped"
        pausing.end()
        outbox.pass_over("box/1/1", "5eed1e57/2", "tested")
        live(1000)
        (row,) = rows()
        assert (row.paused.since, row.tested) == (None, 1)
        assert timedelta(hours=2) <= row.paused.total <= timedelta(hours=2, minutes=30)
        assert pauses_of(outbox.notes()) == ()


class Clock:
    """Hours pass at once, up to the real present: the office's own clock is not ours to move."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._start = timezone.localtime(timezone.now() - timedelta(hours=3))

    def moment(self) -> Moment:
        return Moment(self._start + timedelta(seconds=self.now_s), self.now_s, RecordClock.SYNCHRONISED)


def agent_of(device: Any, outbox: Outbox, door: Any, clock: Clock, directory: Path) -> Agent:
    def post(path: str, body: bytes, content_type: str) -> Reply:
        reply = door.post(path, body, content_type)
        return Reply(reply.status, {}, reply.body)

    return Agent(
        kiosk=device.name,
        version="test",
        outbox=outbox,
        post=post,
        sign=device.sign,
        verify=device.is_centre,
        monotonic=lambda: clock.now_s,
        wall=lambda: clock.now_s,
        random=lambda: 0.5,
        clock_quality=lambda: "synchronised",
        keep_contact=lambda _contact: None,
        notices=NoticeFile(directory, device.assignment.plan, device.assignment.point),
        **loop.slips(directory, post, device.sign, device.is_centre),
    )


NOW = datetime.fromisoformat("2026-09-01T10:07:00+07:00")


@pytest.mark.usefixtures("_django")
def test_a_pause_that_lasts_grows_with_the_clock() -> None:
    from central_office.fleet.pauses import _length, _Span

    begun, month_ago = datetime.fromisoformat("2026-09-01T08:15:00+07:00"), NOW - timedelta(days=30)
    for end in (None, NOW + timedelta(days=900)):
        assert _length(_Span("fault", begun, end), month_ago, NOW) == timedelta(hours=1, minutes=45)


def test_ends_and_beginnings_that_have_not_come_yet_are_not_counted(office: Any, helper: Any) -> None:
    from central_office.fleet.pauses import paused_kiosks

    device = office.device()
    days = ("2026-09-01T08:15+07:00", "2026-09-01T10:00+07:00", "2028-01-01T00:00+07:00", "2028-02-01T00:00+07:00")
    begun, now, ahead, later = days
    tell(office, helper, device, Pause("1" * 16, "fault", begun, ahead), Pause("2" * 16, "repair", ahead, later))
    tell(office, helper, device, Pause("3" * 16, "other", begun, now), Pause("4" * 16, "closed", ahead))
    found = paused_kiosks(NOW)[device.name]
    quarters = dict(found.by_reason)
    assert quarters == {
        "Sự cố máy": timedelta(hours=1, minutes=45),
        "Việc đột xuất của cơ quan": timedelta(hours=1, minutes=45),
        "Hết giờ làm việc": timedelta(minutes=15),
    }
    assert found.reason == "Hết giờ làm việc"  # it lasts, whenever the kiosk thinks that it began


def test_the_pause_of_a_revoked_kiosk_lasts_no_longer(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Kiosk
    from central_office.fleet.pauses import paused_kiosks

    device = office.device()
    tell(office, helper, device, Pause("1" * 16, "closed", "2026-09-01T08:15+07:00"))
    assert paused_kiosks(NOW)[device.name].since is not None
    Kiosk.objects.update(revoked_at=datetime.fromisoformat("2026-09-01T09:20:00+07:00"))
    found = paused_kiosks(NOW)[device.name]
    assert (found.reason, found.since, found.total) == ("", None, timedelta(hours=1))
    assert paused_kiosks(NOW + timedelta(days=31)) == {}
