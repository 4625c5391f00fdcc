"""What counters and centre say to each other of slips: the point's key, sealed; printed and void slips, kept once."""

from datetime import date
from typing import Any

import pytest
from nacl.exceptions import CryptoError
from nacl.public import SealedBox

from survey import wire
from survey.canonical import digest
from survey.invitation import make_code
from survey.slip_notes import SlipNote, SlipState, read_held, write_slips
from survey.slip_setup import read_slip_setup

JSON, SLIPS = "application/json", "/api/v1/slips"


def beat(office: Any, helper: Any, device: Any, **more: Any) -> Any:
    reply = office.door.post(helper.HEARTBEATS, device.heartbeat(**more), JSON)
    assert reply.status == 200, reply.body
    return wire.read_message("time", reply.body, device.is_centre)


def opened(device: Any, sealed: str) -> bytes:
    return SealedBox(device.key.to_curve25519_private_key()).decrypt(bytes.fromhex(sealed))


@pytest.fixture
def device(office: Any, slips: Any) -> Any:
    return office.device(plan=slips.PLAN)


def note(number: int, **changes: Any) -> SlipNote:
    token = digest(repr((number, changes.pop("name", ""))).encode())[:32]
    return SlipNote(**{"token": token, "number": number, "day": date(2026, 11, 20)} | changes)


def tell(office: Any, device: Any, *notes: SlipNote) -> frozenset[str]:
    message = wire.write_message("slips", write_slips(device.name, notes), device.sign)
    reply = office.door.post(SLIPS, message, JSON)
    assert reply.status == 200, reply.body
    return read_held(wire.read_message("slips_held", reply.body, device.is_centre), device.name)


def codes_of_incidents() -> list[str]:
    from central_office.intake.models import Incident

    return sorted(Incident.objects.filter(kind="slip").values_list("code", flat=True))


def test_only_this_kiosks_key_opens_what_it_is_handed(office: Any, helper: Any, slips: Any, device: Any) -> None:
    from central_office.slips.judge import Verdict, judge

    other = office.device(seed=2, point=slips.OTHER, plan=slips.PLAN)
    told = beat(office, helper, device, slips="")["slips"]
    data = opened(device, told)
    for stranger in (other, office.device(seed=3, plan=slips.PLAN)):
        with pytest.raises(CryptoError):
            opened(stranger, told)
    setup = read_slip_setup(data)
    assert (setup.plan, setup.point, setup.number, setup.valid_days, setup.keep_days) == (
        *(slips.PLAN, slips.POINT, 1),
        *(15, 30),
    )
    assert setup.key.hex() not in str(told)
    made = make_code(setup.number, slips.TODAY, b"1234", setup.key)
    assert judge(made, slips.TODAY).verdict is Verdict.OK
    assert read_slip_setup(opened(other, beat(office, helper, other, slips="")["slips"])).key != setup.key


def test_a_setup_is_sent_only_where_it_differs(
    office: Any, helper: Any, slips: Any, device: Any, settings: Any
) -> None:
    from central_office.slips.models import SlipPoint

    assert "slips" not in beat(office, helper, device)  # an agent that knows of no slips
    data = opened(device, beat(office, helper, device, slips="")["slips"])
    assert "slips" not in beat(office, helper, device, slips=digest(data))
    assert "slips" in beat(office, helper, device, slips="0" * 64)
    settings.PUBLIC_URL = "https://haolong.example.gov.vn"
    again = opened(device, beat(office, helper, device, slips=digest(data))["slips"])
    assert read_slip_setup(again).url == settings.PUBLIC_URL
    SlipPoint.objects.update(salt=b"")  # as when the plan is long over
    assert beat(office, helper, device, slips=digest(again))["slips"] == ""
    assert "slips" not in beat(office, helper, device, slips="")


def test_a_plan_that_is_over_makes_no_slips(office: Any, helper: Any) -> None:
    device = office.device()  # of 2023
    assert "slips" not in beat(office, helper, device, slips="")
    assert beat(office, helper, device, slips="0" * 64)["slips"] == ""


def test_slips_are_kept_once_and_a_void_wins(office: Any, slips: Any, device: Any) -> None:
    from central_office.slips.models import Slip
    from central_office.slips.numbers import number_of

    number = number_of(slips.PLAN, slips.POINT)
    notes = [
        note(number, name=n, facts={"RG.LV": "DD", "RG.DT": "CN"}, agency="so-1", late=True, dossier=n > 0)
        for n in range(3)
    ]
    for _ in range(2):
        assert tell(office, device, *notes) == {each.token for each in notes}
    assert Slip.objects.count() == 3
    row = Slip.objects.get(token=notes[0].token)
    kept = (row.number, row.day, row.state, row.facts, row.agency, row.late, row.notice, row.kiosk)
    assert kept == (1, date(2026, 11, 20), "printed", dict(notes[0].facts), "so-1", True, None, device.name)
    assert [Slip.objects.get(token=each.token).dossier for each in notes] == [False, True, True]
    void = [SlipNote(**{**_fields(notes[0]), "state": SlipState.VOID})]
    assert tell(office, device, *void) == {notes[0].token}
    assert tell(office, device, *notes) == {each.token for each in notes}
    assert sorted(Slip.objects.values_list("state", flat=True)) == ["printed", "printed", "void"]
    assert codes_of_incidents() == []


def _fields(each: SlipNote) -> dict[str, Any]:
    return {name: getattr(each, name) for name in SlipNote.__dataclass_fields__}


def test_what_does_not_fit_is_kept_aside_and_holds_up_nothing(office: Any, slips: Any, device: Any) -> None:
    from central_office.slips.models import Slip
    from central_office.slips.numbers import number_of

    here, elsewhere = number_of(slips.PLAN, slips.POINT), number_of(slips.PLAN, slips.OTHER)
    good = note(here, facts={"RG.LV": "DD"})
    bad_fact = note(here, name="fact", facts={"RG.LV": "DD", "RG.HL0": "5", "RG.DT": "XX", "XX": "1"})
    strange = [note(elsewhere, name="else"), note(999, name="nowhere")]
    assert len(tell(office, device, good, bad_fact, *strange)) == 4
    assert dict(Slip.objects.values_list("token", "facts")) == {
        good.token: {"RG.LV": "DD"},
        bad_fact.token: {"RG.LV": "DD"},
    }
    assert codes_of_incidents() == ["wrong_fact", "wrong_point"]
    tell(office, device, SlipNote(**{**_fields(good), "agency": "another"}))
    assert Slip.objects.get(token=good.token).agency == ""
    assert codes_of_incidents() == ["slip_differs", "wrong_fact", "wrong_point"]


def test_a_slip_made_void_after_its_use_is_told_to_a_person(office: Any, helper: Any, slips: Any, device: Any) -> None:
    """Else whoever guesses a bad answer could take it back in the citizen's place."""
    code = slips.codes()[0]
    device.deliver(office.door, [device.answer(slip=slips.token(code))])
    told = note(code.number, token=slips.token(code), state=SlipState.VOID)
    for _ in range(2):
        tell(office, device, told)
    assert codes_of_incidents() == ["void_after_use"]
    assert slips.answers_by_reason() == {"": 1}
    assert slips.verified()[0] == []


def test_only_an_enrolled_kiosk_tells_of_slips(office: Any, helper: Any, slips: Any, device: Any) -> None:
    from central_office.fleet.models import Kiosk
    from central_office.slips.models import Slip

    other = office.device(seed=9, plan=slips.PLAN)
    body = write_slips(device.name, [note(1)])
    forged = office.door.post(SLIPS, wire.write_message("slips", body, other.sign), JSON)
    assert (forged.status, forged.kind) == (401, "not_enrolled")
    assert office.door.post(SLIPS, wire.write_message("slips", body | {"v": 2}, device.sign), JSON).status == 400
    beaten = wire.write_message("heartbeat", body, device.sign)
    assert office.door.post(SLIPS, beaten.replace(b'"heartbeat"', b'"slips"'), JSON).status == 400
    Kiosk.objects.filter(kiosk=device.name).update(revoked_at=slips.NOW)
    assert office.door.post(SLIPS, wire.write_message("slips", body, device.sign), JSON).kind == "revoked"
    assert Slip.objects.count() == 0
