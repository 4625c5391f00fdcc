"""The kiosk's Ed25519 key and the centre's pinned public key (RFC 8032, through libsodium). Knows no network."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nacl.exceptions
import nacl.public
import nacl.signing

from survey.enrolment import fingerprint
from survey.wire import Verify
from sync_agent.durable import write_durably, write_first
from sync_agent.errors import BadKeyFile

KIOSK_KEY = "kiosk.key"
CENTRE_KEY = "centre.pub"
SEED_BYTES = 32


@dataclass(frozen=True)
class Identity:
    """`public_key`: 32 bytes. `sign`: message to 64-byte signature. `unseal`: opens what was sealed to this key as a
    libsodium sealed box (of the Curve25519 key that goes with it), and raises ValueError for anything else."""

    public_key: bytes
    sign: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)


def from_seed(seed: bytes) -> Identity:
    key = nacl.signing.SigningKey(seed)

    def unseal(sealed: bytes) -> bytes:
        try:
            return nacl.public.SealedBox(key.to_curve25519_private_key()).decrypt(sealed)
        except nacl.exceptions.CryptoError as error:
            raise ValueError(f"not sealed to this kiosk: {error}") from None

    return Identity(bytes(key.verify_key), lambda message: key.sign(message).signature, unseal)


def load_identity(directory: Path) -> Identity:
    """The kiosk's identity. Raises: BadKeyFile."""
    return from_seed(_read_key(directory / KIOSK_KEY))


def load_or_make_identity(directory: Path, randomness: Callable[[int], bytes]) -> Identity:
    """The kiosk's identity, made at the first call and never replaced after.

    Raises: BadKeyFile if a key file is there but cannot be read.
    """
    path = directory / KIOSK_KEY
    if not path.exists():
        write_first(path, randomness(SEED_BYTES).hex().encode("ascii") + b"\n", mode=0o600)
    return load_identity(directory)


def pin_centre(directory: Path, public_key: bytes) -> None:
    write_durably(directory / CENTRE_KEY, public_key.hex().encode("ascii") + b"\n")


def load_centre(directory: Path) -> bytes:
    """The centre's public key, 32 bytes. Raises: BadKeyFile."""
    return _read_key(directory / CENTRE_KEY)


def verifier(public_key: bytes) -> Verify:
    """A function that tells whether a signature over a message was made with the key behind `public_key`.

    Raises: ValueError if `public_key` is no Ed25519 key.
    """
    try:
        key = nacl.signing.VerifyKey(public_key)
    except (nacl.exceptions.CryptoError, TypeError) as error:
        raise ValueError(f"no Ed25519 public key: {error}") from None

    def genuine(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(message, signature)
        except (nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError, nacl.exceptions.TypeError):
            return False
        return True

    return genuine


def sealer(public_key: bytes) -> Callable[[bytes], bytes]:
    """A function that makes a libsodium sealed box which only the holder of the Ed25519 key behind `public_key` opens.

    Raises: ValueError if `public_key` is no Ed25519 key.
    """
    try:
        box = nacl.public.SealedBox(nacl.signing.VerifyKey(public_key).to_curve25519_public_key())
    except (nacl.exceptions.CryptoError, TypeError) as error:
        raise ValueError(f"no Ed25519 public key: {error}") from None
    return box.encrypt


def _read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise BadKeyFile(f"{path}: {error}") from None
    if len(key) != SEED_BYTES:
        raise BadKeyFile(f"{path}: {len(key)} bytes instead of {SEED_BYTES}")
    return key
