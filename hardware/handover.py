"""Presses on their way to the caller, kept until confirmed. Knows no device; times are the caller's, in seconds."""

from dataclasses import dataclass, replace
from threading import Lock

from hardware.ports import Press

AGAIN_S = 1.0  # a press that was not confirmed by then is handed over again: the disk may have failed
MOST_WAITING = 500  # a box holds four times as many, and sends again what is not taken
MOST_AT_ONCE = 16  # each costs the caller a durable write, and citizens look at its screen meanwhile
REMEMBERED = 4000  # confirmed sources; a box holds 2,039 records


@dataclass(slots=True)
class _Waiting:
    press: Press
    contact_s: float | None
    due_s: float


class Handover:
    """Any thread may call. Sources are unique for ever (hardware.ports.Press)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._confirmed: dict[str, None] = {}

    def __len__(self) -> int:
        """Presses that were taken and are not confirmed."""
        return len(self._waiting)

    def put(self, press: Press, contact_s: float | None) -> bool:
        """Take a press whose contact closed at `contact_s`, once; False when too many wait, and it is not taken."""
        with self._lock:
            if press.source in self._waiting or press.source in self._confirmed:
                return True
            if len(self._waiting) >= MOST_WAITING:
                return False
            self._waiting[press.source] = _Waiting(press, contact_s, due_s=float("-inf"))
            return True

    def due(self, now_s: float) -> list[Press]:
        """New presses, then those whose confirmation is overdue, oldest first, with their age as of now."""
        with self._lock:
            due = [waiting for waiting in self._waiting.values() if waiting.due_s <= now_s]
            due = sorted(due, key=lambda waiting: waiting.due_s)[:MOST_AT_ONCE]
            for waiting in due:
                waiting.due_s = now_s + AGAIN_S
        return [replace(waiting.press, age_ms=_age_ms(waiting.contact_s, now_s)) for waiting in due]

    def confirm(self, source: str) -> bool:
        """Forget a press that is safe; False if it was not waiting."""
        with self._lock:
            if self._waiting.pop(source, None) is None:
                return False
            self._confirmed[source] = None
            if len(self._confirmed) > REMEMBERED:
                del self._confirmed[next(iter(self._confirmed))]
            return True

    def is_confirmed(self, source: str) -> bool:
        with self._lock:
            return source in self._confirmed


def _age_ms(contact_s: float | None, now_s: float) -> int | None:
    return None if contact_s is None else max(0, round((now_s - contact_s) * 1000))
