"""The log of what was destroyed: lines signed by the centre, each naming the digest of the one before. Append only.

A line says what went (a record, a key), never what was in it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from central_office.intake.models import Proof
from central_office.intake.store import is_postgres, rows
from central_office.keys import genuine
from survey import wire
from survey.canonical import Value, decode, digest, encode
from survey.errors import NotCanonical
from survey.record import GENESIS

FORMAT = 1
KIND = "proof"  # of message, for the signature
WITHDRAWAL, KEY = "withdrawal", "key"
LOCK = 0x6861696C  # of PostgreSQL's advisory locks: two writers of the log follow each other


def append(kind: str, said: Mapping[str, Value], sign: wire.Sign) -> None:
    """A new line, inside the transaction that destroys what it tells of."""
    if is_postgres():
        rows("SELECT pg_advisory_xact_lock(%s)", LOCK)
    last = rows("SELECT number, line FROM intake_proof ORDER BY number DESC LIMIT 1")
    number, prev = (last[0][0] + 1, digest(bytes(last[0][1]))) if last else (1, GENESIS)
    line = encode({"v": FORMAT, "number": number, "prev": prev, "kind": kind, **said})
    Proof.objects.create(number=number, line=line, signature=sign(wire.signed_bytes(KIND, line)))


def read(centre_key: bytes) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Number, content and fault ("" for none) of each line."""
    prev, next_number = GENESIS, 1
    for row in Proof.objects.order_by("number"):
        line = bytes(row.line)
        try:
            said: Any = decode(line)
        except NotCanonical:
            said = {}
        signed = genuine(centre_key, wire.signed_bytes(KIND, line), bytes(row.signature))
        joins = isinstance(said, dict) and said.get("prev") == prev and said.get("number") == row.number == next_number
        fault = (
            "" if signed and joins else "it does not join the line before it" if signed else "not signed by the centre"
        )
        yield row.number, said if isinstance(said, dict) else {}, fault
        prev, next_number = digest(line), row.number + 1
