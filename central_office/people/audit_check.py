"""Whether the log is whole: every line there, unchanged, in its order, signed by the centre. Reads, changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from central_office.keys import genuine
from central_office.people.audit import HEAD_KIND, KIND, head_bytes
from central_office.people.models import AuditHead, AuditLine
from survey import wire
from survey.canonical import decode, digest
from survey.errors import NotCanonical
from survey.record import GENESIS

CHUNK = 2000


class Fault(NamedTuple):
    """`place`: "audit line 7", "audit head"."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(slots=True)
class Chain:
    """What was read: `lines` of them, the last one's number and digest; `seen`: digests asked for by number."""

    lines: int = 0
    number: int = 0
    digest: str = GENESIS
    seen: dict[int, str] = field(default_factory=dict)


def check(centre_key: bytes, chain: Chain, known: tuple[int, str] | None = None) -> Iterator[Fault]:
    """Every fault. `known`: number and digest of a line that were once written down elsewhere."""
    for row in AuditLine.objects.order_by("number").iterator(CHUNK):
        for reason in _line(row, centre_key, chain):
            yield Fault(f"audit line {row.number}", reason)
        chain.lines += 1
        chain.number, chain.digest = row.number, digest(bytes(row.line))
        if known and row.number == known[0]:
            chain.seen[row.number] = chain.digest
    for reason in _head(centre_key, chain):
        yield Fault("audit head", reason)
    if known and chain.seen.get(known[0], GENESIS if known[0] == 0 else "") != known[1]:
        yield Fault(f"audit line {known[0]}", "is not the one whose digest was written down")


def said(row: AuditLine) -> dict[str, Any]:
    """The line's content, empty if it cannot be read."""
    try:
        content = decode(bytes(row.line))
    except (NotCanonical, UnicodeDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def _line(row: AuditLine, key: bytes, before: Chain) -> Iterator[str]:
    line, content = bytes(row.line), said(row)
    if row.number != before.number + 1:
        yield f"the {row.number - before.number - 1} lines before it are missing"
    if not content:
        yield "its bytes cannot be read"
        return
    if content.get("number") != row.number:
        yield f"its bytes were line {content.get('number')}"
    if content.get("prev") != before.digest:
        yield "it does not join the line before it"
    if not genuine(key, wire.signed_bytes(KIND, line), bytes(row.signature)):
        yield "it is not signed by the centre"
    for name in ("actor", "action", "target"):
        if getattr(row, name) != content.get(name):
            yield f"column {name} differs from its bytes"
    if _instant(content.get("at")) != row.at:
        yield "column at differs from its bytes"


def _head(key: bytes, chain: Chain) -> Iterator[str]:
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        yield "is missing"
        return
    if (head.number, head.digest) != (chain.number, chain.digest):
        yield f"says that line {head.number} is the last; line {chain.number} is the last there is, or it was changed"
    unused = head.number == 0 and head.digest == GENESIS
    if not unused and not genuine(
        key, wire.signed_bytes(HEAD_KIND, head_bytes(head.number, head.digest)), bytes(head.signature)
    ):
        yield "is not signed by the centre"


def _instant(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
