"""Prometheus' own tool on the alert rules: sound, firing where they must and silent where they must not."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"


def promtool(*arguments: str) -> str:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (deploy/system-packages.sh test)")
    done = subprocess.run(["promtool", *arguments], cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_and_the_example_are_sound() -> None:
    said = promtool("check", "config", "prometheus.example.yml")
    assert "20 rules found" in said


@pytest.mark.slow
def test_every_rule_fires_where_it_must_and_nowhere_else(tmp_path: Path) -> None:
    """And a rule that is bent is found out: else this would prove nothing."""
    promtool("test", "rules", "hailong.tests.yml")
    rules = (MONITORING / "hailong.rules.yml").read_text("utf-8")
    proofs = (MONITORING / "hailong.tests.yml").read_text("utf-8")
    alerts = [line.split(": ")[1] for line in rules.splitlines() if line.strip().startswith("- alert:")]
    assert [name for name in alerts if name not in proofs] == [], "each has its own proof"
    (tmp_path / "hailong.tests.yml").write_text(proofs, "utf-8")
    (tmp_path / "hailong.rules.yml").write_text(rules.replace("> 86400", "> 96400"), "utf-8")
    bent = subprocess.run(
        ["promtool", "test", "rules", "hailong.tests.yml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert bent.returncode != 0
    print(f"{len(alerts)} alert rules, each with series that must fire and series that must not")


def test_the_inventory_script_asks_the_office_once(tmp_path: Path) -> None:
    office = tmp_path / "hailong-office"
    office.write_text('#!/bin/sh\necho "$@"\n', "utf-8")
    office.chmod(0o755)
    script, path = str(MONITORING / "ansible-inventory"), {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    listed = subprocess.run([script, "--list"], env=path, capture_output=True, text=True, check=True)
    assert listed.stdout == "--config /etc/hailong/office.toml fleet inventory --format ansible\n"
    one = subprocess.run([script, "--host", "k-1"], env=path, capture_output=True, text=True, check=True)
    assert json.loads(one.stdout) == {}
    assert subprocess.run([script, "x"], env=path, capture_output=True, check=False).returncode == 64
