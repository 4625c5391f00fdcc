"""What the doctor found leaves with the heartbeats, as of the quarter-hour look; without a doctor nothing does."""

import json
import random
import time
from pathlib import Path
from typing import Any

from survey.wire import read_message
from sync_agent.delivery import Reply
from sync_agent.health import told_by
from sync_agent.outbox import Outbox
from tests.sync_agent.loop import Clock


def test_codes_are_told_as_of_the_look(fast_path: Path, agents: Any, centre: Any) -> None:
    beats: list[dict[str, Any]] = []
    clock, found = Clock(), [["hot"], ["disk_full"]]

    def post(path: str, body: bytes, content_type: str) -> Reply:
        beats.append(read_message("heartbeat", body, verify=None))
        return centre.post(path, body, content_type)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        agent = agents(outbox, post, clock, random.Random(1))
        agent.doctor = lambda: found[clock.now_s > 100]
        while clock.now_s < 1000:
            clock.now_s += max(agent.step(), 0.1)
    assert [beat["health"] for beat in beats] == [["hot"]] * 15 + [["disk_full"]] * (len(beats) - 15)
    assert len(beats) > 15


def test_without_a_doctor_nothing_is_told(fast_path: Path, agents: Any, centre: Any) -> None:
    beats: list[dict[str, Any]] = []

    def post(path: str, body: bytes, content_type: str) -> Reply:
        beats.append(read_message("heartbeat", body, verify=None))
        return centre.post(path, body, content_type)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        agents(outbox, post, Clock(), random.Random(1)).step()
    assert beats
    assert "health" not in beats[0]


def test_the_doctors_file_is_read_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    boot = tmp_path / "boot_id"
    boot.write_text("this-boot\n")
    assert told_by(tmp_path, boot) is None
    line = {"code": "hot", "state": "watch"}
    document = {"v": 1, "boot": "this-boot", "boot_s": time.clock_gettime(time.CLOCK_BOOTTIME), "lines": [line]}
    (tmp_path / "doctor.json").write_text(json.dumps(document))
    assert told_by(tmp_path, boot) == ["hot"]
    (tmp_path / "doctor.json").write_text(json.dumps(document | {"boot_s": -4 * 3600.0}))
    assert told_by(tmp_path, boot) == ["doctor_silent", "hot"]
    (tmp_path / "doctor.json").write_text("{")
    assert told_by(tmp_path, boot) == ["check_failed"]
