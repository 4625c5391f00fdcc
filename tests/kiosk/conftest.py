"""Stands, clocks and a strict store in memory for the kiosk's pure tests."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from kiosk.clock import Moment
from kiosk.standing import Standing
from survey.assignment import Assignment
from survey.form import Form
from survey.form_file import read_form
from survey.record import GENESIS, Clock, Sealed, Submission, read_draft, seal, write_draft
from sync_agent.outbox import Health, StorageFailed

FORM = Path(__file__).parents[2] / "survey/data/forms/rut-gon-mot-cua.json"


@dataclass
class FakeClock:
    """Time moves only when told to; wall time may be set anywhere."""

    at_s: float = 1000.0
    wall: datetime = datetime(2023, 9, 1, 8, 20, tzinfo=timezone(timedelta(hours=7)))
    clock: Clock = Clock.SYNCHRONISED

    def __call__(self) -> Moment:
        return Moment(self.wall, self.at_s, self.clock)

    def pass_s(self, seconds: float) -> None:
        self.at_s += seconds
        self.wall += timedelta(seconds=seconds)


@dataclass
class StrictStore:
    """As strict as the outbox: refuses what no record may hold, forgets a draft only when it is sealed."""

    failing: bool = False
    saved: dict[str, bytes] = field(default_factory=dict)
    sealed: list[Sealed] = field(default_factory=list)
    finished: list[Submission] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    kept_tallies: dict[str, int] = field(default_factory=dict)
    kept_notes: dict[str, str] = field(default_factory=dict)

    def save_draft(self, submission: Submission) -> None:
        self._work("save")
        raw = write_draft(submission)
        read_draft(raw)
        self.saved[submission.id] = raw

    def drafts(self) -> list[Submission]:
        self._work("drafts")
        return [read_draft(raw) for raw in self.saved.values()]

    def tallies(self) -> dict[str, int]:
        self._work("tallies")
        return dict(self.kept_tallies)

    def notes(self) -> dict[str, str]:
        self._work("notes")
        return dict(self.kept_notes)

    def put_note(self, name: str, value: str) -> None:
        self._work("put_note")
        self.kept_notes[name] = value

    def drop_note(self, name: str) -> None:
        self._work("drop_note")
        self.kept_notes.pop(name, None)

    def finish(self, submission: Submission, source: str = "", tally: str = "") -> Sealed | None:
        self._work("finish")
        if source and source in self.sources:
            self.saved.pop(submission.id, None)
            return None
        assert submission.id not in [done.id for done in self.finished], "sealed twice"
        one = seal(submission, len(self.sealed) + 1, self.sealed[-1].digest if self.sealed else GENESIS)
        self.sealed.append(one)
        self.finished.append(submission)
        self.saved.pop(submission.id, None)
        self.sources.add(source)
        if tally:
            self.kept_tallies[tally] = self.kept_tallies.get(tally, 0) + 1
        return one

    def holds(self, source: str) -> bool:
        self._work("holds")
        return source in self.sources

    def pass_over(self, source: str, *tallies: str) -> bool:
        self._work("pass_over")
        if source in self.sources:
            return False
        self.sources.add(source)
        for tally in filter(None, tallies):
            self.kept_tallies[tally] = self.kept_tallies.get(tally, 0) + 1
        return True

    def health(self) -> Health:
        self._work("health")
        oldest = self.finished[0].quarter if self.finished else ""
        head = self.sealed[-1].digest if self.sealed else GENESIS
        count = len(self.sealed)
        return Health(count, oldest, len(self.saved), 0, count + 1, head, 4096, 9_000_000_000, "3.51.3", "wal", None)

    def probe(self) -> None:
        self._work("probe")

    def close(self) -> None:
        self.log.append("close")

    def _work(self, what: str) -> None:
        self.log.append(what)
        if self.failing:
            raise StorageFailed("no space left", "disk_full")


class Randomness:
    """Counts up: every id is new."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, length: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(length, "big")


@pytest.fixture(scope="session")
def form() -> Form:
    return read_form(FORM.read_bytes(), FORM.name)


@pytest.fixture
def standing(form: Form) -> Standing:
    name = {"vi": "Bộ phận Một cửa"}
    return Standing(Assignment("ki-os-01", "krong-no-2023", "kn-huyen", name, {"vi": "UBND huyện"}, form.ref), form)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store() -> StrictStore:
    return StrictStore()


@pytest.fixture
def randomness() -> Randomness:
    return Randomness()


@pytest.fixture
def other_version(form: Form) -> Form:
    return replace(form, version="2", digest="0" * 64)


@pytest.fixture
def new_store() -> Callable[[], StrictStore]:
    return StrictStore
