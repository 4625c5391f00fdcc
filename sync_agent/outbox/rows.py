"""The small changes of an open transaction that the outbox's orders are made of. Owns no connection."""

from collections.abc import Mapping

from sync_agent.outbox.quarantine import Change

KEPT_SOURCES = 16_384  # presses remembered: eight boxes whose 2,039 records each may all come again


def count(change: Change, tally: str) -> None:
    """Add 1 to the tally of that name."""
    change("INSERT INTO tally VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (tally,))


def is_new(change: Change, source: str) -> bool:
    """Remember the press that `source` names; False if it is remembered already."""
    if change("SELECT 1 FROM seen WHERE source = ?", (source,)).get:
        return False
    number = change("INSERT INTO seen(source) VALUES (?) RETURNING n", (source,)).get
    change("DELETE FROM seen WHERE n <= ?", (number - KEPT_SOURCES,))
    return True


def settle(change: Change, counted: Mapping[str, int], notes: Mapping[str, str]) -> None:
    """Take `counted` off the tallies, forgetting those that are used up, and keep `notes`."""
    for tally, number in counted.items():
        change("UPDATE tally SET count = count - ? WHERE name = ?", (number, tally))
        change("DELETE FROM tally WHERE name = ? AND count <= 0", (tally,))
    for name, value in notes.items():
        change("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))
