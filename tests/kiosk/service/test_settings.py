"""How a code gets into the configuration: asked twice and unseen, printed as a hash, refused when it is none."""

import tomllib

import pytest

from hardware.voice import Chime, NoVoice, VoiceStatus
from kiosk.__main__ import main
from kiosk.buttons import Desk
from kiosk.config import read_config
from kiosk.errors import BadConfig
from kiosk.misuse import History
from kiosk.service.build import build_service
from kiosk.service.code import make_hash, matches
from kiosk.service.flow import Act, Digit, Place, Went

HASH = make_hash("135790", lambda length: bytes(length))


def asked(monkeypatch, *answers: str) -> None:
    left = list(answers)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: left.pop(0))


def test_the_command_prints_what_the_configuration_takes(monkeypatch, capsys):
    asked(monkeypatch, "135790", "135790")
    assert main(["--make-service-code"]) == 0
    printed = capsys.readouterr().out
    assert "135790" not in printed
    kept = tomllib.loads(printed)["service"]["technician_code"]
    assert matches("135790", kept)
    config = read_config(f'data_directory = "/x"\n{printed}'.encode(), "kiosk.toml")
    assert (config.service.technician_code, config.service.exists) == (kept, True)


@pytest.mark.parametrize(
    "typed", [("135790", "135791"), ("12345", "12345"), ("111111", "111111"), ("abcdef", "abcdef")]
)
def test_a_poor_code_is_refused(monkeypatch, capsys, typed):
    asked(monkeypatch, *typed)
    assert main(["--make-service-code"]) == 64
    assert capsys.readouterr().out == ""


def test_no_code_no_menu_and_a_plain_code_is_refused():
    assert not read_config(b'data_directory = "/x"', "kiosk.toml").service.exists
    both = f'data_directory = "/x"\n[service]\nstaff_code = "{HASH}"\ntechnician_code = "{HASH}"'
    assert read_config(both.encode(), "kiosk.toml").service.exists
    for wrong in ('staff_code = "135790"', "technician_code = 135790", f'code = "{HASH}"'):
        with pytest.raises(BadConfig):
            read_config(f'data_directory = "/x"\n[service]\n{wrong}'.encode(), "kiosk.toml")


class Speaker(NoVoice):
    """A voice that is there and remembers what it sounded."""

    status = VoiceStatus.READY

    def __init__(self) -> None:
        self.sounded: list[str] = []

    def chime(self, chime: Chime) -> None:
        self.sounded.append(chime.name)


def test_the_test_sound_is_there_when_a_voice_is(store, clock, standing, randomness):
    config = read_config(f'data_directory = "/x"\n[service]\ntechnician_code = "{HASH}"'.encode(), "kiosk.toml")
    for voice, has_sound in ((NoVoice(), False), (Speaker(), True)):
        desk = Desk([], store, lambda: standing, clock, randomness, "0" * 16, 3, History())
        service = build_service(config, store, desk, lambda: standing, clock, randomness, voice)
        service.act(Act.OPENED)
        for digit in "135790":
            service.act(Digit(digit))
        for event in (Act.ENTERED, Went(Place.SOUND), Act.PLAYED):
            service.act(event)
        assert service.showing().has_sound is has_sound
        assert getattr(voice, "sounded", []) == ["thanks"] * has_sound
