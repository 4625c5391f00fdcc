"""What a machine remembers of its updates, on the disk: whole after a cut of the power, old or new. Knows no rule."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.durable import write_whole
from deploy.shared import held
from deploy.update.table import Memory, Phase, Target

FILE_NAME, LOCK_NAME = "state.json", "lock"
FORMAT = 1


@contextlib.contextmanager
def alone(directory: Path) -> Iterator[bool]:
    """Whether no other process puts a bundle into a slot, as long as this lasts: the timer's and a technician's would
    write over each other's memory, and a system be kept without its trial. Raises: OSError."""
    _make(directory)
    with held(directory / LOCK_NAME) as first:
        yield first


class Book:
    """`directory`: root's own, on the data partition; others may read it. `about`: what stands beside the memory for
    the agent, which tells the office (`slot`, `version`, `compatible`)."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._path = directory, directory / FILE_NAME
        self.about: dict[str, str] = {}

    def read(self) -> Memory:
        """An empty memory where there is none, or a damaged one: the boot loader's own counters still hold."""
        try:
            return _memory(json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return Memory()

    def write(self, memory: Memory) -> None:
        """Durable on return. Raises: OSError."""
        _make(self._directory)
        write_whole(self._path, json.dumps({**self.about, **_fields(memory)}, ensure_ascii=False).encode("utf-8"))


def _make(directory: Path) -> None:
    """The agent reads in it, whatever the unit's umask says."""
    if not directory.is_dir():
        directory.mkdir(parents=True)
        directory.chmod(0o755)


def _fields(memory: Memory) -> dict[str, Any]:
    return {
        "v": FORMAT,
        "phase": str(memory.phase),
        "target": _target(memory.target),
        "attempts": memory.attempts,
        "starts": memory.starts,
        "proven": memory.proven,
        "boot": memory.boot,
        "why": str(memory.why),
        "had_contact": memory.had_contact,
        "slot_before": memory.slot,
        "refused": [{**(_target(target) or {}), "why": str(why)} for target, why in memory.refused],
    }


def _target(target: Target | None) -> dict[str, str] | None:
    return {"version": target.version, "digest": target.digest} if target else None


def _memory(told: dict[str, Any]) -> Memory:
    if told["v"] != FORMAT:
        raise ValueError("another format")
    read = Memory(
        phase=Phase(told["phase"]),
        target=Target(**told["target"]) if told["target"] else None,
        attempts=int(told["attempts"]),
        starts=int(told["starts"]),
        proven=str(told["proven"]),
        boot=str(told["boot"]),
        why=str(told["why"]),
        had_contact=bool(told["had_contact"]),
        slot=str(told["slot_before"]),
    )
    refused = tuple((Target(each["version"], each["digest"]), str(each["why"])) for each in told["refused"])
    return replace(read, refused=refused)
