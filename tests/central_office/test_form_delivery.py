"""Another form version from the office to a real agent: chosen, offered, taken, refused; both versions count."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.standing import StandingFiles
from survey.slip_setup import BEFORE_FILE_NAME, FILE_NAME, read_slip_setup
from sync_agent import enrolment, identity
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.notices import NoticeFile
from sync_agent.outbox import Outbox
from sync_agent.slips import SetupFile, SlipPost
from sync_agent.standing import StandingFile

PLAN, FORM = "krong-no-2023", "rut-gon-mot-cua"
FIRST = (Path(__file__).parents[2] / f"survey/data/forms/{FORM}.json").read_text("utf-8")


def version(name: str, **changes: Any) -> bytes:
    document = json.loads(FIRST)
    document["thanks"] = {**document["thanks"], "vi": f"Xin cảm ơn Ông/Bà, bản {name}"}
    return json.dumps(document | {"version": name} | changes, ensure_ascii=False).encode()


def without(code: str) -> list[Any]:
    return [question for question in json.loads(FIRST)["questions"] if question["code"] != code]


def load(data: bytes) -> Any:
    from django.utils import timezone

    from central_office.rounds.catalogue import load_form

    return load_form(data, "form", timezone.now())


def choose(name: str, plan: str = PLAN, form: str = FORM, *, anyway: bool = False) -> Any:
    from django.utils import timezone

    from central_office.rounds.form_choice import use

    return use(plan, form, name, "an", timezone.now(), anyway=anyway)


class Kiosk:
    """A device of the office with the real agent and its files; virtual time, no network."""

    def __init__(self, office: Any, directory: Path, outbox: Outbox, **where: str) -> None:
        self.office, self.directory, self.device = office, directory, office.device(**where)
        self.replies: list[bytes] = []
        self.now_s = 0.0
        own, given = identity.from_seed(bytes(self.device.key)), self.device.assignment
        enrolment.keep(enrolment.Enrolment(self.device.centre_key, given, FIRST.encode()), directory)
        self.agent = Agent(
            kiosk=given.kiosk,
            version="test",
            outbox=outbox,
            post=self.post,
            sign=self.device.sign,
            verify=self.device.is_centre,
            monotonic=lambda: self.now_s,
            wall=lambda: self.now_s,
            random=lambda: 0.5,
            clock_quality=lambda: "synchronised",
            keep_contact=lambda _contact: None,
            notices=NoticeFile(directory, given.plan, given.point),
            setups=SetupFile(directory, given.plan, given.point, own.unseal, given.form),
            slips=SlipPost(given.kiosk, lambda: None, self.post, self.device.sign, self.device.is_centre),
            standing=StandingFile(directory, given),
        )
        self.files = StandingFiles(directory, lambda: date(2023, 9, 1))

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        reply = self.office.door.post(path, body, content_type)
        self.replies.append(reply.body)
        return Reply(reply.status, {}, reply.body)

    def beat(self) -> bytes:
        """One heartbeat; the reply's bytes."""
        self.now_s += 61
        self.agent.step()
        return self.replies[-1]

    @property
    def asked(self) -> tuple[str, int]:
        standing = self.files.read()
        assert standing is not None
        return standing.form.version, standing.assignment.serial

    def row(self) -> Any:
        """Version and trouble, as the office's page tells them."""
        from django.utils import timezone

        from central_office.fleet.listing import kiosk_list

        (row,) = kiosk_list(timezone.now(), timedelta(hours=1))
        return row.asked


@pytest.fixture
def kiosk(office: Any, tmp_path: Path) -> Iterator[Kiosk]:
    with Outbox.open(tmp_path / "outbox.db") as outbox:
        yield Kiosk(office, tmp_path, outbox)


@pytest.fixture
def small_kiosk(small_office: Any, tmp_path: Path) -> Iterator[Kiosk]:
    with Outbox.open(tmp_path / "outbox.db") as outbox:
        yield Kiosk(small_office, tmp_path, outbox)


def test_a_chosen_version_reaches_the_kiosk_and_both_versions_count(office: Any, kiosk: Kiosk) -> None:
    device, first = kiosk.device, kiosk.device.assignment.form
    sizes = [len(kiosk.beat())]
    assert (kiosk.asked, kiosk.row().version, kiosk.row().trouble) == (("1", 0), "1", "")
    second = load(version("2"))
    sizes.append(len(kiosk.beat()))
    assert kiosk.asked == ("1", 0), "a version that is only loaded is asked by nobody"
    choose("2")
    assert kiosk.row().trouble == "chưa nhận phiếu mới: chờ lần liên lạc kế tiếp"
    old = device.answers(5)
    sizes.append(len(kiosk.beat()))
    assert kiosk.asked == ("2", 1)
    sizes.append(len(kiosk.beat()))
    assert (kiosk.row().version, kiosk.row().trouble) == ("2", "")
    receipts = device.deliver_all(office.door, [*old, *device.answers(5, form=second.ref)])
    assert [(receipt.accepted, receipt.refusals) for receipt in receipts] == [(10, ())]
    choose("1")
    kiosk.beat()
    standing = kiosk.files.read()
    assert standing
    assert (kiosk.asked, standing.assignment.form) == (("1", 2), first), "going back is a new offer, too"
    print(f"bytes of the replies: alike {sizes[0]}, loaded {sizes[1]}, offered {sizes[2]}, taken {sizes[3]}")


@pytest.fixture
def running_kiosk(small_office: Any, tmp_path: Path, phone_helpers: Any) -> Iterator[Kiosk]:
    """In a plan that runs now: slips are made."""
    phone_helpers.running_plan()
    with Outbox.open(tmp_path / "outbox.db") as outbox:
        yield Kiosk(small_office, tmp_path, outbox, plan=phone_helpers.PLAN, point=phone_helpers.POINT)


def test_a_plan_s_texts_come_by_the_same_way_and_slips_follow_the_form(running_kiosk: Kiosk) -> None:
    from central_office.rounds.models import PlanFile

    kiosk, plan = running_kiosk, running_kiosk.device.assignment.plan
    kiosk.beat()
    before = read_slip_setup((kiosk.directory / FILE_NAME).read_bytes())
    row = PlanFile.objects.get(plan=plan)
    document = json.loads(row.text)
    document["issuer"] = "Ủy ban nhân dân huyện Krông Nô (mới)"
    PlanFile.objects.filter(plan=plan).update(text=json.dumps(document, ensure_ascii=False))
    kiosk.beat()
    standing = kiosk.files.read()
    assert standing
    assert standing.assignment.office == {"vi": "Ủy ban nhân dân huyện Krông Nô (mới)"}
    second = load(version("2"))
    choose("2", plan=plan)
    kiosk.beat()
    after = read_slip_setup((kiosk.directory / FILE_NAME).read_bytes())
    assert (before.form.version, after.form) == ("1", second.ref)
    assert read_slip_setup((kiosk.directory / BEFORE_FILE_NAME).read_bytes()) == before
    assert (kiosk.directory / BEFORE_FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert (before.number, before.key) != (after.number, after.key)


def test_replays_and_an_office_set_back_take_nothing_back(kiosk: Kiosk) -> None:
    from central_office.fleet.models import Asking

    honest, kept = kiosk.agent.post, []
    for name in ("2", "3"):
        load(version(name))
        choose(name)
        kept.append(kiosk.beat())
    assert kiosk.asked == ("3", 2)
    for reply in kept:
        kiosk.agent.post = lambda *_told, reply=reply: Reply(200, {}, reply)
        kiosk.beat()
        assert kiosk.asked == ("3", 2)
    kiosk.agent.post = honest
    kiosk.beat()
    assert "tin cũ bị gửi lại" in kiosk.row().trouble
    kiosk.beat()
    assert kiosk.row().trouble == ""
    Asking.objects.all().delete()  # an older copy of the office's database
    choose("2")
    kiosk.beat()
    assert kiosk.asked == ("2", 3), "the serial goes on from what the kiosk tells"


def test_a_refused_offer_is_shown_and_not_sent_again_until_another_is_chosen(
    small_kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(version("2"))
    choose("2")
    with monkeypatch.context() as faulty:
        faulty.setattr("central_office.fleet.offers.languages", lambda _form: {"vi", "ede"})
        sizes = [len(small_kiosk.beat()) for _ in range(4)]
    assert small_kiosk.asked == ("1", 0)
    assert small_kiosk.row().trouble == "chưa nhận phiếu mới: phiếu thiếu lời của một ngôn ngữ"
    load(version("3"))
    choose("3")
    small_kiosk.beat()
    small_kiosk.beat()
    assert (small_kiosk.asked, small_kiosk.row().trouble) == (("3", 2), "")
    assert [size > 5000 for size in sizes] == [True, False, False, False]
    print(f"bytes of the replies to a kiosk that refuses: {sizes}")


def test_what_cannot_be_compared_is_refused_unless_somebody_means_it(small_office: Any) -> None:
    from central_office.rounds import history
    from central_office.rounds.catalogue import Refusal
    from central_office.rounds.form_choice import Incomparable, versions
    from central_office.rounds.models import PlanFile

    scales = json.loads(FIRST)["scales"]
    shifted = [{**scales[0], "satisfied_from": 3}, *scales[1:]]
    cases = {
        "no-factor": (version("no-factor", questions=without("RG.HL1")), "bỏ câu RG.HL1"),
        "shifted": (version("shifted", scales=shifted), "thang đo"),
        "one-tongue": (version("one-tongue", thanks={"vi": "Xin cảm ơn"}), "ngôn ngữ"),
    }
    for name, (data, told) in cases.items():
        load(data)
        with pytest.raises(Incomparable) as refused:
            choose(name)
        assert told in str(refused.value)
    load(version("2"))
    for wrong in (("2", PLAN, "soc-trang-day-du"), ("9", PLAN, FORM)):
        with pytest.raises(Refusal):
            choose(*wrong)
    assert PlanFile.objects.get(plan=PLAN).form.version == "1"
    for _ in range(2):
        choose("2")
    choose("one-tongue", anyway=True)
    told = [(event.about, event.note) for event in history.of(PLAN) if event.kind == history.Kind.FORM]
    assert [about for about, _ in told] == ["one-tongue", "2"], "the same again is no event"
    assert "vẫn dùng" in told[0][1]
    assert [each.version for each in versions(PlanFile.objects.get(plan=PLAN)) if each.present] == ["one-tongue"]
    print(f"{len(cases) + 2} choices refused, 1 of them meant and taken")


def test_the_page_chooses_and_keeps_what_was_wrong_in_sight(small_office: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    load(version("2"))
    load(version("3", questions=without("RG.HL1")))
    client, address = Client(), f"/ke-hoach/dot/{PLAN}/phieu/"
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_superuser("an"))
    page = client.get(address).content.decode()
    assert "đang dùng" in page
    assert "bỏ câu RG.HL1" in page
    for posted, status in (({"version": "3"}, 422), ({"version": "\0"}, 422), ({"version": "2"}, 302)):
        assert client.post(address, posted).status_code == status
    assert "Dùng bản phiếu" in client.get(f"/ke-hoach/dot/{PLAN}/").content.decode()
    assert client.post(address, {"version": "3", "anyway": "1"}).status_code == 302
    assert client.get("/ki-ot/").status_code == 200
    assert client.get("/ke-hoach/dot/none/phieu/").status_code == 404


def test_a_phone_goes_on_with_the_form_it_began_and_the_next_has_the_new_one(
    small_office: Any, phone_helpers: Any
) -> None:
    from django.utils import timezone

    from central_office.phone import drafts
    from central_office.phone.entry import Entry, open_unit

    phone_helpers.running_plan()
    letters = phone_helpers.unit_path().rpartition("/")[2]
    now = timezone.now()

    def opened(address: str) -> Entry:
        entry = open_unit(letters, address, now)
        assert isinstance(entry, Entry)
        return entry

    begun, later = "a" * 32, "b" * 32
    drafts.save(opened(begun), "RG.HL0", 4, 0, now)
    load(version("2"))
    choose("2", plan=phone_helpers.PLAN)
    assert (opened(begun).form.version, opened(later).form.version) == ("1", "2")
    drafts.save(opened(begun), "RG.HL1", 4, 3, now)
    drafts.save(opened(later), "RG.HL0", 5, 0, now)
    assert [drafts.finish(opened(each).name, now) for each in (begun, later)] == [drafts.End.SENT] * 2


def test_a_kiosk_is_moved_to_another_plan_and_answers_from_both_count(small_kiosk: Kiosk, phone_helpers: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.enrolment import NoSuchPoint
    from central_office.fleet.moving import move, move_all

    phone_helpers.running_plan()
    device, now = small_kiosk.device, timezone.now()
    old = device.answers(3)
    assert move_all(PLAN, phone_helpers.PLAN, "an", now) == (1, [])
    small_kiosk.beat()
    standing = small_kiosk.files.read()
    assert standing
    assert (standing.assignment.plan, standing.assignment.point) == (phone_helpers.PLAN, device.assignment.point)
    assert (small_kiosk.directory / FILE_NAME).exists(), "the slips of the new place come with the same reply"
    new = device.answers(3, plan=phone_helpers.PLAN)
    (receipt,) = device.deliver_all(small_kiosk.office.door, [*old, *new])
    assert (receipt.accepted, receipt.refusals) == (6, ())
    assert move(device.name, PLAN, phone_helpers.POINT, "an", now)
    small_kiosk.beat()
    assert small_kiosk.asked == ("1", 2)
    with pytest.raises(NoSuchPoint):
        move(device.name, PLAN, "nowhere", "an", now)
    assert not move("k-nobody", PLAN, phone_helpers.POINT, "an", now)
