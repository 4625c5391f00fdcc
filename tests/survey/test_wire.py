"""Batches, receipts and enrolment: only exact bytes with the right signature count."""

import hashlib
import hmac
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from survey.assignment import Assignment, read_assignment
from survey.enrolment import fingerprint, proof, read_code, same, write_code
from survey.errors import BadMessage
from survey.form import FormRef
from survey.identifier import make_id
from survey.record import GENESIS, Sealed, Submission, seal
from survey.wire import (
    MOST_BYTES,
    MOST_RECORDS,
    BatchHead,
    Receipt,
    Refusal,
    pack,
    read_batch,
    read_message,
    read_receipt,
    unpack,
    write_batch,
    write_message,
    write_receipt,
)

KEY = b"a stand-in for Ed25519, as strict: 64 bytes that depend on every bit"


def sign(message: bytes) -> bytes:
    return hmac.new(KEY, message, hashlib.sha512).digest()


def verify(message: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(sign(message), signature)


@pytest.fixture
def sealed(submission: Callable[..., Submission]) -> list[Sealed]:
    records, prev = [], GENESIS
    for seq in range(1, 21):
        made = make_id(datetime(2023, 9, 1, tzinfo=UTC), seq.to_bytes(10, "big"))
        records.append(seal(submission(id=made), seq, prev))
        prev = records[-1].digest
    return records


@pytest.fixture
def head(sealed: list[Sealed]) -> BatchHead:
    return write_batch("k-1", sealed, sign)[0]


def test_a_batch_carries_the_very_bytes(sealed: list[Sealed]) -> None:
    head, packed = write_batch("k-1", sealed, sign)
    batch = read_batch(packed)
    assert (batch.head, batch.raws) == (head, tuple(record.raw for record in sealed))
    assert (head.first, head.last, head.count, head.head) == (1, 20, 20, sealed[-1].digest)
    assert packed == write_batch("k-1", sealed, sign)[1]


def test_a_batch_may_have_gaps_but_no_disorder(sealed: list[Sealed]) -> None:
    head, packed = write_batch("k-1", [sealed[0], sealed[4], sealed[9]], sign)
    assert (head.first, head.last, head.count) == (1, 10, 3)
    assert len(read_batch(packed).raws) == 3
    for wrong in ([], [sealed[1], sealed[0]], [sealed[0], sealed[0]], sealed * (MOST_RECORDS // 20 + 1)):
        with pytest.raises(ValueError):
            write_batch("k-1", wrong, sign)


def test_damaged_batches_are_refused(sealed: list[Sealed]) -> None:
    seed, trials = 11, 3_000
    rng = random.Random(seed)
    _, packed = write_batch("k-1", sealed, sign)
    plain = unpack(packed, MOST_BYTES)
    refused = 0
    for trial in range(trials):
        data = bytearray(packed if trial % 2 else plain)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        if trial % 3 == 0:
            del data[rng.randrange(len(data)) :]
        try:
            batch = read_batch(bytes(data) if trial % 2 else pack(bytes(data)))
        except BadMessage:
            refused += 1
            continue
        # What still reads must carry the same records; a changed head no longer fits its signature.
        assert batch.raws == tuple(record.raw for record in sealed)
    print(f"{trials} damaged batches, seed {seed}: {refused} refused, {trials - refused} with unharmed records")
    assert refused > trials * 0.9


def test_a_head_that_names_another_last_record_is_refused(sealed: list[Sealed]) -> None:
    records = [*sealed[:19], replace(sealed[19], digest="0" * 64)]
    with pytest.raises(BadMessage, match="last record"):
        read_batch(write_batch("k-1", records, sign)[1])


@pytest.mark.slow
def test_bombs_tails_and_giants_are_refused() -> None:
    bomb = pack(b"0" * 300_000_000)
    with pytest.raises(BadMessage):
        read_batch(bomb)
    small_bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = small_bomb.compress(b"0" * 100_000_000) + small_bomb.flush()
    assert len(data) < 1_048_576
    with pytest.raises(BadMessage, match="larger"):
        read_batch(data)
    for packed in (b"", b"<html>", pack(b"x") + b"tail", pack(b"x")[:-3], b"\x1f\x8b" * 600_000):
        with pytest.raises(BadMessage):
            read_batch(packed)


def test_a_receipt_reads_back_only_for_its_batch_and_key(head: BatchHead) -> None:
    receipt = Receipt(head, 17, 2, (Refusal(4, "conflict", "other_bytes"),))
    data = write_receipt(receipt, sign)
    assert read_receipt(data, head, verify) == receipt
    for other in (replace(head, last=21), replace(head, kiosk="k-2"), replace(head, head="0" * 64)):
        with pytest.raises(BadMessage, match="another batch"):
            read_receipt(data, other, verify)
    with pytest.raises(BadMessage, match="not signed"):
        read_receipt(write_receipt(receipt, lambda message: b"\0" * 64), head, verify)


@pytest.mark.parametrize(
    "receipt",
    [
        (18, 1, ()),
        (19, 2, ()),
        (-1, 21, ()),
        (19, 0, (Refusal(21, "rejected", "malformed"),)),
        (19, 0, (Refusal(4, "lost", "malformed"),)),
        (18, 0, (Refusal(4, "rejected", "malformed"), Refusal(4, "rejected", "malformed"))),
    ],
)
def test_a_signed_receipt_that_does_not_add_up_is_refused(
    head: BatchHead, receipt: tuple[int, int, tuple[Refusal, ...]]
) -> None:
    with pytest.raises(BadMessage):
        read_receipt(write_receipt(Receipt(head, *receipt), sign), head, verify)


def test_every_flipped_bit_of_a_receipt_is_noticed(head: BatchHead) -> None:
    data = write_receipt(Receipt(head, 20, 0, ()), sign)
    for place in range(len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[place] ^= 1 << bit
            with pytest.raises(BadMessage):
                read_receipt(bytes(damaged), head, verify)
    print(f"{len(data) * 8} one-bit changes of a receipt: all refused")


def test_a_signature_for_one_kind_is_none_for_another() -> None:
    data = write_message("heartbeat", {"v": 1, "kiosk": "k-1"}, sign)
    assert read_message("heartbeat", data, verify) == {"v": 1, "kiosk": "k-1"}
    with pytest.raises(BadMessage):
        read_message("time", data.replace(b"heartbeat", b"time"), verify)


def test_codes_are_typed_by_people() -> None:
    code = write_code(bytes(range(20)))
    assert code == "01234-56789-ABCDE-FGHJK"
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        f" {code.replace('-', ' ')}\n",
        code.replace("0", "o").replace("1", "l"),
    ):
        assert read_code(typed) == ("01234", b"56789ABCDEFGHJK")
    for wrong in ("", "0" * 19, "0" * 21, "U" * 20, "é" * 20, "01234-56789-ABCDE-FGHJ!"):
        with pytest.raises(BadMessage):
            read_code(wrong)


def test_a_proof_binds_its_side_and_every_part() -> None:
    secret = b"s" * 15
    made = {
        proof("kiosk", secret, b"a", b"b"),
        proof("centre", secret, b"a", b"b"),
        proof("kiosk", secret, b"ab"),
        proof("kiosk", b"t", b"a", b"b"),
    }
    assert len(made) == 4
    assert same(proof("kiosk", secret, b"a"), proof("kiosk", secret, b"a"))
    assert not same(proof("kiosk", secret, b"a"), "đ")


def test_a_fingerprint_can_be_read_aloud() -> None:
    assert fingerprint(b"\0" * 32).count(" ") == 7
    assert fingerprint(b"\0" * 32) != fingerprint(b"\1" * 32)


def test_an_assignment_reads_back() -> None:
    assignment = Assignment("k-1", "p", "q", {"vi": "Xã Nam Đà"}, {"vi": "UBND huyện"}, FormRef("f", "1", "0" * 64))
    assert read_assignment(assignment.encode()) == assignment
    for wrong in (b"{}", b"[]", b"", assignment.encode().replace(b'"vi"', b'"en"'), assignment.encode()[:-1]):
        with pytest.raises(BadMessage):
            read_assignment(wrong)
