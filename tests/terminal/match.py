"""What was pressed against what was delivered, as sequences: the one judge of every soak. Knows no terminal.

A press whose lamp was lit must be delivered, once, in its place. A dark one may be: it became durable, and the power
went before its lamp could light.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pressed:
    """One finger's press. `lit`: the lamp rose for it, so it was promised."""

    button: int
    lit: bool


@dataclass(frozen=True, slots=True)
class Mismatch:
    """`pressed_at`, `delivered_at`: the first places that cannot be explained, whatever dark presses are left out."""

    pressed_at: int
    delivered_at: int
    reason: str

    def __str__(self) -> str:
        return f"{self.reason} (press {self.pressed_at}, delivered {self.delivered_at})"


def mismatch(pressed: Sequence[Pressed], delivered: Sequence[int]) -> Mismatch | None:
    """None when `delivered` is `pressed` with only dark presses left out, in order and each once."""
    explained = {0}  # how many of `delivered` the presses so far may account for
    for at, press in enumerate(pressed):
        further = _after(press, explained, delivered)
        if not further:
            return Mismatch(at, min(explained), f"promised press of button {press.button} is missing")
        explained = further
    if len(delivered) in explained:
        return None
    return Mismatch(len(pressed), max(explained), "delivered, and never pressed")


def _after(press: Pressed, explained: Iterable[int], delivered: Sequence[int]) -> set[int]:
    taken = {n + 1 for n in explained if n < len(delivered) and delivered[n] == press.button}
    return taken if press.lit else taken | set(explained)
