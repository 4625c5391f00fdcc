"""Any order of changes leaves the outbox as a very simple model says."""

import random
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from survey.record import GENESIS, Sealed, Submission, read_record
from survey.wire import Refusal
from sync_agent.outbox import Outbox
from tests.sync_agent.outbox import answers

seeds = st.integers(0, 2**32)


class OutboxModel(RuleBasedStateMachine):
    drafts = Bundle("drafts")

    @initialize()
    def begin(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name) / "outbox.db"
        self.outbox = Outbox.open(self.path)
        self.kept: dict[str, Submission] = {}
        self.waiting: list[Sealed] = []
        self.sources: set[str] = set()
        self.head = (0, GENESIS)
        self.aside = 0
        self.released: list[Sealed] = []

    @rule(target=drafts, seed=seeds)
    def begin_answer(self, seed: int) -> Submission:
        return self.update_answer(answers.submission(random.Random(seed)), seed)

    @rule(target=drafts, draft=drafts, seed=seeds)
    def update_answer(self, draft: Submission, seed: int) -> Submission:
        newer = answers.submission(random.Random(seed), id=draft.id)
        self.outbox.save_draft(newer)
        self.kept[newer.id] = newer
        return newer

    @rule(draft=drafts, press=st.one_of(st.just(""), st.sampled_from(["a", "b", "c"])))
    def finish(self, draft: Submission, press: str) -> None:
        sealed = self.outbox.finish(draft, press)
        self.kept.pop(draft.id, None)
        if press in self.sources:
            assert sealed is None
            return
        assert sealed is not None
        record = read_record(sealed.raw)
        assert (record.seq, record.prev, record.submission) == (self.head[0] + 1, self.head[1], draft)
        if press:
            self.sources.add(press)
        self.head = (sealed.seq, sealed.digest)
        self.waiting.append(sealed)

    @rule(count=st.integers(1, 4), refuse=st.booleans())
    def release(self, count: int, refuse: bool) -> None:
        batch = self.outbox.pending(limit=count)
        assert batch == self.waiting[:count]
        if batch:
            refusals = (Refusal(batch[-1].seq, "conflict", "other_bytes"),) if refuse else ()
            self.outbox.release(answers.receipt(batch, refusals))
            del self.waiting[: len(batch)]
            self.aside += refuse
            self.released = batch

    @rule()
    def release_again(self) -> None:
        if self.released:
            self.outbox.release(answers.receipt(self.released))

    @rule()
    def reopen(self) -> None:
        self.outbox.close()
        self.outbox = Outbox.open(self.path)

    @invariant()
    def agrees(self) -> None:
        health = self.outbox.health()
        assert (health.next_seq, health.head) == (self.head[0] + 1, self.head[1])
        assert (health.pending, health.drafts, health.quarantined) == (len(self.waiting), len(self.kept), self.aside)
        assert self.outbox.pending() == self.waiting
        assert {draft.id: draft for draft in self.outbox.drafts()} == self.kept

    def teardown(self) -> None:
        self.outbox.close()
        self.directory.cleanup()


OutboxModel.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
TestOutboxModel = OutboxModel.TestCase
