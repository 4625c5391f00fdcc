"""The outbox and its peers behind one face: `append` returns when the library says that the answer is stored.

`take` leases or reads up to n, `settle` acknowledges what was taken last. Every peer stands twice: as it comes, and set
to the durability of a kiosk (journal and synchronous through its own connection; the library is Python's sqlite3).
"""

import itertools
import sqlite3
import warnings
from pathlib import Path
from typing import Any

from survey.record import GENESIS, Submission, seal
from sync_agent.outbox.guard import JOURNAL, Journal
from sync_agent.outbox.store import open_outbox
from tests.sync_agent.outbox import answers

WAL_FULL = ("wal", "full")
DELETE_EXTRA = ("delete", "extra")


class _Peer:
    """`hurry` turns a peer's syncs off while a backlog is filled in."""

    _mode: tuple[str, str] | None = None

    def _connections(self) -> list[Any]:
        raise NotImplementedError

    def hurry(self) -> None:
        for connection in self._connections():
            connection.execute("PRAGMA synchronous=off")

    def durable_again(self) -> None:
        for connection in self._connections():
            if self._mode:
                _set(connection, self._mode)


class OurOutbox:
    """`finish` of a submission: sealing it into the chain is part of the price."""

    def __init__(self, directory: Path, journal: Journal = JOURNAL) -> None:
        self._outbox = open_outbox(directory / "outbox.db", "", journal)
        self._taken: list[Any] = []
        self._receipt: Any = None

    def append(self, item: Any) -> None:
        self._outbox.finish(item)

    def take(self, count: int) -> int:
        self._taken = self._outbox.pending(limit=count)
        return len(self._taken)

    def prepare(self) -> None:
        """What the centre does between lease and acknowledgement."""
        self._receipt = answers.receipt(self._taken)

    def settle(self) -> None:
        self._outbox.release(self._receipt)

    def load(self, variety: list[Submission], backlog: int) -> None:
        """A backlog as `finish` would have left it, in transactions of 10,000."""
        seq, prev = 0, GENESIS
        while seq < backlog:
            with self._outbox._change("load") as change:
                for _ in range(10_000):
                    sealed = seal(variety[seq % len(variety)], seq + 1, prev)
                    seq, prev = sealed.seq, sealed.digest
                    change("INSERT INTO record VALUES (?, ?, ?)", (seq, sealed.raw, bytes.fromhex(prev)))
                change("UPDATE head SET seq = ?, digest = ?, pending = ?", (seq, bytes.fromhex(prev), seq))

    def close(self) -> None:
        self._outbox.close()


class AckQueue(_Peer):
    """persist-queue SQLiteAckQueue. With a durability its own connections are told so."""

    def __init__(self, directory: Path, mode: tuple[str, str] | None = None) -> None:
        import persistqueue

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._queue = persistqueue.SQLiteAckQueue(str(directory), multithreading=True)
        self._mode = mode
        self._taken: list[Any] = []
        self.durable_again()

    def _connections(self) -> list[Any]:
        found = {id(held): held for held in vars(self._queue).values() if isinstance(held, sqlite3.Connection)}
        for connection in found.values():
            connection.commit()
        return list(found.values())

    def append(self, item: bytes) -> None:
        self._queue.put(item)

    def take(self, count: int) -> int:
        count = min(count, self._queue.qsize())
        self._taken = [self._queue.get(block=False, raw=True)["pqid"] for _ in range(count)]
        return count

    def settle(self) -> None:
        for number in self._taken:
            self._queue.ack(id=number)

    def close(self) -> None:
        self._queue.close()


class LiteQueue(_Peer):
    """litequeue; it sets synchronous=OFF itself as it comes."""

    def __init__(self, directory: Path, mode: tuple[str, str] | None = None) -> None:
        import litequeue

        self._queue = litequeue.LiteQueue(str(directory / "queue.db"))
        self._mode = mode
        self._taken: list[Any] = []
        self.durable_again()

    def _connections(self) -> list[Any]:
        return [self._queue.conn]

    def append(self, item: bytes) -> None:
        self._queue.put(item.decode())

    def take(self, count: int) -> int:
        messages = itertools.takewhile(lambda message: message is not None, (self._queue.pop() for _ in range(count)))
        self._taken = [message.message_id for message in messages]
        return len(self._taken)

    def settle(self) -> None:
        for name in self._taken:
            self._queue.done(name)

    def close(self) -> None:
        self._queue.close()


class DiskDeque(_Peer):
    """diskcache.Deque: it cannot acknowledge, so n are read, then n are removed in one transaction."""

    def __init__(self, directory: Path, mode: tuple[str, str] | None = None) -> None:
        import diskcache

        self._queue = diskcache.Deque(directory=str(directory))
        self._mode = mode
        self._taken = 0
        self.durable_again()

    def _connections(self) -> list[Any]:
        return [self._queue.cache._con]

    def append(self, item: bytes) -> None:
        self._queue.append(item)

    def take(self, count: int) -> int:
        self._taken = sum(1 for _ in itertools.islice(iter(self._queue), count))
        return self._taken

    def settle(self) -> None:
        with self._queue.transact():
            for _ in range(self._taken):
                self._queue.popleft()

    def close(self) -> None:
        self._queue.cache.close()


def _set(connection: Any, mode: tuple[str, str]) -> None:
    """Set and read back: a peer that did not take it would be compared unfairly."""
    connection.execute(f"PRAGMA journal_mode={mode[0]}")
    connection.execute(f"PRAGMA synchronous={mode[1]}")
    found = tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous"))
    if found != (mode[0], ("off", "normal", "full", "extra").index(mode[1])):
        raise RuntimeError(f"the peer runs {found}, not {mode}")


OTHER_JOURNALS = [Journal(mode, sync, 0) for mode in ("delete", "persist", "truncate") for sync in ("full", "extra")]
