"""Numbers, keys and codes of points; what a code is worth; the centre's own chain for phones."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from survey.enrolment import ALPHABET
from survey.identifier import quarter_of
from survey.invitation import LETTERS, BadCode, Code, make_code, read_code


def test_a_point_keeps_its_number_and_its_number_leads_back(slips: Any) -> None:
    from central_office.fleet.enrolment import NoSuchPoint
    from central_office.slips.keys import NoKey, key_of
    from central_office.slips.models import SlipPoint
    from central_office.slips.numbers import number_of, place_of

    assert [number_of(slips.PLAN, point) for point in (slips.POINT, slips.OTHER, slips.POINT)] == [1, 2, 1]
    place = place_of(2)
    assert place is not None
    assert (place.plan, place.point, place.form.id) == (slips.PLAN, slips.OTHER, "rut-gon-mot-cua")
    assert number_of("krong-no-2023", slips.POINT) == 3
    assert place_of(4) is None
    assert len({key_of(number) for number in (1, 2, 3)}) == 3
    assert SlipPoint.objects.count() == 3
    with pytest.raises(NoKey):
        key_of(4)
    with pytest.raises(NoSuchPoint):
        number_of(slips.PLAN, "nowhere")


def test_a_code_is_worth_what_it_says(slips: Any, helper: Any) -> None:
    from central_office.slips.judge import Verdict, judge
    from central_office.slips.models import Slip
    from central_office.slips.virtual import seal_answer

    code, other = slips.codes(2)
    found = judge(code, slips.TODAY)
    assert (found.verdict, found.place.point, found.token) == (Verdict.OK, slips.POINT, slips.token(code))
    assert judge(code, code.last_day).verdict is Verdict.OK
    assert judge(code, code.last_day + timedelta(days=1)).verdict is Verdict.EXPIRED
    assert judge(code, date(2026, 10, 31)).verdict is Verdict.NOT_BEGUN
    assert judge(code, date(2026, 12, 30)).verdict is Verdict.EXPIRED
    assert judge(code, date(2026, 12, 31)).verdict is Verdict.OVER
    told = {"number": 1, "day": slips.TODAY, "kiosk": "k-1"}
    Slip.objects.create(token=found.token, state="printed", facts={"RG.LV": "DD"}, agency="so-tnmt", **told)
    known = judge(code, slips.TODAY)
    assert (known.verdict, known.facts, known.agency) == (Verdict.OK, {"RG.LV": "DD"}, "so-tnmt")
    assert seal_answer(slips.Answers(helper).one(slip=found.token, agency="so-tnmt"), slips.NOW)
    assert judge(code, slips.TODAY).verdict is Verdict.USED
    assert judge(code, date(2027, 5, 1)).verdict is Verdict.USED
    Slip.objects.create(token=slips.token(other), state="void", **told)
    assert judge(other, slips.TODAY).verdict is Verdict.VOID


def test_no_forged_code_is_ever_good(small_slips: Any) -> None:
    """Made with another key, for another point, guessed, or a genuine one with letters changed and the check mended."""
    from central_office.slips.judge import Verdict, judge
    from central_office.slips.keys import key_of

    seed, tried = 66, 0
    rng = random.Random(seed)
    genuine = small_slips.codes(20) + small_slips.codes(20, point=small_slips.OTHER)
    known = {code.letters for code in genuine}
    keys = [rng.randbytes(32), key_of(1), key_of(2)]
    while tried < 3000:
        code = rng.choice(genuine)
        letters = list(code.letters)
        match tried % 4:
            case 0:
                forged = make_code(code.number, code.last_day, rng.randbytes(4), keys[0])
            case 1:  # a counter that has its own point's key makes a slip of the other point
                forged = make_code(code.number, code.last_day, rng.randbytes(4), keys[3 - code.number])
            case 2:
                forged = Code("".join(rng.choices(ALPHABET, k=LETTERS)))
            case _:
                for place in rng.sample(range(LETTERS), rng.randint(1, 3)):
                    letters[place] = rng.choice(ALPHABET)
                forged = Code("".join(letters))
        if forged.letters in known:
            continue
        tried += 1
        assert judge(forged, small_slips.TODAY).verdict is Verdict.UNKNOWN
    with pytest.raises(BadCode):
        read_code(genuine[0].letters[:-1] + ("0" if genuine[0].letters[-1] != "0" else "1"))
    assert all(judge(code, small_slips.TODAY).verdict is Verdict.OK for code in genuine)
    print(f"seed {seed}: {tried} forged codes, 0 good; {len(genuine)} genuine ones good")


def test_codes_for_paper_are_all_different_and_good(small_slips: Any) -> None:
    from central_office.slips.judge import Verdict, judge

    made = small_slips.codes(300)
    assert len({code.letters for code in made}) == 300
    assert {judge(code, small_slips.TODAY).verdict for code in made[::30]} == {Verdict.OK}


def test_the_phones_chain_is_like_any_other(slips: Any, helper: Any) -> None:
    from central_office.fleet.listing import kiosk_list, phone_chain
    from central_office.fleet.models import Kiosk
    from central_office.intake.models import Batch, Record
    from central_office.slips.virtual import seal_answer

    answers = slips.Answers(helper)
    first = answers.one(point=slips.OTHER)
    assert seal_answer(first, slips.NOW)
    assert seal_answer(first, slips.NOW)  # the same once more: the phone's request came twice
    assert seal_answer(answers.one(), slips.NOW)
    token = slips.token(slips.codes()[0])
    second = answers.one(slip=token)
    assert seal_answer(answers.one(slip=token), slips.NOW)
    assert not seal_answer(second, slips.NOW)
    assert not seal_answer(second, slips.NOW)
    assert Kiosk.objects.get().kind == "phone"
    assert list(Record.objects.values_list("seq", flat=True).order_by("seq")) == [1, 2, 3, 4]
    assert Batch.objects.count() == 4
    assert slips.answers_by_reason() == {"": 3, "slip_used": 1}
    assert slips.verified()[0] == []
    assert kiosk_list(slips.NOW, timedelta(minutes=30)) == []
    assert [(chain.answers, chain.last_at.minute) for chain in phone_chain()] == [(4, 0)]


def test_no_log_line_tells_when_a_phone_answered(
    small_slips: Any, helper: Any, small_office: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is a batch of its own: the n-th line would be the n-th record's, and the journal adds the second (law 6)."""
    from central_office.slips.virtual import seal_answer

    caplog.set_level("INFO")
    assert seal_answer(small_slips.Answers(helper).one(), small_slips.NOW)
    assert [record.message for record in caplog.records] == []
    device = small_office.device(plan=small_slips.PLAN)
    device.deliver(small_office.door, device.answers(2))
    assert [record.message for record in caplog.records][-1] == "batch.received"


def test_no_column_keeps_an_instant_of_a_phones_answer(slips: Any, helper: Any) -> None:
    """Also the first one of a point, which makes the virtual kiosk's row and its place (law 6)."""
    from central_office.slips.virtual import seal_answer

    before = instants()
    answers = slips.Answers(helper)
    assert seal_answer(answers.one(slip=slips.token(slips.codes()[0])), slips.NOW)
    assert seal_answer(answers.one(point=slips.OTHER), slips.NOW)
    written = instants() - before
    assert {name.split(".")[0] for name, _ in written} >= {"fleet_kiosk", "fleet_assignment", "intake_batch"}
    fine = {(name, moment) for name, moment in written if moment != quarter_of(moment)}
    assert fine == set()


def instants() -> set[tuple[str, datetime]]:
    """Every moment that any table of ours keeps, with its column."""
    from django.apps import apps
    from django.db.models import DateTimeField

    fields = [f for model in apps.get_models() for f in model._meta.concrete_fields if isinstance(f, DateTimeField)]
    return {
        (f"{each.model._meta.db_table}.{each.name}", moment)
        for each in fields
        for moment in each.model._default_manager.values_list(each.name, flat=True)
        if moment is not None
    }


def test_an_answer_that_the_form_does_not_take_is_not_sealed(small_slips: Any, helper: Any) -> None:
    from central_office.fleet.models import Kiosk
    from central_office.intake.models import Record, Redemption
    from central_office.slips.virtual import NotSealed, seal_answer

    token = small_slips.token(small_slips.codes()[0])
    with pytest.raises(NotSealed):
        seal_answer(small_slips.Answers(helper).one(answers={"RG.HL0": 9}, slip=token), small_slips.NOW)
    assert (Record.objects.count(), Kiosk.objects.count(), Redemption.objects.count()) == (0, 0, 0)


@pytest.mark.usefixtures("_django")
def test_the_slip_key_is_made_once_and_is_private(tmp_path: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from central_office.keys import KeyMissing, make_slip_key, read_slip_key

    path = tmp_path / "slip.key"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make_slip_key, [path] * 40))
    first = path.read_text()
    assert read_slip_key(path).hex() == first.strip()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["slip.key"]
    short = tmp_path / "short.key"
    short.write_text("00")
    with pytest.raises(KeyMissing):
        read_slip_key(short)


def test_a_lost_slip_key_is_not_made_anew(small_office: Any, small_slips: Any, helper: Any, monkeypatch: Any) -> None:
    """A new one would refuse every slip in citizens' hands; heartbeats and answers go on without it."""
    from django.conf import settings

    from central_office.keys import KeyMissing

    small_slips.codes()
    device = small_office.device(plan=small_slips.PLAN)
    lost = settings.SLIP_KEY_PATH.with_name("lost.key")
    monkeypatch.setattr(settings, "SLIP_KEY_PATH", lost)
    with pytest.raises(KeyMissing):
        small_slips.codes()
    reply = small_office.door.post(helper.HEARTBEATS, device.heartbeat(slips="0" * 64), "application/json")
    assert (reply.status, b"slips" in reply.body, lost.exists()) == (200, False, False)
    assert device.deliver(small_office.door, device.answers(3)).accepted == 3


@pytest.mark.parametrize("part", ["forget.forget_due", "handing.news"])
def test_a_heartbeat_outlives_whatever_fails_for_its_slips(
    small_office: Any, small_slips: Any, helper: Any, monkeypatch: Any, caplog: Any, part: str
) -> None:
    from django.db import OperationalError

    def broken(*_arguments: object) -> None:
        raise OperationalError("database is locked")

    device = small_office.device(plan=small_slips.PLAN)
    monkeypatch.setattr(f"central_office.slips.{part}", broken)
    reply = small_office.door.post(helper.HEARTBEATS, device.heartbeat(slips="0" * 64), "application/json")
    assert (reply.status, b'"slips"' in reply.body) == (200, False)
    assert "slips.left_out" in [record.message for record in caplog.records]


def test_the_page_of_the_kiosks_shows_phones_apart(small_office: Any, small_slips: Any, helper: Any) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.slips.virtual import seal_answer

    client = Client()
    client.force_login(User.objects.create_superuser("xem"))
    assert "Điện thoại" not in client.get("/ki-ot/").content.decode()
    assert seal_answer(small_slips.Answers(helper).one(), small_slips.NOW)
    page = client.get("/ki-ot/").content.decode()
    assert "<h2>Điện thoại</h2>" in page
    assert "1 phiếu, gần nhất trong quý giờ 09:00 20/11/2026" in page
    assert client.get("/ki-ot.json").json()["kiosks"] == []
