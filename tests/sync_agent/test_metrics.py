"""The kiosk's text file for node_exporter: sound, written only where it changed, and still while citizens answer."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sync_agent.metrics import COUNTED, Told, as_text, write_metrics
from sync_agent.outbox import Outbox
from tests.sync_agent.loop import Clock

NOTE = json.dumps({"at": "2027-03-09T08:15+07:00", "waiting": 3, "oldest": "2027-03-08T16:45+07:00", "free_bytes": 9})
WHOLE = Told(
    "0.1.0", 'k-"\\\n', "kn-huyen", True, 1_700_000_123.9, 1_700_001_999.0, 0, ["disk_low", "hot"], {COUNTED: NOTE}
)


def test_promtool_finds_it_sound() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (deploy/system-packages.sh test)")
    new = Told("0+source", "k-1", "", False, 0.0, None, 3, None, {})
    for told in (WHOLE, new):
        checked = subprocess.run(
            ["promtool", "check", "metrics"], input=as_text(told), capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr + checked.stdout


def test_instants_are_of_their_quarter_hour_and_counts_of_the_kiosks_own() -> None:
    lines = dict(line.rsplit(" ", 1) for line in as_text(WHOLE).splitlines() if not line.startswith("#"))
    assert lines["hailong_device_pending_answers"] == "3"
    for name in ("agent_started", "last_contact", "counted", "oldest_unsent"):
        assert int(lines[f"hailong_device_{name}_seconds"]) % 900 == 0, name
    assert lines['hailong_device_health_code{code="hot"}'] == "1"
    for broken in ("", "{", "[]", '{"at": "x", "waiting": 1, "oldest": "", "free_bytes": 1}', '{"waiting": null}'):
        text = as_text(Told("1", "k", "p", True, 0.0, None, 0, None, {COUNTED: broken}))
        assert "pending" not in text


def test_it_is_written_where_a_folder_is_and_only_when_it_changed(tmp_path: Path) -> None:
    assert not write_metrics(tmp_path, WHOLE), "nobody wants it here"
    (tmp_path / "metrics").mkdir()
    assert write_metrics(tmp_path, WHOLE)
    assert not write_metrics(tmp_path, WHOLE), "a card wears out"
    assert [path.name for path in (tmp_path / "metrics").iterdir()] == ["hailong.prom"]
    assert (tmp_path / "metrics" / "hailong.prom").read_text("utf-8") == as_text(WHOLE)


def test_a_recorded_answer_moves_nothing(fast_path: Path, agents: Any, centre: Any, submissions: Any) -> None:
    """An agent beats for two hours while the outbox fills: what it tells changes with its contact alone."""
    told: list[Told] = []
    clock = Clock()
    with Outbox.open(fast_path / "outbox.db") as outbox:
        outbox.put_note(COUNTED, NOTE)
        agent = agents(outbox, centre.post, clock, random.Random(1))
        agent.tell_metrics = told.append
        texts = set()
        for number in range(1, 9):
            outbox.finish(submissions(number))
            until = clock.now_s + 130
            while clock.now_s < until:
                clock.now_s += max(agent.step(), 0.1)
            texts |= {line for each in told for line in as_text(each).splitlines() if "last_contact" not in line}
    assert len(told) >= 16
    assert texts == {line for line in as_text(told[0]).splitlines() if "last_contact" not in line}
