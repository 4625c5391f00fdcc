"""Changed, damaged and newer files: refused by place or set aside, and delivery goes on."""

import hashlib
import random
from pathlib import Path

import apsw
import pytest

from survey.record import read_record
from sync_agent.outbox import DamagedStorage, Outbox, UnsafeStorage, schema
from sync_agent.outbox.private_file import PrivateVfs
from tests.sync_agent.outbox import answers


def test_a_record_damaged_after_it_was_sent_does_not_hold_up_its_receipt(path: Path, chance: random.Random) -> None:
    outbox = Outbox.open(path)
    records = answers.fill(outbox, chance, 5)
    outbox.close()
    answers.edit(path, "UPDATE record SET raw = x'00' WHERE seq IN (2, 5)")
    outbox = Outbox.open(path)
    assert outbox.pending() == [records[0], records[2], records[3]]
    assert outbox.health().quarantined == 2
    outbox.release(answers.receipt(records))
    assert outbox.pending() == []
    new = outbox.finish(answers.submission(chance))
    assert new is not None
    assert read_record(new.raw).prev == records[-1].digest
    outbox.close()
    Outbox.open(path).close()


def test_damage_while_open_is_set_aside_and_delivery_goes_on(outbox: Outbox, path: Path, chance: random.Random) -> None:
    records = answers.fill(outbox, chance, 4)
    answers.edit(path, "UPDATE record SET digest = zeroblob(32) WHERE seq <= 2")
    assert outbox.pending(limit=1) == [records[2]]
    health = outbox.health()
    assert (health.pending, health.quarantined) == (2, 2)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE head SET digest = zeroblob(32)", "bears out the head"),
        ("UPDATE head SET seq = 2", "after the head"),
        ("UPDATE head SET pending = 9", "4 records wait"),
        ("DELETE FROM record WHERE seq = 4; UPDATE head SET pending = 3", "bears out the head"),
        ("PRAGMA application_id = 7", "not an outbox"),
        ("DROP TABLE draft; PRAGMA user_version = 0", "already exists"),
    ],
)
def test_a_changed_file_is_refused_by_place(path: Path, chance: random.Random, statement: str, message: str) -> None:
    outbox = Outbox.open(path)
    answers.fill(outbox, chance, 4)
    outbox.close()
    answers.edit(path, statement)
    with pytest.raises(DamagedStorage, match=message) as refusal:
        Outbox.open(path)
    assert refusal.value.hint


def test_a_record_put_in_the_middle_breaks_the_chain(path: Path, chance: random.Random) -> None:
    outbox = Outbox.open(path)
    records = answers.fill(outbox, chance, 4)
    outbox.close()
    forged = records[1].raw.replace(b'"duration_s":', b'"duration_s":1')
    answers.edit(
        path,
        f"UPDATE record SET raw = x'{forged.hex()}', digest = x'{hashlib.sha256(forged).hexdigest()}' WHERE seq = 2",
    )
    with pytest.raises(DamagedStorage, match="record 3 does not follow record 2"):
        Outbox.open(path)


def test_a_file_emptied_while_its_log_is_not_is_no_new_outbox(path: Path, chance: random.Random) -> None:
    outbox = Outbox.open(path)
    answers.fill(outbox, chance, 1)
    outbox.close()
    path.write_bytes(b"")
    with pytest.raises(DamagedStorage, match="gone or empty"):
        Outbox.open(path)
    path.unlink()
    with pytest.raises(DamagedStorage, match="gone or empty"):
        Outbox.open(path)


def test_a_damaged_or_unreadable_draft_is_set_aside(path: Path, chance: random.Random) -> None:
    outbox = Outbox.open(path)
    drafts = sorted((answers.submission(chance) for _ in range(3)), key=lambda draft: draft.id)
    for draft in drafts:
        outbox.save_draft(draft)
    fits = hashlib.sha256(b"{}").hexdigest()
    answers.edit(path, f"UPDATE draft SET raw = x'20' WHERE id = '{drafts[0].id}'")
    answers.edit(path, f"UPDATE draft SET raw = x'7b7d', digest = x'{fits}' WHERE id = '{drafts[1].id}'")
    assert outbox.drafts() == [drafts[2]]
    assert outbox.health().quarantined == 2
    outbox.close()


def test_every_migration_is_one_transaction(path: Path) -> None:
    Outbox.open(path).close()
    layer = PrivateVfs("", 0)
    connection = apsw.Connection(str(path), vfs=layer.name)
    broken = (*schema.MIGRATIONS, ("CREATE TABLE more(x INTEGER) STRICT", "CREATE TABLE draft(x)"))
    with pytest.raises(apsw.SQLError, match="already exists"):
        schema.migrate(connection, broken)
    assert not connection.table_exists("main", "more")
    schema.migrate(connection, (*schema.MIGRATIONS, ("CREATE TABLE more(x INTEGER) STRICT",)))
    assert connection.pragma("user_version") == len(schema.MIGRATIONS) + 1
    connection.close(True)
    layer.unregister()
    with pytest.raises(UnsafeStorage) as refusal:
        Outbox.open(path)
    assert refusal.value.code == "newer_file"
