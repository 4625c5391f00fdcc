"""Whole forms done with three keys of a real X display, and heard through ALSA: the screen is never looked at."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firmware_bridge.control import tell
from hardware.player import quieter
from kiosk.flow import opening
from kiosk.spoken import spoken
from kiosk.texts import read_words
from kiosk.ui.guide import FIRST_STEP, STEPS_DB
from survey.form import Form, Kind, Question
from survey.form_file import read_form
from survey.record import Channel, State

pytestmark = [pytest.mark.display, pytest.mark.voice]
ROOT = Path(__file__).parents[2]
FORMS = sorted((ROOT / "survey/data/forms").glob("*.json"))
KEYS = {"previous": "Left", "next": "Right", "choose": "Return"}
MOST_STEPS = 2000
MORE = """
[voice]
aloud = "{aloud}"
device = "{device}"
[keypad]
previous = "left"
next = "right"
choose = "enter"
repeat_s = 0.05
"""


class Listener:
    """A citizen with closed eyes: strikes three keys, and takes what the ear hears for true."""

    def __init__(self, citizen, earphone, synthesised: Callable[[str], bytes], form: Form) -> None:
        from Xlib import XK

        self.citizen, self.earphone, self.synthesised, self.form = citizen, earphone, synthesised, form
        self._codes = {name: citizen._x.keysym_to_keycode(XK.string_to_keysym(symbol)) for name, symbol in KEYS.items()}
        self._struck_s: dict[str, float] = {}
        self._last_s = 0.0
        self.strikes = self.heard = 0
        self.latencies_s: list[float] = []
        self.words = read_words("vi")

    def strike(self, key: str) -> dict:
        """Strike a key and wait for what it lights."""
        wait_s = 0.35 if key == "choose" else 0.06  # the guards against a trembling hand
        time.sleep(max(self._struck_s.get(key, 0) + wait_s - time.monotonic(), 0))
        self.earphone.forget()
        self._last_s = time.monotonic()
        self.citizen.key(self._codes[key])
        self.strikes += 1
        shown = self.citizen.wait()
        self._struck_s[key] = time.monotonic()  # by now the kiosk has taken the strike
        return shown

    def hears(self, text: str) -> None:
        heard = self.earphone.heard(quieter(self.synthesised(spoken(text, "vi")), STEPS_DB[FIRST_STEP]))
        assert heard, (text, len(self.earphone.samples), self.citizen.shown["focus"])
        self.heard += 1
        self.latencies_s.append(self.earphone.first_s - self._last_s)

    def go_to(self, target: str, key: str = "next") -> None:
        """Step on until the target is reached; each stop on the way must have been heard."""
        for _ in range(60):
            shown = self.strike(key)
            if text := self.text(shown["focus"]):
                self.hears(text)
            if shown["focus"] == target:
                return
        raise AssertionError(f"{target} is not reached: {self.citizen.shown}")

    def choose(self, target: str, key: str = "next") -> dict:
        self.go_to(target, key)
        return self.strike("choose")

    def text(self, id: str) -> str:
        """What must be read out for a target: from the form and the files of words, not from the screen."""
        kind, _, code = id.partition(":")
        question = self.form.question(self.citizen.shown["question"]) or opening(self.form)
        if kind == "level":
            return next(self._vi(level) for level in question.scale.levels if level.value == int(code))
        if kind == "option" and question.kind is Kind.YES_NO:
            return self.words["yes" if id == self.yes(question) else "no"]
        if kind == "option":
            return next(self._vi(option) for option in question.options if option.code == code)
        if kind == "not_applicable":
            return self._vi(question.scale.not_applicable)
        if kind == "key":
            return code if len(code) == 1 else ""
        text = self.words.get({"done": "thanks_done"}.get(id, id), "")
        return "" if "{" in text else text

    @staticmethod
    def _vi(item) -> str:
        return item.text["vi"]

    @staticmethod
    def yes(question: Question) -> str:
        from survey.form import YES

        return f"option:{YES}"


@pytest.fixture
def listener(start_kiosk, earphone, synthesised, request) -> Iterator[Callable[..., Listener]]:
    def start(path: Path = FORMS[0], aloud: str = "headphones", **more) -> Listener:
        form = read_form(path.read_bytes(), path.name)
        text = MORE.format(aloud=aloud, device=earphone.device)
        citizen = start_kiosk(
            more=text + more.pop("more", ""), environment_more=earphone.environment, form=path, **more
        )
        return Listener(citizen, earphone, synthesised, form)

    return start


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_whole_form_is_done_by_ear(listener, path):
    ear = listener(path)
    ear.strike("next")  # the first strike only wakes the mode
    first = opening(ear.form)
    expected = {}
    if first is not None:
        ear.hears(first.text["vi"])
    shown = ear.citizen.shown
    for _ in range(MOST_STEPS):
        if shown["screen"] == "thanks":
            break
        shown = answer(ear, shown, expected)
    ear.hears(ear.form.thanks["vi"])
    ear.choose("done")
    assert ear.citizen.shown["screen"] == "invitation"
    assert ear.citizen.shown["focus"] == ""
    assert ear.citizen.end() == 0
    (record,) = ear.citizen.records()
    assert dict(record.submission.answers) == expected
    assert record.submission.channel is Channel.SCREEN
    assert record.submission.state is State.COMPLETE
    latencies = sorted(round(latency * 1000) for latency in ear.latencies_s)
    print(
        f"\n{path.stem}: {len(expected)} answers by {ear.strikes} strikes of three keys, {ear.heard} texts heard, "
        f"0 missed; first sample after {latencies[len(latencies) // 2]} ms (median), {latencies[-1]} ms (longest)"
    )


def answer(ear: Listener, shown: dict, expected: dict) -> dict:
    """Answer one screen; the next one."""
    if shown["screen"] == "invitation" and opening(ear.form) is None:
        return ear.choose("start")
    question = ear.form.question(shown["question"]) or opening(ear.form)
    if shown["screen"] != "invitation":
        ear.hears(question.text["vi"])
    if question.kind is Kind.TEXT:
        ear.choose("key:a")
        expected[question.code] = "a"
        return ear.choose("send", "previous")
    if question.kind is Kind.MULTI:
        option = question.options[0].code
        expected[question.code] = [option]
        ear.choose(f"option:{option}")
        ear.hears(ear.words["say_ticked"])
        while "more" in [target["id"] for target in ear.citizen.shown["targets"]]:
            ear.choose("more")
        return ear.choose("next")
    if question.kind is Kind.SCALE:
        value = 2
        expected[question.code] = value
        return ear.choose(f"level:{value}")
    code = ear.yes(question).partition(":")[2] if question.kind is Kind.YES_NO else question.options[0].code
    expected[question.code] = code
    return ear.choose(f"option:{code}")


PLAIN_MORE = """
[keypad]
previous = "left"
next = "right"
choose = "enter"
repeat_s = 0.05
"""
STRANGE_KEYS = (
    "F1",
    "F11",
    "F12",
    "Escape",
    "Tab",
    "Print",
    "Pause",
    "Delete",
    "BackSpace",
    "Menu",
    "Super_L",
    "a",
    "1",
)


def codes(citizen, *names: str) -> list[int]:
    from Xlib import XK

    return [citizen._x.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]


def with_alt(citizen, code: int, modifier: str) -> None:
    from Xlib import X
    from Xlib.ext import xtest

    (held,) = codes(citizen, modifier)
    xtest.fake_input(citizen._x, X.KeyPress, held)
    citizen.key(code)
    xtest.fake_input(citizen._x, X.KeyRelease, held)
    citizen._x.sync()


def test_keys_answer_as_a_finger_does_and_leave_no_other_trace(start_kiosk):
    records = []
    for by_keys in (False, True):
        citizen = start_kiosk(data=f"data{by_keys}", more=PLAIN_MORE)
        right, enter = codes(citizen, "Right", "Return")
        for _ in range(2):  # the invitation and a factor
            if not by_keys:
                citizen.answer("level:4", "question")
                continue
            while citizen.shown["focus"] != "level:4":
                citizen.key(right)
                citizen.wait()
                time.sleep(0.06)  # the guard against a trembling hand
            citizen.key(enter)
            citizen.wait("question")
            time.sleep(0.35)
        citizen.answer("finish", "thanks")
        assert citizen.end() == 0
        (record,) = citizen.records()
        records.append(record)
    fingers, keys = (record.submission for record in records)
    assert keys.answers == fingers.answers
    assert (keys.channel, keys.state, keys.form) == (fingers.channel, fingers.state, fingers.form)
    assert set(keys.flags) <= {"fast"}  # a script decides sooner than a person reads


def test_no_other_key_does_anything(start_kiosk):
    citizen = start_kiosk(more=PLAIN_MORE)
    right, enter = codes(citizen, "Right", "Return")
    for code in codes(citizen, *STRANGE_KEYS):
        citizen.key(code)
    for modifier in ("Alt_L", "Control_L", "Super_L"):
        for code in (right, enter, *codes(citizen, "F4", "q", "e", "v")):
            with_alt(citizen, code, modifier)
    with pytest.raises(AssertionError, match="no screen"):
        citizen.wait(timeout_s=0.5)
    citizen.key(right)
    assert citizen.wait()["focus"] == ""
    time.sleep(0.06)
    citizen.key(right)
    assert citizen.wait()["focus"] == "level:1"
    assert citizen.end() == 0


def test_without_a_keypad_no_key_does_anything(start_kiosk):
    citizen = start_kiosk()
    for code in codes(citizen, "Left", "Right", "Return", *STRANGE_KEYS):
        citizen.key(code)
    with pytest.raises(AssertionError, match="no screen"):
        citizen.wait(timeout_s=0.5)
    assert citizen.end() == 0


def test_a_key_held_down_is_one_strike(start_kiosk):
    from Xlib import X
    from Xlib.ext import xtest

    citizen = start_kiosk(more=PLAIN_MORE)
    (right,) = codes(citizen, "Right")
    citizen.key(right)
    citizen.wait()
    time.sleep(0.06)
    xtest.fake_input(citizen._x, X.KeyPress, right)
    citizen._x.sync()
    assert citizen.wait()["focus"] == "level:1"
    with pytest.raises(AssertionError, match="no screen"):
        citizen.wait(timeout_s=1.2)  # the display repeats a held key after half a second
    xtest.fake_input(citizen._x, X.KeyRelease, right)
    citizen._x.sync()
    time.sleep(0.06)  # SDL takes a release and a press within 2 ms for a repeat
    citizen.key(right)
    assert citizen.wait()["focus"] == "level:2"
    assert citizen.end() == 0


def test_a_touch_puts_the_keys_aside(start_kiosk):
    citizen = start_kiosk(more=PLAIN_MORE)
    (right,) = codes(citizen, "Right")
    for _ in range(2):
        citizen.key(right)
        citizen.wait()
        time.sleep(0.06)
    assert citizen.shown["focus"] == "level:1"
    assert citizen.answer("level:4", "question")["focus"] == ""
    time.sleep(0.06)
    citizen.key(right)
    assert citizen.wait()["focus"] == ""  # it wakes again, at the question
    assert citizen.end() == 0


def test_three_buttons_on_pins_do_the_same(start_kiosk, tmp_path):
    control = tmp_path / "fingers"
    citizen = start_kiosk(more=f'[keypad]\npins = [5, 6, 13]\nrepeat_s = 0.05\ncontrol_socket = "{control}"\n')
    give_up_s = time.monotonic() + 30
    while not control.exists() and time.monotonic() < give_up_s:
        time.sleep(0.01)

    def press(button: int) -> None:
        assert tell(control, f"press {button} 60 3000", 30).startswith("ok")

    while citizen.shown["focus"] != "level:5":
        press(1)
        citizen.wait()
        time.sleep(0.15)
    press(0)
    assert citizen.wait()["focus"] == "level:4"
    press(2)
    citizen.wait("question", "RG.HL1")
    citizen.answer("finish", "thanks")
    assert citizen.end() == 0
    (record,) = citizen.records()
    assert dict(record.submission.answers) == {"RG.HL0": 4}


def test_a_survey_goes_on_when_the_voice_is_lost(listener, tmp_path):
    """The device vanishes in the middle; the log says so once, and no question waits for it."""
    ear = listener()
    ear.strike("next")
    Path(ear.earphone.environment["ALSA_CONFIG_PATH"]).write_text("")
    for _ in range(3):
        while ear.citizen.shown["focus"] != "level:3":
            ear.strike("next")
        ear.strike("choose")
    assert ear.citizen.shown["question"] == "RG.HL3"
    ear.citizen.answer("finish", "thanks")
    assert ear.citizen.end() == 0
    (record,) = ear.citizen.records()
    assert dict(record.submission.answers) == {"RG.HL0": 3, "RG.HL1": 3, "RG.HL2": 3}
    log = (tmp_path / "data.log").read_text()
    assert log.count("voice.changed") == 1
    assert "hài lòng" not in log.lower()


def test_sounds_are_heard_whatever_is_tapped(start_kiosk, earphone):
    from kiosk.sounds import chimes

    more = f'[voice]\ndevice = "{earphone.device}"\n[sound]\non = true\nvolume_db = 0\n'
    citizen = start_kiosk(more=more, environment_more=earphone.environment)
    heard = set()
    for level in (1, 5):
        earphone.forget()
        citizen.answer(f"level:{level}", "question")
        assert earphone.heard(chimes()["tap"].samples)
        heard.add(earphone.samples.rstrip(b"\0"))
        earphone.forget()
        citizen.answer("finish", "thanks")
        assert earphone.heard(chimes()["thanks"].samples)
        earphone.forget()
        citizen.answer("done", "invitation")
        assert earphone.heard(chimes()["tap"].samples)
    assert len(heard) == 1
    assert citizen.end() == 0
