"""The form on the phone, from first tap to record, in this process on each database; no script, cookie or session."""

import re
from datetime import timedelta
from typing import Any

import pytest

from survey.form import Kind
from survey.record import Channel, State, check_answers


@pytest.fixture
def phones(small_office: Any, phone_helpers: Any) -> Any:
    """An office with a plan that runs now, and the helpers of phones.py."""
    phone_helpers.hurry()
    phone_helpers.running_plan()
    return phone_helpers


@pytest.fixture
def each_phones(office: Any, phone_helpers: Any) -> Any:
    """The same on each database."""
    phone_helpers.hurry()
    phone_helpers.running_plan()
    return phone_helpers


@pytest.fixture
def phone(phone_helpers: Any, _django: Any) -> Any:
    from django.test import Client

    return phone_helpers.Phone(Client(enforce_csrf_checks=True))


def through(phone: Any, level: int = 5) -> list[str]:
    """Answer all that is asked; the codes of the questions, in order."""
    asked = []
    while phone.question:
        asked.append(phone.question)
        if 'type="checkbox"' in phone.page:
            phone.press(re.findall(r'name="a" value="([^"]+)"', phone.page)[0])
        elif "<textarea" in phone.page:
            phone.press(a="Phòng chờ rất sạch.")
        elif 'value="CO"' in phone.page:
            phone.press("KHONG")
        else:
            phone.press(level)
    return asked


def test_a_slip_is_answered_and_becomes_one_record(each_phones: Any, phone: Any) -> None:
    code = each_phones.new_code()
    phone.open(f"/P/{code.letters}")
    assert (phone.status, phone.question) == (200, "RG.HL0")
    assert through(phone) == [*each_phones.RATINGS, "RG.PA", "RG.YK"]
    assert phone.title == "Xin cảm ơn Ông/Bà đã góp ý."
    (record,) = each_phones.records()
    said = record.submission
    assert (said.channel, said.state, said.plan, said.point) == (
        Channel.QR,
        State.COMPLETE,
        each_phones.PLAN,
        each_phones.POINT,
    )
    assert dict(said.answers) == {
        **dict.fromkeys(each_phones.RATINGS, 5),
        "RG.PA": "KHONG",
        "RG.YK": "Phòng chờ rất sạch.",
    }
    assert said.slip
    assert code.letters not in str(said.fields())
    phone.open(f"/P/{code.letters}")
    assert (phone.status, phone.title) == (410, "Mã này đã được dùng")


def test_the_first_tap_alone_is_an_answer(each_phones: Any, phone: Any) -> None:
    """Durable before the next page; sealed as partial once its slip is over, and not before."""
    from django.utils import timezone

    from central_office.phone.models import Draft
    from central_office.phone.sweep import sweep

    code = each_phones.new_code()
    phone.open(f"/P/{code.letters}")
    assert Draft.objects.count() == 0
    phone.press(2)
    assert Draft.objects.count() == 1
    now = timezone.now()
    assert sweep(now) == 0
    assert sweep(now + timedelta(days=2)) == 1
    (record,) = each_phones.records()
    assert (record.submission.state, dict(record.submission.answers)) == (State.PARTIAL, {"RG.HL0": 2})
    assert Draft.objects.count() == 0
    assert sweep(now + timedelta(days=3)) == 0


def test_a_forgotten_slip_is_counted_two_days_later_though_it_is_good_for_weeks(phones: Any, phone: Any) -> None:
    from django.utils import timezone

    from central_office.phone.sweep import sweep

    now = timezone.now()
    phone.open(f"/P/{phones.new_code(timezone.localdate(now) + timedelta(days=15)).letters}")
    phone.press(2)
    assert sweep(now + timedelta(hours=47)) == 0
    assert sweep(now + timedelta(hours=49)) == 1
    (record,) = phones.records()
    assert (record.submission.state, dict(record.submission.answers)) == (State.PARTIAL, {"RG.HL0": 2})


def test_answers_that_cannot_be_sealed_do_not_stand_before_those_that_can(phones: Any, phone: Any) -> None:
    """Only so many are tried at once, after somebody's request."""
    from django.utils import timezone

    from central_office.phone.models import Draft
    from central_office.phone.sweep import sweep

    phone.open(f"/P/{phones.new_code().letters}")
    phone.press(2)
    later, old = timezone.now() + timedelta(days=5), timezone.now() - timedelta(days=5)
    for number in range(5):
        Draft.objects.create(name=f"slip/{number:032x}", number=1, body=b"no answer", last_day=old, touched_at=old)
    assert [sweep(later, 2) for _ in range(3)] == [0, 0, 1]
    assert len(phones.records()) == 1
    assert sweep(later, 2) == 0  # nothing else is due: from now on they have another try
    Draft.objects.filter(name=f"slip/{4:032x}").delete()
    assert (sweep(later), Draft.objects.count()) == (0, 4)


def test_a_visit_leaves_nothing(phones: Any, phone: Any) -> None:
    from django.conf import settings

    from central_office.phone import models

    code = phones.new_code()
    for path in (f"/P/{code.letters}", phones.unit_path(), "/P/"):
        phone.open(path)
        assert phone.status == 200
    phone.open(f"/P/{code.letters}")
    phone.press(do="skip")
    assert phone.question == "RG.HL1"
    phone.press(do="finish")
    assert phone.question == "RG.HL0"
    assert [model.objects.count() for model in (models.Draft, models.Tries)] == [0, 0]
    assert not settings.RUNTIME_DIRECTORY.exists()
    assert phones.records() == []


def test_an_answer_goes_on_where_it_was_at_its_own_address(phones: Any, phone: Any) -> None:
    phone.open(f"/P/{phones.new_code().letters}")
    phone.press(4)
    phone.press(3)
    from django.test import Client

    later = phones.Phone(Client())  # the same page out of the browser's history, nothing else remembered
    later.open(phone.base)
    assert later.question == "RG.HL2"
    assert "đã được ghi" in later.page
    later.follow("Quay lại")
    assert later.question == "RG.HL1"
    assert "đã chọn" in later.page
    through(later, 5)
    (record,) = phones.records()
    assert dict(record.submission.answers)["RG.HL0"] == 4
    phone.press(1)  # the first one still shows its page
    assert phone.title == "Mã này đã được dùng"
    assert len(phones.records()) == 1


def test_who_has_only_the_code_neither_reads_nor_changes_what_was_begun(each_phones: Any, phone: Any) -> None:
    """A counter can print the code again; what was rated is the citizen's alone."""
    from django.test import Client

    from central_office.phone.models import Draft
    from survey.record import read_draft

    code = each_phones.new_code()
    shown = []
    for level in (1, 5):
        other = each_phones.Phone(Client())
        ours = code if level == 1 else each_phones.new_code()
        other.open(f"/P/{ours.letters}")
        early = other.page
        phone.open(f"/P/{ours.letters}")
        for _ in range(3):
            phone.press(level)
        strange = each_phones.slip_path(ours)
        for path in (f"/P/{ours.letters}", strange, f"{strange}/cau/RG.HL0", f"{strange}/cau/RG.LD", f"{strange}/xong"):
            other.open(path)
            assert (other.status, other.title) == (409, "Phiếu này đang được trả lời dở")
            shown.append(other.page.replace(ours.letters, "").replace(strange.rpartition("/")[2], ""))
        other.open(f"/P/{ours.letters}/cau/RG.HL0")
        assert other.status == 404
        before = bytes(Draft.objects.get(number=ours.number).body)
        other.page = early  # opened before the first tap, sent after it
        other.press(3)
        assert other.status == 409
        for act in ("", "skip", "finish"):
            other.post(f"{strange}/cau/RG.HL1", a="3", do=act)
            assert other.status == 409
        (draft,) = Draft.objects.all()
        assert bytes(draft.body) == before
        assert phone.base.rpartition("/")[2] not in f"{draft.name} {draft.proof} {before!r}"
        assert read_draft(before).answers == dict.fromkeys(("RG.HL0", "RG.HL1", "RG.HL2"), level)
        phone.press(do="finish")
    assert shown[:5] == shown[5:]  # the same whatever was rated
    assert [record.submission.answers["RG.HL0"] for record in each_phones.records()] == [1, 5]


def test_a_low_rating_opens_the_reasons_and_a_better_one_closes_them(phones: Any, phone: Any) -> None:
    code = phones.new_code()
    phone.open(f"/P/{code.letters}")
    for _ in phones.RATINGS:
        phone.press(2)
    phone.press("CO")
    phone.press("KAD")
    assert phone.question == "RG.LD"
    phone.press(a=["LD99", "LD01", "nothing of ours"])
    assert phone.question == "RG.YK"
    phone.open(f"{phone.base}/cau/RG.PA")
    phone.press("KHONG")
    assert phone.question == "RG.LD"
    phone.press(a=["LD99", "LD01"])
    phone.press(a="")
    assert phone.title == "Xin cảm ơn Ông/Bà đã góp ý."
    (record,) = phones.records()
    assert record.submission.answers["RG.LD"] == ["LD01", "LD99"]
    assert "RG.HL5" not in record.submission.answers
    assert record.submission.state is State.COMPLETE


def test_an_answer_can_be_finished_early_and_ticks_taken_back(phones: Any, phone: Any) -> None:
    code = phones.new_code()
    phone.open(f"/P/{code.letters}")
    phone.press(1)
    phone.open(f"{phone.base}/cau/RG.LD")
    phone.press("LD05")
    phone.open(f"{phone.base}/cau/RG.LD")
    assert "checked" in phone.page
    phone.press()
    phone.open(f"{phone.base}/cau/RG.HL1")
    phone.press(do="finish")
    (record,) = phones.records()
    assert (dict(record.submission.answers), record.submission.state) == ({"RG.HL0": 1}, State.PARTIAL)


def test_a_comment_that_looks_personal_is_shown_once_more(phones: Any, phone: Any) -> None:
    code = phones.new_code()
    phone.open(f"/P/{code.letters}")
    phone.press(5)
    phone.open(f"{phone.base}/cau/RG.YK")
    phone.press(a="Gọi tôi số 0912 345 678 nhé <b>")
    assert "có vẻ là số điện thoại" in phone.page
    assert "Gọi tôi số 0912 345 678 nhé &lt;b&gt;</textarea>" in phone.page
    assert phones.records() == []
    phone.press(a="Gọi tôi\x00 nhé\r\nlúc nào cũng được", do="")
    (record,) = phones.records()
    assert record.submission.answers["RG.YK"] == "Gọi tôi nhé lúc nào cũng được"


def test_a_comment_may_be_sent_as_it_is_and_a_long_one_is_handed_back(phones: Any, phone: Any) -> None:
    code = phones.new_code()
    phone.open(f"{phones.slip_path(code)}/cau/RG.YK")
    phone.press(a="ộ" * 501)
    assert "501 ký tự" in phone.page
    assert "ộ" * 501 in phone.page
    phone.press(a="Số của tôi: 0912345678", do="sure")
    (record,) = phones.records()
    assert record.submission.answers == {"RG.YK": "Số của tôi: 0912345678"}


def test_what_the_counter_told_stands_in_the_record(each_phones: Any, phone: Any) -> None:
    """Facts come with the slip's note, before the answer or after it began; only those that the form asks for."""
    from django.utils import timezone

    from central_office.slips.judge import judge
    from central_office.slips.models import Slip

    code = each_phones.new_code()
    phone.open(f"/P/{code.letters}")
    phone.press(5)
    today = timezone.localdate()
    facts = {"RG.DT": "CN", "RG.LV": "dat-dai", "RG.HL0": 1}
    Slip.objects.create(
        **{"token": judge(code, today).token, "number": code.number, "day": today, "state": "printed"},
        **{"facts": facts, "agency": "H35.1", "kiosk": "k-1"},
    )
    phone.press(do="finish")
    (record,) = each_phones.records()
    assert record.submission.answers == {"RG.DT": "CN", "RG.LV": "dat-dai", "RG.HL0": 5}
    assert record.submission.agency == "H35.1"


def test_a_unit_code_takes_any_number_of_answers_each_with_its_own_address(phones: Any, phone: Any) -> None:
    addresses = set()
    for level in (5, 1, 3):
        phone.open(phones.unit_path())
        phone.press(level)
        addresses.add(phone.path.split("/cau/")[0])
        through(phone, level)
        assert phone.title == "Xin cảm ơn Ông/Bà đã góp ý."
    assert len(addresses) == 3
    said = [record.submission for record in phones.records()]
    assert [each.answers["RG.HL0"] for each in said] == [5, 1, 3]
    assert {(each.slip, each.agency, str(each.channel)) for each in said} == {("", "", "qr")}
    assert [record.seq for record in phones.records()] == [1, 2, 3]


def test_a_unit_answer_is_resumed_and_sent_once(each_phones: Any, phone: Any) -> None:
    """A first page sent twice (an impatient finger, «back») is one answer."""
    phone.open(each_phones.unit_path())
    first = phone.page
    phone.press(4)
    address = phone.path.split("/cau/")[0]
    phone.page = first
    phone.press(5)
    phone.open(address)
    assert phone.question == "RG.HL1"
    through(phone)
    phone.page = first
    phone.press(1)
    assert phone.title == "Xin cảm ơn Ông/Bà đã góp ý."
    (record,) = each_phones.records()
    assert record.submission.answers["RG.HL0"] == 5


def test_a_forgotten_unit_answer_is_sealed_after_a_day_and_its_address_forgotten(phones: Any, phone: Any) -> None:
    from django.conf import settings
    from django.utils import timezone

    from central_office.phone.models import Draft, Tries
    from central_office.phone.sweep import sweep

    phone.open(phones.unit_path())
    phone.press(4)
    now = timezone.now()
    assert sweep(now + timedelta(hours=23)) == 0
    assert sweep(now + timedelta(hours=25)) == 1
    assert Draft.objects.get().body == b""
    sweep(now + timedelta(hours=50))
    assert [model.objects.count() for model in (Draft, Tries)] == [0, 0]
    assert [path.read_bytes() for path in settings.RUNTIME_DIRECTORY.iterdir()] == [b""]  # the key is gone, too
    assert len(phones.records()) == 1


def test_thanks_are_the_same_whatever_was_rated(phones: Any, phone: Any) -> None:
    seen = set()
    for level in (1, 3, 5):
        code = phones.new_code()
        phone.open(f"/P/{code.letters}")
        through(phone, level)
        assert phone.status == 200
        assert phone.title == "Xin cảm ơn Ông/Bà đã góp ý."
        seen.add(phone.page.replace(phone.base, "").replace(code.letters, ""))
    assert len(seen) == 1


def test_every_page_speaks_the_form_s_languages(phones: Any, phone: Any) -> None:
    code = phones.new_code()
    phone.open(f"/P/{code.letters}")
    phone.follow("English")
    assert 'lang="en"' in phone.page
    assert "Overall, how satisfied" in phone.title
    phone.press(4)
    assert phone.question == "RG.HL1"
    assert phone.title == "Access"
    through(phone)
    assert phone.title == "Thank you for your opinion."
    phone.open(f"/P/{code.letters}?l=vi'><script>")
    assert "<script" not in phone.page
    assert 'lang="vi"' in phone.page


def test_the_whole_form_is_walked_and_its_record_is_valid(phones: Any, phone: Any) -> None:
    """Fifty questions in parts with conditions."""
    from datetime import date

    from django.utils import timezone

    from central_office.rounds.catalogue import clone_plan, load_form

    now = timezone.now()
    source = phones.FORMS / "soc-trang-day-du.json"
    form = load_form(source.read_bytes(), source.name, now)
    clone_plan("krong-no-2023", "st", date(2026, 1, 1), date(2030, 1, 1), now, form.id)
    code = phones.new_code(plan="st")
    phone.open(f"/P/{code.letters}")
    asked = []
    while phone.question:
        asked.append(phone.question)
        question = form.question(phone.question)
        assert question is not None
        if question.kind is Kind.TEXT:
            phone.press(a="")
        else:
            phone.press(re.findall(r'name="a" value="([^"]+)"', phone.page)[-1])
    (record,) = phones.records()
    check_answers(record.submission, form)
    assert record.submission.state is State.COMPLETE
    print(f"{len(asked)} of {len(form.questions)} questions asked, one page each")


def test_the_duration_is_the_time_that_pages_stood_open(
    phones: Any, phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the time away: who goes on in the evening has not answered all day. No instant is kept for it."""
    from django.utils import timezone

    from central_office.phone.models import Draft
    from survey.record import read_draft

    clock = [timezone.now()]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])

    def wait(seconds: int) -> None:
        clock[0] += timedelta(seconds=seconds)

    code = phones.new_code()
    phone.open(f"/P/{code.letters}")
    wait(40)
    phone.press(4)
    wait(7)
    phone.press(4)
    wait(3600 * 5)
    phone.open(phone.base)
    wait(5)
    page = phone.page
    phone.page = re.sub(r'(name="t" value=")\d+', r"\g<1>100", phone.page)
    phone.press(4)  # a page whose time was made up adds none
    phone.page = page
    phone.press(4)
    (draft,) = Draft.objects.all()
    assert read_draft(bytes(draft.body)).duration_s == 12
    assert (draft.touched_at.minute % 15, draft.touched_at.second, draft.touched_at.microsecond) == (0, 0, 0)


def test_the_holder_of_a_slip_takes_the_answer_back(each_phones: Any, phone: Any) -> None:
    """From the page of thanks, after being asked once more; and also before the counter's answer has come."""
    code = each_phones.new_code()
    phone.open(f"/P/{code.letters}")
    through(phone, 1)
    phone.follow("Rút lại phiếu này")
    assert phone.title == "Rút lại phiếu này?"
    phone.follow("Giữ câu trả lời")
    assert phone.title == "Mã này đã được dùng"
    phone.follow("Rút lại phiếu này")
    phone.press()
    assert phone.title == "Đã rút lại phiếu"
    phone.open(f"/P/{code.letters}")
    assert (phone.status, phone.title) == (410, "Phiếu này đã được rút lại")
    other = each_phones.new_code()
    phone.open(f"/P/{other.letters}")
    phone.press(2)
    phone.open(f"/P/{other.letters}/rut-lai")
    phone.press()
    assert "không dùng được nữa" in phone.title
    from central_office.intake.models import Record
    from central_office.phone.models import Draft

    assert Draft.objects.count() == 0
    assert [bytes(raw) for raw in Record.objects.values_list("body__raw", flat=True)] == [b""]
    phone.open(f"/P/{each_phones.forged(code)}/rut-lai")
    assert phone.status == 404
