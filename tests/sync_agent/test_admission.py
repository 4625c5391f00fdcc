"""An agent without a point, an office's orders, and an old card's data: nothing is lost, nothing counts twice."""

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.enrolment_file import OUTCOME_FILE, WISH_FILE, Step, Why, Wish, read_outcome
from survey.form_file import read_form
from survey.identifier import make_id
from survey.record import Channel, Clock, State, Submission
from survey.service_order import Order, Service
from sync_agent import admission, rescuing
from sync_agent.config import Settings
from sync_agent.errors import EnrolmentRefused, NotAdopted
from sync_agent.outbox import Outbox
from sync_agent.service import OrderFile, held_in

STEPS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.copyfile"}
ROOT = Path(__file__).parents[2]
FORM = (ROOT / "survey/data/forms/rut-gon-mot-cua.json").read_bytes()


def test_an_old_order_shown_again_changes_nothing(tmp_path: Path) -> None:
    file = OrderFile(tmp_path)
    stop = Order(Service.STOPPED, 3).fields()
    for told, state in (
        (stop, Service.STOPPED),
        (Order(Service.SERVING, 4).fields(), Service.SERVING),
        (stop, Service.SERVING),
        ({"state": "gone", "serial": 9}, Service.SERVING),
        (None, Service.SERVING),
    ):
        file.take(told)
        assert (file.held.state, held_in(tmp_path)) == (state, file.held)


@pytest.mark.parametrize(
    ("why", "prepared", "tries"), [(Why.NO_LINE, True, 3), (Why.NO_LINE, False, 1), (Why.EXPIRED, True, 1)]
)
def test_a_prepared_code_is_tried_until_the_office_has_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: Why, prepared: bool, tries: int
) -> None:
    asked: list[str] = []

    def enrol(_settings: Settings, code: str) -> Any:
        asked.append(code)
        raise EnrolmentRefused("no", why)

    monkeypatch.setattr(admission, "enrol_with", enrol)
    (tmp_path / WISH_FILE).write_bytes(Wish("w", "C" * 20, prepared).encode())
    clock = iter(range(0, 10_000, 7))
    waits = iter([False] * 8 + [True])
    settings = Settings(tmp_path, "http://127.0.0.1:1")
    assert admission.await_enrolment(settings, lambda _s: next(waits), lambda: float(next(clock))) is None
    outcome = read_outcome((tmp_path / OUTCOME_FILE).read_bytes())
    assert (outcome.wish, outcome.step, outcome.why) == ("w", Step.REFUSED, why)
    assert min(len(asked), 3) == tries
    assert (tmp_path / WISH_FILE).exists() is (tries > 1)


def test_a_used_code_stays_on_no_disk(tmp_path: Path) -> None:
    """The power went after the office had spoken, and before the code was taken away."""
    fill(tmp_path, 0, 1)
    (tmp_path / WISH_FILE).write_bytes(Wish("w", "C" * 20, True).encode())
    given = admission.await_enrolment(Settings(tmp_path, "http://127.0.0.1:1"), lambda _s: True)
    assert given is not None
    assert not (tmp_path / WISH_FILE).exists()


def fill(directory: Path, count: int, seed: int) -> list[bytes]:
    """A kiosk's data directory with unsent answers; their bytes."""
    from survey.assignment import Assignment
    from sync_agent.identity import load_or_make_identity, pin_centre

    directory.mkdir(parents=True, exist_ok=True)
    rng, form = random.Random(seed), read_form(FORM, "form")
    load_or_make_identity(directory, rng.randbytes)
    pin_centre(directory, rng.randbytes(32))
    given = Assignment("k-1", "krong-no-2023", "kn-huyen", {"vi": "Huyện"}, {"vi": "UBND"}, form.ref)
    (directory / "assignment.json").write_bytes(given.encode())
    (directory / "form.json").write_bytes(FORM)
    kept = []
    with Outbox.open(directory / "outbox.db") as outbox:
        for _ in range(count):
            kept.append(outbox.finish(_answer(rng, form.ref)).raw)  # type: ignore[union-attr]
    return kept


def _answer(rng: random.Random, form: Any) -> Submission:
    from datetime import UTC, datetime

    instant = datetime(2026, 9, 1, 1, 15, tzinfo=UTC)
    fields: dict[str, Any] = {"id": make_id(instant, rng.randbytes(10)), "kiosk": "k-1", "boot": "0" * 16}
    fields |= {"quarter": "2026-09-01T08:15+07:00", "clock": Clock.SYNCHRONISED, "form": form, "flags": ()}
    fields |= {"plan": "krong-no-2023", "point": "kn-huyen", "channel": Channel.SCREEN, "state": State.PARTIAL}
    return Submission(**fields, duration_s=9, answers={"RG.HL0": rng.randint(1, 5)})


def waiting(directory: Path) -> list[bytes]:
    with Outbox.open(directory / "outbox.db") as outbox:
        return [record.raw for record in outbox.pending()]


def killed_after(steps: int, work: Callable[[], object]) -> int:
    """Do `work` in a process of its own, killed at the file operation of that number; 0 if it came to its end."""
    child = os.fork()
    if child == 0:
        left = steps

        def count(event: str, _arguments: object) -> None:
            nonlocal left
            if event in STEPS:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            work()
            os._exit(0)
        finally:
            os._exit(9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status


@pytest.mark.slow
def test_an_old_card_is_taken_over_whole_whenever_the_power_goes(tmp_path: Path) -> None:
    """Killed at system calls one after the other; after the next start everything is there, once."""
    seed, cuts, finished = 7, 0, False
    kept = fill(tmp_path / "card", 60, seed)
    for number in (6, 12, 18, 24, 30, 36, 42, 48, 1000):
        old, new = tmp_path / f"old{number}", tmp_path / f"new{number}"
        shutil.copytree(tmp_path / "card", old)
        status = killed_after(number, lambda new=new, old=old: rescuing.adopt(new, old))  # type: ignore[misc]
        cuts, finished = cuts + (status != 0), finished or status == 0
        new.mkdir(exist_ok=True)
        rescuing.finish(new)
        if not (new / "assignment.json").exists():
            rescuing.adopt(new, old)
        assert waiting(new) == kept
        assert not (new / rescuing.READY).exists()
    assert finished
    print(f"seed {seed}: {cuts} takeovers killed, {len(kept)} unsent answers there after each, none twice")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root takes a card over for another account")
def test_what_root_takes_over_can_be_finished_by_the_kiosk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes before the last step, which the agent then takes as its own account."""
    fill(tmp_path / "old", 3, 1)
    new = tmp_path / "new"
    new.mkdir()
    os.chown(new, 12345, 54321)
    monkeypatch.setattr(rescuing, "finish", lambda _directory: None)
    rescuing.adopt(new, tmp_path / "old")
    ready = new / rescuing.READY
    owners = {path.name: (path.stat().st_uid, path.stat().st_gid) for path in (ready, *ready.iterdir())}
    assert set(owners.values()) == {(12345, 54321)}, owners


def test_a_machine_with_answers_of_its_own_takes_nothing_over(tmp_path: Path) -> None:
    fill(tmp_path / "old", 3, 1)
    mine = fill(tmp_path / "new", 2, 2)
    with pytest.raises(NotAdopted):
        rescuing.adopt(tmp_path / "new", tmp_path / "old")
    (tmp_path / "new/assignment.json").unlink()
    with pytest.raises(NotAdopted):
        rescuing.adopt(tmp_path / "new", tmp_path / "old")
    assert waiting(tmp_path / "new") == mine
    assert (tmp_path / "old/assignment.json").exists()


def test_what_a_damaged_card_still_holds_is_found(tmp_path: Path) -> None:
    seed = 11
    rng = random.Random(seed)
    kept = fill(tmp_path / "old", 200, seed)
    path = tmp_path / "old/outbox.db"
    data = bytearray(path.read_bytes())
    for _ in range(6):
        place = rng.randrange(1, len(data) // 4096) * 4096
        data[place : place + 4096] = rng.randbytes(4096)
    path.write_bytes(data)
    for log in path.parent.glob("outbox.db-*"):
        log.unlink()
    counts = rescuing.salvage_into(tmp_path / "old", tmp_path / "out")
    found = waiting(tmp_path / "out")
    assert set(found) <= set(kept)
    assert len(found) == counts["records"] >= 100
    said = f"{len(found)} of 200 answers found; {json.dumps(counts)}"
    print(f"seed {seed}: 6 of {len(data) // 4096} pages destroyed, {said}")
