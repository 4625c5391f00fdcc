"""What counts as a press, from time-stamped edges (firmware_bridge/PROTOCOL.md §5). No clock, pin or thread inside.

gpiozero's `bounce_time` means something else on every back end, and nothing on its mock: so this filter is ours.
Nothing is dropped in silence: hits within the refractory time of a press come out together as one burst.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Microseconds: a level counts after `stable_us`; a press makes the panel wait for `refractory_us` of quiet."""

    stable_us: int = 8_000
    refractory_us: int = 1_500_000
    stuck_us: int = 15_000_000


@dataclass(frozen=True, slots=True)
class Hit:
    """One counted press, or (`burst`) the `hits` further presses of `buttons` before the panel was quiet again.

    `t_us`: when the contact of the first of them was steadily closed.
    """

    t_us: int
    buttons: tuple[int, ...]
    hits: int
    burst: bool


class Debouncer:
    """Edges in, hits out. `closed`: the levels at the start; what is closed then may have been counted before."""

    def __init__(self, t_us: int, closed: Sequence[bool], rules: Rules) -> None:
        self._rules = rules
        self._now_us = t_us
        self._closed = list(closed)  # the level last reported
        self._since_us = [t_us] * len(closed)
        self._held = list(closed)  # the level that counts
        self._held_since_us = [t_us] * len(closed)
        self._quiet_at_us: int | None = None  # end of the refractory time
        self._burst: list[tuple[int, int]] = []  # (t_us, button)

    def closed(self, button: int) -> bool:
        """The level of the last edge."""
        return self._closed[button]

    def edge(self, t_us: int, button: int, closed: bool) -> list[Hit]:
        """The contact of `button` closed or opened; what this and the time before it complete.

        An edge older than what was already decided counts as of then. An edge to the level that is already there
        means that one between them was missed: the level is steady only from now.
        """
        t_us = max(t_us, self._now_us)
        hits = self.advance(t_us)
        self._closed[button] = closed
        self._since_us[button] = t_us
        return hits

    def advance(self, t_us: int) -> list[Hit]:
        """No more edges up to `t_us`: what that completes, oldest first."""
        self._now_us = max(t_us, self._now_us)
        hits: list[Hit] = []
        while due := min(self._due(), default=None):
            at_us, button = due
            if at_us > self._now_us:
                break
            hits += self._end_burst() if button < 0 else self._settle(at_us, button)
        return hits

    def stuck(self, t_us: int) -> tuple[int, ...]:
        """Buttons held too long; they are ignored until released, for a press is counted once, when it begins."""
        held = (button for button, is_held in enumerate(self._held) if is_held)
        return tuple(button for button in held if t_us - self._held_since_us[button] > self._rules.stuck_us)

    def _due(self) -> list[tuple[int, int]]:
        """(when, button) of every level that will count if it stays, and (when, -1) for the end of the burst."""
        levels = zip(self._closed, self._held, self._since_us, strict=True)
        due = [(since + self._rules.stable_us, b) for b, (closed, held, since) in enumerate(levels) if closed != held]
        return due if self._quiet_at_us is None else [*due, (self._quiet_at_us, -1)]

    def _settle(self, t_us: int, button: int) -> list[Hit]:
        self._held[button] = self._closed[button]
        if not self._held[button]:
            return []
        self._held_since_us[button] = t_us
        first = self._quiet_at_us is None
        self._quiet_at_us = t_us + self._rules.refractory_us
        if first:
            return [Hit(t_us, (button,), 1, burst=False)]
        self._burst.append((t_us, button))
        return []

    def _end_burst(self) -> list[Hit]:
        burst, self._burst, self._quiet_at_us = self._burst, [], None
        if not burst:
            return []
        return [Hit(burst[0][0], tuple(sorted({button for _, button in burst})), len(burst), burst=True)]
