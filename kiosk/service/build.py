"""Builds the service menu of a real counter: the only place here that knows files and this machine."""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hardware.voice import Voice, VoiceStatus
from kiosk.answer import Randomness, Store
from kiosk.buttons import Desk
from kiosk.clock import Now
from kiosk.config import Config
from kiosk.moved import open_key_desk
from kiosk.service.machine import read_machine
from kiosk.service.service import Instruments, Service
from kiosk.service.status import Looker
from kiosk.standing import Standing
from kiosk.stick import RUN, open_desk
from survey import pause

REASONS = Path(pause.__file__).with_name("data") / "pause-reasons.json"


def build_service(
    config: Config,
    store: Store,
    desk: Desk,
    standing: Callable[[], Standing | None],
    now: Now,
    randomness: Randomness,
    voice: Voice,
) -> Service:
    """The menu of this kiosk. Raises: OSError, BadReasons when the list of reasons is not there."""
    looker = Looker(store, config.data_directory, standing, now, read_machine, _version())
    reasons = pause.read_reasons(REASONS.read_bytes())
    sound = None if voice.status is VoiceStatus.OFF else _sound(voice)
    instruments = Instruments(sound, stick=open_desk(), key=open_key_desk(config.data_directory, RUN))
    return Service(config.service, store, desk, looker, instruments, reasons, now, randomness)


def _sound(voice: Voice) -> Callable[[], None]:
    """Plays the test sound: the thanks, which everybody at the counter knows."""
    from kiosk.sounds import THANKS, chimes

    return lambda: voice.chime(chimes()[THANKS])


def _version() -> str:
    try:
        return version("hailong")
    except PackageNotFoundError:
        return "?"
