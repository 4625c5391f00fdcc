"""The append-only log of every change that a person makes. Knows no page; each writer says in a line what it did."""

from collections.abc import Mapping

from survey.canonical import Value


def note(actor: str, action: str, target: str, detail: Mapping[str, Value] | None = None) -> None:
    """Log that `actor` (a user's name, or "cli:NAME") did `action` ("plan.approved") to `target` ("krong-no-2023").

    Call it inside the transaction of the change: they stand or fall together.
    """
