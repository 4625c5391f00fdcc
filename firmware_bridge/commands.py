"""A technician's command on its way to the terminal: sent again until it is answered. Knows no state of the link."""

from dataclasses import dataclass

from firmware_bridge.frames import Command, Result, encode

AGAIN_S = 0.5
MOST_SENDS = 5
RESET = Command(0, 0)  # does nothing; after it no number of an earlier host can be taken for a repetition
_NUMBERS = 255  # 1 … 255; 0 is RESET's


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` as in frames.Result, 0 = done; None: not answered."""

    operation: int
    code: int | None


class Commands:
    """One at a time; a new one takes the place of one that still waits. Times are seconds, as the link's."""

    def __init__(self) -> None:
        self._number = 0
        self._waiting: Command | None = None
        self._sends = 0
        self.due_s = float("inf")

    def send(self, now_s: float, operation: int, a: int, b: int, c: int) -> bytes:
        """Raises: struct.error when an argument does not fit a byte."""
        first = self._number == 0
        self._number = self._number % _NUMBERS + 1
        command = Command(self._number, operation, a, b, c)
        data = (encode(RESET) if first else b"") + encode(command)
        self._waiting, self._sends, self.due_s = command, 1, now_s + AGAIN_S
        return data

    def again(self, now_s: float) -> tuple[bytes, Outcome | None]:
        """When `due_s` has come: the bytes to repeat, or the outcome that nobody answered."""
        if self._waiting is None:
            return b"", None
        if self._sends == MOST_SENDS:
            return b"", self.give_up()
        self._sends, self.due_s = self._sends + 1, now_s + AGAIN_S
        return encode(self._waiting), None

    def answered(self, result: Result) -> Outcome | None:
        """The outcome when `result` is of the command that waits; a late or repeated answer is none."""
        if self._waiting is None or result.command != self._waiting.id:
            return None
        return self._end(result.code)

    def give_up(self) -> Outcome | None:
        """The outcome that is open: a terminal that restarted would take a repetition for something new."""
        return self._end(None)

    def _end(self, code: int | None) -> Outcome | None:
        waiting, self._waiting, self.due_s = self._waiting, None, float("inf")
        return Outcome(waiting.operation, code) if waiting else None
