"""Keys, enrolment and what a technician reads."""

import json
import logging
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey.assignment import Assignment
from survey.canonical import decode, encode
from survey.enrolment import proof, read_code, write_code
from survey.errors import BadFile
from survey.form_file import read_form
from survey.wire import write_message
from sync_agent import enrolment, identity, status
from sync_agent.agent import Contact
from sync_agent.config import load_settings
from sync_agent.delivery import Reply
from sync_agent.durable import write_first
from sync_agent.errors import BadKeyFile, EnrolmentRefused, NotEnrolled
from sync_agent.outbox import HeldBook, Outbox
from sync_agent.transport import Transport

FORM = (Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()
CODE = write_code(bytes(range(40, 60)))
OWN = identity.from_seed(b"k" * 32)
CENTRE = identity.from_seed(b"c" * 32)


class Office:
    """The other side of enrolment; `twist` spoils its reply."""

    def __init__(self, code: str = CODE) -> None:
        self.name, self.secret = read_code(code)
        self.asked: list[dict[str, Any]] = []
        self.twist: dict[str, Any] = {}
        form = read_form(FORM, "form")
        self.assignment = Assignment("k-1", "krong-no-2023", "kn-huyen", {"vi": "Huyện"}, {"vi": "UBND"}, form.ref)

    def post(self, _path: str, body: bytes, _content_type: str) -> Reply:
        request = decode(body)
        assert isinstance(request, dict)
        self.asked.append(request)
        key = bytes.fromhex(str(request["public_key"]))
        if request["name"] != self.name or request["proof"] != proof("kiosk", self.secret, key):
            return Reply(403, {}, b"{}")
        parts = (CENTRE.public_key, key, self.assignment.encode(), FORM)
        reply = {
            "v": 1,
            "centre_key": CENTRE.public_key.hex(),
            "assignment": self.assignment.fields(),
            "form": FORM.decode(),
            "proof": proof("centre", self.secret, *parts),
        }
        return Reply(200, {}, encode(reply | self.twist))


def test_enrolment_pins_both_sides(tmp_path: Path) -> None:
    office = Office()
    enrolled = enrolment.enrol(CODE.lower(), OWN, office.post)
    enrolment.keep(enrolled, tmp_path)
    assert identity.load_centre(tmp_path) == CENTRE.public_key
    assert enrolment.load_assignment(tmp_path) == office.assignment
    assert (tmp_path / "form.json").read_bytes() == FORM
    assert read_code(CODE)[1].decode() not in json.dumps(office.asked)


@pytest.mark.parametrize(
    "twist",
    [
        {"centre_key": identity.from_seed(b"x" * 32).public_key.hex()},
        {"centre_key": "zz"},
        {"form": FORM.decode().replace("Bình thường", "Rất tốt")},
        {"assignment": {}},
        {"proof": "0" * 64},
        {"proof": 5},
        {"more": 1},
    ],
)
def test_whoever_does_not_know_the_code_pins_nothing(twist: dict[str, Any]) -> None:
    office = Office()
    office.twist = twist
    with pytest.raises(EnrolmentRefused):
        enrolment.enrol(CODE, OWN, office.post)


STRANGE = [Reply(0, {}, b"x"), Reply(200, {}, b"<html>"), Reply(302, {}, b""), Reply(403, {}, b"")]


@pytest.mark.parametrize("reply", STRANGE)
def test_portals_and_refusals_end_enrolment(reply: Reply) -> None:
    with pytest.raises(EnrolmentRefused):
        enrolment.enrol(CODE, OWN, lambda *_: reply)


def test_a_mistyped_code_is_refused_before_anything_is_sent() -> None:
    office = Office()
    with pytest.raises(EnrolmentRefused):
        enrolment.enrol("12345", OWN, office.post)
    assert office.asked == []


def test_a_form_that_is_not_the_one_assigned_is_refused() -> None:
    office = Office()
    office.assignment = replace(office.assignment, form=replace(office.assignment.form, digest="0" * 64))
    with pytest.raises(EnrolmentRefused, match="form"):
        enrolment.enrol(CODE, OWN, office.post)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = identity.load_or_make_identity(tmp_path, lambda n: b"r" * n)
    again = identity.load_or_make_identity(tmp_path, lambda n: b"s" * n)
    assert first.public_key == again.public_key
    assert stat.S_IMODE((tmp_path / "kiosk.key").stat().st_mode) == 0o600
    signature = first.sign(b"message")
    assert identity.verifier(first.public_key)(b"message", signature)
    assert not identity.verifier(first.public_key)(b"massage", signature)
    assert not identity.verifier(first.public_key)(b"message", b"short")
    (tmp_path / "kiosk.key").write_text("broken")
    with pytest.raises(BadKeyFile):
        identity.load_or_make_identity(tmp_path, lambda n: b"s" * n)


def test_a_kiosk_without_assignment_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotEnrolled):
        enrolment.load_assignment(tmp_path)
    (tmp_path / "assignment.json").write_text("{}")
    with pytest.raises(NotEnrolled):
        enrolment.load_assignment(tmp_path)


def test_the_status_tells_what_to_do(tmp_path: Path, submissions: Any) -> None:
    with Outbox.open(tmp_path / "outbox.db") as outbox:
        well = status.Status(1000.0, OWN.fingerprint, Office().assignment, outbox.health(), Contact())
        assert status.problems(well) == []
        assert "Mọi việc bình thường." in status.as_text(well)
        outbox.finish(submissions(1))
        stuck = replace(
            well,
            now_s=3 * 86_400.0,
            assignment=None,
            health=outbox.health(),
            contact=Contact(last_try_s=3 * 86_400.0 - 70, last_receipt_s=0.0, failures=9, note="HTTP 503"),
        )
    text = status.as_text(stuck)
    for words in ("Máy chưa ghi danh", "đã thử 9 lần", "HTTP 503", "3 ngày", "1 phút trước", "Phiếu chờ gửi      : 1"):
        assert words in text
    fields = json.loads(status.as_json(stuck))
    assert fields["health"]["pending"] == 1
    assert len(fields["problems"]) == 3


def test_contact_survives_a_restart_and_rubbish(tmp_path: Path) -> None:
    contact = Contact(1.0, 2.0, 3, "HTTP 503", 4.0)
    status.keep_contact(tmp_path, contact)
    assert status.load_contact(tmp_path) == contact
    for rubbish in ("", "[]", '{"x": 1}', "\x00", '{"last_heard_s": "x"}', '{"failures": null}', '{"note": 3}'):
        (tmp_path / "contact.json").write_text(rubbish)
        assert status.load_contact(tmp_path) == Contact()


def test_an_agent_that_starts_again_keeps_when_the_last_receipt_came(tmp_path: Path) -> None:
    from sync_agent.building import build_agent

    identity.load_or_make_identity(tmp_path, lambda n: b"r" * n)
    office = Office()
    enrolment.keep(enrolment.enrol(CODE, OWN, office.post), tmp_path)
    status.keep_contact(tmp_path, Contact(last_try_s=2.0, last_receipt_s=2.0))
    config = tmp_path / "agent.toml"
    config.write_text(f'centre_url = "https://centre.invalid"\ndata_directory = "{tmp_path}"\n', "utf-8")
    told = {"v": 1, "kiosk": office.assignment.kiosk, "now": "2026-11-20T05:00:00Z"}
    reply = Reply(200, {}, write_message("time", told, CENTRE.sign))
    with Transport("https://centre.invalid", None, "") as line, Outbox.open(tmp_path / "outbox.db") as outbox:
        agent = build_agent(load_settings(config), office.assignment, outbox, line, HeldBook(tmp_path))
        agent.post = lambda *_: reply
        agent.step()
    kept = status.load_contact(tmp_path)
    assert kept.last_receipt_s == 2.0
    assert kept.last_heard_s is not None


@pytest.fixture
def own_logging() -> Iterator[None]:
    """The commands log to this test's standard error, which is gone when the next test logs."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], level = before
    root.setLevel(level)


@pytest.mark.usefixtures("own_logging")
def test_the_commands_say_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from sync_agent.__main__ import main

    config = tmp_path / "agent.toml"
    config.write_text('data_directory = "/x"\ncenter_url = "http://127.0.0.1:1"\n')
    assert main(["--config", str(config), "--check-config"]) == 78
    said = capsys.readouterr().err
    assert "/center_url: unknown key" in said
    assert "/centre_url: is missing" in said
    config.write_text(f'data_directory = "{tmp_path}"\ncentre_url = "http://127.0.0.1:1"\n')
    assert main(["--config", str(config), "--check-config"]) == 0
    assert main(["--config", str(config), "once"]) == 69
    assert "hailong-agent enrol" in capsys.readouterr().err
    assert main(["--config", str(config), "enrol", "0" * 20]) == 69
    assert main(["--config", str(config), "status"]) == 1
    assert "Máy chưa ghi danh" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["agent.toml", "kiosk.key"]
    assert main(["--config", str(config), "snapshot", str(tmp_path / "copy.db")]) == 0
    assert "record" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('centre_url = "htp:/nonsense"', "/centre_url"),
        ('centre_url = "http://office.example"', "/centre_url"),
        ('centre_url = "https://[::bad"', "/centre_url"),
        ('centre_url = "https://office.example"\nheartbeat_s = nan', "/heartbeat_s"),
        ('centre_url = "https://office.example"\ndelivery_s = -5', "/delivery_s"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, line: str, place: str) -> None:
    (tmp_path / "agent.toml").write_text(f'data_directory = "/var/lib/hailong"\n{line}\n')
    with pytest.raises(BadFile) as refused:
        load_settings(tmp_path / "agent.toml")
    assert [problem.place for problem in refused.value.problems] == [place]


def test_of_two_that_make_a_key_at_once_both_use_one(tmp_path: Path) -> None:
    assert write_first(tmp_path / "key", b"first")
    assert not write_first(tmp_path / "key", b"second")
    assert (tmp_path / "key").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
