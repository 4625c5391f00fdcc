"""What can be heard, as values: phrases, chimes, and how the voice is. Knows no device and no survey."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Phrase:
    """`text`: as it stands on the screen, which names its recording. `spoken`: as a synthesiser is to read it.

    `otherwise`: what is said when `language` has neither a recording of this text nor a voice.
    """

    text: str
    language: str
    spoken: str = ""
    otherwise: "Phrase | None" = None


@dataclass(frozen=True, slots=True)
class Chime:
    """A short sound: 16 bit little-endian samples of one channel, `rate` a second."""

    name: str
    samples: bytes
    rate: int


class VoiceStatus(StrEnum):
    """Whether anything can be heard, as of the last try."""

    READY = "ready"
    OFF = "off"  # nobody wants one
    NO_PLAYER = "no_player"  # aplay is not installed
    NO_SPEAKER = "no_speaker"  # the device cannot be opened, or stopped taking samples
    NO_VOICE = "no_voice"  # neither a recording nor a synthesiser for what was to be said
    CLOSED = "closed"


class Voice(Protocol):
    """One loudspeaker or pair of headphones. No call blocks, and none raises for an absent device."""

    def say(self, phrases: Sequence[Phrase], gain_db: float = 0.0) -> None:
        """Say these one after another, instead of what is being said. `gain_db`: at most 0."""

    def chime(self, chime: Chime) -> None:
        """Sound it once, cutting what is being said; of several that wait only the last is sounded."""

    def stop(self) -> None:
        """Be silent; a chime under way ends by itself."""

    @property
    def status(self) -> VoiceStatus: ...

    @property
    def available(self) -> bool:
        """Whether something of the last word could be heard, or none was tried yet."""

    @property
    def speaking(self) -> bool:
        """Whether a word sounds, or waits to."""

    def close(self) -> None: ...


class NoVoice:
    """Nobody wants one."""

    status = VoiceStatus.OFF
    available = speaking = False

    def say(self, phrases: Sequence[Phrase], gain_db: float = 0.0) -> None:
        """Nothing."""

    def chime(self, chime: Chime) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
