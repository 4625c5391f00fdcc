"""Watches the button panels of this counter: tells when one needs a person, compares its counts with the disk, and
remembers which box belongs here. Leaves notes in the outbox for the agent; knows no device."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from hardware.counts import KINDS, BoxCount, Verdict, compare, find_baseline
from hardware.panels import PanelKind, PanelSettings, twins
from hardware.ports import ButtonPanel, Fault, Link, PanelStatus, Reason
from kiosk.answer import Store
from survey.panel_state import CONDITION, COUNTS, Condition, Counts, Trouble, write_note
from sync_agent.outbox import OutboxError

log = logging.getLogger(__name__)
LOOK_S = 1.0
ALARM_S = 20.0  # a cable pushed in again, or a box that restarts, is no alarm; half a minute is left for the line
STEADY_S = 30.0  # up for so long: the seconds that it was down are forgotten; a loose plug never gets there
LONGEST_GAP_S = 5.0  # a loop that stood still saw nothing of the panel meanwhile
BOUND, BASELINE = "box/", "baseline/"  # names of notes, followed by the panel's or the box's name

_REASONS = {
    Reason.OTHER_BOX: Trouble.OTHER_BOX,
    Reason.OTHER_BUTTONS: Trouble.OTHER_BUTTONS,
    Reason.OTHER_PROTOCOL: Trouble.OTHER_PROTOCOL,
    Reason.LISTENING: Trouble.SILENT,
    Reason.SILENT: Trouble.SILENT,
}
_FAULTS = (  # the first that holds is told
    (Fault.FULL, Trouble.FULL),
    (Fault.STORE, Trouble.STORE),
    (Fault.DEEP_LOST, Trouble.STORE),
    (Fault.DEEP_FOREIGN, Trouble.STORE),
    (Fault.CORRUPT, Trouble.STORE),
    (Fault.STRANGE, Trouble.OTHER_PROTOCOL),
    (Fault.SUPPLY_LOW, Trouble.SUPPLY),
    (Fault.LAMP, Trouble.LAMP),
)


def bound(settings: PanelSettings, store: Store) -> PanelSettings:
    """`settings` with the box that was met here first, unless the configuration names one. Raises: OutboxError."""
    if settings.kind is not PanelKind.SERIAL or settings.box:
        return settings
    return replace(settings, box=store.notes().get(BOUND + settings.name, ""))


def forget_box(panel: str, store: Store) -> None:
    """The next box that is met at `panel` belongs to this point, with the past that it has by then: what it and the
    disk counted before is no longer compared. Raises: OutboxError."""
    box = store.notes().get(BOUND + panel, "")
    for name in (BOUND + panel, BASELINE + box, COUNTS + panel):
        store.drop_note(name)


class Steadiness:
    """How long one panel has been down of late, in seconds, however often it came back for a moment."""

    def __init__(self, now_s: float) -> None:
        self.down_s = 0.0
        self._seen_s = self._changed_s = now_s

    def see(self, up: bool, now_s: float) -> None:
        if not up:
            self.down_s += min(now_s - self._seen_s, LONGEST_GAP_S)
            self._changed_s = now_s
        elif now_s - self._changed_s >= STEADY_S:
            self.down_s = 0.0
        self._seen_s = now_s


class Watch:
    """`now_s`: seconds of the panels' own clock. Not for threads: the loop that records presses calls `tick`."""

    def __init__(self, panels: Sequence[ButtonPanel], store: Store, now_s: Callable[[], float]) -> None:
        self._panels, self._store, self._now_s = panels, store, now_s
        self._due_s = float("-inf")
        self._notes: dict[str, str] = {}
        self._read = False
        self._steady: dict[str, Steadiness] = {}

    def tick(self) -> None:
        """Look at every panel, once a second; what the disk cannot take now is told at a later look."""
        if not self._panels or self._now_s() < self._due_s:
            return
        self._due_s = self._now_s() + LOOK_S
        try:
            if not self._read:
                self._read_notes()
            statuses = [panel.status() for panel in self._panels]
            alike = {name for names in twins([each for each in statuses if each.link is Link.UP]) for name in names}
            for status in statuses:
                trouble = trouble_of(status, self._down_s(status))
                self._look(status, Trouble.OTHER_BOX if status.panel in alike else trouble)
        except OutboxError as error:
            log.warning("panel.note_failed", extra={"fields": {"code": error.code}})

    def _read_notes(self) -> None:
        """A panel that is no longer in the configuration must not be ill at the office for ever."""
        self._notes = self._store.notes()
        ours = {kind + panel.name for kind in (CONDITION, COUNTS) for panel in self._panels}
        for name in [each for each in self._notes if each.startswith((CONDITION, COUNTS)) and each not in ours]:
            self._store.drop_note(name)
            del self._notes[name]
        self._read = True

    def _down_s(self, status: PanelStatus) -> float:
        steady = self._steady.setdefault(status.panel, Steadiness(self._now_s()))
        steady.see(status.link is Link.UP, self._now_s())
        return steady.down_s

    def _look(self, status: PanelStatus, trouble: Trouble | None) -> None:
        if trouble is not None:
            self._tell(status, trouble)
        if status.box and status.link is Link.UP and not self._notes.get(BOUND + status.panel):
            self._keep(BOUND + status.panel, status.box)
            log.info("panel.box_bound", extra={"fields": {"panel": status.panel, "box": status.box}})
        if status.count is not None:
            self._compare(status, status.count)

    def _tell(self, status: PanelStatus, trouble: Trouble) -> None:
        name, text = write_note(
            Condition(
                status.panel,
                trouble,
                status.box,
                status.firmware,
                status.buttons,
                status.stuck,
                status.supply_mv if trouble is Trouble.SUPPLY else 0,
                status.reset_cause,
                status.bad_slots,
            )
        )
        before = _fields(self._notes.get(name))
        if text == self._notes.get(name) or _but_supply(before) == _but_supply(_fields(text)):
            return
        self._keep(name, text)
        fields = {"panel": status.panel, "box": status.box, "trouble": str(trouble), "note": status.note}
        if trouble is not Trouble.NONE:
            log.error("panel.alarm", extra={"fields": fields})
        elif before.get("trouble"):
            log.info("panel.recovered", extra={"fields": fields})

    def _compare(self, status: PanelStatus, count: BoxCount) -> None:
        counted = counted_of(self._store.tallies(), count.box)
        baseline = self._baseline(count, counted)
        result = compare(count, counted, baseline)
        if baseline is None or result.verdict in (Verdict.NOT_NOW, Verdict.NO_BASELINE):
            return
        told, held = sum(count.made) - sum(baseline.values()), sum(counted.values())
        differ = result.verdict is Verdict.DIFFERENT
        name, text = write_note(Counts(status.panel, max(0, told), held, status.lost, differ))
        if text == self._notes.get(name):
            return
        self._keep(name, text)
        if differ:
            log.error("panel.counts_differ", extra={"fields": {"panel": status.panel, "told": told, "held": held}})

    def _baseline(self, count: BoxCount, counted: Mapping[str, int]) -> dict[str, int] | None:
        noted = _fields(self._notes.get(BASELINE + count.box))
        known = {kind: number for kind, number in noted.items() if isinstance(number, int)}
        if known.keys() == set(KINDS):
            return known
        found = find_baseline(count, counted)
        if found is not None:
            self._keep(BASELINE + count.box, json.dumps(found, sort_keys=True))
        return found

    def _keep(self, name: str, text: str) -> None:
        self._store.put_note(name, text)
        self._notes[name] = text


def trouble_of(status: PanelStatus, down_s: float) -> Trouble | None:
    """What a person must look at; None while that cannot be told: it was down for seconds only, or came back just now.

    `down_s`: see Steadiness.
    """
    if status.link is not Link.UP:
        return _REASONS.get(status.reason, Trouble.ABSENT) if down_s >= ALARM_S else None
    if down_s >= ALARM_S:
        return None
    faults = [trouble for fault, trouble in _FAULTS if fault in status.faults]
    return faults[0] if faults else Trouble.STUCK if status.stuck else Trouble.NONE


def counted_of(tallies: Mapping[str, int], box: str) -> dict[str, int]:
    """By kind, what the disk has counted of `box`; see hardware.ports.Press.tally."""
    return {name.removeprefix(f"{box}/"): count for name, count in tallies.items() if name.startswith(f"{box}/")}


def _fields(text: str | None) -> dict[str, object]:
    """A note's fields; none of a damaged one, which is then written anew."""
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _but_supply(fields: dict[str, object]) -> dict[str, object]:
    """A voltage moves with each look, and is no news of its own."""
    return {name: value for name, value in fields.items() if name != "supply_mv"}
