"""A technician's stick, served: a real file system where the machine can mount one, the real agent, no network."""

import dataclasses
import json
import logging
import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nacl.public
import nacl.signing
import pytest

from deploy.usb.journal import start_log
from deploy.usb.mounting import Folder, Stick
from deploy.usb.telling import FILE_NAME, Code, Result, Task, Telling
from deploy.usb.window import Window
from deploy.usb.work import Commands, Visit
from kiosk.texts import read_words
from survey import wire
from survey.assignment import Assignment
from survey.form import FormRef
from survey.identifier import make_id, read_quarter
from survey.post import read_batches, read_post, write_receipts
from survey.record import Channel, Clock, State, Submission
from sync_agent import enrolment, identity
from sync_agent.outbox import Outbox

ROOT = Path(__file__).parents[3]
KIOSK, QUARTER = "k-0123456789ab", "2023-09-01T08:15+07:00"


class Plain(Stick):
    """A stick whose files are a directory: what a file system refuses is said by `read_only`."""

    def __init__(self, root: Path) -> None:
        self.root, self.read_only, self.broken = root, False, False

    @contextmanager
    def mounted(self, writable: bool = False) -> Iterator[Path]:
        if self.broken or (writable and self.read_only):
            raise OSError("write-protected" if self.read_only else "no file system")
        yield self.root


@pytest.fixture
def machine(tmp_path: Path) -> Any:
    """A visit to a machine without anything; its stick's folder HAILONG."""
    (tmp_path / "stick/HAILONG").mkdir(parents=True)
    (tmp_path / "run").mkdir()
    commands = Commands(("/nowhere/agent",), ("/nowhere/update",), ("/nowhere/provision",), "")
    telling = Telling(tmp_path / "run")
    return Visit(Plain(tmp_path / "stick"), telling, commands, tmp_path / "scratch", tmp_path / "inbox")


def folder_of(visit: Any) -> Path:
    return Path(visit.stick.root) / "HAILONG"


def program(path: Path, text: str) -> tuple[str, ...]:
    """A small program in the place of the updater or the first boot."""
    path.write_text("import sys, shutil, pathlib\ngiven = pathlib.Path(sys.argv[-1])\n" + text)
    return (sys.executable, str(path))


def test_a_stick_for_something_else_says_so(machine: Any) -> None:
    assert machine.serve() == [Result(Task.READ, Code.NOTHING)]
    said = json.loads((machine.telling.run / FILE_NAME).read_text())
    assert (said["state"], said["results"][0]["code"]) == ("finished", "nothing")
    machine.telling.clear()
    assert not (machine.telling.run / FILE_NAME).exists()


def test_a_stick_without_the_folder_or_without_a_file_system(machine: Any) -> None:
    folder_of(machine).rmdir()
    assert machine.serve() == [Result(Task.READ, Code.NOTHING)]
    machine.telling.results.clear()
    machine.stick.broken = True
    assert machine.serve() == [Result(Task.READ, Code.UNREADABLE)]


def test_an_update_is_copied_whole_before_it_is_installed(machine: Any, tmp_path: Path) -> None:
    data = random.Random(1).randbytes(3_000_000)
    (folder_of(machine) / "hailong-2.raucb").write_bytes(data)
    seen = tmp_path / "seen"
    machine.commands = Commands(update=program(tmp_path / "u.py", f"shutil.copy(given, {str(seen)!r})"), user="")
    assert machine.serve() == [Result(Task.UPDATE, Code.DONE)]
    assert seen.read_bytes() == data
    assert list(machine.inbox.iterdir()) == []


@pytest.mark.parametrize(
    ("exit_code", "phase", "code", "waits"),
    [(0, "", "done", 0), (65, "", "refused", 0), (75, "installed", "later", 0), (75, "idle", "busy", 2)],
)
def test_how_an_update_ends(
    machine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, phase: str, code: str, waits: int
) -> None:
    (folder_of(machine) / "a.raucb").write_bytes(b"x")
    text = f"if 'status' in sys.argv: print('{{\"phase\": \"{phase}\"}}')\nelse: sys.exit({exit_code})"
    machine.commands = Commands(update=program(tmp_path / "u.py", text), user="")
    monkeypatch.setattr("deploy.usb.work.MOST_TRIES", 2)
    slept = list[float]()
    machine.sleep = slept.append
    assert machine.serve() == [Result(Task.UPDATE, Code(code))]
    assert len(slept) == waits
    assert list(machine.inbox.iterdir()) == []


def test_answers_leave_before_an_update_restarts_the_machine(machine: Any, tmp_path: Path) -> None:
    for name in ("a.raucb", "xin-phieu"):
        (folder_of(machine) / name).write_bytes(b"x")
    text = "pathlib.Path(sys.argv[-2]).write_bytes(b'sealed'); print('{\"count\": 9, \"left\": 0}')"
    agent, update = program(tmp_path / "a.py", text), program(tmp_path / "u.py", "")
    machine.commands = Commands(agent=agent, update=update, user="")
    assert [result.task for result in machine.serve()] == [Task.EXPORT, Task.UPDATE]


def test_two_bundles_or_many_points_need_a_person(machine: Any) -> None:
    for name in ("a.raucb", "b.raucb"):
        (folder_of(machine) / name).write_bytes(b"x")
    for name in ("kn-huyen", "kn-dak-mam"):
        (folder_of(machine) / name).mkdir()
        (folder_of(machine) / name / "hailong.toml").write_text("x = 1")
    assert machine.serve() == [Result(Task.PROVISION, Code.SEVERAL, 2), Result(Task.UPDATE, Code.SEVERAL, 2)]


def test_a_prepared_point_is_handed_to_the_first_boot(machine: Any, tmp_path: Path) -> None:
    (folder_of(machine) / "kn-huyen").mkdir()
    (folder_of(machine) / "kn-huyen/hailong.toml").write_text('centre_url = "https://x"')
    seen = tmp_path / "seen"
    machine.commands = Commands(provision=program(tmp_path / "p.py", f"shutil.copy(given, {str(seen)!r})"), user="")
    assert machine.serve() == [Result(Task.PROVISION, Code.DONE)]
    assert seen.read_text() == 'centre_url = "https://x"'
    assert list(machine.scratch.iterdir()) == []


@pytest.mark.parametrize(("exit_code", "code"), [(0, "done"), (65, "refused"), (74, "failed"), (78, "failed")])
def test_the_file_is_called_wrong_only_where_it_is(machine: Any, tmp_path: Path, exit_code: int, code: str) -> None:
    (folder_of(machine) / "hailong.toml").write_text("version = 1")
    machine.commands = Commands(provision=program(tmp_path / "p.py", f"sys.exit({exit_code})"), user="")
    assert machine.serve() == [Result(Task.PROVISION, Code(code))]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_acts_on_stays_roots(machine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prepared point goes to root's first boot; a receipt to the agent's account, file before folder."""
    (folder_of(machine) / "hailong.toml").write_text("version = 1")
    (folder_of(machine) / "bien-nhan.hlr").write_bytes(b"x")
    seen, given, chown = tmp_path / "seen", list[tuple[str, bool]](), os.chown
    tell = f"pathlib.Path({str(seen)!r}).write_text(f'{{given.stat().st_uid}} {{given.parent.stat().st_uid}}')"
    tmp_path.chmod(0o755)

    def noted(path: Any, user: int, group: int, *, follow_symlinks: bool = True) -> None:
        given.append((Path(path).name, follow_symlinks))
        chown(path, user, group, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "chown", noted)
    machine.commands = Commands(("/nowhere",), ("/nowhere",), program(tmp_path / "p.py", tell), user="nobody")
    machine.serve()
    assert seen.read_text() == "0 0"
    assert [name for name, _ in given][:1] == ["bien-nhan.hlr"]
    assert [followed for _, followed in given] == [False, False]


def test_a_stick_that_updates_leaves_the_agents_folder_alone() -> None:
    """Made by root it would be closed to the agent; owned by the agent, a bundle could be exchanged in it."""
    fields = {each.name: each.default for each in dataclasses.fields(Visit)}
    assert not Path(str(fields["inbox"])).is_relative_to("/var/lib/hailong")


def test_nothing_on_a_stick_is_followed(machine: Any, tmp_path: Path) -> None:
    """Links, pipes and directories in the place of files; a link in the place of the folder."""
    secret, folder = tmp_path / "secret", folder_of(machine)
    secret.write_text("root's own")
    (folder / "a.raucb").symlink_to(secret)
    (folder / "hailong.toml").symlink_to(secret)
    (folder / "x.hlr").mkdir()
    os.mkfifo(folder / "y.hlr")
    (folder / "point").symlink_to(tmp_path)
    with Folder(machine.stick.root) as held:
        assert held.names() == []
        for name in ("a.raucb", "hailong.toml", "y.hlr", "point/secret", "../../secret"):
            with pytest.raises(OSError):
                os.close(held.open(name)) if name != "../../secret" else held.open("point/../secret")
    assert machine.serve() == [Result(Task.READ, Code.NOTHING)]
    machine.telling.results.clear()
    for path in (folder / "a.raucb", folder / "hailong.toml", folder / "y.hlr", folder / "point"):
        path.unlink()
    (folder / "x.hlr").rmdir()
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert [each.code for each in machine.serve()] != [Code.DONE]


def test_what_the_agent_says_decides(machine: Any, tmp_path: Path) -> None:
    (folder_of(machine) / "XIN-PHIEU.TXT").write_bytes(b"")
    (folder_of(machine) / "bien-nhan.hlr").write_bytes(b"x")
    machine.commands = Commands(agent=program(tmp_path / "a.py", "sys.exit(69)"), user="")
    assert machine.serve() == [Result(Task.RECEIPTS, Code.REFUSED), Result(Task.EXPORT, Code.NOT_ENROLLED)]
    machine.telling.results.clear()
    machine.commands = Commands(
        agent=program(tmp_path / "a.py", 'print(\'{"count": 0, "left": 3}\'); sys.exit(1)'), user=""
    )
    assert machine.serve() == [Result(Task.RECEIPTS, Code.NOTHING), Result(Task.EXPORT, Code.NOTHING, 0, 3)]


def test_a_write_protected_stick(machine: Any, tmp_path: Path) -> None:
    (folder_of(machine) / "xin-phieu").write_bytes(b"")
    text = "pathlib.Path(sys.argv[-2]).write_bytes(b'sealed'); print('{\"count\": 9, \"left\": 0}')"
    machine.commands = Commands(agent=program(tmp_path / "a.py", text), user="")
    machine.stick.read_only = True
    assert machine.serve() == [Result(Task.EXPORT, Code.READ_ONLY, 9, 0)]


@pytest.fixture
def enrolled(tmp_path: Path) -> Iterator[tuple[Path, Outbox, identity.Identity]]:
    """A kiosk's data directory with 40 answers; the centre's identity."""
    directory, centre = tmp_path / "data", identity.from_seed(b"c" * 32)
    directory.mkdir()
    (directory / "agent.toml").write_text(f'data_directory = "{directory}"\ncentre_url = "https://a.example"\n')
    identity.load_or_make_identity(directory, lambda count: b"k" * count)
    names = {"vi": "x"}
    given = Assignment(KIOSK, "krong-no-2023", "kn-huyen", names, names, FormRef("f", "1", "0" * 64))
    enrolment.keep(enrolment.Enrolment(centre.public_key, given, b"{}"), directory)
    with Outbox.open(directory / "outbox.db") as outbox:
        for number in range(40):
            outbox.finish(submission(number))
        yield directory, outbox, centre


def submission(number: int) -> Submission:
    return Submission(
        id=make_id(read_quarter(QUARTER), number.to_bytes(10, "big")),
        kiosk=KIOSK,
        boot="00ff00ff00ff00ff",
        quarter=QUARTER,
        clock=Clock.UNCERTAIN,
        form=FormRef("rut-gon-mot-cua", "1", "0" * 64),
        plan="krong-no-2023",
        point="kn-huyen",
        channel=Channel.SCREEN,
        state=State.COMPLETE,
        duration_s=12,
        flags=(),
        answers={"RG.HL0": number % 5 + 1},
    )


def image(path: Path) -> str:
    """An ext4 stick with the folder and the request; why not, where this machine cannot mount one."""
    source = path.with_suffix(".d")
    (source / "HAILONG").mkdir(parents=True)
    (source / "HAILONG/xin-phieu").write_bytes(b"")
    if os.geteuid() != 0:
        return "only root may mount"
    made = subprocess.run(["mkfs.ext4", "-q", "-d", source, path, "8M"], capture_output=True, check=False)
    return "" if made.returncode == 0 else made.stderr.decode()


@pytest.mark.slow
def test_answers_leave_by_a_real_stick_and_are_released_by_one(
    machine: Any, enrolled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, outbox, centre = enrolled
    reason = image(tmp_path / "stick.img")
    point = tmp_path / "point"
    point.mkdir()
    stick = Stick(tmp_path / "stick.img", point)
    if not reason:
        try:
            with stick.mounted():
                pass
        except OSError as error:
            reason = str(error)
    if reason:
        stick = Plain(tmp_path / "stick.d")
    agent = (sys.executable, "-m", "sync_agent", "--config", str(directory / "agent.toml"))
    monkeypatch.chdir(ROOT)
    machine.stick, machine.commands = stick, Commands(agent=agent, user="")
    assert machine.serve() == [Result(Task.EXPORT, Code.DONE, 40, 0)]
    assert outbox.health().pending == 40
    with stick.mounted() as root:
        (sealed,) = (root / "HAILONG").glob("*.hlp")
        data = sealed.read_bytes()
        assert not list((root / "HAILONG").glob("~*"))
    key = nacl.signing.SigningKey(b"c" * 32).to_curve25519_private_key()
    post = read_post(data, centre.public_key, nacl.public.SealedBox(key).decrypt)
    heads = [batch.head for batch in read_batches(post)]
    receipts = [wire.write_receipt(wire.Receipt(head, head.count, 0, ()), centre.sign) for head in heads]
    with stick.mounted(writable=True) as root:
        (root / "HAILONG/xin-phieu").unlink()
        (root / "HAILONG/bien-nhan.hlr").write_bytes(write_receipts(receipts))
    machine.telling.results.clear()
    assert machine.serve() == [Result(Task.RECEIPTS, Code.DONE, 40)]
    assert outbox.health().pending == 0
    print(f"40 answers out and released by a stick ({'a directory: ' + reason if reason else 'ext4, mounted'})")


def test_under_udev_the_log_goes_to_the_journal(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(path))
        journal.settimeout(5)
        root = logging.getLogger()
        before, level = root.handlers[:], root.level
        root.handlers[:] = []  # else a forced start closes those of the tests
        try:
            start_log(under_udev=True, socket=path)
            logging.getLogger("deploy.usb").warning("x.y", extra={"fields": {"device": "1-1"}})
            said = journal.recv(1000).decode()
        finally:
            for handler in root.handlers:
                handler.close()
            root.handlers[:] = before
            root.setLevel(level)
    assert 'hailong-usb: {"event": "x.y"' in said
    assert '"device": "1-1"' in said


def test_the_window(tmp_path: Path) -> None:
    window, file = Window(tmp_path), tmp_path / "usb-open"
    assert not window.is_open(0)
    window.open(100.0)
    assert window.is_open(99)
    assert not window.is_open(100)
    window.open(None)
    assert window.is_open(1e9)
    window.close()
    window.close()
    file.touch()
    assert window.is_open(0)  # as a hand opens it
    for bad in ("soon", "1e", "\0"):
        file.write_text(bad)
        assert not window.is_open(0)
    file.unlink()
    target = tmp_path / "target"
    target.write_text("")
    file.symlink_to(target)
    assert not window.is_open(0)
    window.open(5.0)
    assert not file.is_symlink()
    assert target.read_text() == ""
    assert not window.take_request()
    (tmp_path / "usb-request").touch()
    assert window.take_request()
    assert not window.take_request()


def test_a_machines_own_trouble_has_words_of_its_own() -> None:
    """The general sentence would send a technician for another stick."""
    words = read_words("vi")
    said = {code: words.get(f"usb_{Task.PROVISION}_{code}", "") for code in (Code.REFUSED, Code.FAILED)}
    assert all(said.values())
    assert "không phải do tệp" in said[Code.FAILED]
