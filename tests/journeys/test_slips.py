"""Slips from the officer's click to the coverage page: printer, phones in a browser, scanner, kiosk, office."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.demo.__main__ import clear
from deploy.demo.stage import DemoFailed

ROOT = Path(__file__).parents[2]
SLIPS = 7  # three answered on phones, two at the kiosk


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Short, for the name of Chromium's socket in it has 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="hl-") as made:
        yield Path(made)


@pytest.mark.slow
@pytest.mark.display
def test_what_was_printed_and_answered_is_what_the_coverage_says(tmp_path: Path, temporary: Path) -> None:
    out = tmp_path / "receipts"
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"} | {"TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo", "--receipts", str(SLIPS), "--seed", "3", "--out", str(out)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    line = json.loads(done.stdout.splitlines()[-1])
    assert (line["printed"], line["answered"], line["left"]) == (SLIPS, 5, 2)
    assert (line["phones"], line["kiosk"], line["for_a_dossier"]) == (3, 2, 1)
    assert line["response_percent"] == 71.4
    assert {"coverage.png", "phone.png", "station.png", "slips"} <= {path.name for path in out.iterdir()}
    assert not list(temporary.iterdir())
    print(f"{SLIPS} slips from printer to coverage page, seed 3: {line}")


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "slips").mkdir()
    (tmp_path / "coverage.png").touch()
    clear(tmp_path)
    assert not list(tmp_path.iterdir())
    (tmp_path / "grandmother.jpg").touch()
    with pytest.raises(DemoFailed, match="grandmother"):
        clear(tmp_path)
    assert (tmp_path / "grandmother.jpg").exists()
