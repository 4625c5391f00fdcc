"""The manifest of a frozen round: what it holds, by SHA-256, and the centre's signature over it. Knows no database."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from central_office.publication.files import sha256
from survey.canonical import decode, encode

FORMAT = 1
KIND = "freeze"  # of message, for the signature
SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before the 32 bytes of an Ed25519 key


def write_manifest(
    version: str, plan: str, as_of: datetime, interim: bool, records: tuple[int, str], files: Mapping[str, bytes]
) -> bytes:
    """`records`: how many, and the SHA-256 of their list (kiosk, number, digest: one line each)."""
    return encode(
        {
            "v": FORMAT,
            "version": version,
            "plan": plan,
            "as_of": as_of.astimezone(UTC).isoformat(),
            "interim": int(interim),
            "records": {"count": records[0], "sha256": records[1]},
            "files": {name: sha256(data) for name, data in files.items()},
        }
    )


def read_manifest(data: bytes) -> dict[str, Any]:
    said: Any = decode(data)
    return dict(said)


def public_pem(key: bytes) -> bytes:
    """The centre's public key as OpenSSL reads it."""
    body = base64.b64encode(SPKI + key).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()


def key_of_pem(pem: bytes) -> bytes:
    """The 32 bytes back; b"" where it is no such key."""
    lines = [line for line in pem.decode("ascii", "replace").splitlines() if not line.startswith("-")]
    try:
        whole = base64.b64decode("".join(lines), validate=True)
    except ValueError:
        return b""
    return whole[len(SPKI) :] if whole.startswith(SPKI) else b""
