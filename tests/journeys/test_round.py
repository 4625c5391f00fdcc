"""A whole round in short, from the plan's file to the published site, at kiosks and on telephones."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "survey/data/plans"


def played(tmp_path: Path, plan: str, share: int) -> tuple[dict[str, Any], Path]:
    """What the demo says at its end, and its folder."""
    command = [sys.executable, "-m", "deploy.demo", "--plan", plan, "--share", str(share), "--seed", "7"]
    command += ["--out", str(tmp_path / "rounds")]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "DISPLAY": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    return said, Path(said["folder"])


@pytest.mark.slow
def test_a_round_at_kiosks_ends_in_a_site_that_strangers_can_check(tmp_path: Path) -> None:
    said, folder = played(tmp_path, "krong-no-2023", 6)
    assert said["received"] == said["answers"] > 20
    assert said["sheets"] == 13
    original = {path.name for path in (folder / "frozen").iterdir()}
    assert {"analysis.json", "manifest.json", "SHA256SUMS"} <= original
    for name in ("plan", "results", "watching", "publication", "site"):
        assert (folder / "pictures" / f"{name}.png").stat().st_size > 20_000, name
    first = (folder / "site" / "index.html").read_text("utf-8")
    assert str(said["index"]).replace(".", ",") in first
    print(f"Krông Nô in short: {said['answers']} answers, index {said['index']}, {said['site_files']} files published")


@pytest.mark.slow
def test_a_round_on_telephones_counts_them_on_their_days(tmp_path: Path) -> None:
    plan = json.loads((PLANS / "bac-giang-2024.json").read_text("utf-8"))
    plan |= {"plan": "bg-ngan", "allocations": plan["allocations"][:3]}
    path = tmp_path / "bg-ngan.json"
    path.write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
    said, folder = played(tmp_path, str(path), 100)
    assert said["received"] == said["answers"] > 20
    assert said["outside"] == 0, "the office's clock said each day of the round"
    assert said["sheets"] == 3
    assert (folder / "site" / "index.html").exists()
    print(f"three days of telephones: {said['answers']} answers, all within the window, index {said['index']}")
