"""Does what the table says: takes a bundle that lies ready, installs it between citizens, restarts, proves or returns.

Every step is written down before it is taken. Real files, commands and clocks are handed in.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.shared import read_others
from deploy.update import table
from deploy.update.keeping import Book
from deploy.update.slots import Running, Slots, SlotsFailed
from deploy.update.table import Memory, Phase, Target, Why

log = logging.getLogger("update")
READY = "ready.json"


@dataclass
class Machine:
    """`quiet`: a moment in which nobody sits, held as long as it lasts. `closed`: whether the hours allow a restart
    now. `missing`: what a trial has not shown yet. `restart` does not come back on a real machine."""

    book: Book
    slots: Slots
    running: Running
    boot: str
    inbox: Path
    quiet: Callable[[], AbstractContextManager[bool]]
    closed: Callable[[], bool]
    has_contact: Callable[[], bool]
    missing: Callable[[bool], Why | None]
    restart: Callable[[], None]

    def wake(self) -> Memory:
        """Look at what this start of the machine means; once, however often it is called."""
        before = self.book.read()
        after = table.woken(before, self.running.slot, self.running.version, self.boot)
        if after == before:
            return after
        if table.went_back(before, after):
            self.slots.stay_here()
            log.error("update.went_back", extra={"fields": _named(before.target) | {"why": str(after.why)}})
        self.book.write(after)
        return after

    def prove(self, wait: Callable[[], bool]) -> bool:
        """Keep the running system, or restart into the old one; `wait` sleeps a little and says whether time is up.

        A system that has proved itself before is kept at once: a broken screen must not take a good system away.
        """
        memory = self.wake()
        if memory.phase is Phase.TRYING:
            why = self.missing(memory.had_contact)
            while why is not None:
                if wait():
                    return self._unproved(memory, why, wait)
                why = self.missing(memory.had_contact)
            log.info("update.proved", extra={"fields": _named(memory.target)})
            self.slots.keep_running()  # first: a cut here leaves a trial that is proved once more
            self.book.write(table.proved(memory))
        else:
            self.slots.keep_running()
        return True

    def _unproved(self, memory: Memory, why: Why, wait: Callable[[], bool]) -> bool:
        """Without the line a new kiosk may serve all the same: nobody who answers is cut off."""
        log.error("update.unproved", extra={"fields": _named(memory.target) | {"why": str(why)}})
        self.book.write(table.unproved(memory, why))
        while not self._restarted():
            wait()
        return False

    def _restarted(self) -> bool:
        """Restart, if nobody sits here; the lock is held until the machine is gone."""
        with self.quiet() as quiet:
            if quiet:
                log.info("update.restarting")
                self.restart()
        return quiet

    def turn(self) -> str:
        """One look by the timer: what was done, or why nothing was, in a word."""
        memory = self.wake()
        if memory.phase is Phase.TRYING:
            return "trying"
        if memory.phase is Phase.INSTALLED:
            return self.restart_when_quiet()
        bundle = self.ready(memory)
        if bundle is None:
            return "nothing_ready"
        if not self.closed():  # before the bundle is read whole: the timer asks every few minutes
            return "opening_hours"
        return self.install(bundle, at_any_hour=False)

    def install(self, bundle: Path, at_any_hour: bool) -> str:
        """Install `bundle` and restart, if it is for this machine and nobody sits at it."""
        memory = self.wake()
        if memory.phase is Phase.TRYING:
            return "trying"
        target, why = self._judged(memory, bundle)
        if why is not None:
            return self._refuse(memory, target, why)
        if not at_any_hour and not self.closed():
            return "opening_hours"
        with self.quiet() as quiet:
            if not quiet:
                return "somebody_sits"
        return self._install(memory, target, bundle, at_any_hour)

    def _judged(self, memory: Memory, bundle: Path) -> tuple[Target, Why | None]:
        target = Target("", digest_of(bundle))
        if memory.refuses(target.digest):
            return target, Why.FAILED_BEFORE
        try:
            about = self.slots.look_into(bundle)
        except SlotsFailed as error:
            log.error("update.refused", extra={"fields": {"why": str(error)[:500]}})
            return target, Why.UNREADABLE
        target = Target(about.version, target.digest)
        if about.compatible != self.running.compatible:
            return target, Why.OTHER_MACHINE
        return target, table.judged(memory, target, self.running.version)

    def _refuse(self, memory: Memory, target: Target, why: Why) -> str:
        if why is not Why.OLDER and not memory.refuses(target.digest):  # what runs now is older than nothing
            self.book.write(table.given_up(replace(memory, target=target), why))
            log.error("update.refused", extra={"fields": _named(target) | {"why": str(why)}})
        return str(why)

    def _install(self, memory: Memory, target: Target, bundle: Path, at_any_hour: bool) -> str:
        memory = table.begun(memory, target, self.running.slot, self.has_contact())
        self.book.write(memory)
        log.info("update.begun", extra={"fields": _named(target)})
        try:
            self.slots.install(bundle)
            self._check_written(target)
        except SlotsFailed as error:
            log.error("update.failed", extra={"fields": _named(target) | {"why": str(error)[:500]}})
            self.book.write(table.not_installed(memory))
            return str(Why.INSTALL_FAILED)
        self.book.write(table.installed(memory))
        log.info("update.installed", extra={"fields": _named(target)})
        return self.restart_when_quiet(at_any_hour)

    def _check_written(self, target: Target) -> None:
        """Whoever may write the inbox may have put another signed bundle, an older one, in the place of what was
        judged. Raises: SlotsFailed."""
        written = self.slots.written_beside(self.running.slot)
        if written != target.version:
            self.slots.stay_here()
            raise SlotsFailed(f"version {written or '?'} was written in the place of {target.version}")

    def restart_when_quiet(self, at_any_hour: bool = False) -> str:
        """Outside the opening hours, or at any hour; never while somebody sits."""
        if not at_any_hour and not self.closed():
            return "opening_hours"
        return "restarting" if self._restarted() else "somebody_sits"

    def ready(self, memory: Memory) -> Path | None:
        """The bundle that the agent has left, if its note does not say itself that it is no news: reading it whole each
        minute would tire a card. Only a file of the inbox itself."""
        try:
            told = json.loads(read_others(self.inbox / READY))
            path = self.inbox / Path(str(told["file"])).name
            if memory.refuses(str(told["sha256"])) or not table.newer(str(told["version"]), self.running.version):
                return None
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return path if path.is_file() and not path.is_symlink() else None


def digest_of(path: Path) -> str:
    """SHA-256 of a file. Raises: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(target: Target | None) -> dict[str, str]:
    return {"version": target.version, "digest": target.digest[:16]} if target else {}
