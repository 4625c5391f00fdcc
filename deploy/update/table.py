"""The life of one update as a pure table: what is remembered, what a start makes of it. No file, no clock.

A cut of the power may come between any two steps; `woken` says what is meant by what it left. The slot that really
started decides, not what was planned.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,2}")  # three numbers at most, which RAUC orders
MOST_ATTEMPTS = 3  # an installation that the power ended is begun again so often
MOST_REFUSED = 20


class Phase(StrEnum):
    IDLE = "idle"
    INSTALLING = "installing"
    INSTALLED = "installed"  # the other slot is whole, and is the one to start from
    TRYING = "trying"  # it runs, and has not proved itself


class Why(StrEnum):
    """Why a bundle was given up."""

    UNREADABLE = "unreadable"  # not signed by whom this machine trusts, damaged, or none
    OTHER_MACHINE = "other_machine"
    OLDER = "older"
    FAILED_BEFORE = "failed_before"
    INSTALL_FAILED = "install_failed"
    INTERRUPTED = "interrupted"
    NOT_STARTED = "not_started"  # the boot loader went back by itself
    NO_FRAMES = "no_frames"
    NO_INPUT = "no_input"
    SELF_TEST = "self_test"
    NO_CONTACT = "no_contact"


@dataclass(frozen=True, slots=True)
class Target:
    """A bundle: what it says its version is, and the SHA-256 of its bytes."""

    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Memory:
    """What a machine remembers of its updates. `boot`: id of the start of the machine that has been looked at.

    `target`: what `phase` speaks of. `attempts`: how often its installation was begun. `proven`: the version that last
    proved itself here. `refused`: bundles that are not tried again, and why; the newest last. `had_contact`: whether
    the agent reached the office before the restart. `slot`: the one that ran when the installation was begun.
    """

    phase: Phase = Phase.IDLE
    target: Target | None = None
    attempts: int = 0
    starts: int = 0
    proven: str = ""
    boot: str = ""
    why: str = ""
    had_contact: bool = False
    slot: str = ""
    refused: tuple[tuple[Target, str], ...] = field(default=())

    def refuses(self, digest: str) -> str:
        """Why the bundle of this digest is not tried again; "" if it may be."""
        return next((why for target, why in self.refused if target.digest == digest), "")


def newer(version: str, than: str) -> bool:
    """Whether `version` comes after `than`; everything comes after "". Raises: ValueError for what is no version."""
    return _numbers(version) > (_numbers(than) if than else ())


def _numbers(version: str) -> tuple[int, ...]:
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version such as 2026.12.1")
    return tuple(map(int, version.split(".")))


def judged(memory: Memory, target: Target, running: str) -> Why | None:
    """Why this bundle is not to be installed; None if it is."""
    if memory.refuses(target.digest):
        return Why.FAILED_BEFORE
    if memory.target == target and memory.attempts >= MOST_ATTEMPTS:
        return Why.INTERRUPTED
    try:
        return None if newer(target.version, running) else Why.OLDER
    except ValueError:
        return Why.UNREADABLE


def begun(memory: Memory, target: Target, slot: str, had_contact: bool) -> Memory:
    """Written before the first byte goes to the other slot."""
    attempts = memory.attempts + 1 if memory.target == target else 1
    return replace(
        memory,
        phase=Phase.INSTALLING,
        target=target,
        attempts=attempts,
        starts=0,
        why="",
        had_contact=had_contact,
        slot=slot,
    )


def installed(memory: Memory) -> Memory:
    return replace(memory, phase=Phase.INSTALLED)


def not_installed(memory: Memory) -> Memory:
    """The installation ended with an error: again later, up to a limit."""
    if memory.attempts >= MOST_ATTEMPTS:
        return given_up(memory, Why.INSTALL_FAILED)
    return replace(memory, phase=Phase.IDLE, why=Why.INSTALL_FAILED)


def given_up(memory: Memory, why: str) -> Memory:
    """The target is not tried again."""
    if memory.target is None:
        return replace(memory, phase=Phase.IDLE, why=why)
    kept = [each for each in memory.refused if each[0] != memory.target]
    refused = (*kept, (memory.target, why))[-MOST_REFUSED:]
    return replace(memory, phase=Phase.IDLE, attempts=0, starts=0, why=why, refused=refused)


def woken(memory: Memory, slot: str, version: str, boot: str) -> Memory:
    """What is remembered once the machine has started from `slot`; changes nothing at a second look.

    The slot decides, not the version that a system says it is: whoever built it may have been wrong.
    """
    if memory.boot == boot:
        return memory
    memory = replace(memory, boot=boot)
    if memory.phase is Phase.IDLE or memory.target is None:
        return replace(memory, phase=Phase.IDLE, proven=memory.proven or version)
    if slot != memory.slot:
        return replace(memory, phase=Phase.TRYING, starts=memory.starts + 1)
    if memory.phase is Phase.INSTALLING:
        if memory.attempts >= MOST_ATTEMPTS:
            return given_up(memory, Why.INTERRUPTED)
        return replace(memory, phase=Phase.IDLE, why=Why.INTERRUPTED)
    return given_up(memory, memory.why or Why.NOT_STARTED)


def went_back(before: Memory, after: Memory) -> bool:
    """Whether this start ended a trial with the old slot, which the boot loader must now be told to keep to."""
    return before.phase in (Phase.INSTALLED, Phase.TRYING) and after.phase is Phase.IDLE


def proved(memory: Memory) -> Memory:
    """The running system keeps its place."""
    version = memory.target.version if memory.target else memory.proven
    return replace(memory, phase=Phase.IDLE, target=None, attempts=0, starts=0, proven=version, why="")


def unproved(memory: Memory, why: str) -> Memory:
    """Kept for the old slot, which will tell it."""
    return replace(memory, why=why)
