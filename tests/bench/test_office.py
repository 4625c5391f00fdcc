"""The size bench runs, in its shortest form: what it takes in is whole and counted as plain SQL counts it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.postgres
@pytest.mark.slow
def test_the_size_bench_runs(tmp_path: Path) -> None:
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    options = ["--answers", "200", "--kiosks", "2", "--processes", "1"]
    options += ["--sample-seconds", "0.3"]
    command = [sys.executable, "tests/bench/bench_office.py", *options, "--json", str(tmp_path / "office.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads((tmp_path / "office.json").read_text())["office"]
    stored = found["tables"]["intake_record"]["rows"]
    assert stored >= 200  # and those that came one at a time
    assert stored == found["tables"]["intake_raw"]["rows"]
    assert "differences: 0" in found["verify"]
    assert found["copy_per_s"] > 0
    assert found["sheets"] == 18  # a point for each kiosk, those with a line included
    print(f"{stored} answers, {found['batches']} batches: {found['verify']}")
