"""The survey stopped by hand: kept on the disk before it is shown, so that no restart forgets it. Knows no screen."""

import logging
from dataclasses import replace
from itertools import pairwise

from kiosk.answer import Randomness, Store
from kiosk.clock import Moment, Now
from kiosk.spans import Spans
from survey.identifier import read_quarter, write_quarter
from survey.pause import ID_BYTES, Pause, pauses_of, write_note
from survey.record import Clock

log = logging.getLogger(__name__)


class Pausing:
    """`spans`: told when a pause begins and ends, for presses that are handed over later. Not for threads."""

    def __init__(self, store: Store, now: Now, randomness: Randomness, spans: Spans) -> None:
        self._store, self._now, self._randomness, self._spans = store, now, randomness, spans
        self.lasting: Pause | None = None

    def load(self) -> None:
        """Take up what was kept; the latest of several that last. Raises: OutboxError."""
        found = pauses_of(self._store.notes())
        for older, newer in pairwise(pause for pause in found if not pause.until):  # begun while the disk was mute
            self._store.put_note(*write_note(replace(older, until=newer.since)))
        self.lasting = found[-1] if found and not found[-1].until else None
        if self.lasting is not None:
            self._spans.begin(_begun_s(self.lasting, self._now()))

    def begin(self, reason: str) -> None:
        """The survey stops, from the moment that the disk says so. Raises: OutboxError; it goes on then."""
        now = self._now()
        pause = Pause(self._randomness(ID_BYTES).hex(), reason, write_quarter(now.wall), clock=now.clock)
        self._store.put_note(*write_note(pause))
        self.lasting = pause
        self._spans.begin(now.at_s)
        log.warning("service.survey_paused", extra={"fields": {"reason": reason}})

    def end(self) -> None:
        """The survey goes on. Raises: OutboxError; it stays stopped then."""
        if self.lasting is None:
            return
        now = self._now()
        ended = ended_at(self.lasting, now)
        self._store.put_note(*write_note(ended))
        self.lasting = None
        self._spans.end(now.at_s)
        log.info("service.survey_resumed", extra={"fields": {"reason": ended.reason}})


def ended_at(pause: Pause, now: Moment) -> Pause:
    """`pause` with its end; never before its beginning, whatever the wall clock did meanwhile."""
    until = max(now.wall, read_quarter(pause.since))
    clock = Clock.SYNCHRONISED if {pause.clock, now.clock} == {Clock.SYNCHRONISED} else Clock.UNCERTAIN
    return replace(pause, until=write_quarter(until.astimezone(now.wall.tzinfo)), clock=clock)


def lift(store: Store, now: Now) -> None:
    """End what lasts on a counter where nobody could: it has no screen, or no code any more. Raises: OutboxError."""
    pausing = Pausing(store, now, lambda length: bytes(length), Spans())
    pausing.load()
    pausing.end()


def _begun_s(pause: Pause, now: Moment) -> float:
    """The monotonic instant at which a pause of an earlier start began; a quarter-hour is all that was kept of it."""
    if Clock.UNCERTAIN in (pause.clock, now.clock):
        return now.at_s
    return now.at_s - max((now.wall - read_quarter(pause.since)).total_seconds(), 0.0)
