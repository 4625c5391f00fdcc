"""Nothing that a finger, a keyboard, a desktop, an environment or a file of Kivy's brings opens anything else."""

import json
import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.soak import rig, sdl_events, storm
from tests.soak.rig import HEIGHT, WIDTH, kiosk, start, wait_for

pytestmark = pytest.mark.display
HOSTILE = """
[kivy]
exit_on_escape = 1
keyboard_mode = systemanddock
log_level = trace
config_version = 27
[graphics]
fullscreen = 0
width = 300
height = 200
resizable = 1
show_cursor = 1
[input]
mouse = mouse
tuio = tuio,0.0.0.0:3333
touch = probesysfs
[modules]
inspector =
console =
screen =
touchring =
webdebugger =
recorder =
monitor =
keybinding =
"""
MODULE = """
import pathlib
def start(win, ctx): pathlib.Path(%r).write_text("loaded")
def stop(win, ctx): pass
"""


@pytest.mark.slow
def test_fifty_thousand_random_events_open_nothing_and_lose_nothing():
    outcome = storm.run(50_000, seed=4)
    print(f"\n{outcome.line()}")
    assert (outcome.exits, outcome.settings, outcome.shells) == (0, 0, 0)
    assert outcome.screens <= storm.OWN
    assert outcome.pads
    assert not outcome.behind
    assert outcome.records > 8  # 16 in 64 s: each takes its idle time, so a quick machine brings fewer
    assert outcome.whole
    assert outcome.false_share <= 0.005


def test_each_way_out_of_a_desktop_does_nothing_by_itself():
    with kiosk() as at:
        citizen, display = at.citizen, at.citizen._x
        thrower = storm.Storm(at, storm.Outcome(1))
        for held, code in storm.SHORTCUTS.values():
            thrower._chord(held, code)
        for kind in (*range(0x100, 0x108), 0x302, 0x303, 0x403, 0x802, 0x900, *range(0x1000, 0x1004)):
            at.push(sdl_events.bare(kind))
        for event in sdl_events.WINDOW_EVENTS:
            at.push(sdl_events.window(event, 300, 200))
        for number in range(5):
            for kind in (sdl_events.FINGER_DOWN, sdl_events.FINGER_MOTION, sdl_events.FINGER_UP):
                at.push(sdl_events.finger(kind, number, 0.7, 0.55))
        display.sync()
        citizen.answer("level:4", "question", "RG.HL1")  # the first screen that was lit after all of that
        assert [shown["screen"] for shown in citizen.history] == ["invitation", "question"]
        assert not at.children()
        assert not [name for name in at.modules() if name.startswith(storm.LEAVING)]
        assert citizen.end() == 0
    print(f"\n{len(storm.SHORTCUTS)} shortcuts, {18 + 18 + 15} events of SDL one by one: nothing but the survey")


def test_a_window_that_is_moved_shrunk_or_hidden_comes_back():
    from Xlib import X

    with kiosk() as at:
        display = at.citizen._x
        window = next(
            each for each in display.screen().root.query_tree().children if each.get_geometry().width == WIDTH
        )

        def place() -> tuple[int, int, int, int, bool]:
            at = window.get_geometry()
            return at.x, at.y, at.width, at.height, window.get_attributes().map_state == X.IsViewable

        for disturb in (
            lambda: window.configure(width=300, height=200),
            lambda: window.configure(x=200, y=150),
            window.unmap,
        ):
            disturb()
            display.sync()
            wait_for(lambda: place() == (0, 0, WIDTH, HEIGHT, True), "whole window")

        def is_taken() -> bool:
            """X tells SDL of the pointer again some time after the window is back; no citizen is as quick as this."""
            at.citizen.tap("level:4")
            with suppress(AssertionError):
                return at.citizen.wait(timeout_s=1)["question"] == "RG.HL1"
            return False

        wait_for(is_taken, "touch that counts")


def test_one_finger_told_twice_is_one_touch():
    """X tells SDL of a finger and of a button; a key of the keyboard may be meant twice, a touch never."""
    with kiosk() as at:
        citizen = at.citizen
        citizen.answer("level:4", "question", "RG.HL1")
        while citizen.shown["screen"] != "comment":
            citizen.answer("option:KHONG" if citizen.shown["question"] == "RG.PA" else "skip")
        letters = "tatata"
        for number, letter in enumerate(letters):
            key = next(t for t in citizen.shown["targets"] if t["id"] == f"key:{letter}")
            x, y = int(key["x"] + key["w"] / 2), int(key["y"] + key["h"] / 2)
            for which in (0, sdl_events.OF_A_FINGER):
                at.push(sdl_events.button(x, y, which, 10_000 + 1000 * number))
            citizen.wait("comment")
        time.sleep(0.3)
        citizen.answer("send", "thanks")
        assert citizen.end() == 0
        (record,) = rig.records_of(citizen.data)
        assert record.submission.answers["RG.YK"] == letters


def test_what_kivy_would_read_is_not_read(tmp_path):
    loaded = tmp_path / "loaded"
    for home in (tmp_path / ".kivy", tmp_path / "kivy_home"):
        (home / "mods" / "inspector").mkdir(parents=True)
        (home / "config.ini").write_text(HOSTILE)
        for name in ("mods/inspector/__init__.py", "mods/console.py"):
            (home / name).write_text(MODULE % str(loaded))
    environment = {
        "HOME": str(tmp_path), "KIVY_HOME": str(tmp_path / "kivy_home"), "KIVY_USE_DEFAULTCONFIG": "1",
        "KIVY_MODULES": "inspector,console", "KIVY_MODULES_DIR": str(tmp_path / "kivy_home/mods"),
        "KIVY_DATA_DIR": str(tmp_path), "KIVY_EVENTLOOP": "trio", "KIVY_WINDOW": "x11", "KIVY_DPI": "12",
        "KIVY_METRICS_DENSITY": "9", "KIVY_NO_ENV_CONFIG": "0", "KCFG_MODULES_INSPECTOR": "",
        "KCFG_KIVY_EXIT_ON_ESCAPE": "1", "KCFG_INPUT_TUIO": "tuio,0.0.0.0:3333", "KIVY_UNITTEST": "1",
    }  # fmt: skip
    with kiosk(environment, directory=tmp_path) as at:
        thrower = storm.Storm(at, storm.Outcome(1))
        for name in ("Ctrl-E", "F1", "Escape", "F11", "F12"):
            thrower._chord(*storm.SHORTCUTS[name])
        at.citizen.answer("level:4", "question", "RG.HL1")
        assert not [name for name in at.modules() if name.startswith((*storm.LEAVING, "trio"))]
        assert at.citizen.end() == 0
        opened = [line for line in map(json.loads, at.log.read_text().splitlines()) if line["event"] == "input.opened"]
        assert [line["source"] for line in opened] == ["mouse"]
    assert not loaded.exists()


def test_two_sources_of_touches_are_refused(tmp_path):
    with rig.virtual_display(f"{WIDTH}x{HEIGHT}") as display:
        process, report, ear, log = start(tmp_path, display, ["--two-inputs"], "", 30)
        try:
            assert process.wait(60) == os.EX_CONFIG
        finally:
            process.kill()
            os.close(report)
            os.close(ear)
    said = log.read_text()
    assert "2 sources of touches instead of 1: mouse, MouseMotionEventProvider" in said
    assert '"code": "wrong_inputs"' in said
    assert "input.opened" not in said


def test_the_command_line_of_kivy_is_not_understood(tmp_path: Path):
    """`-m inspector` is a usage error of ours, no option of Kivy's."""
    process = subprocess.run(
        [rig.sys.executable, "-m", "kiosk", "--config", "x", "-m", "inspector"],
        cwd=rig.ROOT, capture_output=True, timeout=60,
    )  # fmt: skip
    assert process.returncode == 2
