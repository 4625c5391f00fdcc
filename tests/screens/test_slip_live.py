"""A real kiosk, a scanner on a line, and slips shown to it: from the QR code's text to the record in the outbox."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from firmware_bridge.control import tell
from kiosk.ui.gallery import form, standing
from survey.invitation import make_code, slip_url, token_of
from survey.record import Channel
from survey.slip_setup import FILE_NAME, SlipSetup

pytestmark = pytest.mark.display
ROOT = Path(__file__).parents[2]
KEY, URL = bytes(range(32)), "https://phieu.example.vn"
SCANNER = """
[scanner]
kind = "serial"
device = "{link}"
"""


@pytest.fixture
def show(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], None]]:
    """Shows a text to the simulated scanner; `show.folder` is where its line and its socket lie."""
    folder = tmp_path_factory.mktemp("s")
    command = [
        sys.executable,
        "-m",
        "hardware.scanner_simulator",
        "--link",
        folder / "tty",
        "--control",
        folder / "ctl",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("scanner at")

        def shown(line: str) -> None:
            assert tell(folder / "ctl", line) == "ok"

        shown.folder = folder  # type: ignore[attr-defined]
        yield shown
        process.send_signal(signal.SIGTERM)


def setup(data: Path) -> SlipSetup:
    """What the agent keeps when the office has said how this point's slips are made."""
    assignment = standing(form()).assignment
    told = SlipSetup(assignment.plan, assignment.point, assignment.form, 77, KEY, URL, 15, 30)
    (data / FILE_NAME).write_bytes(told.encode())
    return told


def test_a_slip_is_answered_once_and_refused_kindly_the_second_time(start_kiosk, show, tmp_path):
    citizen = start_kiosk(more=SCANNER.format(link=show.folder / "tty"))
    before = citizen.pixels()
    setup(citizen.data)
    citizen.wait("invitation")  # with the hint now
    assert citizen.pixels() != before
    code = make_code(77, date.today() + timedelta(days=9), b"\x00\x00\x00\x01", KEY)
    show(f"scan {slip_url(URL, code)}")
    citizen.wait("question", "RG.HL0")
    citizen.answer("level:4", "question", "RG.HL1")
    show(f"scan {slip_url(URL, make_code(77, date.today(), bytes(4), KEY))}")
    citizen.wait("slip_refused")
    citizen.answer("go_on", "question", "RG.HL1")
    citizen.answer("finish", "thanks")
    citizen.wait("invitation")
    show(f"scan {code.text}")
    citizen.wait("slip_refused")
    citizen.answer("go_on", "invitation")
    show("scan https://example.com/menu")
    citizen.wait("slip_refused")
    citizen.answer("go_on", "invitation")
    citizen.answer("level:2", "question", "RG.HL1")
    citizen.answer("finish", "thanks")
    assert citizen.end() == 0
    with_slip, without = [record.submission for record in citizen.records()]
    assert (with_slip.slip, with_slip.channel, dict(with_slip.answers)) == (
        token_of(code, KEY),
        Channel.SCREEN,
        {"RG.HL0": 4},
    )
    assert (without.slip, dict(without.answers)) == ("", {"RG.HL0": 2})
    logged = (tmp_path / "data.log").read_text("utf-8")
    told = [json.loads(line).get("why") for line in logged.splitlines() if '"slip.not_taken"' in line]
    assert told == ["finish_first", "used", "not_ours"]
    assert code.letters not in logged
    assert with_slip.slip not in logged


def test_the_hint_goes_when_the_scanner_is_pulled_and_comes_back_with_it(start_kiosk, show):
    citizen = start_kiosk(more=SCANNER.format(link=show.folder / "tty"))
    without = citizen.pixels()
    setup(citizen.data)
    citizen.wait("invitation")
    hinted = citizen.pixels()
    for line, expected in (("unplug", without), ("plug", hinted)):
        show(line)
        citizen.wait("invitation")
        assert citizen.pixels() == expected
    assert citizen.end() == 0
