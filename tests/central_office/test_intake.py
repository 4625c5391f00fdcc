"""Exactly once at the centre, whatever the line, the kiosk or a second submitter does; on both databases."""

import random
import threading
from typing import Any

import pytest

from survey import wire
from survey.canonical import decode, encode
from survey.record import Sealed, seal


def count(model: str) -> int:
    from central_office.intake import models

    return int(getattr(models, model).objects.count())


def incidents() -> list[tuple[str, str, int]]:
    from central_office.intake.models import Incident

    return list(Incident.objects.order_by("pk").values_list("kind", "code", "seq"))


def faults() -> list[str]:
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    return [str(fault) for fault in verify(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key), Summary())]


def raw_line(device: Any, raw: bytes) -> Sealed:
    """Arbitrary bytes at the device's next number."""
    from survey.canonical import digest

    device.seq += 1
    device.prev = digest(raw)
    return Sealed(device.seq, raw, device.prev)


def test_a_batch_is_stored_counted_and_receipted(office: Any) -> None:
    from central_office.intake.models import Cell, Record

    device = office.device()
    records = device.answers(500)
    receipt = device.deliver(office.door, records)
    assert (receipt.accepted, receipt.duplicate, receipt.refusals) == (500, 0, ())
    stored = {seq: bytes(raw) for seq, raw in Record.objects.values_list("seq", "body__raw")}
    assert stored == {record.seq: record.raw for record in records}
    assert sum(Cell.objects.values_list("count", flat=True)) == 500
    assert incidents() == []
    assert faults() == []


def test_a_batch_repeated_a_thousand_times_changes_nothing(office: Any, helper: Any) -> None:
    device = office.device()
    head, packed = device.batch(device.answers(50))
    for time in range(1000):
        receipt = device.receipt(office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE).body, head)
        assert (receipt.accepted, receipt.duplicate) == ((50, 0) if time == 0 else (0, 50))
    assert (count("Record"), count("Batch"), count("Incident")) == (50, 1, 0)
    assert faults() == []
    print("1000 repetitions, 0 doubled")


def test_lost_replies_and_overlapping_batches_store_each_answer_once(office: Any) -> None:
    seed = 20231001
    rng = random.Random(seed)
    device = office.device(seed)
    records = device.answers(300)
    accepted, sent = 0, 0
    while sent < 300:  # the agent never learns of some batches and cuts them anew
        size = rng.randint(1, 60)
        receipt = device.deliver(office.door, records[sent : sent + size])
        accepted += receipt.accepted
        if rng.random() < 0.6:
            sent += size
    assert (accepted, count("Record"), count("Incident")) == (300, 300, 0)
    assert faults() == []
    print(f"seed {seed}, 0 doubled, 0 lost")


def test_other_bytes_for_a_stored_number_are_kept_aside_and_the_first_stays(office: Any) -> None:
    from central_office.intake.models import Incident, Record

    device = office.device()
    records = device.answers(400)
    device.deliver(office.door, records)
    device.seq, device.prev = 0, "0" * 64
    forged = device.answers(400)  # the same numbers once more: a cloned card
    receipt = device.deliver(office.door, forged)
    assert (receipt.accepted, receipt.duplicate, len(receipt.refusals)) == (0, 0, 400)
    assert {(r.verdict, r.code) for r in receipt.refusals} == {("conflict", "same_sequence")}
    assert {bytes(raw) for raw in Record.objects.values_list("body__raw", flat=True)} == {r.raw for r in records}
    assert {bytes(raw) for raw in Incident.objects.values_list("raw", flat=True)} == {r.raw for r in forged}
    again = device.deliver(office.door, forged)
    assert len(again.refusals) == 400
    assert count("Incident") == 400
    assert faults() == []


@pytest.mark.slow
def test_ten_thousand_conflicts_are_all_alarmed(small_office: Any) -> None:
    device = small_office.device()
    device.deliver_all(small_office.door, device.answers(10_000))
    device.seq, device.prev = 0, "0" * 64
    receipts = device.deliver_all(small_office.door, device.answers(10_000))
    assert sum(len(receipt.refusals) for receipt in receipts) == 10_000
    assert (count("Record"), count("Incident")) == (10_000, 10_000)
    assert faults() == []
    print("10000 conflicts, 10000 alarmed, the first 10000 stay")


def test_an_id_used_twice_is_a_conflict(office: Any) -> None:
    device, other = office.device(1), office.device(2, "kn-nam-da")
    first = device.submission()
    device.deliver(office.door, [device.answer(id=first.id)])
    receipt = device.deliver(office.door, [device.answer(id=first.id)])
    assert [(r.verdict, r.code) for r in receipt.refusals] == [("conflict", "same_id")]
    receipt = other.deliver(office.door, [*other.answers(3), other.answer(id=first.id), *other.answers(3)])
    assert [(r.seq, r.code) for r in receipt.refusals] == [(4, "same_id")]
    twins = other.answers(2, id=other.submission().id)
    assert [(r.seq, r.code) for r in other.deliver(office.door, twins).refusals] == [(9, "same_id")]


def refused_lines(device: Any) -> dict[str, Any]:
    """One line for each reason to refuse a record."""
    good = device.submission()
    fields = good.fields() | {"seq": device.seq + 1, "prev": device.prev}
    ref = device.assignment.form
    return {
        "malformed": b"not a record",
        "wrong_kiosk": encode(fields | {"kiosk": "k-000000000000"}),
        "unknown_plan": encode(fields | {"plan": "other-plan"}),
        "unknown_point": encode(fields | {"point": "kn-elsewhere"}),
        "wrong_point": encode(fields | {"point": "kn-nam-da"}),
        "unknown_form": encode(fields | {"form": {"id": ref.id, "version": "2", "digest": ref.digest}}),
        "invalid_answer": encode(fields | {"answers": {"RG.HL0": 6}}),
        "wrong_sequence": encode(fields | {"seq": device.seq + 1000}),
    }


@pytest.mark.parametrize("code", sorted(refused_lines.__doc__ and [
    "malformed", "wrong_kiosk", "unknown_plan", "unknown_point", "wrong_point", "unknown_form", "invalid_answer",
    "wrong_sequence",
]))  # fmt: skip
def test_each_reason_to_refuse(office: Any, code: str) -> None:
    from central_office.intake.models import Incident

    device = office.device()
    before = device.answers(3)
    bad = raw_line(device, refused_lines(device)[code])
    receipt = device.deliver(office.door, [*before, bad, *device.answers(3)])
    assert receipt.accepted == 6
    assert [(r.seq, r.verdict, r.code) for r in receipt.refusals] == [(4, "rejected", code)]
    assert bytes(Incident.objects.get().raw) == bad.raw  # and no chain break: the neighbours join over it
    assert faults() == []


def test_a_break_right_after_a_refused_line_is_noticed_too(office: Any) -> None:
    device = office.device()
    refused = raw_line(device, refused_lines(device)["malformed"])
    device.prev = "d" * 64
    receipt = device.deliver(office.door, [refused, *device.answers(2)])
    assert receipt.accepted == 2
    assert sorted(incidents()) == [("chain_break", "prev", 2), ("rejected", "malformed", 1)]


def test_a_refused_line_is_remembered_as_a_neighbour_in_the_next_batch(office: Any) -> None:
    device = office.device()
    device.deliver(office.door, [*device.answers(2), raw_line(device, b"not a record")])
    device.deliver(office.door, device.answers(2))
    assert [kind for kind, _, _ in incidents()] == ["rejected"]
    device.deliver(office.door, [raw_line(device, b"not a record either")])
    device.prev = "c" * 64
    device.deliver(office.door, device.answers(1))
    assert [kind for kind, _, _ in incidents()] == ["rejected", "rejected", "chain_break"]


def test_a_poison_record_among_ten_thousand_holds_nothing_up(small_office: Any) -> None:
    device = small_office.device()
    records = device.answers(6789)
    records.append(raw_line(device, '{"answers":{"RG.HL0":"\u202e💥"}'.encode()))
    records += device.answers(10_000 - len(records))
    receipts = device.deliver_all(small_office.door, records)
    assert sum(receipt.accepted for receipt in receipts) == 9_999
    assert [(r.seq, r.code) for receipt in receipts for r in receipt.refusals] == [(6790, "malformed")]
    assert count("Record") == 9_999
    assert faults() == []


def test_two_submitters_at_once_store_each_answer_once(office: Any, helper: Any) -> None:
    from django.db import connections
    from django.test import Client

    seed = 77
    device = office.device(seed)
    records = device.answers(600)
    receipts: list[wire.Receipt] = []

    def submit(order: int) -> None:
        rng = random.Random(seed + order)
        try:
            for _ in range(12):
                start = rng.randrange(0, 540)
                receipts.append(device.deliver(helper.ClientDoor(Client()), records[start : start + 60]))
            receipts.extend(device.deliver_all(helper.ClientDoor(Client()), records))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit, args=(order,)) for order in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sum(receipt.accepted for receipt in receipts) == 600
    assert sum(len(receipt.refusals) for receipt in receipts) == 0
    assert (count("Record"), count("Incident")) == (600, 0)
    assert faults() == []
    print(f"seed {seed}: 2 submitters, {len(receipts)} batches, 0 doubled")


def test_a_broken_chain_is_accepted_and_alarmed(office: Any) -> None:
    device = office.device()
    device.deliver(office.door, device.answers(5))
    true_prev, device.prev = device.prev, "f" * 64
    assert device.deliver(office.door, device.answers(2)).accepted == 2
    assert incidents() == [("chain_break", "prev", 6)]
    assert true_prev != device.prev
    assert faults() == []  # a break that was noticed when it came in is no edit


def test_a_gap_closes_without_alarm_and_a_wrong_filling_is_noticed(office: Any) -> None:
    device, liar = office.device(1), office.device(2, "kn-nam-da")
    records = device.answers(9)
    device.deliver(office.door, records[:3])
    device.deliver(office.door, records[6:])
    device.deliver(office.door, records[3:6])
    assert incidents() == []
    records = liar.answers(9)
    liar.deliver(office.door, [*records[:3], *records[6:]])
    liar.seq, liar.prev = 3, records[2].digest
    other = liar.answers(3)
    liar.deliver(office.door, other)
    assert incidents() == [("chain_break", "prev", 6)]


def test_answers_outside_the_window_are_kept_and_not_counted(office: Any) -> None:
    from central_office.intake.models import Record

    device = office.device()
    quarters = {"2023-08-24T23:45+07:00": False, "2023-08-25T00:00+07:00": True, "2023-10-15T23:45+07:00": True}
    quarters |= {"2023-10-15T16:45+00:00": True, "2023-10-15T17:00+00:00": False, "1970-01-01T00:00+00:00": False}
    quarters |= {"0001-01-01T00:00+14:00": False, "9999-12-31T23:45-12:00": False, "2033-09-01T08:00+07:00": False}
    records = [device.answer(quarter=quarter) for quarter in quarters]
    assert device.deliver(office.door, records).accepted == len(quarters)
    kept = dict(Record.objects.values_list("quarter", "cell__in_window"))
    assert kept == quarters
    assert faults() == []


def test_heads_told_by_heartbeats_unmask_a_clone(office: Any, helper: Any) -> None:
    device = office.device()
    records = device.answers(4)
    assert office.door.post(helper.HEARTBEATS, device.heartbeat(pending=4), "application/json").status == 200
    device.seq, device.prev = 2, records[1].digest
    device.deliver(office.door, [*records[:2], *device.answers(2)])  # other records 3 and 4 than the head witnessed
    assert incidents() == [("fork", "head", 4)]
    office.door.post(helper.HEARTBEATS, device.heartbeat(seq=1, head="a" * 64), "application/json")
    assert incidents()[1:] == [("fork", "head", 1)]


@pytest.mark.parametrize("change", ["signature", "kiosk", "body", "count"])
def test_a_tampered_batch_is_refused_whole(office: Any, helper: Any, change: str) -> None:
    device, other = office.device(1), office.device(2, "kn-nam-da")
    _, packed = device.batch(device.answers(3))
    first, _, lines = wire.unpack(packed, 10**6).partition(b"\n")
    envelope: Any = decode(first)
    if change == "signature":
        envelope["signature"] = "0" * 128
    elif change == "kiosk":
        envelope["head"]["kiosk"] = other.name
    elif change == "body":
        lines = lines.replace(b'"duration_s":', b'"duration_s":1', 1)
    else:
        envelope["head"]["count"] = 2
    data = wire.pack(encode(envelope) + b"\n" + lines)
    reply = office.door.post(helper.BATCHES, data, wire.CONTENT_TYPE)
    assert (reply.status, reply.kind) in [(401, "not_enrolled"), (400, "bad_message")]
    assert (count("Record"), count("Batch")) == (0, 0)


def test_a_revoked_kiosk_is_refused_and_its_answers_stay(office: Any, helper: Any) -> None:
    from django.utils import timezone

    from central_office.fleet.models import Kiosk

    device = office.device()
    device.deliver(office.door, device.answers(3))
    Kiosk.objects.update(revoked_at=timezone.now())
    _, packed = device.batch(device.answers(3))
    assert office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE).kind == "revoked"
    heard = decode(office.door.post(helper.HEARTBEATS, device.heartbeat(), "application/json").body)["time"]
    assert heard.keys() == {"v", "kiosk", "now", "service"}
    assert heard["service"] == {"state": "stopped", "serial": 1}
    assert count("Record") == 3


def test_a_kiosk_nobody_enrolled_is_refused(office: Any, helper: Any) -> None:
    device = office.device()
    stranger = helper.Device(random.Random(9))
    stranger.assignment = device.assignment
    _, packed = stranger.batch([seal(stranger.submission(), 1, "0" * 64)])
    reply = office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE)
    assert (reply.status, reply.kind) == (401, "not_enrolled")
    assert reply.headers["WWW-Authenticate"]


def test_a_database_that_cannot_write_answers_503_and_stores_nothing(
    small_office: Any, helper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from central_office.intake import store

    device = small_office.device()
    head, packed = device.batch(device.answers(5))

    def full(*_arguments: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_sums", full)
        reply = small_office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE)
    assert (reply.status, reply.kind, reply.headers["Retry-After"]) == (503, "busy", "30")
    assert (count("Record"), count("Batch"), count("Cell")) == (0, 0, 0)
    assert device.receipt(small_office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE).body, head).accepted == 5
