"""Real processes: killed with SIGKILL around their commits, and several on one file."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SEED = 20261122


def run(*arguments: object) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.sync_agent.outbox.killing", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, int] = json.loads(done.stdout)
    return result


@pytest.mark.slow
def test_what_a_killed_writer_told_is_there(path: Path, record_property: Any) -> None:
    result = run("kill", path, 100, SEED)
    line = f"kill -9: {result['kills']} kills, {result['told']} acknowledged, seed {SEED}: {result['missing']} lost"
    print(line)
    record_property("trials", line)
    assert result["missing"] == 0
    assert result["told"] > result["kills"]


@pytest.mark.slow
def test_three_writers_share_one_new_file(path: Path) -> None:
    result = run("crowd", path, 150, SEED)
    assert result["failed"] == 0
    assert result["told"] == result["numbers"] == result["newest"] == 450
    assert result["held"] > 0
    assert result["contiguous"] == 1
