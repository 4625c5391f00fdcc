"""The centre's keys: made once at set-up, read by every worker, never shown. Knows no message."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

SLIP_KEY_BYTES = 32


class KeyMissing(Exception):
    """A key file cannot be used."""

    code = "key_missing"
    hint = "Run `hailong-office setup`, or restore the key file from its backup: kiosks and slips know no other key."


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read. Raises: FileExistsError rather than replace one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def make_centre_key(path: Path) -> SigningKey:
    key = SigningKey.generate()
    write_private(path, bytes(key).hex())
    return key


@lru_cache(maxsize=4)
def read_centre_key(path: Path) -> SigningKey:
    """The key in the file at `path`; read once per process. Raises: KeyMissing."""
    try:
        return SigningKey(bytes.fromhex(path.read_text("ascii").strip()))
    except (OSError, ValueError, TypeError) as error:
        raise KeyMissing(f"{path}: {error}") from None


def make_slip_key(path: Path) -> None:
    """A new slip key at `path`; the one that is there stays. It appears whole or not at all, for workers race."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    write_private(fresh, secrets.token_bytes(SLIP_KEY_BYTES).hex())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


@lru_cache(maxsize=4)
def read_slip_key(path: Path) -> bytes:
    """The 32 bytes in the file at `path`; read once per process. Raises: KeyMissing."""
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise KeyMissing(f"{path}: {error}") from None
    if len(key) != SLIP_KEY_BYTES:
        raise KeyMissing(f"{path}: not {SLIP_KEY_BYTES} bytes")
    return key


def genuine(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` was made with the private half of `public_key`."""
    try:
        VerifyKey(public_key).verify(message, signature)
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


def sign_with(key: SigningKey, message: bytes) -> bytes:
    return key.sign(message).signature
