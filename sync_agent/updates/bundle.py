"""Fetches one large target in slices: each turn a piece, from where the last one ended, on whatever line there is.

A slice a turn leaves the line to answers; nothing is believed before the whole is what the signed metadata says.
"""

import json
import logging
import os
import re
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import TargetFile

from survey.updates import TARGETS
from sync_agent.durable import sync_directory, write_durably
from sync_agent.updates.fetcher import Get

log = logging.getLogger(__name__)
READY = "ready.json"
SLICE_BYTES = 1 << 20
SPARE_BYTES = 64 << 20  # left on the disk for answers
LARGEST_BYTES = 2 << 30
HTTP_PART = 206
OURS = re.compile(r"[0-9a-f]{64}")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class BundleFetch:
    """`folder`: where bundles lie for `hailong-update`; one at a time."""

    def __init__(self, folder: Path, get: Get) -> None:
        self._folder, self._get = folder, get

    def has(self, target: TargetFile) -> bool:
        """Whether the note says that it lies there whole."""
        try:
            told = json.loads((self._folder / READY).read_text("utf-8"))
            held = (self._folder / str(told["file"])).stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return told.get("sha256") == target.hashes.get("sha256") and held == target.length

    def percent(self, target: TargetFile) -> int:
        return 100 if self.has(target) else min(99, self._held(target) * 100 // max(1, target.length))

    def turn(self, target: TargetFile, compatible: str, version: str) -> bool:
        """Fetch one more slice; whether it came. Raises: OSError."""
        self._folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._drop_others(target)
        held = self._held(target)
        if target.length > LARGEST_BYTES or not self._has_room(target.length - held):
            return False
        if held < target.length and not self._append(target, held):
            return False
        return self._finish(target, compatible, version) if self._held(target) >= target.length else True

    def _append(self, target: TargetFile, held: int) -> bool:
        last = min(held + SLICE_BYTES, target.length) - 1
        reply = self._get(TARGETS + _hashed(target), SLICE_BYTES, (held, last))
        match = RANGE.fullmatch(reply.headers.get("content-range", ""))
        if reply.status != HTTP_PART or match is None or int(match[1]) != held or int(match[3]) != target.length:
            return False
        got = reply.body[: last + 1 - held]
        with self._part(target).open("ab") as file:
            file.write(got)
        return bool(got)

    def _finish(self, target: TargetFile, compatible: str, version: str) -> bool:
        part, name = self._part(target), f"{target.hashes['sha256']}.raucb"
        try:
            with part.open("rb") as file:
                target.verify_length_and_hashes(file)
                os.fsync(file.fileno())
        except LengthOrHashMismatchError as error:
            part.unlink()  # from the beginning; somebody on the way changes bytes
            log.error("bundle.refused", extra={"fields": {"version": version, "why": str(error)[:300]}})
            return False
        part.rename(self._folder / name)
        sync_directory(self._folder)
        note = {"v": 1, "file": name, "version": version, "compatible": compatible, "bytes": target.length}
        told = note | {"sha256": target.hashes["sha256"], "target": target.path}
        write_durably(self._folder / READY, json.dumps(told).encode("utf-8"))
        log.info("bundle.fetched", extra={"fields": {"version": version, "bytes": target.length}})
        return True

    def _drop_others(self, target: TargetFile) -> None:
        """What is not wanted any more makes room."""
        kept = target.hashes["sha256"]
        for path in [*self._folder.glob("*.part"), *self._folder.glob("*.raucb")]:
            if OURS.fullmatch(path.stem) and path.stem != kept:  # a stick's bundle has another name
                path.unlink(missing_ok=True)

    def _has_room(self, needed: int) -> bool:
        room = os.statvfs(self._folder)
        return room.f_bavail * room.f_frsize >= max(0, needed) + SPARE_BYTES

    def _held(self, target: TargetFile) -> int:
        try:
            return self._part(target).stat().st_size
        except OSError:
            return 0

    def _part(self, target: TargetFile) -> Path:
        return self._folder / f"{target.hashes['sha256']}.part"


def _hashed(target: TargetFile) -> str:
    folder, _, last = target.path.rpartition("/")
    return f"{folder}/{target.hashes['sha256']}.{last}"
