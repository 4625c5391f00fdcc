"""The lines of the control socket: what a hand does to the printer, and what can be seen of it. Knows no socket."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Protocol

from firmware_bridge.control import numbers
from hardware.virtual_printer.device import VirtualPrinter

USAGE = (
    "paper full|out|ROWS | cover open|closed | feed held|free | cutter stuck|free | answers on|off | "
    "plug | unplug [AFTER_BYTES] | power on | power off [AFTER_BYTES] | ok | state"
)


class Housing(Protocol):
    """Where the printer stands. `slips`: pieces of paper with ink on them so far."""

    printer: VirtualPrinter
    slips: int

    def mind_the_line(self) -> None:
        """The cable or the power may have gone or come."""


class Hands:
    """`obey` carries out one line. Raises: ValueError with what was wanted instead."""

    def __init__(self, housing: Housing) -> None:
        self._housing, self._printer = housing, housing.printer
        self._words: dict[str, Callable[[list[str]], str | None]] = {
            "paper": self._paper,
            "cover": lambda words: self._switch("cover_open", words, "open", "closed"),
            "feed": lambda words: self._switch("held", words, "held", "free"),
            "cutter": lambda words: self._switch("stuck", words, "stuck", "free"),
            "answers": lambda words: self._switch("mute", words, "off", "on"),
            "plug": self._plug,
            "unplug": self._unplug,
            "power": self._power,
            "ok": self._ok,
            "state": self._state,
        }

    def obey(self, line: str) -> str:
        word, *rest = line.split() or [""]
        if word not in self._words:
            raise ValueError(f"{USAGE} wanted")
        answer = self._words[word](rest)
        self._printer.go_on()
        return "ok" if answer is None else answer

    def _paper(self, words: list[str]) -> None:
        if words == ["full"]:
            self._printer.paper.rows_left = None
        elif words == ["out"]:
            self._printer.paper.rows_left = 0
        else:
            (self._printer.paper.rows_left,) = numbers(words, 1, 1)

    def _switch(self, name: str, words: list[str], on: str, off: str) -> None:
        if words not in ([on], [off]):
            raise ValueError(f"{on} or {off} wanted")
        setattr(self._printer.state, name, words == [on])

    def _plug(self, words: list[str]) -> None:
        numbers(words, 0, 0)
        self._printer.state.plugged, self._printer.state.unplug_after = True, None
        self._housing.mind_the_line()

    def _unplug(self, words: list[str]) -> None:
        after = numbers(words, 0, 1)
        if after and after[0]:
            self._printer.state.unplug_after = after[0]
        else:
            self._printer.state.plugged = False
        self._housing.mind_the_line()

    def _power(self, words: list[str]) -> None:
        after = numbers(words[1:], 0, 1)
        if words == ["on"]:
            self._printer.power(True)
        elif words[:1] != ["off"]:
            raise ValueError("power on or power off wanted")
        elif after and after[0]:
            self._printer.state.power_off_after = after[0]
        else:
            self._printer.power(False)
        self._housing.mind_the_line()

    def _ok(self, words: list[str]) -> None:
        """Everything as on the first day."""
        numbers(words, 0, 0)
        state = self._printer.state
        state.cover_open = state.held = state.stuck = state.mute = False
        state.unplug_after = state.power_off_after = self._printer.paper.rows_left = None
        self._printer.power(True)
        self._plug([])

    def _state(self, words: list[str]) -> str:
        numbers(words, 0, 0)
        printer = self._printer
        seen = {
            "online": printer.is_online,
            "idle": printer.is_idle,
            "rows_left": printer.paper.rows_left,
            "hanging_ink": printer.paper.has_hanging_ink,
            "slips": self._housing.slips,
        }
        return json.dumps(seen | asdict(printer.state) | asdict(printer.counts))
