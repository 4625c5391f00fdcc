"""Law 4 under odd values: one bad record never holds up the rest, and what is stored is never refused later."""

from typing import Any

import pytest

from survey import wire
from survey.canonical import digest, encode
from survey.record import Sealed


def faults() -> list[str]:
    from django.conf import settings

    from central_office.intake.verify import Summary, verify
    from central_office.keys import read_centre_key

    return [str(fault) for fault in verify(bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key), Summary())]


ODD_CODES = ["x" * 60, "a\0b", "Đất đai", "\x1b[2J", "x" * 500]


def test_free_text_in_place_of_a_code_is_refused_alone(office: Any) -> None:
    from central_office.intake.models import Record

    device = office.device()
    good = [*device.answers(2), device.answer(answers={"RG.HL0": 5, "RG.LV": "dat-dai"})]
    odd = [device.answer(answers={"RG.HL0": 5, "RG.LV": value}) for value in ODD_CODES]
    receipt = device.deliver(office.door, [*good, *odd, *device.answers(2)])
    assert [(r.seq, r.verdict, r.code) for r in receipt.refusals] == [
        (record.seq, "rejected", "invalid_answer") for record in odd
    ]
    assert receipt.accepted == Record.objects.count() == 5
    assert faults() == []


def test_comments_of_any_characters_are_stored(office: Any) -> None:
    from central_office.intake.models import Record

    device = office.device()
    texts = ["a\0b", "\0", "\x01\x1b\x7f", "\u0085\u2028\ufffe\uffff", "\U0010ffff", "\u202e", "x" * 500]
    records = [device.answer(answers={"RG.HL0": 1, "RG.YK": text}) for text in texts]
    assert device.deliver(office.door, records).accepted == len(texts)
    assert {bytes(raw) for raw in Record.objects.values_list("body__raw", flat=True)} == {r.raw for r in records}
    assert faults() == []


def test_lines_and_fields_of_odd_characters_are_refused_alone(office: Any) -> None:
    device = office.device()
    fields = device.submission().fields() | {"prev": "0" * 64}
    raws = [
        b'"\\ud800"',
        encode(fields).replace(b"kn-huyen", b"kn\\u0000huyen"),
        encode(fields | {"a\0b": 1, "seq": 3}),
        encode(fields | {"state": "\0", "seq": 4}),
        encode(fields | {"quarter": "\0\x7f", "seq": 5}),
        b'{"\\udfff":1}',
        b"\0\xff\xfe",
    ]
    lines = [Sealed(seq, raw, digest(raw)) for seq, raw in enumerate(raws, 1)]
    receipt = device.deliver(office.door, lines)
    assert {(r.verdict, r.code) for r in receipt.refusals} == {("rejected", "malformed")}
    assert len(receipt.refusals) == len(raws)


def test_a_value_that_the_database_cannot_keep_is_that_records_refusal(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form's vocabulary may have a hole one day; it must not stop a kiosk for ever."""
    from django.db import DataError

    from central_office.intake import reading, store
    from central_office.intake.models import Batch, Record

    real = store.add_sums

    def as_strict_as_postgresql(sums: Any) -> None:
        given = [value for pairs in sums.heaps.values() for _, value in pairs]
        if any(len(value) > 40 or "\0" in value for value in given):
            raise DataError("value too long for type character varying(40)")
        real(sums)

    device = office.device()
    with monkeypatch.context() as patch:
        patch.setattr(reading, "allows", lambda *_arguments: True)
        if office.database == "sqlite":
            patch.setattr(store, "add_sums", as_strict_as_postgresql)
        odd = [{"RG.HL0": 5, "RG.LV": value} for value in ("x" * 60, "a\0b")]
        records = [*device.answers(3), *(device.answer(answers=answers) for answers in odd), *device.answers(3)]
        receipt = device.deliver(office.door, records)
        again = device.deliver(office.door, records)
    assert [(r.seq, r.code) for r in receipt.refusals] == [(4, "invalid_answer"), (5, "invalid_answer")]
    assert (receipt.accepted, again.duplicate, again.refusals) == (6, 6, receipt.refusals)
    assert (Record.objects.count(), Batch.objects.count()) == (6, 1)
    assert faults() == []


@pytest.mark.parametrize("refused", [0, 1])
def test_a_repeated_batch_gets_a_receipt_that_adds_up_whatever_the_office_has_unlearnt(
    office: Any, helper: Any, refused: int
) -> None:
    from central_office.fleet.models import Assignment
    from central_office.intake.models import Incident

    device = office.device()
    records = device.answers(5)
    if refused:
        records.append(device.answer(answers={"RG.HL0": 7}))
    head, packed = device.batch(records)
    first = device.receipt(office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE).body, head)
    Assignment.objects.all().delete()
    again = device.receipt(office.door.post(helper.BATCHES, packed, wire.CONTENT_TYPE).body, head)
    assert (first.accepted, again.accepted, again.duplicate) == (5, 0, 5)
    assert [refusal.seq for refusal in again.refusals] == [6] * refused
    assert Incident.objects.count() == refused


def test_a_batch_is_stored_though_its_judge_forgets_in_the_middle(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from central_office.intake import reading

    monkeypatch.setattr(reading, "MOST_REMEMBERED", 3)
    device = office.device()
    receipts = [device.deliver(office.door, device.answers(200)) for _ in range(2)]
    assert [receipt.accepted for receipt in receipts] == [200, 200]
    assert faults() == []
