"""The notice reaches the disk whole, is taken away again, and never stands in the way of the agent."""

import logging
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from survey.canonical import decode
from survey.notice import FILE_NAME, Notice, read_notice
from survey.wire import read_message, write_message
from sync_agent.agent import Agent
from sync_agent.delivery import Reply
from sync_agent.notices import NoticeFile
from sync_agent.outbox import Outbox
from tests.sync_agent.loop import Clock

NOTICE = Notice(
    *("krong-no-2023", "kn-huyen", {"vi": "Năm 2022"}, None, ({"vi": "Mở thêm quầy số 4"},)),
    *(date(2023, 8, 1), date(2023, 12, 31)),
)
OTHER = replace(NOTICE, done=({"vi": "Bớt một lần đi lại"},))


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


class Rig:
    """An agent in virtual time, whose every heartbeat is seen."""

    def __init__(self, outbox: Outbox, agents: Any, centre: Any, path: Path) -> None:
        self.centre, self.clock, self.path = centre, Clock(), path
        self.told: list[Any] = []
        self.agent: Agent = agents(outbox, self.post, self.clock, random.Random(1))

    def post(self, path: str, body: bytes, content_type: str) -> Reply:
        self.told.append(read_message("heartbeat", body, verify=None)["notice"])
        reply: Reply = self.centre.post(path, body, content_type)
        return reply

    def beat(self, times: int = 1) -> None:
        until = len(self.told) + times
        while len(self.told) < until:
            self.clock.now_s += max(self.agent.step(), 0.1)


@pytest.fixture
def rig(fast_path: Path, tmp_path: Path, agents: Any, centre: Any) -> Iterator[Rig]:
    with Outbox.open(fast_path / "outbox.db") as outbox:
        yield Rig(outbox, agents, centre, tmp_path / FILE_NAME)


def test_a_notice_comes_changes_and_goes_with_the_heartbeats(rig: Rig) -> None:
    for notice in (NOTICE, OTHER):
        rig.centre.notice = notice.encode()
        rig.beat(3)
        assert rig.path.read_bytes() == notice.encode()
    rig.centre.notice = b""
    rig.beat(3)
    assert not rig.path.exists()
    assert len(set(rig.told)) == 3  # none, the first, the second: each told once known
    assert [path.name for path in rig.path.parent.iterdir()] == []  # nothing is left aside


def test_a_damaged_or_deleted_file_comes_again(rig: Rig) -> None:
    rig.centre.notice = NOTICE.encode()
    rig.beat()
    rig.path.write_bytes(NOTICE.encode()[:-7])
    rig.beat()
    assert rig.path.read_bytes() == NOTICE.encode()
    rig.path.unlink()
    rig.beat()
    assert rig.path.read_bytes() == NOTICE.encode()


def test_what_cannot_be_used_is_said_once_and_leaves_the_old_one(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.centre.notice = NOTICE.encode()
    rig.beat()
    caplog.clear()
    bad = [replace(NOTICE, point="kn-nam-da").encode(), b'{"v":1}', b'"text"', b"[1]"]
    for data in bad:
        rig.centre.notice = data
        rig.beat(3)
        assert rig.path.read_bytes() == NOTICE.encode()
        assert warnings(caplog) == ["notice.refused"]
        caplog.clear()
    rig.centre.notice = OTHER.encode()
    rig.beat()
    assert read_notice(rig.path.read_bytes()) == OTHER


def test_a_disk_that_takes_nothing_stops_neither_heartbeat_nor_the_next_try(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    rig.centre.notice = NOTICE.encode()
    with monkeypatch.context() as patched:
        patched.setattr("sync_agent.notices.write_durably", full)
        rig.beat(3)
    assert warnings(caplog) == ["notice.refused"]
    rig.beat()
    assert rig.path.read_bytes() == NOTICE.encode()


def test_only_the_centre_s_signature_brings_a_notice(rig: Rig, kiosk_identity: Any) -> None:
    forged = {"v": 1, "kiosk": "k-0123456789ab", "now": "2023-09-01T01:15:00Z", "notice": decode(NOTICE.encode())}
    rig.centre.post = lambda *_: Reply(200, {}, write_message("time", forged, kiosk_identity.sign))
    rig.beat(2)
    assert not rig.path.exists()


def test_an_older_centre_that_says_nothing_of_notices_changes_nothing(tmp_path: Path, rig: Rig) -> None:
    NoticeFile(tmp_path, NOTICE.plan, NOTICE.point).take(decode(NOTICE.encode()))
    time = {"v": 1, "kiosk": "k-0123456789ab", "now": "2023-09-01T01:15:00Z"}
    rig.centre.post = lambda *_: Reply(200, {}, write_message("time", time, rig.centre.identity.sign))
    rig.beat(2)
    assert rig.path.read_bytes() == NOTICE.encode()
