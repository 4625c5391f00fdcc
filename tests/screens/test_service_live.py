"""The service menu in a real window, opened and used by real X events, beside a panel of simulated pins."""

import json
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_bridge.control import tell
from hardware.player import quieter
from kiosk.service.code import make_hash
from kiosk.spoken import spoken
from kiosk.texts import read_words
from kiosk.ui.guide import FIRST_STEP, STEPS_DB
from survey.pause import pauses_of
from survey.record import Channel

pytestmark = pytest.mark.display
STAFF, TECHNICIAN = "246802", "135790"
IN = 9 * 119 / 25.4  # pixels: the middle of the corner, where a finger goes, and the help of the invitation lies
MORE = """
[service]
staff_code = "{staff}"
technician_code = "{technician}"
[[panel]]
kind = "gpio-simulated"
button_pins = [5, 6, 13, 19, 26]
lamp_pins = [12, 16, 20, 21, 25]
control_socket = "{socket}"
"""


@pytest.fixture
def pins() -> Iterator[Path]:
    """A short path: a Unix socket's name has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="hl-") as directory:
        yield Path(directory) / "pins"


@pytest.fixture
def more(pins: Path) -> str:
    staff, technician = (make_hash(each, lambda length: bytes(length)) for each in (STAFF, TECHNICIAN))
    return MORE.format(staff=staff, technician=technician, socket=pins)


def press(pins: Path, button: int) -> None:
    end = time.monotonic() + 10
    while not pins.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert tell(pins, f"press {button} 80", 30)


def press_until_recorded(citizen, pins: Path, button: int) -> None:
    """A kiosk looks at its pins only after its first frame: a press before that is nobody's, and is made again."""
    log, end = citizen.data.with_suffix(".log"), time.monotonic() + 30
    while time.monotonic() < end:
        press(pins, button)
        again = time.monotonic() + 4
        while time.monotonic() < again:
            if '"press.recorded"' in log.read_text():
                return
            time.sleep(0.05)
    raise AssertionError("no press was recorded")


def knock(citizen, width: int = 1024) -> None:
    """Upper left, upper right twice, upper left, after a rest."""
    time.sleep(1.2)
    for x in (IN, width - IN, width - IN, IN):
        citizen.touch(x, IN)
    assert citizen.wait()["screen"] == "service_pad"


def enter(citizen, code: str) -> None:
    for digit in code:
        time.sleep(0.15)
        citizen.answer(f"digit:{digit}", "service_pad")
    citizen.tap("enter")


def log_of(citizen) -> list[dict]:
    text = citizen.data.with_suffix(".log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def events(citizen, name: str) -> int:
    return sum(line.get("event") == name for line in log_of(citizen))


def test_a_technician_tries_everything_and_records_nothing(start_kiosk, more, pins):
    citizen = start_kiosk(more=more)
    assert citizen.shown["screen"] == "invitation"
    help = next(target for target in citizen.shown["targets"] if target["id"] == "comforts")
    assert 0 < 1024 - IN - help["x"] < help["w"]
    assert 0 < IN - help["y"] < help["h"]
    knock(citizen)
    enter(citizen, "999999")
    assert citizen.wait("service_pad")["targets"]
    enter(citizen, TECHNICIAN)
    citizen.wait("service_menu")
    citizen.answer("status", "service_status")
    citizen.answer("back", "service_menu")

    citizen.answer("touch", "service_touch")
    mm = 119 / 25.4
    for x, y in ((12, 12), (1024 / mm - 12, 12), (1024 / mm - 12, 600 / mm - 12), (12, 600 / mm - 12)):
        time.sleep(0.1)
        citizen.touch(x * mm, y * mm)
        citizen.wait()
    assert citizen.shown["screen"] == "service_touch_done"
    citizen.answer("back", "service_menu")

    citizen.answer("buttons", "service_buttons")
    press(pins, 3)
    citizen.wait("service_buttons")
    citizen.answer("back", "service_menu")

    for place in ("sound", "printer"):
        citizen.answer(place, f"service_{place}")
        assert [target["id"] for target in citizen.shown["targets"]] == ["back"]
        citizen.answer("back", "service_menu")
    citizen.answer("cleaning", "service_cleaning")
    for place in ((512, 300), (24, 24), (1000, 24), (100, 560)):
        citizen.touch(*place)
    for _ in range(2):
        assert citizen.wait()["screen"] == "service_cleaning"
    assert citizen.end() == 0
    assert citizen.records() == []
    assert events(citizen, "press.tested") == 1
    assert not any(code in citizen.data.with_suffix(".log").read_text() for code in (TECHNICIAN, "999999"))


def test_a_pause_outlives_the_plug_and_ends_by_the_menu(start_kiosk, more, pins):
    citizen = start_kiosk(more=more)
    knock(citizen)
    enter(citizen, STAFF)
    citizen.wait("service_menu")
    assert [target["id"] for target in citizen.shown["targets"]] == ["status", "cleaning", "reasons", "close"]
    citizen.answer("reasons", "service_reasons")
    citizen.answer("reason:fault", "service_halted")
    for _ in range(3):
        citizen.touch(512, 300)
    citizen.end(signal.SIGKILL)
    pins.unlink()

    citizen = start_kiosk(more=more)
    assert citizen.shown["screen"] == "service_halted"
    press_until_recorded(citizen, pins, 4)
    knock(citizen)
    enter(citizen, STAFF)
    citizen.wait("service_menu")
    citizen.answer("resume", "invitation")
    citizen.answer("level:4", "question", "RG.HL1")
    citizen.answer("finish", "thanks")
    assert citizen.end() == 0
    button, screen = sorted(citizen.records(), key=lambda record: record.submission.channel)
    assert (button.submission.channel, screen.submission.channel) == (Channel.BUTTON, Channel.SCREEN)
    assert "paused" in button.submission.flags
    assert "paused" not in screen.submission.flags
    store = citizen.outbox()
    (pause,) = pauses_of(store.notes())
    store.close()
    assert (pause.reason, bool(pause.until)) == ("fault", True)


@pytest.mark.parametrize(("size", "rotation"), [("600x1024", 0), ("1024x600", 90)])
def test_the_corners_are_those_that_a_person_sees(start_kiosk, more, size, rotation):
    """Upright, also on a glass that is turned: the cross is at the upper left of what is read."""
    citizen = start_kiosk(size, rotation, more=more)

    def seen(x: float, y: float) -> tuple[float, float]:
        return (1024 - y, x) if rotation else (x, y)

    time.sleep(1.2)
    for x in (IN, 600 - IN, 600 - IN, IN):
        citizen.touch(*seen(x, IN))
    assert citizen.wait()["screen"] == "service_pad"
    enter(citizen, TECHNICIAN)
    citizen.wait("service_menu")
    citizen.answer("touch", "service_touch")
    far = 12 * 119 / 25.4
    for x, y in ((far, far), (600 - far, far), (600 - far, 1024 - far), (far, 1024 - far)):
        time.sleep(0.1)
        citizen.touch(*seen(x, y))
        citizen.wait()
    assert citizen.shown["screen"] == "service_touch_done"
    assert citizen.end() == 0
    (tested,) = [line for line in log_of(citizen) if line.get("event") == "service.touch_tested"]
    print(f"\n{size} turned by {rotation}: worst corner {tested['worst_mm']} mm off")
    assert (tested["worst_mm"] <= 0.5, tested["wrong"]) == (True, "")


def test_without_a_code_there_is_no_menu(start_kiosk):
    citizen = start_kiosk()
    time.sleep(1.2)
    for x in (24, 1000, 1000, 24):
        citizen.touch(x, 24)
    with pytest.raises(AssertionError):
        citizen.wait("service_pad", timeout_s=1)


KEYS = """
[keypad]
previous = "left"
next = "right"
choose = "enter"
repeat_s = 0.05
[voice]
aloud = "headphones"
device = "{device}"
"""


@pytest.mark.voice
def test_a_pause_by_hand_is_read_out_to_who_has_only_keys(start_kiosk, more, earphone, synthesised):
    from Xlib import XK

    citizen = start_kiosk(more=more + KEYS.format(device=earphone.device), environment_more=earphone.environment)
    words = read_words("vi")
    right = citizen._x.keysym_to_keycode(XK.string_to_keysym("Right"))
    knock(citizen)
    enter(citizen, STAFF)
    citizen.wait("service_menu")
    citizen.answer("reasons", "service_reasons")
    citizen.answer("reason:fault", "service_halted")
    citizen.key(right)
    assert citizen.wait("service_halted")["focus"] == ""  # lit anew, with the ring
    for name in ("paused_title", "service_halted_note"):
        assert earphone.heard(quieter(synthesised(spoken(words[name], "vi")), STEPS_DB[FIRST_STEP])), name
    citizen.touch(512, 300)
    citizen.wait("service_halted")  # a touch puts the keys aside
    knock(citizen)
    citizen.key(right)  # the menu knows no keys
    with pytest.raises(AssertionError, match="no screen"):
        citizen.wait("service_halted", timeout_s=0.5)
    assert citizen.end() == 0
    assert citizen.records() == []
