"""`verify` must find every edit of what is stored, and name its place."""

import random
from typing import Any

import pytest


def faults() -> list[str]:
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    return [str(fault) for fault in verify(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key), Summary())]


def sql(statement: str, *values: Any) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount >= 1


def put(seq: int, raw: bytes, digest: bytes) -> None:
    """Other bytes and another digest for the record of this number."""
    sql("UPDATE intake_raw SET raw = %s WHERE seq = %s", raw, seq)
    sql("UPDATE intake_record SET digest = %s WHERE seq = %s", digest, seq)


@pytest.fixture
def filled(office: Any) -> Any:
    device = office.device()
    device.deliver_all(office.door, device.answers(600))
    assert faults() == []
    return device


EDITS = {
    "tally": ("UPDATE intake_tally SET count = count + 1 WHERE question = 'RG.HL0' AND value = '5'", "tally"),
    "tally_gone": ("DELETE FROM intake_tally WHERE question = ''", "is missing"),
    "tally_added": (
        "INSERT INTO intake_tally (heap_id, question, value, count) SELECT min(id), 'RG.XX', '5', 1 FROM intake_heap",
        "tally",
    ),
    "count": ("UPDATE intake_cell SET count = count + 1", "its count is"),
    "heap_moved": ("UPDATE intake_heap SET point = 'kn-nam-da'", "its columns differ from its key"),
    "heap_gone": ("DELETE FROM intake_heap WHERE family = 'time'", "tally heap time|"),
    "digest": ("UPDATE intake_record SET digest = prev WHERE seq = 7", "record {kiosk} 7"),
    "quarter": ("UPDATE intake_record SET quarter = '2023-09-02T08:15+07:00' WHERE seq = 7", "record {kiosk} 7"),
    "cell": ("UPDATE intake_record SET cell_id = cell_id + 1 WHERE seq = 7", "record {kiosk} 7"),
    "cell_moved": ("UPDATE intake_cell SET point = 'kn-nam-da'", "counted in a cell that differs"),
    "cell_window": ("UPDATE intake_cell SET in_window = NOT in_window", "counted in a cell that differs"),
    "bytes_gone": ("DELETE FROM intake_raw WHERE seq = 7", "record {kiosk} 7: its bytes are not here"),
    "month": (
        "UPDATE intake_record SET month = '2001-01-01' WHERE seq = 7",
        "record {kiosk} 7: its bytes are not here",
    ),
    "row_gone": ("DELETE FROM intake_record WHERE seq = 7", "1 of its 500 records are missing (1–500)"),
    "tail_gone": ("DELETE FROM intake_record WHERE seq > 598", "2 of its 100 records are missing (501–600)"),
    "batch_head": ("UPDATE intake_batch SET signature = head", "not signed by its kiosk"),
    "receipt": ("UPDATE intake_batch SET receipt = head", "its receipt"),
    "batch_gone": ("DELETE FROM intake_batch WHERE id = (SELECT max(id) FROM intake_batch)", "no signed batch"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_each_kind_of_edit_is_found_with_its_place(filled: Any, edit: str) -> None:
    statement, place = EDITS[edit]
    sql(statement)
    found = faults()
    assert any(place.format(kiosk=filled.name) in fault for fault in found), found[:5]


def test_two_hundred_random_byte_edits_are_all_found_and_named(small_office: Any) -> None:
    """A clever insider also mends the digest column; the kiosk's signature over the batch still tells."""
    import hashlib

    from central_office.intake.models import Record

    seed = 25
    rng = random.Random(seed)
    device = small_office.device()
    device.deliver_all(small_office.door, device.answers(40))
    kept = dict(Record.objects.values_list("seq", "body__raw"))
    for trial in range(200):
        seq = rng.randint(1, 40)
        raw = bytearray(kept[seq])
        place = rng.randrange(len(raw))
        raw[place] ^= 1 << rng.randrange(8)
        mended = trial % 2 == 1
        digest = hashlib.sha256(raw).digest() if mended else hashlib.sha256(kept[seq]).digest()
        put(seq, bytes(raw), digest)
        found = faults()
        wanted = ("batch ", f"record {device.name} {seq}", f"record {device.name} {seq + 1}", "tally", "cell")
        assert found, (trial, seq, place)
        assert all(fault.startswith(wanted) for fault in found), found
        put(seq, bytes(kept[seq]), hashlib.sha256(kept[seq]).digest())
    assert faults() == []
    print(f"seed {seed}: 200 byte edits, 200 found")


def test_a_mended_edit_of_the_very_last_record_is_told_by_the_batchs_signature(office: Any) -> None:
    """No later record chains to it and every column fits: only what the kiosk signed is left to tell."""
    from survey.canonical import digest

    device = office.device()
    device.deliver(office.door, [*device.answers(3), device.answer(duration_s=31)])
    raw = last_raw().replace(b'"duration_s":31', b'"duration_s":13')
    put(4, raw, bytes.fromhex(digest(raw)))
    assert [fault for fault in faults() if "not the ones its kiosk signed" in fault]
    assert [fault for fault in faults() if "its last record, number 4, is not the one" in fault]
    assert len(faults()) == 2


def last_raw() -> bytes:
    from central_office.intake.models import Record

    return bytes(Record.objects.order_by("-seq").values_list("body__raw", flat=True)[0])


def test_every_signed_head_anchors_its_last_record(office: Any) -> None:
    """Batches that repeat records are not whole, yet the last head still names the last record's digest."""
    from survey.canonical import digest

    device = office.device()
    records = [*device.answers(5), device.answer(duration_s=31)]
    device.deliver(office.door, records[:3])
    device.deliver(office.door, records)  # 1-3 a second time: the receipt of 1-3 was lost
    assert faults() == []
    raw = last_raw().replace(b'"duration_s":31', b'"duration_s":13')
    put(6, raw, bytes.fromhex(digest(raw)))
    assert len(faults()) == 1
    assert faults()[0].endswith("its last record, number 6, is not the one its kiosk signed")


def test_a_refused_last_record_is_anchored_in_its_incident(office: Any) -> None:
    from central_office.intake.models import Incident
    from survey.canonical import digest
    from survey.record import Sealed

    device = office.device()
    device.deliver(office.door, [*device.answers(2), Sealed(3, b"no record", digest(b"no record"))])
    assert faults() == []
    Incident.objects.filter(kind="rejected").update(raw=b"another")
    assert [fault for fault in faults() if "number 3, is not the one" in fault]


def test_verify_reads_every_record_whole(small_office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from central_office.intake.pieces import Pieces

    device = small_office.device()
    device.deliver(small_office.door, device.answers(20))

    def shortcut(*_arguments: object) -> None:
        raise AssertionError("verify must not trust what the pieces let in")

    monkeypatch.setattr(Pieces, "read", shortcut)
    assert faults() == []
