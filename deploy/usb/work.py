"""A stick from the moment it is let in until it may be pulled out: what is on it, in order, and how each thing ended.

Decides what to do; the agent, the updater and the first boot do it, each a process of its own.
"""

import hashlib
import json
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from deploy.shared import read_others
from deploy.usb.mounting import COPIED_BYTES, Folder, Stick
from deploy.usb.telling import Code, Result, Task, Telling

log = logging.getLogger(__name__)
BUNDLE, RECEIPTS, SEALED, PROVISION = ".raucb", ".hlr", ".hlp", "hailong.toml"
REQUESTS = ("xin-phieu", "xin-phieu.txt")
MOST_RECEIPTS_BYTES, MOST_SEALED_BYTES = 16 << 20, 32 << 20
MOST_BUNDLE_BYTES, MOST_PROVISION_BYTES = 2 << 30, 64 << 10
SPARE_BYTES = 128 << 20  # the disk must still take answers
COMMAND_S = 3600.0
AGAIN_S, MOST_TRIES = 20.0, 30  # an update waits ten minutes for a moment in which nobody answers
Work: TypeAlias = Callable[[], Result]


@dataclass(frozen=True, slots=True)
class Commands:
    """Who does the work. `user`: whose files the agent's are; "" for this process's own."""

    agent: Sequence[str] = ("/opt/hailong/bin/hailong-agent",)
    update: Sequence[str] = ("/opt/hailong/bin/hailong-update",)
    provision: Sequence[str] = ("/opt/hailong/bin/hailong-first-boot", "--stick", "--file")
    user: str = "hailong"


@dataclass
class Visit:
    """One stick at one machine. `scratch`: a directory of root's that others may pass through. `inbox`: where a bundle
    lies while it is installed, root's alone: nobody exchanges there what was judged."""

    stick: Stick
    telling: Telling
    commands: Commands = field(default_factory=Commands)
    scratch: Path = Path("/run/hailong-usb")
    inbox: Path = Path("/data/stick")
    sleep: Callable[[float], None] = time.sleep

    def serve(self) -> list[Result]:
        """Everything that the stick is for; each ending is told. A task that fails holds up no other."""
        self.telling.begin(Task.READ)
        try:
            with self.stick.mounted() as root, Folder(root) as folder:
                names = folder.names()
                points = [] if PROVISION in names else folder.folders_with(PROVISION)
                self._each(names, points, folder)
        except OSError as error:
            log.warning("usb.stick_unreadable", extra={"fields": {"why": str(error)}})
            code = Code.NOTHING if isinstance(error, FileNotFoundError) else Code.UNREADABLE
            self._ended(Result(Task.READ, code))
        else:
            if any(name.lower() in REQUESTS for name in names):  # the stick is mounted anew for it
                self._try(Task.EXPORT, self._export)
            bundles = [name for name in names if name.lower().endswith(BUNDLE)]
            if bundles:  # the last: the machine restarts after it
                self._try(Task.UPDATE, lambda: self._update(bundles))
            if not self.telling.results:
                self._ended(Result(Task.READ, Code.NOTHING))
        self.telling.finish()
        return self.telling.results

    def _each(self, names: list[str], points: list[str], folder: Folder) -> None:
        for name in names:
            if name.lower().endswith(RECEIPTS):
                self._try(Task.RECEIPTS, lambda name=name: self._receipts(folder, name))  # type: ignore[misc]
        if PROVISION in names or points:
            self._try(Task.PROVISION, lambda: self._provision(folder, PROVISION in names, points))

    def _try(self, task: Task, work: Work) -> None:
        self.telling.begin(task)
        try:
            result = work()
        except (OSError, LookupError) as error:  # of a disk; of an account that this machine has not
            log.warning("usb.task_failed", extra={"fields": {"task": str(task), "why": str(error)}})
            result = Result(task, Code.FAILED)
        self._ended(result)

    def _ended(self, result: Result) -> None:
        self.telling.ended(result)
        fields = {"task": str(result.task), "code": str(result.code), "count": result.count}
        log.info("usb.task_ended", extra={"fields": fields})

    def _receipts(self, folder: Folder, name: str) -> Result:
        data = folder.read(name, MOST_RECEIPTS_BYTES)
        if len(data) > MOST_RECEIPTS_BYTES:
            return Result(Task.RECEIPTS, Code.TOO_LARGE)
        with self._given("bien-nhan.hlr", data, self.commands.user) as path:
            done, said = self._agent("take-receipt", path)
        if done == os.EX_OK:
            return Result(Task.RECEIPTS, Code.DONE, said.get("released", 0))
        return Result(Task.RECEIPTS, Code.NOTHING if done == 1 else Code.REFUSED)

    def _export(self) -> Result:
        """The sealed file goes onto the stick, and is read back from the medium before anybody is told."""
        with self._given("phieu.hlp", b"", self.commands.user) as path:
            path.unlink()
            done, said = self._agent("export", path)
            if done != os.EX_OK:
                return Result(Task.EXPORT, Code.NOTHING if done == 1 else Code.NOT_ENROLLED, 0, said.get("left", 0))
            data = _read_plain(path, MOST_SEALED_BYTES)
        name = f"phieu-{hashlib.sha256(data).hexdigest()[:12]}{SEALED}"
        code = self._put(name, data)
        return Result(Task.EXPORT, code, said.get("count", 0), said.get("left", 0))

    def _put(self, name: str, data: bytes) -> Code:
        try:
            with self.stick.mounted(writable=True) as root, Folder(root) as folder:
                if shutil.disk_usage(root).free < len(data) + (1 << 20):
                    return Code.NO_ROOM
                folder.write(name, data)
        except OSError as error:
            log.warning("usb.task_failed", extra={"fields": {"task": str(Task.EXPORT), "why": str(error)}})
            return Code.READ_ONLY
        with self.stick.mounted() as root, Folder(root) as folder:
            return Code.DONE if folder.read(name, MOST_SEALED_BYTES) == data else Code.NOT_SAME

    def _provision(self, folder: Folder, here: bool, points: list[str]) -> Result:
        """Where the stick was prepared for many points, a person says which: by a copy of its file in HAILONG."""
        if not here and len(points) != 1:
            return Result(Task.PROVISION, Code.SEVERAL, len(points))
        data = folder.read(PROVISION if here else f"{points[0]}/{PROVISION}", MOST_PROVISION_BYTES)
        if len(data) > MOST_PROVISION_BYTES:
            return Result(Task.PROVISION, Code.TOO_LARGE)
        with self._given(PROVISION, data, user="") as path:  # root reads it: nobody else may change it meanwhile
            done, _ = _run([*self.commands.provision, str(path)], "")
        return Result(Task.PROVISION, {os.EX_OK: Code.DONE, os.EX_DATAERR: Code.REFUSED}.get(done, Code.FAILED))

    def _update(self, bundles: list[str]) -> Result:
        if len(bundles) > 1:
            return Result(Task.UPDATE, Code.SEVERAL, len(bundles))
        self.inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in (*self.inbox.glob(f"usb-*{BUNDLE}"), *self.inbox.glob(".usb-*.part")):
            left.unlink(missing_ok=True)  # by a cut
        with (
            self.stick.mounted() as root,
            Folder(root) as folder,
            os.fdopen(folder.open(bundles[0]), "rb") as source,
        ):
            size = os.fstat(source.fileno()).st_size
            if size > MOST_BUNDLE_BYTES:
                return Result(Task.UPDATE, Code.TOO_LARGE)
            if shutil.disk_usage(self.inbox).free < size + SPARE_BYTES:
                return Result(Task.UPDATE, Code.NO_ROOM)
            path = self._copied(source, size)
        try:
            return Result(Task.UPDATE, self._installed(path))
        finally:
            path.unlink(missing_ok=True)  # what is installed is in the other slot

    def _installed(self, bundle: Path) -> Code:
        """The updater judges the bundle. While somebody answers it puts it off; once it is installed, the restart."""
        for _ in range(MOST_TRIES):
            done, _ = _run([*self.commands.update, "install", "--file", str(bundle)], "")
            if done != os.EX_TEMPFAIL:
                return Code.DONE if done == os.EX_OK else Code.REFUSED
            _, said = _run([*self.commands.update, "status", "--json"], "")
            if '"phase": "installed"' in said:
                return Code.LATER
            self.sleep(AGAIN_S)
        return Code.BUSY

    def _copied(self, source: BinaryIO, size: int) -> Path:
        """The bundle on this machine's disk, whole: the stick may be pulled out while it is installed."""
        handle, name = tempfile.mkstemp(prefix=".usb-", suffix=".part", dir=self.inbox)
        try:
            with os.fdopen(handle, "wb") as file:
                copied = 0
                while part := source.read(COPIED_BYTES):
                    copied += file.write(part)
                    self.telling.progress(min(99, copied * 100 // max(size, 1)))
                file.flush()
                os.fsync(file.fileno())
            path = Path(name).with_name(f"usb-{os.getpid()}{BUNDLE}")
            return Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    @contextmanager
    def _given(self, name: str, data: bytes, user: str) -> Iterator[Path]:
        """A file that `user` can read ("" for nobody but this process), in a directory of its own that goes again."""
        self.scratch.mkdir(mode=0o711, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            if user:
                account = pwd.getpwnam(user)
                for each in (
                    path,
                    Path(folder),
                ):  # the folder last: in it the account may put a link in the file's place
                    os.chown(each, account.pw_uid, account.pw_gid, follow_symlinks=False)
            yield path

    def _agent(self, command: str, path: Path) -> tuple[int, dict[str, int]]:
        done, said = _run([*self.commands.agent, command, str(path), "--json"], self.commands.user)
        try:
            counts = json.loads(said)
            return done, {name: value for name, value in counts.items() if type(value) is int}
        except (ValueError, AttributeError):
            return done, {}


def _run(command: Sequence[str], user: str) -> tuple[int, str]:
    """Exit code and output; a program that is not there is a failure like another. Its log goes to the journal."""
    account: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user else {}
    try:
        done = subprocess.run(  # noqa: S603  our own commands
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=COMMAND_S,
            check=False,
            **account,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("usb.command_failed", extra={"fields": {"command": command[0], "why": str(error)}})
        return os.EX_UNAVAILABLE, ""
    return done.returncode, done.stdout


def _read_plain(path: Path, most: int) -> bytes:
    """What another account wrote: a plain file, or nothing. Raises: OSError."""
    data = read_others(path, most + 1)
    if len(data) > most:
        raise OSError(f"{path.name} is too long")
    return data
