"""The keys of the trusted repository: Ed25519 through libsodium, as files. Knows no metadata and no Django.

Root's and the targets' keys lie on a stick in a drawer; only the online key, for snapshot and timestamp, lies at the
office. A key file is one JSON object, readable by its owner alone.
"""

import hashlib
import json
import os
from pathlib import Path

from nacl.signing import SigningKey
from securesystemslib.signer import Key, Signature, Signer, SSlibKey

SCHEME = "ed25519"


class BadKey(Exception):
    """A key file cannot be used."""

    code = "bad_update_key"
    hint = "Plug in the stick with the keys that `hailong-office updates init` made, and name its folder."


class SeedSigner(Signer):
    """Signs for TUF with a libsodium key; nothing but PyNaCl is needed."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key
        public = bytes(key.verify_key)
        name = hashlib.sha256(b"hailong/update/" + public).hexdigest()
        self._public = SSlibKey(name, SCHEME, SCHEME, {"public": public.hex()})

    @property
    def public_key(self) -> Key:
        return self._public

    @classmethod
    def from_priv_key_uri(cls, priv_key_uri: str, public_key: Key, secrets_handler: object = None) -> "SeedSigner":
        """Keys are read by `read_key` alone."""
        raise NotImplementedError

    def sign(self, payload: bytes) -> Signature:
        return Signature(self._public.keyid, self._key.sign(payload).signature.hex())


def make_key(path: Path) -> SeedSigner:
    """A new key in a new file. Raises: FileExistsError, OSError."""
    key = SigningKey.generate()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"v": 1, "scheme": SCHEME, "seed": bytes(key).hex()}, file)
        file.flush()
        os.fsync(handle)
    return SeedSigner(key)


def read_key(path: Path) -> SeedSigner:
    """Raises: BadKey."""
    try:
        told = json.loads(path.read_text("ascii"))
        if told["v"] != 1 or told["scheme"] != SCHEME:
            raise ValueError("of another kind")
        return SeedSigner(SigningKey(bytes.fromhex(told["seed"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadKey(f"{path}: {error}") from None


def read_keys(folder: Path, role: str) -> list[SeedSigner]:
    """Every key of a role in a folder, in the order of their names. Raises: BadKey where there is none."""
    found = [read_key(path) for path in sorted(folder.glob(f"{role}-*.key"))]
    if not found:
        raise BadKey(f"{folder} holds no key for {role}")
    return found
