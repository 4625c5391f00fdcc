"""Answers, receipts and filled or spoilt outboxes for the tests, made from a seed."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from survey.canonical import digest
from survey.form import FormRef
from survey.identifier import make_id, write_quarter
from survey.record import Channel, Clock, Sealed, State, Submission
from survey.wire import BatchHead, Receipt, Refusal
from sync_agent.outbox import Outbox
from sync_agent.outbox.private_file import PrivateVfs

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
COMMENTS = (
    "Cán bộ hướng dẫn chưa rõ ràng, phải đi lại nhiều lần.",
    "Rất tốt!",
    "😀" * 20,
    'x",\n"seq":3,"state":"',
    "à" * 500,
)
FACTORS = ("TIEP_CAN", "TTHC", "CONG_CHUC", "KET_QUA", "GOP_Y")


def submission(chance: random.Random, **changes: Any) -> Submission:
    """One citizen's answer to the one-stop form, of the sizes that occur: one tap to a long comment."""
    answers: dict[str, Any] = {"CHUNG": chance.randint(1, 5)}
    if chance.random() < 0.7:
        answers |= {factor: chance.randint(1, 5) for factor in FACTORS}
    if chance.random() < 0.2:
        answers |= {"LY_DO": ["CHO_LAU", "THAI_DO"], "Y_KIEN": chance.choice(COMMENTS).replace("\n", " ")}
    when = START + timedelta(minutes=15 * chance.randint(0, 10_000))
    fields: dict[str, Any] = {
        "id": make_id(when, chance.randbytes(10)),
        "kiosk": "KN-01",
        "boot": "0123456789abcdef",
        "quarter": write_quarter(when),
        "clock": Clock.SYNCHRONISED,
        "form": FormRef("rut-gon-mot-cua", "1", "ab" * 32),
        "plan": "krong-no-2023",
        "point": "QUAY-1",
        "channel": Channel.SCREEN,
        "state": State.COMPLETE,
        "duration_s": chance.randint(1, 90),
        "flags": (),
        "answers": answers,
    }
    return Submission(**(fields | changes))


def receipt(records: list[Sealed], refusals: tuple[Refusal, ...] = ()) -> Receipt:
    """What the centre would sign for `records` sent as one batch."""
    lines = b"".join(record.raw + b"\n" for record in records)
    head = BatchHead("KN-01", records[0].seq, records[-1].seq, len(records), records[-1].digest, digest(lines))
    return Receipt(head, len(records) - len(refusals), 0, refusals)


def fill(outbox: Outbox, chance: random.Random, count: int) -> list[Sealed]:
    records = [outbox.finish(submission(chance)) for _ in range(count)]
    return [record for record in records if record is not None]


def edit(path: Path, statement: str) -> None:
    """Change the closed file behind the outbox's back."""
    layer = PrivateVfs("", 0)
    connection = apsw.Connection(str(path), vfs=layer.name)
    connection.execute(statement).fetchall()
    connection.close(True)
    layer.unregister()
