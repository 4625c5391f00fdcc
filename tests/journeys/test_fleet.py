"""Twenty kiosks: codes in bulk, all enrol and report over HTTP, and the office finds exactly what was planted."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_fleet_enrols_reports_and_shows_what_was_planted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.demo", "--fleet", "20", "--no-picture", "--seed", "7"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "DISPLAY": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["enrolled"], said["reported"]) == (20, 20)
    assert said["silent"] == said["silence_alerts"] == 3, "two of a district, too few for one line, and one alone"
    print(f"a fleet of 20: {said}")
