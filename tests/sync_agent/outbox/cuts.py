"""Real outbox code on the power-cut laboratory: one working day is recorded, then cut at many moments and looked at."""

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from survey.record import GENESIS, Submission
from survey.wire import Refusal
from sync_agent.outbox import Outbox, OutboxError
from sync_agent.outbox.guard import Journal
from sync_agent.outbox.store import open_outbox
from tests.sync_agent.outbox import answers, power_cut

# As in the field, but with a log so short that it is checkpointed and begun anew several times a day.
SHORT = {"log_bytes": 48 * 1024, "checkpoint_pages": 14}


@dataclass(frozen=True)
class State:
    """Everything that was promised: compared as a whole, so half a transaction is found too."""

    pending: tuple[tuple[int, str], ...] = ()
    drafts: tuple[Submission, ...] = ()
    quarantined: int = 0
    head: str = GENESIS


@dataclass
class Tally:
    """`lost`: acknowledged changes that were not there after the cut; `corrupt`: outboxes that did not open or fit."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    corrupt: int = 0
    notes: list[str] = field(default_factory=list)

    def line(self, seed: object) -> str:
        return (
            f"{self.cuts} cuts, {self.acknowledged} acknowledged, seed {seed}: {self.lost} lost, {self.corrupt} corrupt"
        )


def look(outbox: Outbox) -> State:
    health = outbox.health()
    pending = outbox.pending(limit=1000)
    assert health.pending == len(pending)
    return State(
        tuple((record.seq, record.digest) for record in pending),
        tuple(outbox.drafts()),
        health.quarantined,
        health.head,
    )


def work(outbox: Outbox, chance: random.Random, acknowledge: Any, changes: int) -> None:
    """A working day: drafts, finishes (some from a button's press), repeats of a press, releases with refusals.

    The log is blanked after some of the releases."""
    sitting: Submission | None = None
    press = 0
    for _ in range(changes):
        what = chance.random()
        if what < 0.3:
            sitting = answers.submission(chance, **({"id": sitting.id} if sitting and what < 0.15 else {}))
            outbox.save_draft(sitting)
        elif what < 0.8:
            press += chance.random() < 0.8
            source = f"terminal:{press}" if chance.random() < 0.4 else ""
            outbox.finish(sitting or answers.submission(chance), source)
            sitting = None
        elif what < 0.95 and (batch := outbox.pending(limit=chance.randint(1, 5))):
            refused = (Refusal(batch[0].seq, "rejected", "bad_form"),) if chance.random() < 0.2 else ()
            outbox.release(answers.receipt(batch, refused))
            if batch[0].seq % 2:
                outbox.blank_log()
        else:
            outbox.probe()
        acknowledge(look(outbox))


def record_day(directory: Path, seed: int, journal: Journal, changes: int = 12) -> tuple[list[Any], list[State]]:
    """The events of a day on a new disk with ("acknowledged", n) among them, and the state after each change n."""
    chance = random.Random(seed)
    recorder = power_cut.Recorder({})
    states = [State()]
    outbox = open_outbox(directory / "outbox.db", recorder.name, journal)

    def acknowledge(state: State) -> None:
        states.append(state)
        recorder.events.append(("acknowledged", len(states) - 1))

    recorder.events.append(("acknowledged", 0))
    work(outbox, chance, acknowledge, changes)
    outbox.close()
    recorder.unregister()
    return recorder.events, states


def cut_day(directory: Path, seed: int, journal: Journal, cuts: int, tally: Tally, again: bool = True) -> None:
    """Record one day, cut it at `cuts` moments, open what remains each time and compare with what was promised."""
    day = directory / "day"
    day.mkdir()
    events, states = record_day(day, seed, journal)
    shutil.rmtree(day)
    chance = random.Random(seed + 1)
    moments = sorted(chance.randint(0, len(events)) for _ in range(cuts))
    machine = power_cut.Machine({})
    done = -1
    played = 0
    for moment in moments:
        for event in events[played:moment]:
            if event[0] == "acknowledged":
                done = event[1]
            else:
                machine.play(event)
        played = max(played, moment)
        tally.cuts += 1
        tally.acknowledged += max(done, 0)
        remains = machine.cut(chance)
        allowed = {max(done, 0), min(done + 1, len(states) - 1)}
        _look_at(directory / "remains", remains, journal, [states[n] for n in sorted(allowed)], tally, chance, again)


def _look_at(
    place: Path, files: dict[str, bytes], journal: Journal, allowed: list[State], tally: Tally,
    chance: random.Random, again: bool,
) -> None:  # fmt: skip
    """Open what is left; also, now and then, lose power a second time while it is being opened and used."""
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    if chance.random() < 0.25:  # shared memory is no promise: whatever the page cache made of it may lie there
        (place / "outbox.db-shm").write_bytes(chance.randbytes(chance.choice((0, 3, 32768))))
    try:
        if again and chance.random() < 0.05:
            files = _cut_again(place, files, journal, chance, allowed)
            shutil.rmtree(place)
            place.mkdir()
            for name, content in files.items():
                (place / name).write_bytes(content)
        outbox = open_outbox(place / "outbox.db", "", journal)
        try:
            _compare(outbox, allowed, tally, chance)
        finally:
            outbox.close()
    except (OutboxError, AssertionError) as error:
        tally.corrupt += 1
        tally.notes.append(f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(place)


def _compare(outbox: Outbox, allowed: list[State], tally: Tally, chance: random.Random) -> None:
    found = look(outbox)
    if found not in allowed:
        promised = dict(allowed[0].pending)
        gone = promised.keys() - dict(found.pending).keys() if len(allowed) == 1 else set()
        tally.lost += max(1, len(gone))
        tally.notes.append(f"found {found.head[:8]} {len(found.pending)}, promised {len(promised)}")
        return
    before = outbox.health()
    sealed = outbox.finish(answers.submission(chance))  # the chain goes on from there
    assert sealed is not None
    assert sealed.seq == before.next_seq
    assert f'"prev":"{before.head}"'.encode() in sealed.raw


def _cut_again(
    place: Path, files: dict[str, bytes], journal: Journal, chance: random.Random, allowed: list[State]
) -> dict[str, bytes]:
    """Power comes back, the outbox is opened (recovery, checkpoint), and power is lost again before any new promise."""
    disk = {name: power_cut.Inode(durable=bytearray(content)) for name, content in files.items()}
    recorder = power_cut.Recorder(disk)
    outbox = open_outbox(place / "outbox.db", recorder.name, journal)
    events = list(recorder.events)
    outbox.close()
    recorder.unregister()
    machine = power_cut.Machine(disk)
    for event in events[: chance.randint(0, len(events))]:
        machine.play(event)
    return machine.cut(chance)
