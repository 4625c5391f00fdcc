"""The setup on the disk, the scanner's repetitions, and what is handed on."""

from dataclasses import replace

import pytest

from hardware.ports import Link, Reason, Scan, ScannerStatus
from kiosk.slips import REPEAT_S, Repeats, ScanDesk, SetupFile, Slips
from survey.slip_setup import FILE_NAME, SlipSetup

STARTED, REFUSED = ("question", None), ("slip_refused", "used")


@pytest.fixture
def setup(standing) -> SlipSetup:
    assignment = standing.assignment
    return SlipSetup(assignment.plan, assignment.point, standing.form.ref, 77, bytes(32), "", 15, 30)


def test_the_setup_is_read_when_it_changes_and_a_bad_one_is_said_once(tmp_path, setup, caplog):
    file = SetupFile(tmp_path)
    assert file.read() is None
    path = tmp_path / FILE_NAME
    path.write_bytes(setup.encode())
    assert file.read() == setup
    assert file.read() is file.read()
    path.write_bytes(b"{}")
    assert file.read() is None
    assert file.read() is None
    path.write_bytes(b"x" * 1_000_000)
    assert file.read() is None
    assert [record.message for record in caplog.records] == ["slip.setup_refused"] * 2
    path.unlink()
    assert file.read() is None
    path.write_bytes(setup.encode())
    assert file.read() == setup


def test_a_slip_that_lies_before_the_scanner_is_taken_once():
    repeats, at_s = Repeats(), 0.0
    assert repeats.is_new("A", STARTED, at_s)
    for _ in range(100):
        at_s += REPEAT_S / 2
        assert not repeats.is_new("A", STARTED, at_s)
        assert not repeats.is_new("A", None, at_s), "and what changes nothing is nothing"
    assert repeats.is_new("A", STARTED, at_s + REPEAT_S)


def test_another_slip_or_another_outcome_is_taken_at_once():
    repeats = Repeats()
    assert repeats.is_new("A", STARTED, 0)
    assert repeats.is_new("A", REFUSED, 0.5)
    assert repeats.is_new("B", REFUSED, 0.6)
    assert repeats.is_new("A", STARTED, 0.7)
    assert not repeats.is_new("B", None, 0.8)
    assert not repeats.is_new("A", STARTED, 1)


class Scanner:
    name = "scanner"

    def __init__(self, *scans: Scan, link: Link = Link.UP) -> None:
        self.scans, self.link, self.closed = list(scans), link, False

    def take(self):
        taken, self.scans = self.scans, []
        return taken

    def status(self) -> ScannerStatus:
        return ScannerStatus("scanner", self.link, Reason.NONE)

    def rounds(self) -> int:
        return 0

    def close(self) -> None:
        self.closed = True


def test_what_was_shown_is_handed_on_and_what_could_not_be_read_is_nothing_of_ours():
    desk = ScanDesk()
    assert desk.take() == []
    desk.close()
    desk.scanner = Scanner(Scan("scanner", "A"), Scan("scanner", "", whole=False))
    assert desk.take() == ["A", ""]
    desk.close()
    assert desk.scanner.closed


def test_slips_are_invited_only_where_they_can_be_taken(setup, standing, other_version):
    desk = ScanDesk()
    assert not desk.is_up, "no scanner"
    desk.scanner = Scanner()
    assert desk.is_up
    desk.scanner.link = Link.ABSENT
    assert not desk.is_up, "unplugged"
    assert not Slips().are_taken(standing), "nobody has said how slips are made"
    slips = Slips(lambda: setup)
    assert slips.are_taken(standing)
    assert not slips.are_taken(None)
    assert not slips.are_taken(replace(standing, form=other_version)), "for another form"


def test_what_was_shown_is_not_kept():
    repeats, shown = Repeats(), "001099012345|Nguyễn Văn A|1.1.1999"
    assert repeats.is_new(shown, REFUSED, 0)
    assert not repeats.is_new(shown, REFUSED, 1)
    assert "001099012345" not in repr(vars(repeats))
    other = Repeats()
    assert other.is_new(shown, REFUSED, 0)
    assert vars(other) != vars(repeats), "nor a digest that could be guessed at"
    assert repeats.is_new("\udc80", REFUSED, 2), "whatever a scanner reads"
