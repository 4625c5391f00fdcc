"""What helps ears and hands: settings of the voice, the sounds and the keypad, and the real things behind them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hardware.voice import Chime, NoVoice, Voice
from kiosk.keypad import KeypadSettings, PadKey, pin_panel
from kiosk.texts.languages import LANGUAGES

if TYPE_CHECKING:
    from kiosk.config import _Table

ALOUD = ("off", "headphones", "speaker")
VOICES = {code: language.voice for code, language in LANGUAGES.items() if language.voice}  # espeak-ng's names
QUIETEST_DB = -40.0


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """`aloud`: where questions and answers may be read out. `device`: ALSA's name. `speed`: words a minute.

    `volume_db`: of the loudest of the four steps, 0 for the samples as they are; the softest is 18 dB below it.
    `recordings`: the office's own, none for the synthesiser alone.
    """

    aloud: str = "off"
    device: str = "default"
    volume_db: float = 0.0
    speed: int = 140
    recordings: Path | None = None


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """`on`: taps, thanks and the warning are also heard. `volume_db`: 0 for the loudest."""

    on: bool = False
    volume_db: float = -12.0


@dataclass(frozen=True, slots=True)
class Aids:
    """`chimes`: none when sounds are off. `struck`: keys struck on pins since the last call; None without pins."""

    voice: Voice = field(default_factory=NoVoice)
    chimes: Mapping[str, Chime] = field(default_factory=dict)
    struck: Callable[[], Sequence[PadKey]] | None = None


def open_aids(voice: VoiceSettings, sound: SoundSettings, struck: Callable[[], Sequence[PadKey]] | None) -> Aids:
    """The real ones, as far as they are wanted."""
    if voice.aloud == "off" and not sound.on:
        return Aids(struck=struck)
    from hardware.speaker import Speaker  # a silent kiosk starts sooner
    from hardware.streams import Library
    from kiosk.sounds import chimes

    library = Library(voice.recordings, VOICES, voice.speed)
    speaker = Speaker(library, voice.device, voice.volume_db, sound.volume_db)
    return Aids(speaker, chimes() if sound.on else {}, struck)


def read_voice(table: "_Table") -> VoiceSettings:
    recordings = table.text("recordings", "")
    return VoiceSettings(
        aloud=table.choice("aloud", ALOUD, "off"),
        device=table.text("device", "default"),
        volume_db=table.number("volume_db", 0, QUIETEST_DB, 0),
        speed=int(table.number("speed", 140, 80, 300)),
        recordings=Path(recordings) if recordings else None,
    )


def read_sound(table: "_Table") -> SoundSettings:
    return SoundSettings(on=table.flag("on", False), volume_db=table.number("volume_db", -12, QUIETEST_DB, 0))


def read_keypad(table: "_Table") -> KeypadSettings:
    control = table.text("control_socket", "")
    keypad = KeypadSettings(
        previous=table.text("previous", ""),
        next=table.text("next", ""),
        choose=table.text("choose", ""),
        repeat_s=table.number("repeat_s", 0.25, 0.05, 2),
        pins=table.numbers("pins"),
        control_socket=Path(control) if control else None,
    )
    table.problems += [f"keypad: {problem}" for problem in (*keypad.problems(), *_wrong_pins(keypad))]
    return keypad


def _wrong_pins(keypad: KeypadSettings) -> list[str]:
    panel = pin_panel(keypad)
    if panel is None:
        return []
    from hardware.errors import BadPanelSettings  # a kiosk without pins starts sooner
    from hardware.panels import check

    try:
        check(panel)
    except BadPanelSettings as error:
        return [str(error)]
    return []
