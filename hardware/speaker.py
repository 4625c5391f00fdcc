"""The real voice: one thread that plays chimes and words one after another. Knows no text's meaning and no screen.

A player that is absent, dies or takes nothing any more is a status, said once in the log and tried again at the next
word; so is a text that nothing can say, and the log tells neither the text, nor its file, nor its language. A chime is
never cut: a word waits for its end.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from hardware.player import PROGRAM, NoSpeaker, Player, quieter
from hardware.streams import ChimeStream, Library, Stream, Unspeakable
from hardware.voice import Chime, Phrase, VoiceStatus

log = logging.getLogger(__name__)
CLOSE_S = 2.0
AGAIN_S = 60.0  # after a failure nothing is offered for so long
UNSAID = "neither a recording nor a synthesiser"  # all that may be known of a text that could not be said


@dataclass
class _Job:
    """Phrases, or one chime. `cut` is set from outside; `stream` and `player` are those under way."""

    parts: Sequence[Phrase | Chime]
    gain_db: float
    cut: threading.Event = field(default_factory=threading.Event)
    stream: "Stream | ChimeStream | None" = None
    player: Player | None = None

    @property
    def is_chime(self) -> bool:
        return isinstance(self.parts[0], Chime)


class Speaker:
    """Implements hardware.voice.Voice. `device`: a name of ALSA. `volume_db`: of the loudest word, at most 0.

    `chime_db`: of a chime. `on_start`, for measurements, is called in the thread when a player was started.
    `now_s`: a monotonic clock.
    """

    def __init__(
        self,
        library: Library,
        device: str = "default",
        volume_db: float = 0.0,
        chime_db: float = 0.0,
        on_start: Callable[[], None] = lambda: None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._library, self._device, self._volume_db, self._chime_db = library, device, volume_db, chime_db
        self._on_start, self._now_s = on_start, now_s
        self._failed_s = now_s()
        self._status = VoiceStatus.READY if shutil.which(PROGRAM) else VoiceStatus.NO_PLAYER
        self._closed = self._mute = False  # mute: nothing of the last word could be said
        self._changed = threading.Condition()
        self._word: _Job | None = None  # what waits: at most one of each
        self._chime: _Job | None = None
        self._playing: _Job | None = None
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    @property
    def status(self) -> VoiceStatus:
        if self._closed:
            return VoiceStatus.CLOSED
        return self._status if self._thread.is_alive() else VoiceStatus.NO_VOICE

    @property
    def available(self) -> bool:
        if self._closed or not self._thread.is_alive():
            return False
        if self._status in (VoiceStatus.READY, VoiceStatus.NO_VOICE) and not self._mute:
            return True
        return self._status is not VoiceStatus.NO_PLAYER and self._now_s() - self._failed_s >= AGAIN_S

    @property
    def speaking(self) -> bool:
        if not self._thread.is_alive():
            return False
        playing = self._playing
        return self._word is not None or (playing is not None and not playing.is_chime and not playing.cut.is_set())

    def say(self, phrases: Sequence[Phrase], gain_db: float = 0.0) -> None:
        if not phrases:
            return self.stop()
        with self._changed:
            self._cut_word()
            self._word = _Job(tuple(phrases), min(gain_db, 0.0) + self._volume_db)
            self._changed.notify_all()

    def chime(self, chime: Chime) -> None:
        with self._changed:
            self._cut_word()
            self._chime = _Job((chime,), self._chime_db)
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._cut_word()

    def close(self) -> None:
        with self._changed:
            self._cut_word()
            self._chime, self._closed = None, True
            self._changed.notify_all()
        self._thread.join(CLOSE_S)

    def wait_until_idle(self, timeout_s: float) -> bool:
        """Whether nothing sounds and nothing waits any more; for tests and a technician's trial."""
        with self._changed:
            return self._changed.wait_for(lambda: not (self._word or self._chime or self._playing), timeout_s)

    def _cut_word(self) -> None:
        self._word = None
        playing = self._playing
        if playing is None or playing.is_chime:
            return
        playing.cut.set()
        if playing.stream is not None:
            playing.stream.cut()
        if playing.player is not None:
            playing.player.stop()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            status, reason = VoiceStatus.READY, ""
            try:
                self._play(job)
            except Unspeakable:
                status, reason = VoiceStatus.NO_VOICE, UNSAID
            except (NoSpeaker, OSError) as error:
                status = VoiceStatus.NO_SPEAKER if shutil.which(PROGRAM) else VoiceStatus.NO_PLAYER
                reason = str(error) if isinstance(error, NoSpeaker) else error.strerror or ""
            except Exception as error:  # noqa: BLE001  one bad text must not silence all that follow
                status, reason = VoiceStatus.NO_VOICE, type(error).__name__
                self._mute = self._mute or not job.is_chime
            proves_nothing = job.is_chime and (status, self._status) == (VoiceStatus.READY, VoiceStatus.NO_VOICE)
            if not job.cut.is_set() and not proves_nothing:  # whatever a cut one says, we did it
                self._failed_s = self._failed_s if status is VoiceStatus.READY else self._now_s()
                self._become(status, reason)

    def _next(self) -> _Job | None:
        with self._changed:
            self._playing = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._word or self._chime or self._closed)
            if self._closed:
                return None
            if self._chime is not None:
                self._playing, self._chime = self._chime, None
            else:
                self._playing, self._word = self._word, None
            return self._playing

    def _become(self, status: VoiceStatus, reason: str) -> None:
        if status is self._status:
            return
        self._status = status
        fields = {"fields": {"status": str(status), "reason": reason}}
        if status is VoiceStatus.READY:
            log.info("voice.changed", extra=fields)
        else:
            log.warning("voice.changed", extra=fields)

    def _play(self, job: _Job) -> None:
        """What cannot be said is left out; the rest is said all the same."""
        missing = 0
        try:
            for part in job.parts:
                if job.cut.is_set():
                    return
                try:
                    job.stream = self._opened(part)
                    with closing(job.stream) as stream:
                        self._pour(job, stream)
                except Unspeakable:
                    missing += 1
            if not job.is_chime:
                self._mute = missing == len(job.parts)
            if job.player is not None:
                job.player.finish()
        finally:
            if job.player is not None:
                job.player.close()
        if missing:
            raise Unspeakable(UNSAID)

    def _opened(self, part: Phrase | Chime) -> "Stream | ChimeStream":
        return ChimeStream(part) if isinstance(part, Chime) else self._library.open(part)

    def _pour(self, job: _Job, stream: "Stream | ChimeStream") -> None:
        """Phrases of one format share a player: no gap between them."""
        if job.player is not None and (job.player.rate, job.player.channels) != (stream.rate, stream.channels):
            job.player.finish()
            job.player.close()
            job.player = None
        if job.player is None:
            job.player = Player(self._device, stream.rate, stream.channels, job.cut)
            self._on_start()
        while not job.cut.is_set() and (samples := stream.read()):
            job.player.write(quieter(samples, job.gain_db))
