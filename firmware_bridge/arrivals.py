"""A record of the terminal in the host's words. Knows no line, no state and no clock."""

from dataclasses import dataclass

from firmware_bridge.ages import Age
from firmware_bridge.counts import BURST_KIND
from firmware_bridge.frames import BURST, BUTTONS, Press


@dataclass(frozen=True, slots=True)
class Arrival:
    """A press as the terminal reported it; a repetition has the same `source`.

    `source`: epoch-seq-boot-t_ms in hexadecimal, of 8, 8, 4 and 8 digits. `buttons`: one button, or, lowest first, all
    that a burst of `hits` further hits touched (255 = or more). `tally`: what its box counts it under, such as
    "5eed1e57/3" or "5eed1e57/burst".
    """

    source: str
    tally: str
    buttons: tuple[int, ...]
    burst: bool
    hits: int
    age: Age


def arrival_of(press: Press, age: Age) -> Arrival:
    """`press.what` is one that `buttons_of` knows."""
    burst = press.what >= BURST
    return Arrival(
        source=f"{press.epoch:08x}-{press.seq:08x}-{press.boot:04x}-{press.t_ms:08x}",
        tally=f"{press.epoch:08x}/{BURST_KIND if burst else press.what}",
        buttons=buttons_of(press.what),
        burst=burst,
        hits=press.aux if burst else 1,
        age=age,
    )


def buttons_of(what: int) -> tuple[int, ...]:
    """The buttons that `Press.what` names, lowest first; none when version 1 has no such value."""
    if what < BUTTONS:
        return (what,)
    mask = what - BURST
    return tuple(b for b in range(BUTTONS) if mask >> b & 1) if 0 < mask < 1 << BUTTONS else ()
