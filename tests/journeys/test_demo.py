"""The whole product, as `make demo` runs it without a display: several processes, real taps, real presses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CITIZENS = {"rut-gon-mot-cua": 10, "soc-trang-day-du": 4}  # the first four take one way each
ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.display
@pytest.mark.parametrize("form", CITIZENS)
def test_what_citizens_give_is_what_the_office_holds(form: str, tmp_path: Path) -> None:
    citizens = CITIZENS[form]
    temporary = tmp_path / "whose-name-is-too-long-for-the-path-of-a-socket-in-it"
    temporary.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"} | {"TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo", "--form", form, "--citizens", str(citizens), "--seed", "4"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    line = json.loads(done.stdout.splitlines()[-1])
    assert line.keys() == {"form", "tapped", "pressed", "received", "duplicates", "lost", "index"}
    assert line["tapped"] + line["pressed"] == line["received"] == citizens
    assert line["form"] == form
    assert (line["lost"], line["duplicates"]) == (0, 0)
    assert line["tapped"] >= 2
    assert line["pressed"] >= 2
    print(f"{citizens} citizens through kiosk, panels, agent and office, seed 4: {line}")
