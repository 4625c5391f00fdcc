"""Three keys of a keypad: previous, next, choose. Which keys may be meant, and which strikes count. No window, no pin.

A key struck again at once is a trembling hand (EN 301 549 5.8). The window tells of a held key once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hardware.panels import PanelSettings
    from hardware.ports import ButtonPanel

PANEL = "keypad"  # what logs call it


class PadKey(StrEnum):
    PREVIOUS = "previous"
    NEXT = "next"
    CHOOSE = "choose"


# What a key may be called, and its number (USB HID usage page 7, which is SDL's scancode). Keys that mean anything to
# a window, a desktop or a kernel (Escape, F1 to F12, Tab, Print, Pause, modifiers) are no names here.
CODES: Mapping[str, int] = {
    **{letter: 4 + place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
    **{digit: 30 + place for place, digit in enumerate("1234567890")},
    "enter": 40,
    "space": 44,
    "home": 74,
    "page_up": 75,
    "end": 77,
    "page_down": 78,
    "right": 79,
    "left": 80,
    "down": 81,
    "up": 82,
    "pad_divide": 84,
    "pad_multiply": 85,
    "pad_minus": 86,
    "pad_plus": 87,
    "pad_enter": 88,
    **{f"pad_{digit}": 89 + place for place, digit in enumerate("1234567890")},
}


@dataclass(frozen=True, slots=True)
class KeypadSettings:
    """`previous`, `next`, `choose`: names of CODES, or all empty. `pins`: BCM numbers in that order, or none.

    `repeat_s`: the same key again within this is a trembling hand. `control_socket`: pins in software, for trials.
    """

    previous: str = ""
    next: str = ""
    choose: str = ""
    repeat_s: float = 0.25
    pins: tuple[int, ...] = ()
    control_socket: Path | None = None

    @property
    def on(self) -> bool:
        return bool(self.choose or self.pins)

    def codes(self) -> Mapping[int, PadKey]:
        """The keys by their numbers."""
        names = {PadKey.PREVIOUS: self.previous, PadKey.NEXT: self.next, PadKey.CHOOSE: self.choose}
        return {CODES[name]: key for key, name in names.items() if name}

    def problems(self) -> list[str]:
        """What an installer must mend."""
        names = [self.previous, self.next, self.choose]
        found = [f"{name!r} is none of {', '.join(CODES)}" for name in names if name and name not in CODES]
        if any(names) and not all(names):
            found.append("previous, next and choose go together")
        if len(set(filter(None, names))) < len(list(filter(None, names))):
            found.append("a key is named twice")
        if len(self.pins) not in (0, 3):
            found.append("pins must be three, or none")
        return found


class Strikes:
    """Tells a strike from a trembling hand."""

    def __init__(self, repeat_s: float) -> None:
        self._repeat_s = repeat_s
        self._struck_s: dict[PadKey, float] = {}

    def counts(self, key: PadKey, at_s: float) -> bool:
        """Whether this is a strike of its own. One that repeats does not prolong the time."""
        last_s = self._struck_s.get(key)
        if last_s is not None and at_s - last_s < self._repeat_s:
            return False
        self._struck_s[key] = at_s
        return True


class PinKeys:
    """Keys on pins: a row of buttons without lamps, previous first. Every press is taken, none is remembered."""

    def __init__(self, panel: "ButtonPanel", repeat_s: float) -> None:
        self._panel, self._strikes = panel, Strikes(repeat_s)

    def struck(self, at_s: float) -> Sequence[PadKey]:
        """The keys struck since the last call. `at_s`: of any monotonic clock, always the same."""
        keys = []
        for press in self._panel.poll():
            self._panel.confirm(press)
            key = tuple(PadKey)[press.button]
            if self._strikes.counts(key, at_s - (press.age_ms or 0) / 1000):
                keys.append(key)
        return keys

    def close(self) -> None:
        self._panel.close()


def pin_panel(settings: KeypadSettings) -> "PanelSettings | None":
    """The row of buttons that keys on pins are; None without pins."""
    if len(settings.pins) != len(PadKey):
        return None
    from hardware.panels import PanelKind, PanelSettings

    kind = PanelKind.GPIO_SIMULATED if settings.control_socket else PanelKind.GPIO
    pins, control = settings.pins, settings.control_socket
    return PanelSettings(kind, PANEL, button_pins=pins, control_socket=control, refractory_ms=0)
