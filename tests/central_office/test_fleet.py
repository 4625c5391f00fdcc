"""Enrolment and heartbeats: nobody comes in without the code, and a lost reply harms nothing."""

import random
from datetime import timedelta
from typing import Any

from survey import enrolment as shared
from survey import wire
from survey.canonical import decode, encode

JSON = "application/json"


def kiosks() -> int:
    from central_office.fleet.models import Kiosk

    return int(Kiosk.objects.count())


def forgive() -> None:
    from central_office.fleet.models import FailedTry

    FailedTry.objects.all().delete()


def test_a_kiosk_enrols_and_both_sides_prove_the_code(office: Any, helper: Any) -> None:
    from central_office.fleet.enrolment import kiosk_id
    from central_office.fleet.models import EnrolmentCode

    device = office.device()
    assert device.name == kiosk_id(device.public_key)
    assert (device.assignment.plan, device.assignment.point) == ("krong-no-2023", "kn-huyen")
    assert device.assignment.point_name["vi"] == "Bộ phận Tiếp nhận và trả kết quả huyện Krông Nô"
    assert bytes(EnrolmentCode.objects.get().secret) == b""


def test_a_thousand_forged_proofs_are_refused(small_office: Any, helper: Any) -> None:
    seed = 5
    rng = random.Random(seed)
    codes = [small_office.enrol_code("krong-no-2023", "kn-huyen") for _ in range(4)]
    device = helper.Device(rng)
    refused: dict[tuple[int, str], int] = {}
    for number in range(1000):
        genuine = codes[number % len(codes)]
        forged = genuine[:6] + shared.write_code(rng.randbytes(20))[6:]  # the name is public, the rest guessed
        if number % 10 == 0:
            forgive()  # as if each ten came from another address
        reply = small_office.door.post(helper.ENROLMENTS, device.enrolment(forged), JSON)
        refused[reply.status, reply.kind] = refused.get((reply.status, reply.kind), 0) + 1
    assert refused == {(403, "code_refused"): 1000}
    assert kiosks() == 0
    for code in codes:  # five wrong proofs have burnt each: even the right one is refused now
        assert small_office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).kind == "code_refused"
    assert kiosks() == 0
    print(f"seed {seed}: 1000 forged enrolments, 0 accepted")


def test_an_address_that_keeps_failing_must_wait(office: Any, helper: Any) -> None:
    device = helper.Device(random.Random(6))
    statuses = []
    for _ in range(40):
        reply = office.door.post(helper.ENROLMENTS, device.enrolment(shared.write_code(device.rng.randbytes(20))), JSON)
        statuses.append(reply.status)
    assert statuses == [403] * 30 + [429] * 10
    assert reply.kind == "too_many"
    assert int(reply.headers["Retry-After"]) > 0


def test_four_wrong_proofs_do_not_burn_a_code(office: Any, helper: Any) -> None:
    code = office.enrol_code("krong-no-2023", "kn-huyen")
    device = helper.Device(random.Random(7))
    for _ in range(4):
        wrong = code[:6] + shared.write_code(device.rng.randbytes(20))[6:]
        assert office.door.post(helper.ENROLMENTS, device.enrolment(wrong), JSON).status == 403
    assert office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).status == 200


def test_an_expired_code_is_refused_and_its_secret_erased(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.models import EnrolmentCode

    code = office.enrol_code("krong-no-2023", "kn-huyen")
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    device = helper.Device(random.Random(8))
    assert office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).kind == "code_refused"
    assert (bytes(EnrolmentCode.objects.get().secret), kiosks()) == (b"", 0)


def test_a_lost_reply_is_given_again_and_nobody_else_gets_it(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.models import EnrolmentCode

    code = office.enrol_code("krong-no-2023", "kn-huyen")
    device, thief = helper.Device(random.Random(9)), helper.Device(random.Random(10))
    first = office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON)
    again = office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON)
    assert first.status == again.status == 200
    assert first.body == again.body
    assert office.door.post(helper.ENROLMENTS, thief.enrolment(code), JSON).kind == "code_refused"
    assert kiosks() == 1
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).kind == "code_refused"
    assert bytes(EnrolmentCode.objects.get().reply) == b""


def test_a_kiosk_moves_by_a_second_enrolment_and_may_still_deliver_from_the_first(office: Any, helper: Any) -> None:
    device = office.device()
    old = device.answers(2)
    code = office.enrol_code("krong-no-2023", "kn-nam-da")
    device.admit(code, office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).body)
    assert device.assignment.point == "kn-nam-da"
    assert device.deliver(office.door, [*old, *device.answers(2)]).accepted == 4
    assert kiosks() == 1


def test_a_revoked_key_does_not_come_back_by_a_new_code(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.models import Kiosk

    device = office.device()
    Kiosk.objects.update(revoked_at=timezone.now())
    code = office.enrol_code("krong-no-2023", "kn-nam-da")
    assert office.door.post(helper.ENROLMENTS, device.enrolment(code), JSON).kind == "code_refused"


def test_enrolment_requests_of_another_shape_are_refused(office: Any, helper: Any) -> None:
    device = helper.Device(random.Random(11))
    good: Any = decode(device.enrolment(office.enrol_code("krong-no-2023", "kn-huyen")))
    for change in ({"v": 2}, {"name": "abcde"}, {"name": 7}, {"public_key": "00"}, {"proof": "z" * 64}, {"more": 1}):
        reply = office.door.post(helper.ENROLMENTS, encode(good | change), JSON)
        assert (reply.status, reply.kind) == (422, "wrong_fields"), change
    for data in (b" ", b"null", b"[", b'{"a":1.5}', b'{"v": 1}', "é".encode("latin-1"), b"[" * 20_000):
        assert office.door.post(helper.ENROLMENTS, data, JSON).status in (400, 413, 422), data[:20]


def test_a_heartbeat_is_stored_and_answered_with_signed_time(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Kiosk

    device = office.device()
    device.answers(3)
    beat = device.heartbeat(pending=3, oldest="2023-09-01T08:15+07:00", quarantined=1)
    reply = office.door.post(helper.HEARTBEATS, beat, JSON)
    assert reply.status == 200
    time = wire.read_message("time", reply.body, device.is_centre)
    assert set(time) == {"v", "kiosk", "now"}
    assert time["kiosk"] == device.name
    kiosk = Kiosk.objects.get()
    assert (kiosk.seq, kiosk.head, kiosk.pending, kiosk.quarantined) == (3, device.prev, 3, 1)
    assert kiosk.oldest == "2023-09-01T08:15+07:00"
    assert kiosk.seen_at is not None


def test_forged_and_misshapen_heartbeats_are_refused(office: Any, helper: Any) -> None:
    device, other = office.device(1), office.device(2, "kn-nam-da")
    forged = wire.write_message("heartbeat", {"v": 1, "kiosk": device.name}, other.sign)
    assert office.door.post(helper.HEARTBEATS, forged, JSON).kind == "not_enrolled"
    for change in ({"seq": -1}, {"head": "x"}, {"pending": "1"}, {"v": 2}, {"oldest": "y" * 41}, {"version": "\n"}):
        reply = office.door.post(helper.HEARTBEATS, device.heartbeat(**change), JSON)
        assert (reply.status, reply.kind) == (422, "wrong_fields"), change
    unknown = device.heartbeat(future_field="let pass")
    assert office.door.post(helper.HEARTBEATS, unknown, JSON).status == 200


def test_the_same_head_told_many_times_is_no_incident(office: Any, helper: Any) -> None:
    from central_office.intake.models import Incident

    device = office.device()
    for _ in range(5):
        device.deliver(office.door, device.answers(2))
        for _ in range(3):
            assert office.door.post(helper.HEARTBEATS, device.heartbeat(), JSON).status == 200
    assert Incident.objects.count() == 0


def test_a_repeated_older_heartbeat_is_answered_and_changes_nothing(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Kiosk

    device = office.device()
    device.answers(3)
    old = device.heartbeat(pending=3, quarantined=0, oldest="2023-09-01T08:15+07:00")
    assert office.door.post(helper.HEARTBEATS, old, JSON).status == 200
    device.answers(2)
    assert office.door.post(helper.HEARTBEATS, device.heartbeat(pending=5), JSON).status == 200
    before = Kiosk.objects.values().get()
    reply = office.door.post(helper.HEARTBEATS, old, JSON)
    assert set(wire.read_message("time", reply.body, device.is_centre)) == {"v", "kiosk", "now"}
    assert Kiosk.objects.values().get() == before
    assert before["seq"] == 5


def test_old_secrets_are_erased_once_and_not_again_with_every_request(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.enrolment import forget_old
    from central_office.fleet.models import EnrolmentCode

    office.enrol_code("krong-no-2023", "kn-huyen")
    office.device()  # its code is used: the secret is gone, the reply is kept
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [forget_old(timezone.now()) for _ in range(2)] == [2, 0]
    assert [(bytes(c.secret), bytes(c.reply)) for c in EnrolmentCode.objects.all()] == [(b"", b"")] * 2
