"""From a citizen's choice to the office's page: whole days, each once, and only of points where the kiosk stood."""

import random
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import Moment
from kiosk.config import Timeouts
from kiosk.event import Answered, ChoseLanguage, Finished, Started
from kiosk.misuse import History
from kiosk.session import Session
from kiosk.standing import Standing
from survey.language_days import LEAST, MOST_ANSWERS, Sheet
from survey.record import Clock
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.notices import NoticeFile
from sync_agent.outbox import Outbox
from tests.sync_agent import loop

JSON = "application/json"
TEXTS = Path(__file__).parents[2] / "kiosk/texts"


def sheet(number: int, point: str = "kn-huyen", day: str = "2023-09-04", **counts: int) -> Sheet:
    return Sheet(number, "krong-no-2023", point, day, day, counts)


def tell(office: Any, helper: Any, device: Any, *sheets: Sheet) -> int | None:
    """What the office says that it knows."""
    beat = device.heartbeat(languages=[each.fields() for each in sheets])
    reply = office.door.post(helper.HEARTBEATS, beat, JSON)
    assert reply.status == 200, reply.body
    return helper.wire.read_message("time", reply.body, device.is_centre).get("languages")


def kept() -> list[tuple[Any, ...]]:
    from central_office.fleet.models import LanguageCount

    rows = LanguageCount.objects.order_by("kiosk_id", "number", "language")
    return list(rows.values_list("number", "point", "language", "count"))


def test_a_sheet_is_kept_once_and_the_kiosk_hears_which(office: Any, helper: Any) -> None:
    device = office.device()
    assert tell(office, helper, device) is None
    for _ in range(2):
        assert tell(office, helper, device, sheet(1, vi=11, km=1), sheet(2, day="2023-09-05", en=5)) == 2
    assert tell(office, helper, device) is None
    for more in (sheet(1, vi=999), sheet(1, mww=999), sheet(2, day="2023-09-05", km=50)):
        assert tell(office, helper, device, more) == 2  # a closed sheet never changes
    assert kept() == [(1, "kn-huyen", "km", 1), (1, "kn-huyen", "vi", 11), (2, "kn-huyen", "en", 5)]


def test_a_kiosk_tells_only_of_where_it_stood(office: Any, helper: Any) -> None:
    device = office.device()
    assert tell(office, helper, device, sheet(1, point="kn-nam-da", vi=9)) == 1
    assert kept() == []


def test_misshapen_sheets_and_days_of_few_answers_are_refused(office: Any, helper: Any) -> None:
    device = office.device()
    good = sheet(1, vi=LEAST).fields()
    for wrong in (
        {},
        ["x"],
        [good | {"counts": {"vi": LEAST - 1}}],
        [good | {"counts": {"vi": MOST_ANSWERS + 1}}],
        [good | {"day": "2023-02-30"}],
    ):
        reply = office.door.post(helper.HEARTBEATS, device.heartbeat(languages=wrong), JSON)
        assert (reply.status, reply.kind) == (422, "wrong_fields")
    assert kept() == []


def test_the_page_and_the_downloads_add_up_the_last_days(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet import tables
    from central_office.fleet.listing import kiosk_list

    device, today = office.device(), timezone.localdate()
    yesterday, long_ago = (today - timedelta(days=1)).isoformat(), (today - timedelta(days=40)).isoformat()
    tell(office, helper, device, sheet(1, day=long_ago, vi=70), sheet(2, day=yesterday, vi=6, km=2, tay=1))
    ahead = sheet(4, day=(today + timedelta(days=400)).isoformat(), vi=80)  # by a clock that is wrong
    tell(office, helper, device, sheet(3, day=yesterday, km=9), ahead)
    (row,) = kiosk_list(timezone.now(), timedelta(minutes=30))
    assert row.languages == (("Khmer", 11), ("Việt", 6), ("tay", 1))
    (cells,) = tables.kiosk_rows([row])
    assert len(cells) == len(tables.KIOSK_HEAD)
    assert (
        cells[next(i for i, head in enumerate(tables.KIOSK_HEAD) if head.startswith("Ngôn ngữ"))]
        == "Khmer: 11; Việt: 6; tay: 1"
    )
    assert tables.kiosks_json([row])[0]["languages"] == {"Khmer": 11, "Việt": 6, "tay": 1}


def test_two_codes_of_one_language_are_added_up(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.languages import totals

    device, today = office.device(), timezone.localdate()
    tell(office, helper, device, sheet(1, day=today.isoformat(), mww=4, hmn=3, vi=5))
    assert totals(today)[device.name] == (("Mông", 7), ("Việt", 5))


@pytest.mark.usefixtures("_django")
def test_every_language_that_a_kiosk_offers_has_a_name_at_the_office() -> None:
    from central_office.fleet.languages import _names

    offered = tomllib.loads((TEXTS / "languages.toml").read_text("utf-8"))["language"]
    assert offered.keys() <= _names().keys()


class Days:
    """A kiosk's clock, which passes when it is told to."""

    def __init__(self, wall: datetime) -> None:
        self.wall, self.at_s = wall, 1000.0

    def __call__(self) -> Moment:
        return Moment(self.wall, self.at_s, Clock.SYNCHRONISED)

    def pass_s(self, seconds: float) -> None:
        self.wall, self.at_s = self.wall + timedelta(seconds=seconds), self.at_s + seconds


def test_from_the_citizens_choice_to_the_office(office: Any, helper: Any, tmp_path: Path) -> None:
    """The real session on the real outbox, the real agent, the real office; only time is handed in."""
    from django.utils import timezone

    from central_office.fleet.languages import totals
    from central_office.intake.models import Record

    device = office.device()
    clock = Days(datetime.now(UTC).astimezone().replace(hour=9) - timedelta(days=3))
    rng = random.Random(4)
    standing = Standing(device.assignment, helper.form())
    with Outbox.open(tmp_path / "outbox.db") as outbox:
        session = Session(outbox, lambda: standing, clock, rng.randbytes, "0" * 16, Timeouts(), History())
        agent = Agent(
            kiosk=device.name,
            version="test",
            outbox=outbox,
            post=lambda path, body, kind: _reply(office.door.post(path, body, kind)),
            sign=device.sign,
            verify=device.is_centre,
            monotonic=lambda: clock.at_s,
            wall=lambda: clock.wall.timestamp(),
            random=rng.random,
            clock_quality=lambda: "synchronised",
            keep_contact=lambda _contact: None,
            notices=NoticeFile(tmp_path, device.assignment.plan, device.assignment.point),
            **loop.slips(tmp_path, lambda *_: Reply(0, {}, b""), device.sign, device.is_centre),
        )
        session.start()
        for spoken in (["km", "", "en"], ["km", "km", ""], ["", "en", "km", "km", "km", "km"]):
            for language in spoken:
                answer(session, clock, language)
            clock.pass_s(900)
            agent.step()
            assert sum(count for *_, count in kept()) in (0, 6)
            clock.pass_s(86_400 - 900 - 30 * len(spoken))
            agent.step()
            clock.pass_s(900)
            agent.step()
        assert outbox.health().pending == 0
        assert outbox.tallies() == {}
        assert list(outbox.notes()) == ["languages-next"]
    assert kept() == [
        (1, "kn-huyen", "en", 1),
        (1, "kn-huyen", "km", 3),
        (1, "kn-huyen", "vi", 2),
        (2, "kn-huyen", "en", 1),
        (2, "kn-huyen", "km", 4),
        (2, "kn-huyen", "vi", 1),
    ]
    assert totals(timezone.localdate())[device.name] == (("Khmer", 7), ("Việt", 3), ("Anh", 2))
    raws = [bytes(raw) for raw in Record.objects.values_list("body__raw", flat=True)]
    assert len(raws) == 12
    assert not any(b"km" in raw or b'"en"' in raw for raw in raws)


def answer(session: Session, clock: Days, language: str) -> None:
    session.tapped()
    session.handle(ChoseLanguage(language))
    clock.pass_s(20)
    session.tapped()
    session.handle(Answered("RG.HL0", 4))
    session.handle(Finished())
    clock.pass_s(10)
    session.handle(Started())


def _reply(found: Any) -> Reply:
    return Reply(found.status, {name.lower(): value for name, value in found.headers.items()}, found.body)
