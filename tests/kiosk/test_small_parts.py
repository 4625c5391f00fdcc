"""Words, clock, standing, report, notify: each law of the small modules."""

import json
import math
import os
import socket
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk import texts
from kiosk.clock import Moment, read_boot, read_clock
from kiosk.notify import Heart, Notify
from kiosk.report import LineReport
from kiosk.standing import StandingFiles
from kiosk.ui.kept import Kept
from survey.record import BOOT, Clock

DAY = date(2026, 3, 2)
FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"


def test_numbers_are_put_into_texts_by_plain_replacement():
    assert texts.counted("{count}/{most}", 3, 500) == "3/500"
    assert texts.counted("{count.__class__} {0} %s", 3, 5) == "{count.__class__} {0} %s"


def test_invisible_characters_become_visible():
    assert texts.visible("a\u202eb\u200bc\x00d\ne\ud800") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffd"
    assert texts.visible("Ông/Bà có hài lòng?") == "Ông/Bà có hài lòng?"


def test_the_clock_is_a_claim_with_a_quality():
    moment = read_clock()
    assert isinstance(moment, Moment)
    assert moment.wall.utcoffset() is not None
    assert moment.clock in Clock
    assert read_clock().at_s >= moment.at_s
    assert BOOT.fullmatch(read_boot())


def test_the_standing_is_taken_when_both_files_fit(tmp_path, standing):
    files = StandingFiles(tmp_path, lambda: DAY)
    assert files.read() is None
    (tmp_path / "assignment.json").write_bytes(standing.assignment.encode())
    assert files.read() is None
    (tmp_path / "form.json").write_bytes(FORM.read_bytes())
    assert files.read() == standing
    assert files.read() is files.read()
    (tmp_path / "form.json").write_bytes(b"{ half a form")
    assert files.read() == standing, "a form that is still being written changes nothing"
    other = json.loads(FORM.read_bytes()) | {"version": "2"}
    (tmp_path / "form.json").write_text(json.dumps(other, ensure_ascii=False))
    assert files.read() == standing, "a form that was not assigned changes nothing"
    (tmp_path / "assignment.json").unlink()
    assert files.read() is None


def test_the_report_reaches_file_fifo_and_socket_and_waits_for_none(tmp_path):
    fifo, path, plain = tmp_path / "fifo", tmp_path / "sock", tmp_path / "plain"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    reports = [LineReport(p) for p in (plain, fifo, path)]
    peer, _ = server.accept()
    for report in reports:
        report.shown("question", "RG.HL0", "vi", [("level:1", 1.0, 2.0, 3.0, 4.0)])
    expected = {
        "screen": "question",
        "question": "RG.HL0",
        "language": "vi",
        "focus": "",
        "targets": [{"id": "level:1", "x": 1.0, "y": 2.0, "w": 3.0, "h": 4.0}],
    }
    for data in (plain.read_bytes(), os.read(reader, 9999), peer.recv(9999)):
        assert json.loads(data) == expected
    for _ in range(2000):  # nobody reads any more: dropped, not waited for
        reports[1].shown("question", "x" * 200, "vi", [])
    os.close(reader)
    peer.close()
    for report in reports:
        report.shown("thanks", "", "vi", [])
        os.close(report._fd) if report._socket is None else report._socket.close()
    server.close()


def test_systemd_is_told(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "n"))
        notify = Notify({"NOTIFY_SOCKET": str(tmp_path / "n"), "WATCHDOG_USEC": "20000000"})
        notify.ready()
        notify.alive()
        notify.alive()
        notify.stopping()
        assert [server.recv(99) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]
    Notify({}).ready()
    assert timedelta(seconds=notify.period_s) == timedelta(seconds=10)


class Patient:
    """A proof that comes when the test says so."""

    def __init__(self) -> None:
        self.asked, self.has_come = 0, False

    def ask(self) -> None:
        self.asked, self.has_come = self.asked + 1, False

    def given(self) -> bool:
        return self.has_come


def test_the_heart_beats_once_for_each_proof_and_never_for_time_alone(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "n"))
        server.setblocking(False)
        proof = Patient()
        heart = Heart(Notify({"NOTIFY_SOCKET": str(tmp_path / "n"), "WATCHDOG_USEC": "20000000"}), proof)
        for now_s in (100, 101, 109.9):
            heart.turn(now_s)
        assert (proof.asked, heart.deadline_s()) == (1, 110)
        proof.has_come = True
        heart.turn(109.95)
        heart.turn(109.96)
        assert server.recv(99) == b"WATCHDOG=1"
        for now_s in (110, 120, 130):
            heart.turn(now_s)
        assert proof.asked == 4, "a proof that got lost is asked for again"
        with pytest.raises(BlockingIOError):
            server.recv(99)
    without = Heart(Notify({}), proof)
    without.turn(0)
    assert (proof.asked, without.deadline_s()) == (4, math.inf)


def test_what_is_kept_stays_within_its_weight():
    kept, made = Kept(most=10), []
    for key in (1, 2, 3, 1, 4, 2):
        kept.get(key, lambda key=key: made.append(key), lambda _made: 4)
    assert (made, len(kept)) == ([1, 2, 3, 1, 4, 2], 2)
    kept.get(2, lambda: made.append("again"), lambda _made: 4)
    kept.get("heavy", lambda: made.append("heavy"), lambda _made: 99)
    kept.get("heavy", lambda: made.append("again"), lambda _made: 99)
    assert (made[6:], len(kept)) == (["heavy"], 1)
