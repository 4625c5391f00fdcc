"""An update from the bundle to the proof, with the power cut before every step: a good system runs, always."""

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.update import table
from deploy.update.keeping import Book
from deploy.update.slots import Bundle, Slots
from deploy.update.table import Memory, Phase, Target, Why
from deploy.update.work import Machine, digest_of
from tests.deploy.update import fake_rauc
from tests.deploy.update.fake_rauc import PowerCut

GOOD, DEAD, BLIND = "2.0", "3.0", "4.0"  # DEAD never starts; BLIND starts and draws nothing
STARTS = frozenset({"1.0", "0.9", GOOD, BLIND})


class Stage:
    """One machine, its disk, and the person in front of it."""

    def __init__(self, directory: Path) -> None:
        self.rauc = fake_rauc.Slots()
        self.inbox = directory / "inbox"
        self.inbox.mkdir()
        self.directory = directory / "update"
        self.boots, self.restarts = 1, 0
        self.sits, self.is_closed, self.contact = False, True, True

    def bundle(self, name: str, version: str, compatible: str = "hailong-amd64") -> Path:
        path = self.inbox / f"{name}.raucb"
        path.write_bytes(f"{name} {version}".encode())
        self.rauc.bundles[path.name] = (compatible, version)
        return path

    def ready(self, path: Path) -> None:
        note = {"v": 1, "file": path.name, "version": self.rauc.bundles[path.name][1], "sha256": digest_of(path)}
        (self.inbox / "ready.json").write_text(json.dumps(note))

    def machine(self) -> Machine:
        return Machine(
            book=CuttableBook(self.directory, self.rauc.step),
            slots=Slots(self.rauc.run),
            running=Slots(self.rauc.run).running(Path("/etc/os-release")),
            boot=f"boot-{self.boots}",
            inbox=self.inbox,
            quiet=self.quiet,
            closed=lambda: self.is_closed,
            has_contact=lambda: self.contact,
            missing=self.missing,
            restart=self.restart,
        )

    @contextlib.contextmanager
    def quiet(self) -> Iterator[bool]:
        yield not self.sits

    def missing(self, had_contact: bool) -> Why | None:
        if self.rauc.holds[self.rauc.running] == BLIND:
            return Why.NO_FRAMES
        return Why.NO_CONTACT if had_contact and not self.contact else None

    def restart(self) -> None:
        self.rauc.step()
        self.restarts += 1

    def power_on(self) -> None:
        self.boots += 1
        self.rauc.boot(STARTS)

    @property
    def version(self) -> str | None:
        return self.rauc.holds[self.rauc.running]

    @property
    def memory(self) -> Memory:
        return Book(self.directory).read()


class CuttableBook(Book):
    """Before each writing the power may go."""

    def __init__(self, directory: Path, step: Callable[[], None]) -> None:
        super().__init__(directory)
        self._step = step

    def write(self, memory: Memory) -> None:
        self._step()
        super().write(memory)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def live(stage: Stage, turns: int = 12) -> None:
    """The machine as units run it: at each start `prove`, then the timer; it starts anew when restarted or cut."""
    prove = True
    for _ in range(turns):
        before = stage.restarts
        try:
            machine = stage.machine()
            (lambda: machine.prove(lambda: True))() if prove else machine.turn()
            prove = False
        except PowerCut:
            prove = True
        if stage.restarts != before or prove:
            stage.power_on()
            prove = True


def test_a_good_bundle_is_installed_proved_and_kept(stage: Stage) -> None:
    stage.ready(stage.bundle("good", GOOD))
    live(stage)
    assert stage.version == GOOD
    assert (stage.memory.phase, stage.memory.proven, stage.restarts) == (Phase.IDLE, GOOD, 1)
    assert stage.rauc.left[stage.rauc.running] == fake_rauc.TRIES
    assert stage.machine().turn() == "nothing_ready", "the same bundle is no news"
    assert stage.machine().install(stage.inbox / "good.raucb", at_any_hour=True) == Why.OLDER
    assert not stage.memory.refused


@pytest.mark.parametrize(("version", "why"), [(DEAD, Why.NOT_STARTED), (BLIND, Why.NO_FRAMES)])
def test_a_broken_bundle_goes_back_by_itself_and_never_returns(stage: Stage, version: str, why: Why) -> None:
    stage.ready(stage.bundle("broken", version))
    live(stage)
    assert (stage.version, stage.memory.phase, stage.memory.why) == ("1.0", Phase.IDLE, why)
    assert stage.rauc.order[0] == stage.rauc.running
    assert stage.machine().turn() == "nothing_ready"
    assert stage.machine().install(stage.inbox / "broken.raucb", at_any_hour=True) == Why.FAILED_BEFORE
    stage.ready(stage.bundle("good", GOOD))
    live(stage)
    assert stage.version == GOOD, "the next bundle is taken"
    for _ in range(10):  # nobody ever starts the broken one again
        stage.power_on()
        stage.machine().prove(lambda: True)
        assert stage.version == GOOD


@pytest.mark.parametrize("version", [GOOD, DEAD, BLIND])
def test_the_power_may_go_before_every_step(tmp_path: Path, version: str) -> None:
    cuts = 0
    for step in range(1, 40):
        (tmp_path / str(step)).mkdir()
        stage = Stage(tmp_path / str(step))
        stage.ready(stage.bundle("new", version))
        stage.rauc.dies_before = step
        live(stage, turns=16)
        if stage.rauc.steps < step:
            break
        cuts += 1
        assert stage.version == (GOOD if version == GOOD else "1.0"), step
        assert stage.memory.phase is Phase.IDLE, step
        if version != GOOD:
            assert stage.memory.refuses(stage.memory.refused[-1][0].digest), step
    else:
        pytest.fail("the steps never end")
    print(f"{cuts} cuts around {version}: a good system each time")
    assert cuts >= 8


def test_nothing_is_installed_while_somebody_sits_or_the_office_is_open(stage: Stage) -> None:
    path = stage.bundle("good", GOOD)
    stage.ready(path)
    stage.sits = True
    assert stage.machine().turn() == "somebody_sits"
    stage.sits, stage.is_closed = False, False
    assert stage.machine().turn() == "opening_hours"
    assert stage.rauc.holds["B"] == "0.9"
    stage.sits = True
    assert stage.machine().install(path, at_any_hour=True) == "somebody_sits"
    stage.sits = False
    assert stage.machine().install(path, at_any_hour=True) == "restarting"


def test_a_system_that_lost_the_line_cuts_off_nobody_who_answers(stage: Stage) -> None:
    stage.ready(stage.bundle("good", GOOD))
    stage.machine().turn()
    stage.power_on()
    stage.contact, stage.sits = False, True
    waits = list[bool]()

    def wait() -> bool:
        waits.append(stage.sits)
        stage.sits = len(waits) < 6
        return len(waits) >= 2

    before = stage.restarts
    assert not stage.machine().prove(wait)
    assert stage.memory.why == Why.NO_CONTACT
    assert (stage.restarts - before, len(waits)) == (1, 6), "it restarted before the citizen had gone"


def test_a_waiting_bundle_is_not_read_in_opening_hours(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.ready(stage.bundle("good", GOOD))
    stage.is_closed = False
    monkeypatch.setattr("deploy.update.work.digest_of", lambda _path: pytest.fail("a card is read for nothing"))
    assert stage.machine().turn() == "opening_hours"


def test_a_bundle_that_is_exchanged_after_it_was_judged_is_not_started(stage: Stage) -> None:
    path, older = stage.bundle("good", GOOD), stage.bundle("older", "0.9")
    machine = stage.machine()
    look_into = machine.slots.look_into

    def exchanged(bundle: Path) -> Bundle:
        told = look_into(bundle)
        stage.rauc.bundles[path.name] = stage.rauc.bundles[older.name]
        return told

    machine.slots.look_into = exchanged  # type: ignore[method-assign]
    assert machine.install(path, at_any_hour=True) == Why.INSTALL_FAILED
    assert (stage.restarts, stage.rauc.order[0], stage.rauc.left["B"]) == (0, "A", 0)


def test_an_installed_system_waits_for_a_quiet_moment(stage: Stage) -> None:
    stage.directory.mkdir()
    CuttableBook(stage.directory, lambda: None).write(
        Memory(phase=Phase.INSTALLED, target=Target(GOOD, "d" * 64), boot="boot-1", slot="A")
    )
    stage.sits = True
    assert stage.machine().turn() == "somebody_sits"
    stage.sits, stage.is_closed = False, False
    assert stage.machine().turn() == "opening_hours"
    assert stage.restarts == 0
    stage.is_closed = True
    assert stage.machine().turn() == "restarting"
    assert stage.restarts == 1


def test_what_is_not_for_this_machine_is_refused(stage: Stage) -> None:
    other = stage.bundle("other", GOOD, "hailong-arm64")
    older = stage.bundle("older", "0.9")
    unsigned = stage.inbox / "unsigned.raucb"
    unsigned.write_bytes(b"?")
    odd = stage.bundle("odd", "latest")
    outcomes = [stage.machine().install(path, True) for path in (other, older, unsigned, odd)]
    assert outcomes == [Why.OTHER_MACHINE, Why.OLDER, Why.UNREADABLE, Why.UNREADABLE]
    assert stage.rauc.steps == len(outcomes), "only the memory was written"
    assert stage.rauc.holds == {"A": "1.0", "B": "0.9"}


def test_a_failing_disk_is_tried_three_times(stage: Stage) -> None:
    stage.ready(stage.bundle("good", GOOD))
    stage.rauc.install_fails = True
    outcomes = [stage.machine().turn() for _ in range(5)]
    assert outcomes == [Why.INSTALL_FAILED] * 3 + ["nothing_ready"] * 2
    assert stage.version == "1.0"


def test_a_lost_line_sends_no_good_system_back_unless_it_was_there_before(stage: Stage) -> None:
    stage.contact = False
    stage.ready(stage.bundle("good", GOOD))
    live(stage)
    assert stage.version == GOOD, "offline before, offline after"
    stage.contact = True
    stage.ready(stage.bundle("next", "5.0"))
    stage.machine().turn()
    stage.contact = False
    assert stage.memory.had_contact
    assert stage.machine().missing(True) is Why.NO_CONTACT


def test_a_proven_system_stays_when_its_screen_breaks(stage: Stage) -> None:
    stage.ready(stage.bundle("good", GOOD))
    live(stage)
    for _ in range(5):
        stage.power_on()
        machine = stage.machine()
        machine.missing = lambda _had: Why.NO_FRAMES
        assert machine.prove(lambda: True)
    assert stage.version == GOOD


def test_a_damaged_memory_is_an_empty_one(stage: Stage) -> None:
    stage.directory.mkdir()
    for text in ("", "{", "[]", '{"v": 2}', '{"v": 1, "phase": "dreaming"}'):
        (stage.directory / "state.json").write_text(text)
        assert stage.memory == Memory()


def test_versions_are_ordered_by_their_numbers() -> None:
    assert table.newer("2026.12.1", "2026.9.30")
    assert table.newer("1.0", "")
    assert not table.newer("1.0", "1.0")
    for wrong in ("", "1.0-rc1", "1..0", "v1", "1.0.0.0"):
        with pytest.raises(ValueError, match="version"):
            table.newer(wrong, "1.0")


def test_two_installations_at_once_are_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The timer's, and that of a stick."""
    from deploy.update import __main__ as command

    monkeypatch.setattr(command, "build_machine", lambda _settings: stage.machine())
    monkeypatch.setattr(command, "read_update_settings", lambda _path: command.Settings(memory=stage.directory))
    path, codes = stage.bundle("good", GOOD), list[int]()
    real = stage.rauc.install

    def meanwhile(name: str) -> "subprocess.CompletedProcess[str]":
        codes.append(command.main(["install", "--file", str(path)]))
        return real(name)

    stage.rauc.install = meanwhile  # type: ignore[method-assign]
    old_mask = os.umask(0o077)
    try:
        assert command.main(["install", "--file", str(path)]) == os.EX_OK
    finally:
        os.umask(old_mask)
    assert codes == [os.EX_TEMPFAIL]
    assert "cập nhật khác" in capsys.readouterr().out
    assert stage.memory.phase is Phase.INSTALLED
    assert stage.directory.stat().st_mode & 0o777 == 0o755, "the agent must read what stands there"


def test_status_says_what_a_doctor_asks(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    from argparse import Namespace

    from deploy.update import __main__ as command

    def said() -> dict[str, str]:
        command._status(stage.machine(), command.Settings(), Namespace(json=True))
        told: dict[str, str] = json.loads(capsys.readouterr().out)
        return told

    assert (said()["state"], said()["version"], said()["slot"]) == ("", "1.0", "A")
    stage.ready(stage.bundle("blind", BLIND))
    assert said()["state"] == "pending"
    live(stage)
    assert (said()["state"], said()["why"]) == ("refused", "no_frames")
    command._status(stage.machine(), command.Settings(), Namespace(json=False))
    assert "4.0: Bản mới không vẽ được màn hình" in capsys.readouterr().out
