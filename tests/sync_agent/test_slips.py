"""The setup comes sealed and goes to one file; notes of slips go until the centre's signed word has each of them."""

import logging
import random
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nacl.public import SealedBox
from nacl.signing import VerifyKey

from survey.form import FormRef
from survey.slip_notes import SlipNote, SlipState, write_held
from survey.slip_setup import FILE_NAME, SlipSetup, read_slip_setup
from survey.wire import write_message
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.identity import Identity, from_seed, verifier
from sync_agent.outbox import Outbox, StorageFailed
from sync_agent.slips import SetupFile, SlipPost
from tests.sync_agent import loop

FORM = FormRef("rut-gon-mot-cua", "1", "a" * 64)
SETUP = SlipSetup("krong-no-2023", "kn-huyen", FORM, 7, bytes(range(32)), "https://a.gov.vn", 15, 30)


@dataclass
class MemoryBook:
    """Slips in the order in which they were printed, as strict as the counter's book about what was told."""

    waiting: list[SlipNote] = field(default_factory=list)
    broken: bool = False

    def untold(self, limit: int) -> Sequence[SlipNote]:
        if self.broken:
            raise StorageFailed("untold", "full", "Make room.")
        return self.waiting[:limit]

    def told(self, notes: Sequence[SlipNote]) -> None:
        self.waiting = [note for note in self.waiting if note not in notes]


def notes(count: int) -> list[SlipNote]:
    return [SlipNote(f"{number:032x}", 7, date(2023, 9, 1), facts={"RG.LV": "dat-dai"}) for number in range(count)]


@pytest.fixture
def outbox(fast_path: Path) -> Iterator[Outbox]:
    with Outbox.open(fast_path / "outbox.db") as outbox:
        yield outbox


def run(agent: Agent, clock: loop.Clock, seconds: float) -> None:
    end_s = clock.now_s + seconds
    while clock.now_s < end_s:
        clock.now_s += max(agent.step(), 0.1)


def test_a_setup_comes_changes_and_goes_with_the_heartbeats(
    outbox: Outbox, agents: Any, centre: Any, tmp_path: Path
) -> None:
    clock = loop.Clock()
    agent = agents(outbox, centre.post, clock, random.Random(1))
    for setup in (SETUP, replace(SETUP, key=bytes(32))):
        centre.setup = setup.encode()
        run(agent, clock, 130)
        assert read_slip_setup((tmp_path / FILE_NAME).read_bytes()) == setup
        assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    centre.setup = b""
    run(agent, clock, 130)
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize(
    "told",
    [
        1, ["00"], "zz", "00" * 100, "ff" * 48,
        SealedBox(VerifyKey(from_seed(b"x" * 32).public_key).to_curve25519_public_key()).encrypt(SETUP.encode()).hex(),
    ],
)  # fmt: skip
def test_what_cannot_be_opened_changes_nothing_and_is_said_once(
    told: Any, tmp_path: Path, kiosk_identity: Identity, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).write_bytes(SETUP.encode())
    file = SetupFile(tmp_path, SETUP.plan, SETUP.point, kiosk_identity.unseal)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            file.take(told)
    assert [record.message for record in caplog.records] == ["slips.setup_refused"]
    assert (tmp_path / FILE_NAME).read_bytes() == SETUP.encode()


def test_the_setup_of_another_point_is_refused(tmp_path: Path, kiosk_identity: Identity) -> None:
    key = VerifyKey(kiosk_identity.public_key).to_curve25519_public_key()
    other = replace(SETUP, point="kn-dak-mam").encode()
    SetupFile(tmp_path, SETUP.plan, SETUP.point, kiosk_identity.unseal).take(SealedBox(key).encrypt(other).hex())
    assert not (tmp_path / FILE_NAME).exists()


def test_slips_are_told_once_each_and_a_void_after_the_print(outbox: Outbox, agents: Any, centre: Any) -> None:
    clock = loop.Clock()
    centre.book = MemoryBook(notes(450))
    agent = agents(outbox, centre.post, clock, random.Random(1))
    run(agent, clock, 10)
    assert (len(centre.slips), centre.book.waiting) == (450, [])
    centre.book.waiting = [replace(notes(1)[0], state=SlipState.VOID)]
    run(agent, clock, 890)
    assert centre.slips[notes(1)[0].token].state is SlipState.PRINTED  # not before the quarter-hour is over
    run(agent, clock, 60)
    assert centre.slips[notes(1)[0].token].state is SlipState.VOID


def test_only_the_centres_signed_word_lets_go_of_a_slip(centre: Any, kiosk_identity: Identity) -> None:
    """Captive portals, another's signature, a reply to another kiosk, a part of the list: the rest waits."""
    every = notes(5)
    held = [note.token for note in every]
    stranger = from_seed(b"s" * 32)
    replies = {
        b"<html>Wi-Fi</html>": 5,
        write_message("slips_held", write_held(loop.KIOSK, held), stranger.sign): 5,
        write_message("slips_held", write_held("k-other", held), centre.identity.sign): 5,
        write_message("time", write_held(loop.KIOSK, held), centre.identity.sign): 5,
        write_message("slips_held", write_held(loop.KIOSK, held[:2]), centre.identity.sign): 3,
        write_message("slips_held", write_held(loop.KIOSK, held), centre.identity.sign): 0,
    }
    for reply, left in replies.items():
        book = MemoryBook(list(every))
        made = loop.slips(
            Path(), lambda *_, r=reply: Reply(200, {}, r), kiosk_identity.sign,
            verifier(centre.identity.public_key), book=lambda b=book: b,
        )  # fmt: skip
        made["slips"].tell()
        assert len(book.waiting) == left
    print(f"{len(replies)} replies, one of them whole: slips let go of 0, 0, 0, 0, 2, 5")


def test_a_broken_book_never_stops_the_answers(
    outbox: Outbox, agents: Any, centre: Any, submissions: Any, caplog: pytest.LogCaptureFixture
) -> None:
    clock = loop.Clock()
    centre.book = MemoryBook(notes(1), broken=True)
    loop.fill(outbox, submissions, 1, 3)
    agent = agents(outbox, centre.post, clock, random.Random(1))
    loop.drain(agent, clock)
    assert len(centre.stored) == 3
    assert "slips.failed" in [record.message for record in caplog.records]


def test_a_centre_that_signs_for_other_slips_ends_no_turn_later(centre: Any, kiosk_identity: Identity) -> None:
    asked: list[str] = []

    def others(path: str, _body: bytes, _type: str) -> Reply:
        asked.append(path)
        assert len(asked) < 5, "asked again and again"
        held = write_held(loop.KIOSK, [f"{number:032x}" for number in range(100, 105)])
        return Reply(200, {}, write_message("slips_held", held, centre.identity.sign))

    book = MemoryBook(notes(5))
    verify = verifier(centre.identity.public_key)
    SlipPost(loop.KIOSK, lambda: book, others, kiosk_identity.sign, verify).tell()
    assert (len(asked), len(book.waiting)) == (1, 5)


def test_a_book_that_failed_is_let_go_of(kiosk_identity: Identity) -> None:
    dropped: list[bool] = []
    book = MemoryBook(notes(1), broken=True)
    nobody = verifier(bytes(32))
    post = SlipPost(loop.KIOSK, lambda: book, lambda *_: Reply(0, {}, b""), kiosk_identity.sign, nobody)
    post.drop_book = lambda: dropped.append(True)
    post.tell()
    assert dropped == [True]
