"""A centre in memory, as strict as the real one about signatures, and records to deliver."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nacl.public import SealedBox
from nacl.signing import VerifyKey

from survey.canonical import decode, digest
from survey.errors import SurveyError
from survey.form import FormRef
from survey.identifier import make_id
from survey.record import GENESIS, Channel, Clock, Sealed, State, Submission, read_record, seal
from survey.slip_notes import SlipNote, read_slips, write_held
from survey.wire import Receipt, Refusal, read_batch, read_message, signed_bytes, write_message, write_receipt
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.identity import Identity, from_seed, verifier
from sync_agent.notices import NoticeFile
from sync_agent.outbox import Outbox
from sync_agent.slips import Book
from tests.sync_agent import loop

KIOSK = loop.KIOSK


def make_submission(number: int) -> Submission:
    return Submission(
        id=make_id(datetime(2023, 9, 1, tzinfo=UTC), number.to_bytes(10, "big")),
        kiosk=KIOSK,
        boot="00ff00ff00ff00ff",
        quarter="2023-09-01T08:15+07:00",
        clock=Clock.UNCERTAIN,
        form=FormRef("rut-gon-mot-cua", "1", "0" * 64),
        plan="krong-no-2023",
        point="kn-huyen",
        channel=Channel.SCREEN,
        state=State.COMPLETE,
        duration_s=12,
        flags=(),
        answers={"RG.HL0": number % 5 + 1},
    )


def make_records(count: int) -> list[Sealed]:
    records, prev = [], GENESIS
    for number in range(1, count + 1):
        records.append(seal(make_submission(number), number, prev))
        prev = records[-1].digest
    return records


@dataclass
class MemoryCentre:
    """Stores by (kiosk, seq) with the digest, as the real centre does. `poison`: numbers it rejects by verdict.

    `notice`: what it tells the citizens of the kiosk's point.
    """

    kiosk_key: bytes
    identity: Identity = field(default_factory=lambda: from_seed(b"c" * 32))
    stored: dict[int, str] = field(default_factory=dict)
    arrivals: int = 0
    poison: frozenset[int] = frozenset()
    notice: bytes = b""
    setup: bytes = b""
    slips: dict[str, SlipNote] = field(default_factory=dict)
    offer: Any = None  # of another form, in every reply while it is set
    book: Book | None = None  # of the counter, for the agent under test

    def post(self, path: str, body: bytes, _content_type: str) -> Reply:
        if path.endswith("heartbeats"):
            return self._answer(body)
        if path.endswith("slips"):
            return self._hold(body)
        try:
            batch = read_batch(body)
        except SurveyError:
            return Reply(400, {}, b"{}")
        if not verifier(self.kiosk_key)(signed_bytes("batch", batch.head.encode()), batch.signature):
            return Reply(401, {}, b"{}")
        accepted = duplicate = 0
        refusals: list[Refusal] = []
        for raw in batch.raws:
            self.arrivals += 1
            record = read_record(raw)
            known = self.stored.get(record.seq)
            if record.seq in self.poison:
                refusals.append(Refusal(record.seq, "rejected", "invalid_answer"))
            elif known is None:
                self.stored[record.seq] = record.digest
                accepted += 1
            elif known == record.digest:
                duplicate += 1
            else:
                refusals.append(Refusal(record.seq, "conflict", "other_bytes"))
        receipt = Receipt(batch.head, accepted, duplicate, tuple(refusals))
        return Reply(200, {}, write_receipt(receipt, self.identity.sign))

    def _answer(self, heartbeat: bytes) -> Reply:
        try:
            told = read_message("heartbeat", heartbeat, verifier(self.kiosk_key))
        except SurveyError:
            return Reply(401, {}, b"{}")
        now: dict[str, Any] = {"v": 1, "kiosk": KIOSK, "now": "2023-09-01T01:15:00Z"}
        if told["notice"] != (digest(self.notice) if self.notice else ""):
            now["notice"] = decode(self.notice or b"{}")
        if told["slips"] != (digest(self.setup) if self.setup else ""):
            key = VerifyKey(self.kiosk_key).to_curve25519_public_key()
            now["slips"] = SealedBox(key).encrypt(self.setup).hex() if self.setup else ""
        if self.offer is not None:
            now["offer"] = self.offer
        return Reply(200, {}, write_message("time", now, self.identity.sign))

    def _hold(self, told: bytes) -> Reply:
        try:
            kiosk, notes = read_slips(read_message("slips", told, verifier(self.kiosk_key)))
        except SurveyError:
            return Reply(401, {}, b"{}")
        self.slips |= {note.token: note for note in notes}
        held = write_held(kiosk, [note.token for note in notes])
        return Reply(200, {}, write_message("slips_held", held, self.identity.sign))


@pytest.fixture
def kiosk_identity() -> Identity:
    return from_seed(b"k" * 32)


@pytest.fixture
def centre(kiosk_identity: Identity) -> MemoryCentre:
    return MemoryCentre(kiosk_identity.public_key)


@pytest.fixture
def records() -> Callable[[int], list[Sealed]]:
    return make_records


@pytest.fixture
def submissions() -> Callable[[int], Submission]:
    return make_submission


@pytest.fixture
def fast_path(tmp_path: Path) -> Iterator[Path]:
    """Delivery is tested here, not the disk: memory will do where there is some."""
    shm = Path("/dev/shm")
    directory = Path(tempfile.mkdtemp(dir=shm if shm.is_dir() else tmp_path))
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def agents(kiosk_identity: Identity, centre: Any, tmp_path: Path) -> Callable[..., Agent]:
    def make(outbox: Outbox, post: Callable[[str, bytes, str], Reply], clock: loop.Clock, rng: random.Random) -> Agent:
        return Agent(
            kiosk=KIOSK,
            version="test",
            outbox=outbox,
            post=post,
            sign=kiosk_identity.sign,
            verify=verifier(centre.identity.public_key),
            monotonic=clock.monotonic,
            wall=clock.wall,
            random=rng.random,
            clock_quality=lambda: "uncertain",
            keep_contact=lambda _contact: None,
            notices=NoticeFile(tmp_path, "krong-no-2023", "kn-huyen"),
            **loop.slips(
                tmp_path,
                post,
                kiosk_identity.sign,
                verifier(centre.identity.public_key),
                unseal=kiosk_identity.unseal,
                book=lambda: centre.book,
            ),
        )

    return make
