"""How a code gets into the configuration: asked twice and unseen, printed as a hash, refused when it is none."""

import tomllib

import pytest

from kiosk.__main__ import main
from kiosk.config import read_config
from kiosk.errors import BadConfig
from kiosk.service.code import make_hash, matches

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
