"""The walk through a box: each fault it must find, and the real firmware under real fingers."""

import itertools
import json
import os
import signal
import tempfile
from pathlib import Path

import pytest

from firmware_bridge.frames import Touch
from firmware_bridge.technician.selftest import BUTTON_S, Check, Report, Trial, conclusion, line_of
from firmware_bridge.technician.texts import Texts
from tests.firmware_bridge.workbench import Errand, simulated, wait_for

EN = Texts("en")


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="hl-") as name:
        yield Path(name)


@pytest.fixture
def box(folder):
    box = simulated(folder)
    yield box
    box.stop()


CLEAN = [(100, 2, 1), (220, 2, 0)]


@pytest.mark.parametrize(
    ("touches", "passed", "detail"),
    [
        (CLEAN, True, "closed and opened once, held 120 ms"),
        ([], False, f"no signal within {BUTTON_S} s"),
        ([(2**32 - 20, 2, 1), (100, 2, 0)], True, "held 120 ms"),
        ([(100, 2, 1)], False, "did not open"),
        ([(100, 2, 0)], False, "no signal"),
        ([*CLEAN, (230, 2, 1), (240, 2, 0)], False, "bounced 1 times"),
        ([*CLEAN, (230, 2, 0)], False, "bounced"),
        ([(100, 4, 1), (220, 4, 0)], False, "Button 5 moved instead: wires are swapped"),
        ([(100, 2, 1), (101, 3, 1), (220, 3, 0), (221, 2, 0)], False, "Button 4 moved as well: a short circuit"),
        ([(100, 0, 1), (101, 1, 1)], False, "Button 1, Button 2 moved instead"),
    ],
)
def test_what_the_contacts_did_is_judged(touches, passed, detail):
    trial = Trial(2)
    for touch in touches:
        assert trial.see([Touch(*touch)])
    check = trial.verdict(EN)
    assert (check.passed, check.button) == (passed, 3)
    assert detail in check.detail


def test_a_trial_is_over_only_when_every_contact_is_open():
    seen = 0
    for states in itertools.product((0, 1), repeat=3):
        trial = Trial(0)
        assert not trial.all_open
        trial.see([Touch(1, button, 1) for button in range(3)] + [Touch(2, b, s) for b, s in enumerate(states)])
        assert trial.all_open == (not any(states))
        seen += 1
    print(f"trial: {seen} states of three contacts")


def test_the_result_is_as_bad_as_its_worst_line():
    good, bad, skipped = (Check("supply", passed, "") for passed in (True, False, None))
    for checks, finished, result in [
        ([good], True, "pass"),
        ([good, skipped], True, "incomplete"),
        ([good, bad, skipped], True, "fail"),
        ([good, bad], False, "fail"),
        ([good], False, "left"),
        ([], False, "left"),
    ]:
        report = Report(finished=finished, checks=list(checks))
        assert report.result == result
        assert json.loads(json.dumps(report.as_json()))["result"] == result
        assert conclusion(EN, report)
    assert line_of(EN, bad, 5, colour=True).startswith("\x1b[1;31mFAIL")
    assert "Nút 4 – Rất hài lòng" in line_of(Texts("vi"), Check("button", True, "", 4), 4)


def pressed(test, box, buttons=range(5), answers="y"):
    """Press what is asked for, answer each question."""
    for button in buttons:
        test.until(f"Press Button {button + 1} ")
        box.press(button)
        if answers:
            test.until("Did the lamp")
            test.type(answers)


def test_a_good_box_passes_with_questions_and_nothing_is_recorded(box, folder):
    test = Errand("selftest", "--device", box.device, "--json", folder / "report.json")
    pressed(test, box)
    test.until("Did you hear")
    test.type("what?")
    test.until("[Y = yes")
    test.type("yes")
    assert test.end() == 0, "".join(test.said)
    report = json.loads((folder / "report.json").read_text("utf-8"))
    assert (report["result"], report["box"], report["buttons"]) == ("pass", "5eed1e57", 5)
    names = [check["check"] for check in report["checks"]]
    assert names == ["rest", *["button", "lamp"] * 5, "buzzer", "supply", "store", "line"]
    assert {check["passed"] for check in report["checks"]} == {True}
    assert "RESULT: PASS" in test.said[-1]
    assert json.loads(box.tell("lamps"))["counts"] == [1] * 5, "the lamp was lit while its button was down"
    assert status_of(box)["next_seq"] == 1, "no press was recorded"
    assert "TESTING" not in status_of(box)["status"]["flags"]
    print(f"selftest on the firmware: {len(names)} checks, 5 presses, none recorded")


def checks_in(folder) -> list[dict]:
    return json.loads((folder / "report.json").read_text("utf-8"))["checks"]


def status_of(box) -> dict:
    status = Errand("status", "--device", box.device, "--json")
    assert status.end() == 0, status.errors
    return json.loads(status.said[-1])


def test_swapped_wires_a_dark_lamp_and_a_mute_buzzer_are_found(box, folder):
    test = Errand("selftest", "--device", box.device, "--json", folder / "report.json")
    for button, really in [(0, 1), (1, 0)]:
        test.until(f"Press Button {button + 1} ")
        box.press(really)
    pressed(test, box, [2, 3])
    pressed(test, box, [4], answers="n")
    test.until("Did you hear")
    test.type("n")
    assert test.end() == 1
    failed = {(check["check"], check["button"]) for check in checks_in(folder) if check["passed"] is False}
    assert failed == {("button", 1), ("button", 2), ("lamp", 5), ("buzzer", None)}
    assert "RESULT: FAIL (4 items)" in test.said[-1]


def test_a_contact_that_is_closed_before_it_begins_and_a_low_supply_are_found(box, folder):
    box.tell("down 3")
    box.tell("supply 3900")
    test = Errand("selftest", "--device", box.device, "--no-questions", "--json", folder / "report.json")
    pressed(test, box, [0, 1, 2], answers="")
    test.until("Press Button 4 ")
    box.tell("up 3")
    box.press(3)
    pressed(test, box, [4], answers="")
    assert test.end() == 1
    checks = checks_in(folder)
    failed = [check for check in checks if check["passed"] is False]
    assert failed[0]["check"] == "rest"
    assert "Button 4" in failed[0]["detail"]
    assert failed[-1]["check"] == "supply"
    assert "4.0" in failed[-1]["detail"]
    assert "Supply low" in failed[-1]["detail"], "the box's own warning is told beside what it measured"
    assert {c["passed"] for c in checks if c["check"] in ("lamp", "buzzer")} == {None}, "not asked"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_left_in_the_middle_the_box_goes_back_to_work(box, how):
    test = Errand("selftest", "--device", box.device)
    test.until("Press Button 1 ")
    assert test.end(how) == 130
    assert any("back at work" in line for line in test.said), test.said
    assert "left unfinished" in test.said[-1]
    assert "TESTING" not in status_of(box)["status"]["flags"]


def test_a_pulled_cable_ends_the_walk_with_a_reason(box):
    test = Errand("selftest", "--device", box.device)
    test.until("Press Button 1 ")
    box.tell("unplug")
    assert test.end() == os.EX_IOERR
    assert "was the cable pulled" in test.errors


def test_a_box_fresh_from_the_bench_is_tested_and_stays_blank(folder):
    box = simulated(folder, blank=True)
    try:
        test = Errand("selftest", "--device", box.device, "--no-questions")
        pressed(test, box, answers="")
        assert test.end() == 0, "".join(test.said)
        assert status_of(box)["box"] == "", "and got no identity from us"
    finally:
        box.stop()


@pytest.mark.parametrize("buttons", [3, 4])
def test_smaller_boxes_are_asked_for_their_own_buttons(box, folder, buttons):
    box.tell(f"straps {buttons}")
    box.tell("restart")
    test = Errand("selftest", "--device", box.device, "--no-questions", language="vi")
    wanted = {3: "Nút 1 – Không hài lòng", 4: "Nút 1 – Rất không hài lòng"}[buttons]
    assert wanted in test.until("Bấm Nút 1")
    box.press(0)
    for button in range(1, buttons):
        test.until(f"Bấm Nút {button + 1} ")
        box.press(button)
    assert test.end() == 0, "".join(test.said)
    assert f"{buttons + 1} mục bỏ qua" in test.said[-1]


def test_identify_is_answered(box):
    wait_for(lambda: box.device.exists(), "the port")
    identify = Errand("identify", "--device", box.device, "--seconds", "2")
    identify.until("run round")
    wait_for(lambda: sum(json.loads(box.tell("lamps"))["counts"]) >= 5, "five lamps")
    assert identify.end() == 0
