"""The box on a terminal: one live line of lamps, sound, cable and power, and the keys that move them."""

import os
import select
import sys
import termios
import tty
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from firmware_bridge.simulator.process import Simulator

REDRAW_S = 0.1
HOLD_MS = 120
BOUNCE_US = 3_000
_COLOURS = (32, 92, 93, 91, 31)  # from satisfied to dissatisfied: the order of the buttons


@dataclass(frozen=True, slots=True)
class Words:
    """Pairs: for no, for yes."""

    keys: str
    cable: tuple[str, str]
    power: tuple[str, str]
    link_lamp: str
    seconds: str


_WORDS = {
    "vi": Words(
        keys="1–5 bấm nút · u rút cáp · p cắm cáp · o tắt nguồn · O bật nguồn · h trợ giúp · q thoát",
        cable=("cáp: rút", "cáp: cắm"),
        power=("nguồn: tắt", "nguồn: bật"),
        link_lamp="đèn nối",
        seconds="giây",
    ),
    "en": Words(
        keys="1–5 press · u unplug · p plug in · o power off · O power on · h help · q quit",
        cable=("cable: out", "cable: in"),
        power=("power: off", "power: on"),
        link_lamp="link lamp",
        seconds="s",
    ),
}
LANGUAGES = tuple(_WORDS)


class Console:
    """Takes over the terminal on `with`, and gives it back as it was."""

    def __init__(self, simulator: "Simulator", language: str) -> None:
        self._simulator = simulator
        self._words = _WORDS[language]
        self._drawn_s = 0.0
        self.quit = False

    def __enter__(self) -> Self:
        self._saved = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)
        self._say(self._words.keys)
        return self

    def __exit__(self, *_: object) -> None:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._saved)
        self._out("\r\x1b[K")

    def step(self, now_s: float) -> None:
        """Obey the keys pressed by now, and redraw when it is time."""
        while not self.quit and select.select([sys.stdin], [], [], 0)[0]:
            keys = os.read(sys.stdin.fileno(), 64).decode(errors="ignore")
            self.quit = not keys
            for key in keys:
                self.press_key(key)
        if now_s - self._drawn_s >= REDRAW_S:
            self._drawn_s = now_s
            self._out(f"\r{self.status_line()}\x1b[K")

    def press_key(self, key: str) -> None:
        lines = {"u": "unplug", "p": "plug", "o": "power off", "O": "power on"}
        if key in lines:
            self._simulator.obey(lines[key])
        elif key in "12345":
            self._simulator.obey(f"press {int(key) - 1} {HOLD_MS} {BOUNCE_US}")
        elif key == "h":
            self._say(self._words.keys)
        elif key == "q":
            self.quit = True

    def status_line(self) -> str:
        board, words = self._simulator.board, self._words
        lamps = " ".join(
            f"\x1b[{colour}m{n + 1}●\x1b[0m" if n in board.lit else f"{n + 1}○" for n, colour in enumerate(_COLOURS)
        )
        parts = [
            words.cable[self._simulator.port.plugged],
            words.power[board.alive],
            f"{words.link_lamp} {'◉' if board.link_lit else '○'}",
            f"{board.now_us / 1e6:.0f} {words.seconds}",
        ]
        return f"{lamps}  {'♪' if board.buzzing else ' '}  {' · '.join(parts)}"

    def _say(self, line: str) -> None:
        self._out(f"\r{line}\x1b[K\n")

    def _out(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
