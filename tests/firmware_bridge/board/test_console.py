"""The emulated box under a person's hands: keys in, one live line out, on a pseudo-terminal."""

import os
import pty
import select
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

import pytest

from tests.firmware_bridge.board.avr import MONITOR
from tests.firmware_bridge.board.test_simulate import PATIENCE_S, ROOT, RUN


class Screen:
    """What a person sees; `press` a key, `wait_for` a text that was drawn since the last wait."""

    def __init__(self, master):
        self.master = master
        self.seen = ""

    def press(self, key):
        os.write(self.master, key.encode())

    def wait_for(self, text):
        deadline_s = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            assert time.monotonic() < deadline_s, f"{text!r} was not drawn: {self.seen[-300:]!r}"
            if select.select([self.master], [], [], 0.1)[0]:
                self.seen += os.read(self.master, 4096).decode(errors="replace")
        self.seen = ""


@pytest.mark.parametrize(
    ("language", "keys", "cable_out", "cable_in", "power_off", "power_on"),
    [
        ("vi", "bấm nút", "cáp: rút", "cáp: cắm", "nguồn: tắt", "nguồn: bật"),
        ("en", "1–5 press", "cable: out", "cable: in", "power: off", "power: on"),
    ],
)
def test_keys_move_its_fingers(compiled, language, keys, cable_out, cable_in, power_off, power_on):
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    with tempfile.TemporaryDirectory(prefix="hl-") as folder:
        words = [sys.executable, "-c", RUN, "--firmware", str(compiled(MONITOR)), "--language", language]
        surroundings = {**os.environ, "XDG_RUNTIME_DIR": folder}
        with subprocess.Popen(words, cwd=ROOT, env=surroundings, stdin=slave, stdout=slave) as process:
            screen = Screen(master)
            screen.wait_for(keys)
            screen.wait_for(cable_in)
            screen.press("2")
            screen.wait_for("2●")
            screen.wait_for("2○")
            for key, drawn in (("u", cable_out), ("p", cable_in), ("o", power_off), ("O", power_on), ("h", keys)):
                screen.press(key)
                screen.wait_for(drawn)
            screen.press("q")
            assert process.wait(PATIENCE_S) == 0
        assert [path.name for path in Path(folder, "hailong-terminal").iterdir()] == ["store"]
    assert termios.tcgetattr(slave)[3] == before[3]
    os.close(master)
    os.close(slave)
