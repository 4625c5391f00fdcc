"""The simulated crowd at one counter: real session, real outbox, and the same answers for the same seed."""

import json
from collections import Counter as Counts
from datetime import date
from pathlib import Path

import pytest

from kiosk.crowd.counter import Counter
from kiosk.crowd.script import BadScript, CounterScript, read_script
from survey.assignment import FILE_NAME, FORM_FILE_NAME, Assignment
from survey.form_file import read_form
from survey.record import read_record
from survey.slip_setup import SlipSetup
from sync_agent.outbox import FILE_NAME as OUTBOX
from sync_agent.outbox import Outbox

FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"
DAYS = {date(2025, 9, 1): 6, date(2025, 9, 2): 14}


def counter_in(directory: Path, **script) -> Counter:
    """A kiosk as its agent leaves it after enrolment."""
    directory.mkdir(parents=True)
    form = read_form(FORM.read_bytes(), FORM.name)
    name = {"vi": "Bộ phận Một cửa"}
    (directory / FORM_FILE_NAME).write_bytes(FORM.read_bytes())
    (directory / FILE_NAME).write_bytes(Assignment("ki-os-01", "plan", "kn-huyen", name, name, form.ref).encode())
    setup = SlipSetup("plan", "kn-huyen", form.ref, 77, bytes(range(32)), "https://phieu.example.vn", 15, 30)
    (directory / "slips.json").write_bytes(setup.encode())
    return Counter(CounterScript(directory, DAYS, **script), seed=3)


def records(directory: Path) -> list:
    with Outbox.open(directory / OUTBOX) as outbox:
        return [read_record(sealed.raw).submission for sealed in outbox.pending()]


def play(directory: Path, **script) -> list:
    counter = counter_in(directory, **script)
    try:
        counter.run()
    finally:
        counter.close()
    return records(directory)


@pytest.mark.slow
def test_a_crowd_answers_on_its_days_and_the_same_twice(tmp_path):
    first, again = (play(tmp_path / name / "kn", satisfied=80) for name in ("a", "b"))
    assert Counts(r.quarter[:10] for r in first) == {day.isoformat(): count for day, count in DAYS.items()}
    assert [r.answers for r in first] == [r.answers for r in again], "the dice are seeded"
    assert not any(r.slip for r in first)
    flagged = [r for r in first if r.flags]
    print(f"20 citizens, {len(flagged)} flagged, {sum(r.state == 'partial' for r in first)} left early")
    assert len(flagged) <= 2


@pytest.mark.slow
def test_slips_bring_field_respondent_and_agency(tmp_path):
    fields = {"dat-dai": 3, "xay-dung": 1}
    answers = play(tmp_path / "kn", satisfied=90, fields=fields, respondents={"CN": 1}, agencies={"so-tnmt": 1})
    assert all(r.slip for r in answers)
    assert {r.answers["RG.LV"] for r in answers} == set(fields)
    assert {(r.answers["RG.DT"], r.agency) for r in answers} == {("CN", "so-tnmt")}


def test_one_hand_that_stuffs_is_flagged(tmp_path):
    answers = play(tmp_path / "kn", satisfied=60, stuffed=12)
    assert sum(DAYS.values()) + 12 == len(answers)
    flagged = sum(bool(r.flags) for r in answers[-12:])
    print(f"12 answers in a row by one hand, {flagged} flagged")
    assert flagged >= 9


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"[]",
        b"{}",
        json.dumps({"seed": 1, "counters": [{"directory": "a", "days": {"2025-09-01": 999}}]}).encode(),
    ],
)
def test_a_script_that_nobody_can_follow_is_refused(script, tmp_path):
    with pytest.raises(BadScript):
        read_script(script, tmp_path)
