"""A full or failing disk: nothing acknowledged is lost, nothing is recorded twice, and the outbox goes on after."""

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from survey.record import Submission, read_record
from sync_agent.outbox import Outbox, StorageFailed
from sync_agent.outbox.guard import JOURNAL, Journal
from sync_agent.outbox.store import open_outbox
from tests.sync_agent.outbox import answers, cuts

SMALL = Journal(JOURNAL.mode, JOURNAL.synchronous, **cuts.SHORT)


class Failing(apsw.VFS):
    """A disk whose operation number `fails_at` of a kind, and all after it, fail until `mended`."""

    def __init__(self, kind: str, error: type[apsw.Error]) -> None:
        self.kind, self.error = kind, error
        self.fails_at = 0
        self.done = 0
        self.name = f"failing-{id(self):x}"
        super().__init__(self.name, "")

    def count(self, kind: str) -> None:
        if kind == self.kind:
            self.done += 1
            if 0 < self.fails_at <= self.done:
                raise self.error("simulated")

    def mend(self) -> None:
        self.fails_at = 0

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _FailingFile(self, name, flags)


class _FailingFile(apsw.VFSFile):
    def __init__(self, disk: Failing, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._disk = disk

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        self._disk.count("write")
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.count("sync")
        super().xSync(flags)


def day(outbox: Outbox, path: Path, disk: Failing, chance: random.Random) -> tuple[list[Submission], int]:
    """Work through a day; at a failure free the disk, probe, and do the same change again as the kiosk does."""
    told: list[Submission] = []
    failures = 0
    for number in range(14):
        answer = answers.submission(chance)
        for change in (outbox.save_draft, lambda sub: outbox.finish(sub, f"terminal:{number}")):  # noqa: B023
            try:
                change(answer)
            except StorageFailed as failure:
                failures += failure.code in ("disk_full", "io_error")
                with pytest.raises(StorageFailed):
                    outbox.probe()
                told_at_a_crash(path, told)
                disk.mend()
                outbox.probe()
                change(answer)
        told.append(answer)
    return told, failures


def told_at_a_crash(path: Path, told: list[Submission]) -> None:
    """The process dies right after the failure: what it had told is in the files as they are."""
    place = path.with_suffix(".crashed")
    place.mkdir(exist_ok=True)
    for name in (path.name, f"{path.name}-log"):
        shutil.copyfile(path.with_name(name), place / name)
    outbox = open_outbox(place / path.name, "", SMALL)
    held = [read_record(record.raw).submission for record in outbox.pending()]
    assert held[: len(told)] == told
    assert len(held) <= len(told) + 1  # the failed one may have reached the disk; its draft is then gone with it
    assert len(held) + len(outbox.drafts()) <= len(told) + 1
    outbox.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        pytest.param("write", apsw.FullError, marks=pytest.mark.slow),
        pytest.param("write", apsw.IOError, marks=pytest.mark.slow),
        ("sync", apsw.IOError),
    ],
)
def test_every_write_and_sync_may_fail(memory: Path, kind: str, error: type[apsw.Error], record_property: Any) -> None:
    trials = failures = 0
    while True:
        chance = random.Random(trials)
        path = memory / f"{trials}.db"
        disk = Failing(kind, error)
        outbox = open_outbox(path, disk.name, SMALL)
        disk.fails_at = disk.done + 1 + trials
        told, failed = day(outbox, path, disk, chance)
        reached = 0 < disk.fails_at <= disk.done or failed
        outbox.close()
        disk.unregister()
        again = open_outbox(path, "", SMALL)
        held = [read_record(record.raw).submission for record in again.pending()]
        assert held == told, f"failure at {kind} {trials}"
        assert again.drafts() == []
        again.close()
        if not reached:
            break
        failures += failed
        trials += 1
    line = f"disk failures ({error.__name__} at each {kind}): {trials} places, {failures} told, 0 lost, 0 twice"
    print(line)
    record_property("trials", line)
    assert trials > (300 if kind == "write" else 30)
    assert failures > trials // 2


def test_a_failed_checkpoint_is_no_failed_answer(path: Path, chance: random.Random) -> None:
    disk = Failing("write", apsw.FullError)

    class OnlyTheDatabase(Failing):
        def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
            main = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
            return _FailingFile(self, name, flags) if main else apsw.VFSFile("", name, flags)

    disk.unregister()
    disk = OnlyTheDatabase("write", apsw.FullError)
    outbox = open_outbox(path, disk.name, SMALL)
    disk.fails_at = 1
    records = [outbox.finish(answers.submission(chance)) for _ in range(50)]
    assert disk.done > 0
    assert outbox.pending() == records
    disk.mend()
    records.append(outbox.finish(answers.submission(chance)))
    outbox.close()
    disk.unregister()
    again = Outbox.open(path)
    assert again.pending() == records
    again.close()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A real file system of 8 MB, mounted outside pytest's own directories, which other runs tidy up."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    with tempfile.TemporaryDirectory(prefix="hailong-disk-") as directory:
        place = Path(directory) / "disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=8M", "hailong-test", place]
        if subprocess.run(command, check=False, timeout=60).returncode:
            pytest.skip("this machine mounts no tmpfs")
        try:
            yield place
        finally:  # lazily: a failed test may leave its outbox open
            subprocess.run(["umount", "--lazy", place], check=True, timeout=60)


def fill_up(place: Path) -> Path:
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            pass
    return ballast


@pytest.mark.slow
@pytest.mark.parametrize("times", [3])
def test_a_really_full_disk(small_disk: Path, chance: random.Random, times: int) -> None:
    path = small_disk / "outbox.db"
    outbox = Outbox.open(path)
    told = []
    for _ in range(times):
        ballast = fill_up(small_disk)
        answer = answers.submission(chance)
        with pytest.raises(StorageFailed) as failure:  # noqa: PT012
            for _ in range(5000):
                told.append(outbox.finish(answer))
                answer = answers.submission(chance)
        assert failure.value.code == "disk_full"
        assert failure.value.hint
        assert outbox.health().free_bytes == 0
        assert outbox.pending(limit=10_000, most_bytes=100_000_000) == told
        with pytest.raises(StorageFailed):
            outbox.probe()
        ballast.unlink()
        outbox.probe()
        told.append(outbox.finish(answer))
        while batch := outbox.pending():
            outbox.release(answers.receipt(batch))
        told = []
    outbox.close()
    Outbox.open(path).close()


def test_opening_on_a_full_disk_fails_and_then_works(small_disk: Path, chance: random.Random) -> None:
    ballast = fill_up(small_disk)
    with pytest.raises(StorageFailed):
        Outbox.open(small_disk / "outbox.db")
    ballast.unlink()
    outbox = Outbox.open(small_disk / "outbox.db")
    assert outbox.finish(answers.submission(chance)) is not None
    outbox.close()


def test_a_disk_that_turns_read_only(small_disk: Path, chance: random.Random) -> None:
    """What ext4 does to itself after an error (errors=remount-ro) leaves the answer unrecorded, and says so."""
    outbox = Outbox.open(small_disk / "outbox.db")
    record = outbox.finish(answers.submission(chance))
    outbox.close()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True, timeout=60)
    try:
        with pytest.raises(Exception, match="disk") as refusal:
            Outbox.open(small_disk / "outbox.db")
        assert getattr(refusal.value, "code", "") == "unsafe_file_system"
    finally:
        subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True, timeout=60)
    outbox = Outbox.open(small_disk / "outbox.db")
    assert outbox.pending() == [record]
    outbox.close()
