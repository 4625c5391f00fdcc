"""Threats 9 and 14: nothing that a form, a comment, a key or a finger brings is evaluated or leaves the survey."""

import itertools
import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kiosk.ui  # noqa: F401  sets Kivy's environment before Kivy is imported
from kiosk import keyboard
from kiosk.texts import visible
from kiosk.ui import theme
from kiosk.ui.gallery import FORM
from kiosk.ui.scene import Rect
from kiosk.ui.screens import virtual_display
from kiosk.ui.typeset import ELLIPSIS, LONGEST_DRAWN, Typesetter
from kiosk.vietnamese.word import Method
from survey.canonical import encode
from survey.errors import BadFile, NotCanonical
from survey.form_file import read_form

ROOT = Path(__file__).parents[2]
PAINTED = 2500  # of the 5,000: a window is slow


@pytest.fixture
def strings(hostile):
    return hostile.strings()


@pytest.mark.slow
def test_every_string_is_set_literally_or_refused(strings, hostile):
    """As a form's text: the file is refused, or its letters stand on the screen as they are, markup and all."""
    from kiosk.ui.painter import measure

    setter = Typesetter(measure)
    base, refused, literal, cut = json.loads(FORM.read_bytes()), 0, 0, 0
    for text in strings:
        base["questions"][2]["text"]["vi"] = text
        try:
            form = read_form(json.dumps(base).encode(), "hostile.json")
        except BadFile:
            refused += 1
            continue
        shown = form.questions[2].text["vi"]
        words = setter.fit(shown, Rect(28, 40, 968, 160), 50, 30, theme.DAY.ink, True)
        drawn, whole = "".join(words.lines), visible(shown)
        if words.cut:
            cut += 1
            assert drawn.endswith(ELLIPSIS)
        squeezed = "".join(drawn.removesuffix(ELLIPSIS).split())
        assert "".join(whole[:LONGEST_DRAWN].split()).startswith(squeezed)
        assert words.cut or squeezed == "".join(whole[:LONGEST_DRAWN].split())
        assert words.ink.w <= 968 + 1
        literal += 1
    print(f"\n{len(strings)} hostile form texts, seed {hostile.SEED}: {literal} literal ({cut} cut), {refused} refused")
    assert refused + literal == len(strings)
    assert literal > 1000
    assert refused > 100


@pytest.mark.slow
def test_every_string_typed_is_kept_literally_or_refused(strings, hostile):
    kept = 0
    for text, method in zip(strings, itertools.cycle(Method), strict=False):
        now = keyboard.Writing()
        for letter in text[:600]:
            now = keyboard.pressed(now, letter, method, 500)
        typed = now.text
        assert len(typed) <= 500
        assert typed == visible(typed), "nothing invisible can be typed"
        try:
            encode(typed)
        except NotCanonical as error:
            raise AssertionError(repr(typed)) from error
        kept += bool(typed)
    print(f"\n{len(strings)} hostile comments typed, seed {hostile.SEED}: {kept} kept in NFC, 0 refused by the record")


@pytest.mark.display
@pytest.mark.slow
def test_every_string_is_painted_in_a_window():
    script = Path(__file__).with_name("hostile_window.py")
    with virtual_display("1024x600") as environment:
        command = [sys.executable, str(script), str(PAINTED)]
        environment = environment | {"PYTHONPATH": str(ROOT)}
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=170, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    assert result.stdout.strip() == f"{PAINTED} painted"
    print(f"\n{PAINTED} hostile strings painted in a real window, 0 exceptions")


def test_no_code_of_the_screen_evaluates_text():
    """kv evaluates Python; markup has references. Neither is anywhere near the screen's code."""
    forbidden = re.compile(
        r"\bBuilder\.load|MarkupLabel|markup\s*=\s*True|\beval\(|\bexec\(|__import__|\.format_map\(|App\(|\binspector\b"
    )
    for path in (ROOT / "kiosk").rglob("*.py"):
        assert not forbidden.search(path.read_text(encoding="utf-8")), path
    kv = list((ROOT / "kiosk").rglob("*.kv"))
    assert [path.read_text().strip() for path in kv] == ["#:kivy 1.0"]


@pytest.mark.display
def test_a_monkey_does_not_get_out(start_kiosk):
    """Taps anywhere, every key with every modifier: the kiosk stays, full screen, on its own screens."""
    rng, citizen, events = random.Random(2023), start_kiosk(idle_s=30), 4000
    from Xlib import X
    from Xlib.ext import xtest

    display = citizen._x
    modifiers = [37, 50, 64, 133]  # control, shift, alt, super
    for n in range(events):
        if rng.random() < 0.5:
            citizen.raw_touch(rng.randrange(1024), rng.randrange(600), rng.choice((1, 1, 1, 1, 2, 3, 4, 5)))
        else:
            held = [code for code in modifiers if rng.random() < 0.2]
            for code in held:
                xtest.fake_input(display, X.KeyPress, code)
            citizen.key(rng.randint(9, 254))
            for code in held:
                xtest.fake_input(display, X.KeyRelease, code)
            display.sync()
        if n % 40 == 0:
            time.sleep(0.02)
    citizen.key(9)  # escape
    citizen.key(67)  # F1
    assert citizen.process.poll() is None
    time.sleep(1)
    while (line := citizen._line()) is not None:
        citizen.history.append(json.loads(line))
    seen = {shown["screen"] for shown in citizen.history}
    assert seen <= {"invitation", "about", "comforts", "question", "comment", "review", "thanks", "idle_warning"}
    windows = display.screen().root.query_tree().children
    sizes = [(w.get_geometry().width, w.get_geometry().height) for w in windows if w.get_attributes().map_state]
    assert sizes == [(1024, 600)]
    assert citizen.end() == 0
    records = citizen.records()
    print(f"\n{events} random touches and keys, seed 2023: 0 exits, 0 settings, {len(records)} answers")
