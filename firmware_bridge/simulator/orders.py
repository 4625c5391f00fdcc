"""The lines of the control socket: what each word does to the board, and what it answers. Knows no socket."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from firmware_bridge.control import numbers
from firmware_bridge.simulator.board import Fram
from firmware_bridge.simulator.native import BUTTONS

if TYPE_CHECKING:
    from firmware_bridge.simulator.process import Simulator

LONGEST_HOLD_MS = 60_000
LONGEST_BOUNCE_US = 100_000
LONGEST_LIFE_US = 3_600_000_000
HIGHEST_MV = 6_000
USAGE = (
    "press BUTTON HOLD_MS [BOUNCE_US] | down BUTTON [BOUNCE_US] | up BUTTON [BOUNCE_US] | lamps | buzzer | stats | "
    "plug | unplug | power on|off | restart | die AFTER_US [press] | supply MILLIVOLTS | "
    "fram present|absent|eeprom|failing BYTES | straps BUTTONS"
)


class Orders:
    """`obey` carries out one line. Raises: ValueError with what was wanted instead."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator
        self._board = simulator.board
        self._words: dict[str, Callable[[list[str]], str | None]] = {
            "press": self._press,
            "down": self._down,
            "up": self._up,
            "lamps": self._lamps,
            "buzzer": self._buzzer,
            "stats": self._stats,
            "plug": self._plug,
            "unplug": self._unplug,
            "power": self._power,
            "restart": self._restart,
            "die": self._die,
            "supply": self._supply,
            "fram": self._fram,
            "straps": self._straps,
        }

    def obey(self, line: str) -> str:
        word, *rest = line.split() or [""]
        if word not in self._words:
            raise ValueError(f"{USAGE} wanted")
        answer = self._words[word](rest)
        return "ok" if answer is None else answer

    def _press(self, words: list[str]) -> None:
        button, hold_ms, bounce_us, *_ = [*numbers(words, 2, 3), 0]
        if hold_ms > LONGEST_HOLD_MS:
            raise ValueError(f"hold to {LONGEST_HOLD_MS} ms")
        self._board.press(_button(button), hold_ms * 1000, _bounce(bounce_us))

    def _down(self, words: list[str]) -> None:
        button, bounce_us, *_ = [*numbers(words, 1, 2), 0]
        self._board.down(_button(button), _bounce(bounce_us))

    def _up(self, words: list[str]) -> None:
        button, bounce_us, *_ = [*numbers(words, 1, 2), 0]
        self._board.up(_button(button), _bounce(bounce_us))

    def _lamps(self, words: list[str]) -> str:
        numbers(words, 0, 0)
        return json.dumps({"lit": self._board.lit, "counts": self._board.lamp_counts})

    def _buzzer(self, words: list[str]) -> str:
        numbers(words, 0, 0)
        return json.dumps({"on": self._board.buzzing, "starts": self._board.buzzer_starts})

    def _stats(self, words: list[str]) -> str:
        numbers(words, 0, 0)
        port = self._simulator.port
        now = {
            "plugged": port.plugged,
            "power": self._board.alive,
            "cycles": self._board.cycle,
            "link_lit": self._board.link_lit,
            "unfetched": port.lost,
        }
        return json.dumps(now | asdict(self._board.stats()))

    def _plug(self, words: list[str]) -> None:
        numbers(words, 0, 0)
        self._simulator.plug()

    def _unplug(self, words: list[str]) -> None:
        numbers(words, 0, 0)
        self._simulator.unplug()

    def _power(self, words: list[str]) -> None:
        if words not in (["on"], ["off"]):
            raise ValueError("power on or power off wanted")
        (self._board.power_on if words == ["on"] else self._board.power_off)()

    def _restart(self, words: list[str]) -> None:
        numbers(words, 0, 0)
        self._board.reset()

    def _die(self, words: list[str]) -> None:
        after_press = words[1:] == ["press"]
        (after_us,) = numbers(words[:1] if after_press else words, 1, 1)
        if after_us > LONGEST_LIFE_US:
            raise ValueError(f"die within {LONGEST_LIFE_US} us")
        (self._board.die_after_press_us if after_press else self._board.die_in_us)(after_us)

    def _supply(self, words: list[str]) -> None:
        (millivolts,) = numbers(words, 1, 1)
        if millivolts > HIGHEST_MV:
            raise ValueError(f"supply to {HIGHEST_MV} mV")
        self._board.set_supply_mv(millivolts)

    def _fram(self, words: list[str]) -> None:
        kinds = {kind.name.lower(): kind for kind in Fram}
        if not words or words[0] not in kinds:
            raise ValueError("fram present, absent, eeprom or failing BYTES wanted")
        wanted = 1 if kinds[words[0]] is Fram.FAILING else 0
        (bytes_left, *_) = [*numbers(words[1:], wanted, wanted), 0]
        self._board.set_fram(kinds[words[0]], bytes_left)

    def _straps(self, words: list[str]) -> None:
        (buttons,) = numbers(words, 1, 1)
        self._board.set_buttons(buttons)


def _button(button: int) -> int:
    if button >= BUTTONS:
        raise ValueError(f"button below {BUTTONS}")
    return button


def _bounce(bounce_us: int) -> int:
    if bounce_us > LONGEST_BOUNCE_US:
        raise ValueError(f"bounce to {LONGEST_BOUNCE_US} us")
    return bounce_us
