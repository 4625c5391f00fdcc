"""What the rest of the product may know of a device: Protocols and values, no implementation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Press:
    """One counted press of one button.

    `panel`: the panel's name from the configuration. `button`: 0 for the first (worst) button.
    `source`: names this press for ever; a press that is handed over twice has the same source both times.
    `age_ms`: milliseconds since the contact closed, None when the panel cannot tell (it lost power since).
    `flags`: what the panel noticed, such as "burst"; sorted names, empty for an ordinary press.

    A press flagged "burst" stands for all further hits of any buttons within the refractory time after the press
    before it, however many; it comes once the panel is quiet again, `button` is the lowest one hit, and no lamp lights
    for it. It is no citizen's answer of its own: record it flagged, or flag the answer before it; never drop it.
    """

    panel: str
    button: int
    source: str
    age_ms: int | None
    flags: tuple[str, ...] = ()


class Link(StrEnum):
    """Whether the panel can be heard."""

    UP = "up"
    SILENT = "silent"  # the port is there, nobody answers
    ABSENT = "absent"  # no such port, or unplugged


@dataclass(frozen=True, slots=True)
class PanelStatus:
    """`stuck`: buttons held for more than 15 s, ignored until released. `lost`: presses the panel had to refuse."""

    panel: str
    link: Link
    stuck: tuple[int, ...] = ()
    lost: int = 0
    note: str = ""


class ButtonPanel(Protocol):
    """A row of buttons. One contract suite (tests/contracts) runs over every implementation.

    Every press is handed over by `poll` at least once and until `confirm` is called for it; the caller drops
    repetitions by `Press.source`. The lamp of a panel without its own memory lights in `confirm`.
    """

    @property
    def name(self) -> str: ...

    def poll(self) -> Sequence[Press]:
        """New presses, oldest first, and again each second those not confirmed; never blocks, never raises for an
        absent device."""

    def confirm(self, press: Press) -> None:
        """The press is on the disk: light its lamp, let the panel forget it. Never raises for an absent device."""

    def status(self) -> PanelStatus: ...

    def close(self) -> None: ...
