"""Records that a receipt promised and that are gone raise an alarm, and nothing else does."""

import random
from pathlib import Path
from typing import Any

import pytest

from survey import wire
from survey.canonical import digest
from survey.record import Sealed

JSON = "application/json"


def verdict() -> tuple[list[str], list[str]]:
    """Faults and notes of `verify`."""
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    summary = Summary()
    key = bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)
    return [str(fault) for fault in verify(key, summary)], summary.notes


def incidents() -> list[tuple[str, str, int]]:
    from central_office.intake.models import Incident

    return list(Incident.objects.order_by("pk").values_list("kind", "code", "seq"))


def beat(office: Any, helper: Any, device: Any, **changes: Any) -> None:
    assert office.door.post(helper.HEARTBEATS, device.heartbeat(**changes), JSON).status == 200


def take_out(kiosk: str, seq: int) -> None:
    """What a clever insider does: the record, its batch's row and its counts, all gone."""
    from central_office.intake import store
    from central_office.intake.counting import sums_of
    from central_office.intake.ledger import judge_for
    from central_office.intake.models import Batch, Record

    row = Record.objects.values("body__raw", "batch_id").get(kiosk_id=kiosk, seq=seq)
    line: Any = judge_for(kiosk).read_whole(seq, bytes(row["body__raw"]))
    Record.objects.filter(kiosk_id=kiosk, seq=seq).delete()
    Batch.objects.filter(pk=row["batch_id"]).delete()
    store.add_sums(sums_of([line], store.cell_ids([line.cell])).negative())


@pytest.mark.parametrize("gone", [3, 5])
def test_a_record_taken_out_with_its_batch_and_its_counts_is_found(office: Any, helper: Any, gone: int) -> None:
    device = office.device()
    for record in device.answers(5):
        device.deliver(office.door, [record])
    beat(office, helper, device)
    assert (verdict(), incidents()) == (([], []), [])
    take_out(device.name, gone)
    (fault,), notes = verdict()
    assert fault.startswith(f"kiosk {device.name} {gone}: ")
    assert notes == []
    for _ in range(3):
        beat(office, helper, device)
    assert incidents() == [("missing", "records", gone)]
    for record in device.answers(2):
        device.deliver(office.door, [record])  # life goes on, the state is the same
    beat(office, helper, device)
    assert incidents() == [("missing", "records", gone)]
    take_out(device.name, 6)
    beat(office, helper, device)
    assert len(incidents()) == 2


def test_an_office_restored_from_an_old_backup_notices_at_the_next_heartbeat(small_office: Any, helper: Any) -> None:
    from django.db import connection

    path = Path(connection.settings_dict["NAME"])
    device = small_office.device()
    device.deliver(small_office.door, device.answers(20))
    beat(small_office, helper, device)
    backup = path.read_bytes()
    device.deliver(small_office.door, device.answers(30))
    beat(small_office, helper, device)
    connection.close()
    path.write_bytes(backup)
    assert incidents() == []
    beat(small_office, helper, device)
    assert incidents() == [("missing", "records", 21)]
    faults, _ = verdict()
    assert [fault.partition(": ")[0] for fault in faults] == [f"kiosk {device.name} 21–50"]


def test_what_the_kiosk_set_aside_itself_is_a_note(office: Any, helper: Any) -> None:
    device = office.device()
    records = device.answers(6)
    device.deliver(office.door, [*records[:2], *records[4:]])  # 3 and 4 were damaged on the kiosk's disk
    beat(office, helper, device, quarantined=2)
    assert incidents() == []
    faults, notes = verdict()
    assert faults == []
    assert len(notes) == 1
    assert notes[0].startswith(f"kiosk {device.name}: 3–4: ")
    take_out_all(device.name, [5])
    beat(office, helper, device, quarantined=2)
    assert incidents() == [("missing", "records", 3)]  # one more than the kiosk explains


def take_out_all(kiosk: str, numbers: list[int]) -> None:
    from central_office.intake.models import Record

    Record.objects.filter(kiosk_id=kiosk, seq__in=numbers).delete()


def test_backlogs_refusals_lost_replies_and_clones_raise_no_false_alarm(office: Any, helper: Any) -> None:
    """A kiosk as the outbox keeps it: what a receipt it has seen names is released or in quarantine."""
    seed, rounds = 404, 60
    rng = random.Random(seed)
    device, released, quarantined = office.device(seed), 0, 0
    records: list[Sealed] = []
    for _ in range(rounds):
        for _ in range(rng.randrange(4)):
            if rng.random() < 0.2:
                raw = b"damaged before it was sealed %d" % device.seq
                device.seq, device.prev = device.seq + 1, digest(raw)
                records.append(Sealed(device.seq, raw, device.prev))
            else:
                records.append(device.answer())
        part = records[released : released + rng.randint(1, 9)]
        if part and rng.random() < 0.7:
            receipt = device.deliver(office.door, part)
            if rng.random() < 0.6:  # else the reply was lost
                released, quarantined = released + len(part), quarantined + len(receipt.refusals)
        beat(office, helper, device, pending=len(records) - released, quarantined=quarantined)
    assert quarantined > 0
    assert {kind for kind, _, _ in incidents()} == {"rejected"}
    assert verdict() == ([], [])
    device.seq, device.prev = 0, "0" * 64
    refused = len(device.deliver(office.door, device.answers(3)).refusals)
    beat(office, helper, device, quarantined=refused)
    assert "missing" not in {kind for kind, _, _ in incidents()}
    assert refused > 0
    print(f"seed {seed}: {rounds} heartbeats beside {len(records)} records, 0 false alarms")


def test_a_record_refused_first_and_taken_later_hides_no_damage(office: Any, helper: Any) -> None:
    from central_office.fleet.models import Assignment

    device = office.device()
    records = device.answers(4)
    places = list(Assignment.objects.values())
    Assignment.objects.all().delete()
    assert len(device.deliver(office.door, records[:1]).refusals) == 1  # this reply is lost
    Assignment.objects.bulk_create(Assignment(**place) for place in places)
    assert device.deliver(office.door, [records[0], records[2], records[3]]).accepted == 3
    beat(office, helper, device, quarantined=1)  # number 2
    assert [kind for kind, _, _ in incidents()] == ["rejected"]


def test_a_batch_of_one_record_over_many_numbers_has_the_heads_last_number(office: Any) -> None:
    device = office.device()
    records = device.answers(4)
    sealed = [records[0], Sealed(9, b"unreadable", digest(b"unreadable"))]
    head, packed = wire.write_batch(device.name, sealed, device.sign)
    assert (head.first, head.last) == (1, 9)
    assert [refusal.seq for refusal in device.deliver(office.door, sealed).refusals] == [9]
    assert packed
