"""One TOML file: what it may say, and how a wrong one is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from hardware.panels import PanelKind
from kiosk.config import read_config
from kiosk.errors import BadConfig

ROOT = Path(__file__).parents[2]


def test_the_shortest_file_is_enough():
    config = read_config(b'data_directory = "/var/lib/hailong"', "kiosk.toml")
    assert config.data_directory == Path("/var/lib/hailong")
    assert config.screen.on
    assert config.timeouts.warning_s == 20
    assert config.panels == ()


def test_panels_are_tables():
    text = """
data_directory = "/d"
[screen]
on = false
[[panel]]
kind = "gpio"
name = "hộp"
button_pins = [5, 6, 13, 19, 26]
lamp_pins = [12, 16, 20, 21, 25]
"""
    (panel,) = read_config(text.encode(), "x").panels
    assert (panel.kind, panel.button_pins, panel.lamp_ms) == (PanelKind.GPIO, (5, 6, 13, 19, 26), 1000)


def test_opening_hours():
    text = b'data_directory = "/d"\nopen = ["07:30-11:30", "sat 08:00-11:00"]'
    assert [(len(span.days), span.from_min) for span in read_config(text, "x").open] == [(5, 450), (1, 480)]
    assert read_config(b'data_directory = "/d"', "x").open == ()
    for wrong in (b'open = "07:30-11:30"', b"open = [730]", b'open = ["07:30-11:30", "sau 8h"]'):
        with pytest.raises(BadConfig, match="open: "):
            read_config(b'data_directory = "/d"\n' + wrong, "x")


def test_every_problem_is_told_at_once():
    text = """
languge = "vi"
language = "fr"
languages = []
[screen]
on = "yes"
rotation = 45
input = "mtdev"
dpi = true
[timeouts]
warning_s = 5
idel_s = 3
[[panel]]
kind = "usb"
button_pins = [1.5]
colour = "red"
"""
    with pytest.raises(BadConfig) as caught:
        read_config(text.encode(), "kiosk.toml")
    told = "\n".join(caught.value.problems)
    for word in (
        "data_directory: is missing",
        "languge: unknown",
        "'fr'",
        "languages: must",
        "screen.on",
        "45",
        "screen.device",
        "screen.dpi",
        "timeouts.warning_s",
        "timeouts.idel_s: unknown",
        "panel[0].kind",
        "panel[0].button_pins",
        "panel[0].colour: unknown",
    ):
        assert word in told, word
    assert caught.value.code == "bad_config"


@pytest.mark.parametrize("text", [b"\xff", b"a = ", b"[screen]\non = false\n", b'data_directory = 3\npanel = "x"'])
def test_other_bad_files(text):
    with pytest.raises(BadConfig):
        read_config(text, "kiosk.toml")


def run(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "kiosk", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
def test_the_command_checks_its_file(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(f'data_directory = "{tmp_path}"')
    bad.write_text("x = 1")
    assert run("--config", str(good), "--check-config").returncode == 0
    wrong = run("--config", str(bad), "--check-config")
    assert wrong.returncode == 78
    assert "x: unknown key" in wrong.stderr
    assert run("--config", str(tmp_path / "none.toml")).returncode == 78
    assert run().returncode == 2
    assert "--check-config" in run("--help").stdout


def test_a_scanner_is_a_table():
    from hardware.scanner import ScannerKind

    text = 'data_directory = "/d"\n[scanner]\n'
    scanner = read_config(f'{text}kind = "hid"\ndevice = "/dev/input/by-id/x"'.encode(), "x").scanner
    assert scanner is not None
    assert (scanner.kind, scanner.device, scanner.baud) == (ScannerKind.HID, Path("/dev/input/by-id/x"), 9600)
    assert read_config(b'data_directory = "/d"', "x").scanner is None
    for wrong, problem in (
        ('kind = "usb"\ndevice = "/d"', "scanner.kind"),
        ('kind = "serial"', "scanner.device"),
        ('device = "ttyUSB0"', "absolute"),
        ('device = "/d"\nbaud = 9601', "baud"),
        ('device = "/d"\nprefix = "x"', "scanner.prefix: unknown key"),
        ('device = "/d"\n[screen]\non = false\n[[panel]]\nkind = "serial"\ndevice = "/e"', "without a screen"),
    ):
        with pytest.raises(BadConfig, match=problem):
            read_config(f"{text}{wrong}".encode(), "x")
