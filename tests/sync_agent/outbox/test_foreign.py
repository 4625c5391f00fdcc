"""No other SQLite can read, write, checkpoint or damage the outbox, whether it comes before, beside or after ours."""

import ctypes
import ctypes.util
import hashlib
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from sync_agent.outbox import DamagedStorage, Outbox
from tests.sync_agent.outbox import answers

STATEMENTS = (
    "SELECT * FROM record",
    "SELECT * FROM sqlite_schema",
    "INSERT INTO record VALUES (99, x'00', x'00')",
    "DELETE FROM record",
    "DROP TABLE head",
    "CREATE TABLE theirs(x)",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA user_version = 9",
    "VACUUM",
    "REINDEX",
    "BEGIN EXCLUSIVE",
    "PRAGMA locking_mode = EXCLUSIVE; SELECT * FROM record",
    "PRAGMA writable_schema = ON; SELECT * FROM record",
    "PRAGMA writable_schema = RESET; DELETE FROM sqlite_schema",
)


def fingerprint(path: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in (path, Path(f"{path}-log")))).hexdigest()


def _refused(message: str) -> bool:
    assert "not a database" in message
    return False


def by_python(path: Path, statements: str) -> bool:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(statements)
    except sqlite3.DatabaseError as error:
        return _refused(str(error))
    else:
        return True
    finally:
        connection.close()


def by_plain_apsw(path: Path, statements: str) -> bool:
    connection = apsw.Connection(str(path))
    try:
        connection.execute(statements).fetchall()
    except apsw.NotADBError:
        return False
    else:
        return True
    finally:
        connection.close(True)


def by_command(path: Path, statements: str) -> bool:
    program = shutil.which("sqlite3")
    if program is None:
        pytest.skip("no sqlite3 program here")
    done = subprocess.run([program, path, statements], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 or "not a database" in done.stderr
    return done.returncode == 0


WAYS = (by_python, by_plain_apsw, by_command)


@pytest.mark.parametrize("way", WAYS)
def test_refused_beside_an_open_outbox(
    outbox: Outbox, path: Path, chance: random.Random, way: Callable[[Path, str], bool]
) -> None:
    records = [outbox.finish(answers.submission(chance)) for _ in range(5)]
    for statement in STATEMENTS:
        before = fingerprint(path)
        done = way(path, statement)
        assert not done or statement.startswith("PRAGMA"), statement  # a setting of the connection alone may "work"
        assert fingerprint(path) == before, statement
        records.append(outbox.finish(answers.submission(chance)))
        assert outbox.pending() == records
    assert not Path(f"{path}-wal").exists()


@pytest.mark.parametrize("way", WAYS)
def test_refused_on_a_closed_outbox(path: Path, chance: random.Random, way: Callable[[Path, str], bool]) -> None:
    outbox = Outbox.open(path)
    records = [outbox.finish(answers.submission(chance)) for _ in range(5)]
    outbox.close()
    before = fingerprint(path)
    for statement in STATEMENTS:
        way(path, statement)
        assert fingerprint(path) == before, statement
    again = Outbox.open(path)
    assert again.pending() == records
    again.close()


def test_one_that_was_open_before_and_closes_last(path: Path, chance: random.Random) -> None:
    path.touch()
    first = sqlite3.connect(path, isolation_level=None)
    assert first.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(0,)]  # it knows the file as empty
    outbox = Outbox.open(path)
    records = [outbox.finish(answers.submission(chance)) for _ in range(200)]
    before = fingerprint(path)
    for statement in STATEMENTS[:8]:
        if statement.startswith("PRAGMA"):  # "done", for it sees no log: the file must not change
            assert first.execute(statement).fetchall() in ([(0, -1, -1)], [("delete",)])
            continue
        with pytest.raises(sqlite3.DatabaseError, match=r"not a database|no such table"):  # as it remembers the file
            first.execute(statement)
    assert fingerprint(path) == before
    assert outbox.pending() == records
    outbox.close()
    before = fingerprint(path)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        first.execute("CREATE TABLE theirs(x)")
    first.close()
    assert fingerprint(path) == before
    again = Outbox.open(path)
    assert again.pending() == records
    again.close()


def test_it_is_no_target_of_a_restore(outbox: Outbox, path: Path, chance: random.Random) -> None:
    record = outbox.finish(answers.submission(chance))
    source, target = sqlite3.connect(":memory:"), sqlite3.connect(path)
    source.execute("CREATE TABLE theirs(x)")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        source.backup(target)
    source.close()
    target.close()
    assert outbox.pending() == [record]


def test_the_c_interface_checkpoints_nothing(outbox: Outbox, path: Path, chance: random.Random) -> None:
    """sqlite3_wal_checkpoint_v2 needs no schema, so only the file's own names and header stand in its way."""
    name = ctypes.util.find_library("sqlite3")
    if name is None:
        pytest.skip("no system libsqlite3")
    library = ctypes.CDLL(name)
    records = [outbox.finish(answers.submission(chance)) for _ in range(5)]
    before = fingerprint(path)
    handle = ctypes.c_void_p()
    assert library.sqlite3_open(str(path).encode(), ctypes.byref(handle)) == 0
    library.sqlite3_exec(handle, b"SELECT * FROM record", None, None, None)
    library.sqlite3_wal_checkpoint_v2(handle, None, 3, None, None)
    library.sqlite3_close_v2(handle)
    assert fingerprint(path) == before
    assert outbox.pending() == records


def test_a_plain_database_in_its_place_is_refused(path: Path) -> None:
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE record(x)")
    plain.commit()
    plain.close()
    before = path.read_bytes()
    with pytest.raises(DamagedStorage, match="not a database"):
        Outbox.open(path)
    assert path.read_bytes() == before


def test_a_snapshot_is_for_everybody(outbox: Outbox, tmp_path: Path, chance: random.Random) -> None:
    record = outbox.finish(answers.submission(chance))
    assert record is not None
    outbox.snapshot(tmp_path / "copy.db")
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("SELECT seq, raw FROM record").fetchall() == [(record.seq, record.raw)]
    assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert copy.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    copy.close()
