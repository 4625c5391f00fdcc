"""The station's settings, lists and commands: every problem is named, and how each command ended can be told."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from hardware.ports import PrinterStatus
from hardware.printer import PrinterKind
from kiosk.errors import BadConfig
from kiosk.service.code import make_hash
from kiosk.station import texts
from kiosk.station.config import read_config
from kiosk.station.errors import BadLists
from kiosk.station.lists import SHIPPED, read_lists
from kiosk.station.wish import hint_of, read_wish
from survey.form import Form
from tests.kiosk.station.rig import FORM, ROOT

HASH = make_hash("407193", os.urandom)
DAY = date(2026, 11, 23)


def test_the_least_file_serves_loopback_without_a_printer() -> None:
    config = read_config(b'data_directory = "/var/lib/hailong"', "f")
    assert (config.host, config.port, config.printer) == ("127.0.0.1", 8430, None)
    assert config.known_hosts == {"localhost", "127.0.0.1", "[::1]"}
    assert config.lists == SHIPPED


def test_a_printer_and_the_network() -> None:
    text = f"""
    data_directory = "/d"
    listen = "192.168.1.20:80"
    hosts = ["Quay-1.example.vn"]
    staff_code = "{HASH}"
    [printer]
    kind = "network"
    host = "192.168.1.30"
    paper = "80"
    """
    config = read_config(text.encode(), "f")
    assert config.printer is not None
    assert (config.printer.kind, config.printer.width_px) == (PrinterKind.NETWORK, 576)
    assert {"192.168.1.20", "quay-1.example.vn"} <= config.known_hosts


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "data_directory: is missing"),
        ('data_directory = "d"', "absolute"),
        ('data_directory = "/d"\nprinters = 1', "printers: unknown key"),
        ('data_directory = "/d"\nlisten = "0.0.0.0:80"', "staff_code: is missing"),
        (f'data_directory = "/d"\nlisten = "0.0.0.0:80"\nstaff_code = "{HASH}"', "hosts:"),
        ('data_directory = "/d"\nlisten = "localhost"', "listen:"),
        ('data_directory = "/d"\nstaff_code = "1234"', "staff_code:"),
        ('data_directory = "/d"\n[printer]\nkind = "serial"', "device"),
        ('data_directory = "/d"\n[printer]\nkind = "fax"', "printer.kind"),
        ('data_directory = "/d"\n[printer]\nkind = "network"\nhost = "x"\ncolour = 1', "printer.colour: unknown key"),
        ("data_directory =", "f:"),
    ],
)
def test_every_problem_is_named(text: str, problem: str) -> None:
    with pytest.raises(BadConfig, match=problem):
        read_config(text.encode(), "f")


def test_the_shipped_lists_are_good() -> None:
    lists = read_lists(SHIPPED.read_bytes(), "lists")
    assert lists.own_agency in lists.agencies
    assert len(lists.fields) >= 10


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"own_agency": "x"}, "own_agency"),
        ({"fields": [{"code": "ô", "text": "x"}]}, "fields/0"),
        ({"fields": [{"code": "a", "text": "x"}, {"code": "a", "text": "y"}]}, "fields/1"),
        ({"fields": [{"code": "a", "text": "\x1b"}]}, "fields/0"),
        ({"fields": [{"code": "a"}]}, "fields/0"),
        ({"agencies": 7}, "agencies"),
        ({"void_reasons": []}, "void_reasons"),
        ({"more": 1}, "exactly"),
    ],
)
def test_wrong_lists_are_refused(change: dict[str, object], problem: str) -> None:
    good = json.loads(SHIPPED.read_bytes())
    with pytest.raises(BadLists, match=problem):
        read_lists(json.dumps(good | change).encode(), "lists")
    with pytest.raises(BadLists):
        read_lists(b"[", "lists")


def test_a_wish_is_read_strictly() -> None:
    lists, form = read_lists(SHIPPED.read_bytes(), "lists"), FORM
    questions = [question for question in form.questions if question.prefill == "dossier"]
    typed = {"promised": "20/11/2026", "returned": "23/11/2026", "notice": "khong", "apology": ""}
    wish, problems = read_wish(typed, lists, questions, DAY)
    assert (wish.late, wish.notice, wish.apology, problems) == (True, False, None, {})
    wish, _ = read_wish(typed | {"promised": "23/11/2026"}, lists, questions, DAY)
    assert (wish.late, wish.notice) == (False, None), "what was ticked for a late one says nothing here"
    assert read_wish({}, lists, questions, DAY)[0].late is None
    for name, value in (
        *(("promised", "2026-11-20"), ("promised", "32/01/2026"), ("returned", "24/11/2026"), ("notice", "x")),
        *(("agency", "nobody"), ("fact-RG.DT", "dat-dai"), ("dossier", "a\x00b"), ("dossier", "x" * 65)),
    ):
        assert list(read_wish({name: value}, lists, questions, DAY)[1]) == [name]


def test_known_dossier_codes_only_hint() -> None:
    for known in ("000.18.29.H51-230401-0001", "H55.242-231004-0007", "H31.96.10-260130-0012"):
        assert hint_of(known) == texts.KNOWN_DOSSIER
    for other in ("12/HS", "000.18.29.H51-2304", "ĐƠN 7"):
        assert hint_of(other) == texts.UNKNOWN_DOSSIER
    assert hint_of("") == ""


def test_every_state_of_a_printer_has_words() -> None:
    assert texts.PRINTER.keys() == {str(status) for status in PrinterStatus}


def run(*arguments: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kiosk.station", "--config", str(folder / "station.toml"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
def test_commands_say_how_they_ended(tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    assert run("--check-config", folder=tmp_path).returncode == os.EX_CONFIG
    file.write_text("x = 1", "utf-8")
    assert run("--check-config", folder=tmp_path).returncode == os.EX_CONFIG
    file.write_text(f'data_directory = "{tmp_path}"\n', "utf-8")
    assert run("--check-config", folder=tmp_path).returncode == 0
    late = run("late", "--json", folder=tmp_path)
    assert json.loads(late.stdout) == {
        **{"from": None, "to": None, "late": 0, "no_notice": 0, "no_apology": 0},
        "dossiers": [],
    }
    assert run("prove", folder=tmp_path).returncode == 0
    (tmp_path / "links.log").write_bytes(b"{}\n")
    assert run("prove", folder=tmp_path).returncode == 1
    (tmp_path / "slips.db").write_bytes(b"no book" * 1000)
    (tmp_path / "slips.db-log").unlink()  # it could have mended the book
    damaged = run("late", folder=tmp_path)
    assert damaged.returncode == os.EX_UNAVAILABLE
    assert "set-book-aside" in damaged.stderr
    assert run("set-book-aside", folder=tmp_path).returncode == 0
    assert run("late", folder=tmp_path).returncode == 0


def test_a_day_is_said_and_read_the_same_way() -> None:
    for number in range(0, 4000, 37):
        day = DAY + timedelta(days=number)
        assert texts.read_day(texts.day(day)) == day
    assert texts.read_day(" 5-1-2026 ") == date(2026, 1, 5)
    assert isinstance(FORM, Form)
