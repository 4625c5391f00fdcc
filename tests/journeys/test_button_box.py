"""A counter with a button box and no screen: real processes from the chip's pins to the office's list of incidents."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.fingers import tell
from deploy.demo.stage import Stage, fresh_directory

PATIENCE_S = 120.0
PRESSES = (3, 0, 4)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="hl-") as root, Stage(fresh_directory(Path(root))) as stage:
        today = date.today()
        stage.open_office(((today - timedelta(days=1)).isoformat(), (today + timedelta(days=1)).isoformat()))
        stage.enrol()
        yield stage


def wait_for(truth: Callable[[], Any], what: str) -> Any:
    give_up_s = time.monotonic() + PATIENCE_S
    while not (value := truth()):
        assert time.monotonic() < give_up_s, f"{what} did not come"
        time.sleep(0.1)
    return value


def office(stage: Stage, question: str) -> list[Any]:
    with sqlite3.connect(f"file:{next((stage.directory / 'office').glob('*.db'))}?mode=ro", uri=True) as database:
        return database.execute(question).fetchall()


def box_of(stage: Stage, column: str) -> dict[str, Any]:
    ((told,),) = office(stage, f"SELECT {column} FROM fleet_kiosk")
    return next((each for each in json.loads(told) if each["panel"] == "box"), {})


@pytest.mark.slow
def test_presses_arrive_counts_agree_and_a_pulled_cable_is_reported(stage: Stage) -> None:
    box = stage.open_terminal()
    stage.open_kiosk(screen=False)
    stage.open_agent()
    wait_for(lambda: box_of(stage, "panels").get("box"), "the box's name at the office")
    for button in PRESSES:
        before = sum(json.loads(tell(box, "lamps"))["counts"])
        tell(box, f"press {button} 120 3000")
        wait_for(lambda before=before: sum(json.loads(tell(box, "lamps"))["counts"]) > before, "the lamp")
        time.sleep(2.0)  # the refractory time: sooner it would be a burst
    wait_for(lambda: office(stage, "SELECT count(*) FROM intake_record") == [(len(PRESSES),)], "the answers")
    counts = wait_for(
        lambda: box_of(stage, "panel_counts").get("held") == len(PRESSES) and box_of(stage, "panel_counts"), "counts"
    )
    assert (counts["told"], counts["differ"]) == (len(PRESSES), 0)
    assert box_of(stage, "panels")["trouble"] == ""
    tell(box, "unplug")
    pulled_s = time.monotonic()
    wait_for(lambda: office(stage, "SELECT code FROM intake_incident WHERE kind = 'panel'") == [("absent",)], "alarm")
    print(f"cable pulled: at the office's incidents after {time.monotonic() - pulled_s:.0f} s")
    tell(box, "plug")
    wait_for(lambda: box_of(stage, "panels")["trouble"] == "", "recovery")
    assert office(stage, "SELECT count(*) FROM intake_record") == [(len(PRESSES),)]
