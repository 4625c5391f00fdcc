"""Who may use the counter's page: the staff code, the sessions after it, and the proof that a form came from our page.

Knows no page. A session is a random name in a cookie; it ends with the working day, or with this process.
"""

import hashlib
import hmac
import threading
from collections.abc import Callable
from enum import StrEnum

from kiosk.service.code import is_code, matches
from kiosk.service.tries import Notes, Tries

SESSION_S = 10 * 3600.0  # a working day
MOST_SESSIONS = 100
NAME_BYTES = 16


class Entry(StrEnum):
    OPENED = "opened"
    WRONG = "wrong"
    LOCKED = "locked"


class Entrance:
    """`kept`: the hash of the staff code, "" for none: then whoever reaches the page may use it. Any thread may call.

    `now_s`: monotonic seconds. `randomness`: the system's.
    """

    def __init__(self, kept: str, notes: Notes, now_s: Callable[[], float], randomness: Callable[[int], bytes]) -> None:
        self._kept, self._now_s, self._randomness = kept, now_s, randomness
        self._tries = Tries(notes, now_s)
        self._tries.load()
        self._key = randomness(32)
        self._sessions: dict[str, float] = {}
        self._turn = threading.Lock()

    @property
    def needs_code(self) -> bool:
        return bool(self._kept)

    def try_code(self, typed: str) -> tuple[Entry, str]:
        """What came of a code, and the new session's name if it was right. One at a time: each costs a tenth of a
        second of the processor."""
        with self._turn:
            if self._tries.left_s() > 0:
                return Entry.LOCKED, ""
            self._tries.count()
            if not (is_code(typed) and matches(typed, self._kept)):
                self._tries.wrong()
                return (Entry.LOCKED if self._tries.left_s() > 0 else Entry.WRONG), ""
            self._tries.right()
            return Entry.OPENED, self._new()

    def left_s(self) -> float:
        """Seconds until a code may be tried again."""
        with self._turn:
            return self._tries.left_s()

    def visitor(self) -> str:
        """A session's name for a page that needs no code."""
        return self._randomness(NAME_BYTES).hex()

    def is_open(self, session: str) -> bool:
        """Whether this session may use the page."""
        if not self._kept:
            return bool(session)
        with self._turn:
            until_s = self._sessions.get(session)
            return until_s is not None and self._now_s() < until_s

    def leave(self, session: str) -> None:
        with self._turn:
            self._sessions.pop(session, None)

    def stamp(self, session: str) -> str:
        """What a form of this session carries, so that no other site's form is taken for ours."""
        return hmac.new(self._key, session.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def is_stamped(self, session: str, stamp: str) -> bool:
        return hmac.compare_digest(self.stamp(session).encode(), stamp.encode("utf-8", "replace"))

    def _new(self) -> str:
        while len(self._sessions) >= MOST_SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))
        session = self._randomness(NAME_BYTES).hex()
        self._sessions[session] = self._now_s() + SESSION_S
        return session
