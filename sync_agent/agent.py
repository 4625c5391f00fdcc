"""The agent's loop: outbox x delivery x transport. Decides nothing that `delivery` could decide; keeps no data."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from survey import language_days
from survey.canonical import Value
from survey.errors import SurveyError
from survey.panel_state import CONDITION, COUNTS, TESTED, notes_of
from survey.pause import NOTE, Pause, pauses_of, read_acknowledged, written
from survey.wire import CONTENT_TYPE, BatchHead, Sign, Verify, read_message, write_batch, write_message
from sync_agent.delivery import End, Outcome, Progress, Reply, advance, from_the_start, judge, wait_s
from sync_agent.metrics import Told
from sync_agent.notices import NoticeFile
from sync_agent.outbox import Health, Outbox, OutboxError
from sync_agent.service import OrderFile
from sync_agent.slips import SetupFile, SlipPost
from sync_agent.standing import StandingFile
from sync_agent.updates.keeper import UpdateKeeper

log = logging.getLogger(__name__)

BATCHES = "/api/v1/batches"
HEARTBEATS = "/api/v1/heartbeats"
HTTP_OK = 200
STORAGE_WAIT_S = 5.0
WATCH_S = 10.0  # how often the conditions of the panels are looked at: a change is told at once

Post = Callable[[str, bytes, str], Reply]


@dataclass(frozen=True, slots=True)
class Contact:
    """What `status` and a technician want to know of the line. Times are seconds of the clock handed in.

    `last_heard_s`: the centre's signed answer to a heartbeat; written down once in `delivery_s`.
    """

    last_try_s: float | None = None
    last_receipt_s: float | None = None
    failures: int = 0
    note: str = ""
    next_try_s: float | None = None
    last_heard_s: float | None = None


@dataclass
class Agent:
    """Everything the loop needs, handed in. `monotonic` and `wall` give seconds, `random` a number in [0, 1)."""

    kiosk: str
    version: str
    outbox: Outbox
    post: Post
    sign: Sign
    verify: Verify
    monotonic: Callable[[], float]
    wall: Callable[[], float]
    random: Callable[[], float]
    clock_quality: Callable[[], str]
    keep_contact: Callable[[Contact], None]
    notices: NoticeFile
    setups: SetupFile
    slips: SlipPost
    standing: StandingFile | None = None  # None: what is asked never changes
    updates: UpdateKeeper | None = None  # None: nothing but answers and forms
    orders: OrderFile | None = None  # None: nobody stops this kiosk
    doctor: Callable[[], list[Value] | None] = lambda: None  # health codes (survey.health); None: no doctor here
    tell_metrics: Callable[[Told], object] | None = None
    delivery_s: float = 900.0
    heartbeat_s: float = 60.0
    progress: Progress = field(default_factory=Progress)
    contact: Contact = field(default_factory=Contact)
    _health: Health | None = None
    _panel_counts: list[Value] = field(default_factory=list)
    _panels: list[Value] = field(default_factory=list)
    _pauses: tuple[Pause, ...] = ()
    _tested: int = 0
    _languages: dict[int, Value] = field(default_factory=dict)
    _codes: list[Value] | None = None
    _started_s: float = 0.0
    _look_due_s: float = 0.0
    _heartbeat_due_s: float = 0.0
    _delivery_due_s: float = 0.0
    _unsent: tuple[BatchHead, bytes] | None = None
    _log_holds_delivered: bool = True  # what a run before this one left behind is not known

    def __post_init__(self) -> None:
        self._started_s = self.wall()

    def run(self, wait: Callable[[float], bool]) -> None:
        """Deliver until `wait(seconds)` says that the process is asked to end."""
        while not wait(self.step()):
            pass

    def step(self) -> float:
        """One turn: at most one look, one heartbeat and one batch. Seconds until the next turn.

        This is one of the four borders where any exception is caught: the loop must go on.
        """
        try:
            if self._health is None or self.monotonic() >= self._look_due_s:
                self._health = self._look()
                self.slips.tell()
            if self._panels_changed() or self.monotonic() >= self._heartbeat_due_s:
                self._heartbeat_due_s = self.monotonic() + self.heartbeat_s
                self._beat(self._health)
                self._tell_metrics()
            if self.monotonic() >= self._delivery_due_s:
                self._delivery_due_s = self._look_due_s  # unless a batch says otherwise
                self._deliver(self._health)
            if self.updates is not None:
                self.updates.turn()
            due_s = max(0.0, min(self._heartbeat_due_s, self._delivery_due_s) - self.monotonic())
            return min(due_s, WATCH_S)
        except OutboxError as error:
            _outbox_failed(error)
        except Exception:
            log.exception("agent.failed")
        self._delivery_due_s = self.monotonic() + STORAGE_WAIT_S
        return STORAGE_WAIT_S

    def deliver_all(self) -> None:
        """Deliver what waits now, until the first request that brings no receipt. Raises: OutboxError."""
        health = self._look()
        while self._deliver(health) is End.RECEIPT:
            pass

    def _look(self) -> Health:
        """Take note of what waits. Until the next look nothing newer leaves, not even as a figure of a heartbeat:
        the time of a message would tell when somebody stood at the counter (law 6)."""
        health = self.outbox.health()
        if self.standing is not None:
            self.standing.try_again()
        try:
            self._close_language_days()
        except OutboxError as error:  # a full disk: the days stay open, and what waits must leave to make room
            _outbox_failed(error)
        notes = self.outbox.notes()
        self._panel_counts, self._languages = notes_of(notes, COUNTS), language_days.held(notes)
        self._pauses, self._tested = pauses_of(notes), self.outbox.tallies().get(TESTED, 0)
        self._codes = self.doctor()
        self._look_due_s = self.monotonic() + self.delivery_s
        return health

    def _close_language_days(self) -> None:
        """Days that are over, with answers enough, become sheets that never change any more."""
        today = datetime.fromtimestamp(self.wall()).date().isoformat()
        following = self.outbox.notes().get(language_days.NEXT, "")
        number = int(following) if following.isdecimal() else 1
        sheets, counted = language_days.close(self.outbox.tallies(), today, number)
        if sheets:
            notes = dict(map(language_days.write_note, sheets))
            self.outbox.settle(counted, notes | {language_days.NEXT: str(number + len(sheets))})

    def _drop_languages(self, until: object) -> None:
        """The centre has every sheet up to this number."""
        for number in [each for each in self._languages if isinstance(until, int) and each <= until]:
            self.outbox.drop_note(f"{language_days.SHEET}{number:08}")
            del self._languages[number]

    def _panels_changed(self) -> bool:
        before, self._panels = self._panels, notes_of(self.outbox.notes(), CONDITION)
        return self._panels != before

    def _deliver(self, looked: Health) -> End | None:
        """Send one batch of what waited at the last look; how that ended, None if nothing waits."""
        batch = self._unsent or self._next_batch(looked)
        if batch is None:
            self.progress = from_the_start(self.progress)
            self._blank_log()
            return None
        head, packed = batch
        outcome = judge(self.post(BATCHES, packed, CONTENT_TYPE), head, self.verify)
        if outcome.receipt is not None:
            self.outbox.release(outcome.receipt)
            self._log_holds_delivered = True
        else:
            self._blank_log()
        # Until somebody says otherwise the very same bytes go out again, without reading and packing them anew.
        self._unsent = batch if outcome.end in (End.LATER, End.STRANGER) else None
        self.progress = advance(self.progress, outcome, head)
        pause_s = wait_s(self.progress, outcome, self.random())
        self._delivery_due_s = self.monotonic() + pause_s
        self._note(outcome, head, pause_s)
        return outcome.end

    def _blank_log(self) -> None:
        """When delivery rests: what was delivered is not kept. Not after each batch: a long backlog has many."""
        if self._log_holds_delivered:
            self._log_holds_delivered = not self.outbox.blank_log()

    def _next_batch(self, looked: Health) -> tuple[BatchHead, bytes] | None:
        waiting = self.outbox.pending(limit=self.progress.limit, after=self.progress.after)
        records = [record for record in waiting if record.seq < looked.next_seq]
        return write_batch(self.kiosk, records, self.sign) if records else None

    def _note(self, outcome: Outcome, head: BatchHead, pause_s: float) -> None:
        now_s = self.wall()
        delivered = outcome.end is End.RECEIPT
        last_receipt_s = now_s if delivered else self.contact.last_receipt_s
        heard_s = self.contact.last_heard_s
        self.contact = Contact(now_s, last_receipt_s, self.progress.failures, outcome.note, now_s + pause_s, heard_s)
        with contextlib.suppress(OSError):  # a full disk must not turn off the waiting
            self.keep_contact(self.contact)
        fields = {"first": head.first, "last": head.last, "count": head.count, "end": str(outcome.end)}
        if outcome.receipt is not None:
            log.info("delivery.completed", extra={"fields": fields})
            for refusal in outcome.receipt.refusals:
                log.error("record.refused", extra={"fields": asdict(refusal)})
        else:
            why = {"why": outcome.note, "failures": self.progress.failures, "wait_s": round(pause_s, 1)}
            log.warning("delivery.failed", extra={"fields": fields | why})

    def _beat(self, health: Health) -> None:
        body: dict[str, Value] = {
            "v": 1,
            "kiosk": self.kiosk,
            "seq": health.next_seq - 1,
            "head": health.head,
            "pending": health.pending,
            "quarantined": health.quarantined,
            "oldest": health.oldest_quarter,
            "free_bytes": health.free_bytes,
            "clock": self.clock_quality(),
            "version": self.version,
            "panels": self._panels,
            "panel_counts": self._panel_counts,
            "notice": self.notices.held(),
            "slips": self.setups.held(),
            "pauses": written(self._pauses),
            "tested": self._tested,
            "languages": list(self._languages.values())[: language_days.MOST_SHEETS],
        }
        if self.standing is not None:
            body["asks"] = self.standing.asks()
        if self.updates is not None:
            body["system"] = self.updates.told()
        if self.orders is not None:
            body["service"] = self.orders.held.fields()
        if self._codes is not None:
            body["health"] = self._codes
        reply = self.post(HEARTBEATS, write_message("heartbeat", body, self.sign), "application/json")
        try:
            told = read_message("time", reply.body, self.verify)
            known = read_acknowledged(told.get("pauses", []))
        except SurveyError as error:
            log.warning("heartbeat.failed", extra={"fields": {"status": reply.status, "why": str(error)}})
            if self.standing is not None and reply.status == HTTP_OK:
                self.standing.unsigned()
            self._contact(False)
            return
        self._contact(True)
        if self.updates is not None and told.get("kiosk") == self.kiosk:
            self.updates.heard(told)
        if told.get("kiosk") == self.kiosk:
            self._drop_languages(told.get("languages"))
            self._take_offer(told)
            if self.orders is not None and "service" in told:
                self.orders.take(told["service"])
        if "notice" in told:  # only where it differs from the one held
            self.notices.take(told["notice"])
        if "slips" in told and told.get("kiosk") == self.kiosk:
            self.setups.take(told["slips"])
        self._heard()
        self._forget(known if told.get("kiosk") == self.kiosk else frozenset())

    def _tell_metrics(self) -> None:
        """For node_exporter; a disk that takes no file takes no metrics, and nothing stops."""
        if self.tell_metrics is None:
            return
        told = Told(
            version=self.version,
            kiosk=self.kiosk,
            point=self.standing.held.point if self.standing is not None else "",
            clock_sure=self.clock_quality() == "synchronised",
            started_s=self._started_s,
            last_heard_s=self.contact.last_heard_s,
            failures=self.contact.failures,
            codes=self._codes,
            notes=self.outbox.notes(),
        )
        with contextlib.suppress(OSError):
            self.tell_metrics(told)

    def _take_offer(self, told: dict[str, Value]) -> None:
        """What is asked from now on; before notice and slips, which are of its place and form."""
        if self.standing is None:
            return
        if "offer" not in told:
            self.standing.heard()
        elif self.standing.take(told["offer"]):
            held = self.standing.held
            self.notices.move(held.plan, held.point)
            self.setups.move(held.plan, held.point, held.form)

    def _contact(self, ok: bool) -> None:
        if self.updates is not None:
            self.updates.note_contact(ok)

    def _heard(self) -> None:
        """The centre speaks, also when nothing waits; not written down each minute, for a card wears out."""
        now_s, last_s = self.wall(), self.contact.last_heard_s
        if last_s is None or not 0 <= now_s - last_s < self.delivery_s:
            self.contact = replace(self.contact, last_heard_s=now_s)
            with contextlib.suppress(OSError):
                self.keep_contact(self.contact)

    def _forget(self, known: frozenset[str]) -> None:
        """Drop the pauses that the centre has signed for, with their ends: only its word releases them (law 3)."""
        for pause in [each for each in self._pauses if each.until and each.id in known]:
            self.outbox.drop_note(NOTE + pause.id)
        self._pauses = tuple(each for each in self._pauses if not (each.until and each.id in known))


def _outbox_failed(error: OutboxError) -> None:
    log.error("outbox.failed", extra={"fields": {"code": error.code, "hint": error.hint, "why": str(error)}})
