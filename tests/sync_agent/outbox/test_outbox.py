"""What the outbox promises in ordinary use: chain, drafts, sources, batches, receipts, figures."""

import os
import random
import threading
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from survey.errors import SurveyError
from survey.record import GENESIS, read_record
from survey.wire import BatchHead, Receipt, Refusal
from sync_agent.outbox import Outbox, StorageFailed
from sync_agent.outbox.guard import JOURNAL
from tests.sync_agent.outbox import answers


def test_records_form_a_chain_from_one(outbox: Outbox, chance: random.Random) -> None:
    records = answers.fill(outbox, chance, 20)
    prev = GENESIS
    for number, record in enumerate(records, 1):
        read = read_record(record.raw)
        assert (read.seq, read.prev, read.digest) == (number, prev, record.digest)
        prev = read.digest
    assert outbox.pending() == records


def test_all_is_there_after_opening_again(path: Path, chance: random.Random) -> None:
    outbox = Outbox.open(path)
    records = answers.fill(outbox, chance, 3)
    draft = answers.submission(chance)
    outbox.save_draft(draft)
    health = outbox.health()
    outbox.close()
    outbox.close()
    again = Outbox.open(path)
    assert (again.pending(), again.drafts()) == (records, [draft])
    assert (again.health().next_seq, again.health().head) == (health.next_seq, health.head)
    again.close()


def test_a_draft_is_replaced_by_its_id_and_gone_when_finished(outbox: Outbox, chance: random.Random) -> None:
    first = answers.submission(chance)
    second = answers.submission(chance, id=first.id)
    other = answers.submission(chance)
    for draft in (first, other, second):
        outbox.save_draft(draft)
    assert sorted(outbox.drafts(), key=lambda d: d.id) == sorted([second, other], key=lambda d: d.id)
    outbox.finish(second)
    assert outbox.drafts() == [other]


@pytest.mark.parametrize("wrong", [{"answers": {}}, {"duration_s": -1}, {"quarter": "2026-11-22T08:07+07:00"}])
def test_what_no_record_can_hold_is_refused_and_changes_nothing(
    outbox: Outbox, chance: random.Random, wrong: dict[str, object]
) -> None:
    good = answers.submission(chance)
    outbox.save_draft(good)
    bad = answers.submission(chance, id=good.id, **wrong)
    with pytest.raises(SurveyError):
        outbox.save_draft(bad)
    with pytest.raises(SurveyError):
        outbox.finish(bad, "terminal:1")
    assert outbox.drafts() == [good]
    assert outbox.health().next_seq == 1
    assert outbox.finish(good, "terminal:1") is not None


def test_one_press_makes_one_answer(path: Path, chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_agent.outbox.rows.KEPT_SOURCES", 10)
    outbox = Outbox.open(path)
    for press in range(30):
        assert outbox.finish(answers.submission(chance), f"terminal:{press}") is not None
        assert outbox.finish(answers.submission(chance), f"terminal:{press}") is None
    outbox.close()
    outbox = Outbox.open(path)
    repeats = [outbox.finish(answers.submission(chance), f"terminal:{press}") for press in range(20, 30)]
    assert repeats == [None] * 10
    assert outbox.finish(answers.submission(chance), "terminal:19") is not None  # only the newest are remembered
    assert outbox.health().pending == 31
    assert all(outbox.finish(answers.submission(chance)) for _ in range(3))  # no source, no comparison
    outbox.close()


def test_a_batch_keeps_to_both_limits(outbox: Outbox, chance: random.Random) -> None:
    records = answers.fill(outbox, chance, 30)
    assert outbox.pending(limit=7) == records[:7]
    size = sum(len(record.raw) + 1 for record in records[:5])
    assert outbox.pending(most_bytes=size) == records[:5]
    assert outbox.pending(most_bytes=size - 1) == records[:4]
    assert outbox.pending(most_bytes=1) == records[:1]  # one always goes, or nothing ever would


def test_a_receipt_releases_its_batch_once(outbox: Outbox, chance: random.Random) -> None:
    records = answers.fill(outbox, chance, 10)
    receipt = answers.receipt(records[:4])
    outbox.release(receipt)
    assert outbox.pending() == records[4:]
    before = outbox.health()
    assert before.last_receipt == (1, 4, 4)
    outbox.release(receipt)
    assert replace(outbox.health(), free_bytes=before.free_bytes) == before  # others write to the same disk
    outbox.release(answers.receipt(records[4:]))
    assert outbox.pending() == []
    assert outbox.health().next_seq == 11


def test_refused_records_are_kept_aside(outbox: Outbox, chance: random.Random, tmp_path: Path) -> None:
    records = answers.fill(outbox, chance, 5)
    refusals = (Refusal(2, "conflict", "other_bytes"), Refusal(5, "rejected", "bad_form"))
    outbox.release(answers.receipt(records, refusals))
    assert outbox.pending() == []
    assert outbox.health().quarantined == 2
    outbox.snapshot(tmp_path / "copy.db")
    copy = apsw.Connection(str(tmp_path / "copy.db"))
    kept = copy.execute("SELECT seq, raw, verdict, code FROM quarantine ORDER BY seq").fetchall()
    copy.close()
    assert kept == [(2, records[1].raw, "conflict", "other_bytes"), (5, records[4].raw, "rejected", "bad_form")]


def test_a_receipt_of_another_batch_releases_nothing(outbox: Outbox, chance: random.Random) -> None:
    records = answers.fill(outbox, chance, 6)
    sent = answers.receipt(records[:4])
    head = sent.batch
    others = (
        BatchHead(head.kiosk, 1, 4, 4, "f" * 64, head.body),
        BatchHead(head.kiosk, 1, 4, 3, head.head, head.body),  # fewer records than are held in its range
        BatchHead(head.kiosk, 1, 5, 5, head.head, head.body),
        BatchHead(head.kiosk, 7, 9, 3, head.head, head.body),
    )
    for other in others:
        outbox.release(Receipt(other, other.count, 0, ()))
        assert outbox.pending() == records
        assert outbox.health().last_receipt is None


def test_health_names_what_a_technician_needs(outbox: Outbox, path: Path, chance: random.Random) -> None:
    empty = outbox.health()
    assert (empty.pending, empty.oldest_quarter, empty.next_seq, empty.head) == (0, "", 1, GENESIS)
    first = answers.submission(chance)
    outbox.finish(first)
    last = answers.fill(outbox, chance, 2)[-1]
    health = outbox.health()
    assert (health.pending, health.oldest_quarter, health.next_seq, health.head) == (3, first.quarter, 4, last.digest)
    assert health.library == apsw.sqlite_lib_version()
    assert health.journal == "wal"
    assert health.database_bytes == path.stat().st_size + Path(f"{path}-log").stat().st_size
    assert health.free_bytes > 0


def test_the_log_is_grown_once_and_stays(path: Path, chance: random.Random) -> None:
    log = Path(f"{path}-log")
    for _ in range(3):
        outbox = Outbox.open(path)
        assert log.stat().st_size == JOURNAL.log_bytes
        assert log.stat().st_blocks * 512 >= JOURNAL.log_bytes  # blocks, not a hole
        answers.fill(outbox, chance, 3)
        outbox.close()
    assert log.stat().st_size == JOURNAL.log_bytes


def test_the_log_is_synced_where_other_threads_may_run(
    outbox: Outbox, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    """apsw would hold Python's lock for the length of a sync, and the screen would stand still."""
    sync = os.fdatasync
    ran = threading.Event()
    calls = []

    def slow(descriptor: int) -> None:
        calls.append(descriptor)
        other = threading.Thread(target=ran.set)
        other.start()
        assert ran.wait(10)
        other.join()
        sync(descriptor)

    outbox.finish(answers.submission(chance))  # the first after opening begins the log anew, with a sync of its own
    monkeypatch.setattr(os, "fdatasync", slow)
    outbox.finish(answers.submission(chance))
    assert len(calls) == 1  # one sync an answer


def test_threads_take_turns(outbox: Outbox) -> None:
    def run(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(50):
            outbox.finish(answers.submission(chance))

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [record.seq for record in outbox.pending()] == list(range(1, 201))


def test_a_directory_that_is_not_there_is_a_failure_not_damage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed) as failure:
        Outbox.open(tmp_path / "absent" / "outbox.db")
    assert failure.value.code == "io_error"


def test_a_snapshot_replaces_nothing(outbox: Outbox, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    with pytest.raises(StorageFailed, match="exists"):
        outbox.snapshot(tmp_path / "there")


def test_after_closing_it_says_so(outbox: Outbox, chance: random.Random) -> None:
    outbox.close()
    with pytest.raises(StorageFailed) as failure:
        outbox.finish(answers.submission(chance))
    assert failure.value.code == "closed"
