"""Numbers, keys and codes of points; what a code is worth; the centre's own chain for phones."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from survey.invitation import ALPHABET, BadCode, make_code, read_code, token_of
from survey.record import Channel

PLAN, POINT = "krong-no-2026", "kn-huyen"
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, 7, 11, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def plan(office: Any) -> str:
    """A plan in the days that codes can say."""
    from central_office.rounds.catalogue import clone_plan

    clone_plan("krong-no-2023", PLAN, date(2026, 11, 1), date(2026, 12, 15), NOW)
    return PLAN


def made(last_day: date = TODAY + timedelta(days=15)) -> Any:
    from central_office.slips.codes import office_codes

    return office_codes(PLAN, POINT, 1, last_day)[0]


def answer(helper: Any, **changes: Any) -> Any:
    """What the phone hands over."""
    from central_office.slips.virtual import BOOT, KIOSK

    device = helper.Device(random.Random(str(changes)))
    device.assignment = type("Place", (), {"kiosk": KIOSK, "plan": PLAN, "point": POINT, "form": helper.form().ref})
    return device.submission(boot=BOOT, **{"channel": Channel.QR, "quarter": "2026-11-20T09:00+07:00"} | changes)


def counted() -> dict[str, int]:
    from django.db.models import Sum

    from central_office.intake.models import Tally

    rows = Tally.objects.filter(question="").values_list("cell__why").annotate(total=Sum("count")).order_by()
    return {why: total for why, total in rows if total}


def test_a_point_keeps_its_number_and_its_number_leads_back(plan: str) -> None:
    from central_office.fleet.enrolment import NoSuchPoint
    from central_office.slips.keys import NoKey, key_of
    from central_office.slips.numbers import number_of, place_of
    from central_office.slips.models import SlipPoint

    numbers = [number_of(PLAN, point) for point in (POINT, "kn-nam-da", POINT)]
    assert numbers == [1, 2, 1]
    place = place_of(2)
    assert place is not None
    assert (place.plan, place.point, place.form.id) == (PLAN, "kn-nam-da", "rut-gon-mot-cua")
    assert number_of("krong-no-2023", POINT) == 3
    assert place_of(4) is None
    assert len({key_of(number) for number in (1, 2, 3)}) == 3
    assert SlipPoint.objects.count() == 3
    with pytest.raises(NoKey):
        key_of(4)
    with pytest.raises(NoSuchPoint):
        number_of(PLAN, "nowhere")


def test_a_code_is_worth_what_it_says(plan: str, helper: Any) -> None:
    from central_office.slips.judge import Verdict, judge
    from central_office.slips.models import Slip
    from central_office.slips.virtual import seal_answer

    code = made()
    found = judge(code, TODAY)
    assert (found.verdict, found.place.point, len(found.token)) == (Verdict.OK, POINT, 32)
    assert judge(code, code.last_day).verdict is Verdict.OK
    assert judge(code, code.last_day + timedelta(days=1)).verdict is Verdict.EXPIRED
    assert judge(code, date(2026, 10, 31)).verdict is Verdict.NOT_BEGUN
    assert judge(code, date(2026, 12, 31)).verdict is Verdict.OVER
    Slip.objects.create(
        token=found.token, number=1, day=TODAY, state="printed", facts={"RG.LV": "DD"}, agency="so-tnmt", kiosk="k-1"
    )
    known = judge(code, TODAY)
    assert (known.verdict, known.facts, known.agency) == (Verdict.OK, {"RG.LV": "DD"}, "so-tnmt")
    assert seal_answer(answer(helper, slip=found.token, agency="so-tnmt"), NOW)
    assert judge(code, TODAY).verdict is Verdict.USED
    assert judge(code, date(2027, 5, 1)).verdict is Verdict.USED
    other = made()
    Slip.objects.create(token=judge(other, TODAY).token, number=1, day=TODAY, state="void", kiosk="k-1")
    assert judge(other, TODAY).verdict is Verdict.VOID


def test_the_phones_chain_is_like_any_other(plan: str, helper: Any) -> None:
    from central_office.fleet.models import Kiosk
    from central_office.intake.models import Batch, Record
    from central_office.slips.virtual import seal_answer

    first = answer(helper, point="kn-nam-da")
    assert seal_answer(first, NOW)
    assert seal_answer(first, NOW)  # the same once more: the phone's answer was lost on the way
    assert seal_answer(answer(helper, duration_s=7), NOW)
    token = judge_token(made())
    assert seal_answer(answer(helper, slip=token), NOW)
    assert not seal_answer(answer(helper, slip=token, duration_s=9), NOW)
    kiosk = Kiosk.objects.get()
    assert kiosk.kind == "phone"
    assert list(Record.objects.values_list("seq", flat=True).order_by("seq")) == [1, 2, 3, 4]
    assert Batch.objects.count() == 4
    assert counted() == {"": 3, "slip_used": 1}


def judge_token(code: Any) -> str:
    from central_office.slips.keys import key_of

    return token_of(code, key_of(code.number))
