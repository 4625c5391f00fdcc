"""A small change of an open transaction that more than one of the outbox's orders needs. Owns no connection."""

from sync_agent.outbox.quarantine import Change


def count(change: Change, tally: str) -> None:
    """Add 1 to the tally of that name."""
    change("INSERT INTO tally VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1", (tally,))
