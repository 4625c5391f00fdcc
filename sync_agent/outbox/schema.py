"""The tables of the outbox and how an older file becomes a newer one. Owns their shape, not their meaning."""

import apsw

from sync_agent.outbox.errors import DamagedStorage, UnsafeStorage

APPLICATION_ID = 0x4861694C  # "HaiL"

# One tuple of statements a version; a published version never changes. Applied and recorded in one transaction.
# record has no second index: every index is one more page an answer. Digests are SHA-256, 32 bytes.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # The end of the chain; also how many records wait, since counting a million rows takes seconds.
        """CREATE TABLE head(
             one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, digest BLOB NOT NULL,
             pending INTEGER NOT NULL) STRICT""",
        "INSERT INTO head VALUES (1, 0, zeroblob(32), 0)",
        "CREATE TABLE draft(id TEXT PRIMARY KEY, raw BLOB NOT NULL, digest BLOB NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE record(seq INTEGER PRIMARY KEY, raw BLOB NOT NULL, digest BLOB NOT NULL) STRICT",
        # seq is null for a draft.
        """CREATE TABLE quarantine(
             n INTEGER PRIMARY KEY, seq INTEGER, raw BLOB NOT NULL, digest BLOB NOT NULL, verdict TEXT NOT NULL,
             code TEXT NOT NULL) STRICT""",
        """CREATE TABLE receipt(
             n INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
             head BLOB NOT NULL, accepted INTEGER NOT NULL, duplicate INTEGER NOT NULL,
             refused INTEGER NOT NULL) STRICT""",
        "CREATE TABLE seen(n INTEGER PRIMARY KEY, source TEXT NOT NULL UNIQUE) STRICT",
        "CREATE TABLE probe(one INTEGER PRIMARY KEY CHECK (one = 1), written BLOB NOT NULL) STRICT",
        f"PRAGMA application_id = {APPLICATION_ID}",
    ),
    (
        # What was recorded of each button of each box, to be compared with what the box itself counted; and how many
        # answers of a day were given in which language (survey.language_days), which no record says.
        "CREATE TABLE tally(name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        # Small facts that must outlive a power cut: which box stands here, and how the panels are.
        "CREATE TABLE note(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
)


def migrate(
    connection: apsw.Connection,
    migrations: tuple[tuple[str, ...], ...] = MIGRATIONS,
    application_id: int = APPLICATION_ID,
) -> None:
    """Bring the file to the newest version. Two processes may try at once: the second finds nothing to do.

    Raises: UnsafeStorage if a newer program wrote the file; DamagedStorage if it is not of this application.
    """
    if _version(connection):
        _check_owner(connection, application_id)
    if _version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(_version(connection), len(migrations)):
            for statement in migrations[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        if _version(connection) > len(migrations):
            raise UnsafeStorage(
                f"the file has version {_version(connection)}, this program knows {len(migrations)}",
                "newer_file",
                "Install the newer software again; it wrote this file.",
            )
        _check_owner(connection, application_id)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _version(connection: apsw.Connection) -> int:
    return int(connection.pragma("user_version"))


def _check_owner(connection: apsw.Connection, application_id: int) -> None:
    if connection.pragma("application_id") != application_id:
        raise DamagedStorage(
            "the file is not an outbox" if application_id == APPLICATION_ID else "the file is not ours"
        )
