"""The folder of the trusted repository: metadata that TUF defines, and the targets' bytes. Knows no Django, no ring.

Every metadata file but the timestamp carries its version in its name and never changes; the timestamp is renamed into
place last. So whoever reads meanwhile sees the state before or the one after. One lock lets one writer in.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Role, Root, Signed, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

from central_office.updates.signing import SeedSigner

ROOT_DAYS, TARGETS_DAYS, SNAPSHOT_DAYS, TIMESTAMP_DAYS = 3650, 1825, 30, 7
RENEWED_BEFORE = timedelta(days=6)  # a timestamp is renewed each day, and good for seven
NAME = "timestamp.json"
S = TypeVar("S", bound=Signed)


class RepositoryTrouble(Exception):
    """The repository cannot be read or changed as asked."""

    code = "update_repository"
    hint = "Run `hailong-office updates init`, or restore the folder `updates` of the office from its backup."


class Repository:
    """`folder`: holds `metadata/`, `targets/` and a lock."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.metadata, self.targets = folder, folder / "metadata", folder / "targets"

    @property
    def exists(self) -> bool:
        return (self.metadata / NAME).is_file()

    def begin(
        self,
        roots: Sequence[SeedSigner],
        threshold: int,
        targets: Sequence[SeedSigner],
        online: SeedSigner,
        now: datetime,
    ) -> None:
        """Make the first metadata of every role. Raises: RepositoryTrouble, OSError."""
        if self.exists or not 1 <= threshold <= len(roots):
            raise RepositoryTrouble("it exists, or the threshold is none")
        for folder in (self.metadata, self.targets):
            folder.mkdir(parents=True, exist_ok=True)
        root = Root(expires=_in_days(now, ROOT_DAYS), consistent_snapshot=True)
        _assign(root, "root", roots, threshold)
        _assign(root, "targets", targets, 1)
        for role in ("snapshot", "timestamp"):
            _assign(root, role, [online], 1)
        with self.locked():
            self._put_root(root, roots)
            self._put("1.targets.json", Targets(expires=_in_days(now, TARGETS_DAYS)), targets)
            self._point(1, online, now)

    def replace_keys(
        self,
        roots: Sequence[SeedSigner],
        old: Sequence[SeedSigner],
        threshold: int,
        targets: Sequence[SeedSigner],
        online: SeedSigner,
        now: datetime,
    ) -> int:
        """Put these keys in place of all that signed until now; the root's version. `old`: the root keys that let it.

        The targets' key goes too: it lay on the lost stick. Raises: RepositoryTrouble where `old` are too few.
        """
        with self.locked():
            root, listed = self.root(), self._targets()
            root.version, root.expires = root.version + 1, _in_days(now, ROOT_DAYS)
            _assign(root, "root", roots, threshold)
            _assign(root, "targets", targets, 1)
            for role in ("snapshot", "timestamp"):
                _assign(root, role, [online], 1)
            self._put_root(root, [*roots, *old])
            listed.version, listed.expires = listed.version + 1, _in_days(now, TARGETS_DAYS)
            self._put(f"{listed.version}.targets.json", listed, targets)
            self._point(listed.version, online, now)
            return root.version

    def publish(
        self,
        files: dict[str, tuple[Path, dict[str, Any]]],
        keys: Sequence[SeedSigner],
        online: SeedSigner,
        now: datetime,
    ) -> int:
        """Make each file a target under its name, with custom metadata; returns how many targets there are.

        The bytes are there before the metadata that names them. Raises: RepositoryTrouble, OSError.
        """
        with self.locked():
            targets = self._targets()
            for name, (path, custom) in files.items():
                made = TargetFile.from_file(name, str(path), ["sha256"])
                made.unrecognized_fields = {"custom": custom} if custom else {}
                self._keep_bytes(name, path, made.hashes["sha256"])
                targets.targets[name] = made
            targets.version, targets.expires = targets.version + 1, _in_days(now, TARGETS_DAYS)
            self._put(f"{targets.version}.targets.json", targets, keys)
            self._point(targets.version, online, now)
            return len(targets.targets)

    def renew(self, online: SeedSigner, now: datetime) -> bool:
        """Sign snapshot and timestamp anew where the timestamp has less than six days; whether that was done."""
        if self.timestamp().expires - now > RENEWED_BEFORE:
            return False
        with self.locked():
            if self.timestamp().expires - now <= RENEWED_BEFORE:
                self._point(self._targets().version, online, now)
        return True

    def target(self, name: str) -> TargetFile | None:
        return self._targets().targets.get(name)

    def names(self) -> frozenset[str]:
        return frozenset(self._targets().targets)

    def root_text(self) -> str:
        """The newest root's metadata, as a kiosk pins it."""
        return self._path("root").read_text("utf-8")

    def root(self) -> Root:
        return self._load(self._path("root"), Root)

    def timestamp(self) -> Timestamp:
        return self._load(self.metadata / NAME, Timestamp)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _targets(self) -> Targets:
        snapshot = self._load(self._path_of("snapshot", self.timestamp().snapshot_meta.version), Snapshot)
        return self._load(self._path_of("targets", snapshot.meta["targets.json"].version), Targets)

    def _point(self, targets: int, online: SeedSigner, now: datetime) -> None:
        """The snapshot that names these targets, and the timestamp that names the snapshot."""
        version = self.timestamp().version + 1 if self.exists else 1
        number = self.timestamp().snapshot_meta.version + 1 if self.exists else 1
        meta = {"targets.json": MetaFile(targets)}
        self._put(
            f"{number}.snapshot.json", Snapshot(number, expires=_in_days(now, SNAPSHOT_DAYS), meta=meta), [online]
        )
        expires = _in_days(now, TIMESTAMP_DAYS)
        self._put(NAME, Timestamp(version, expires=expires, snapshot_meta=MetaFile(number)), [online])

    def _put_root(self, root: Root, signers: Sequence[SeedSigner]) -> None:
        self._put(f"{root.version}.root.json", root, signers)

    def _put(self, name: str, signed: Signed, signers: Sequence[SeedSigner]) -> None:
        made: Metadata[Any] = Metadata(signed)
        for signer in signers:
            made.sign(signer, append=True)
        self._check(made)
        _write(self.metadata / name, made.to_bytes(JSONSerializer(compact=True)))

    def _check(self, made: Metadata[Any]) -> None:
        """Nothing is written that kiosks would refuse: they would take nothing more. Raises: RepositoryTrouble."""
        judges = [self.root()] if any(self.metadata.glob("*.root.json")) else []
        judges += [made.signed] if isinstance(made.signed, Root) else []
        try:
            for root in judges:
                root.verify_delegate(made.signed.type, made.signed_bytes, made.signatures)
        except UnsignedMetadataError as error:
            raise RepositoryTrouble(f"thiếu khóa, không ghi gì / too few of the right keys: {error}") from None

    def _keep_bytes(self, name: str, path: Path, sha256: str) -> None:
        folder, _, last = name.rpartition("/")
        kept = self.targets / folder / f"{sha256}.{last}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        if kept.exists() and sha256_of(kept) == sha256:
            return
        handle, aside = tempfile.mkstemp(prefix=".target-", dir=kept.parent)
        with os.fdopen(handle, "wb") as target, path.open("rb") as source:
            shutil.copyfileobj(source, target, 1 << 20)
            target.flush()
            os.fsync(handle)
        if sha256_of(Path(aside)) != sha256:
            Path(aside).unlink()
            raise RepositoryTrouble(f"{path} changed while it was read")
        Path(aside).chmod(0o640)
        Path(aside).rename(kept)

    def _load(self, path: Path, kind: type[S]) -> S:
        try:
            signed = Metadata.from_bytes(path.read_bytes()).signed
        except (OSError, DeserializationError) as error:
            raise RepositoryTrouble(f"{path}: {error}") from None
        if not isinstance(signed, kind):
            raise RepositoryTrouble(f"{path} is no {kind.__name__}")
        return signed

    def _path(self, role: str) -> Path:
        numbers = [int(path.name.partition(".")[0]) for path in self.metadata.glob(f"*.{role}.json")]
        if not numbers:
            raise RepositoryTrouble(f"{self.metadata} has no {role}")
        return self._path_of(role, max(numbers))

    def _path_of(self, role: str, version: int) -> Path:
        return self.metadata / f"{version}.{role}.json"


def _assign(root: Root, role: str, signers: Sequence[SeedSigner], threshold: int) -> None:
    root.roles[role] = Role([], threshold)
    for signer in signers:
        root.add_key(signer.public_key, role)
    known = {keyid for each in root.roles.values() for keyid in each.keyids}
    for keyid in set(root.keys) - known:
        del root.keys[keyid]


def _in_days(now: datetime, days: int) -> datetime:
    return (now.astimezone(UTC) + timedelta(days=days)).replace(microsecond=0)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
    Path(aside).chmod(0o640)
    Path(aside).rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
