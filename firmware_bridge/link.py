"""The host's side of the terminal link (PROTOCOL.md §4): bytes and time in, presses and bytes out.

When it may speak is decided in states.TABLE. Knows no port, no disk and no clock: the caller reads, writes, says what
time it is, and says which press is safe.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from firmware_bridge.ages import QUARTER_MS, UNKNOWN, WRAP_MS, Age, AgeQuality, Anchors, marked_age_ms
from firmware_bridge.arrivals import Arrival, arrival_of, buttons_of
from firmware_bridge.commands import Commands, Outcome
from firmware_bridge.frames import (
    PROTOCOL,
    TOTALS,
    Ack,
    Decoder,
    FromTerminal,
    Hello,
    HelloRequest,
    Mark,
    Ping,
    Press,
    Provision,
    Result,
    Status,
    TimeMark,
    Totals,
    Touch,
    Welcome,
    encode,
)
from firmware_bridge.states import TABLE, Action, Event, Refusal, State

LISTEN_S = 2.5  # a terminal says HELLO each second; another device on this port must not be spoken to
PING_S = 3.0
SILENCE_S = 8.0  # two answers to PING missed
ASK_AGAIN_S = 1.0
TOTALS_EVERY = 20  # pings


@dataclass(frozen=True, slots=True)
class Step:
    """What the caller does next: hand over `presses`, write `send` to the port. The rest is for a technician."""

    presses: tuple[Arrival, ...] = ()
    send: bytes = b""
    touches: tuple[Touch, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(slots=True)
class _Work:
    """What one step has gathered so far."""

    presses: list[Arrival] = field(default_factory=list)
    send: bytearray = field(default_factory=bytearray)
    touches: list[Touch] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def done(self) -> Step:
        return Step(tuple(self.presses), bytes(self.send), tuple(self.touches), tuple(self.outcomes))


class HostLink:
    """One open port's link. Times are seconds of any monotonic clock.

    `new_epoch` draws 1 … 2³²-1 at random, for a blank terminal. `wall_ms`: milliseconds since 1970 UTC, None while the
    host's clock is not to be trusted. `anchors`: kept by the caller over all links. `box`: the epoch bound to this
    point; None binds the first one met. `buttons`: how many the box must have; None takes any.
    """

    def __init__(
        self,
        now_s: float,
        *,
        new_epoch: Callable[[], int],
        wall_ms: Callable[[], int | None] = lambda: None,
        anchors: Anchors | None = None,
        box: int | None = None,
        buttons: int | None = None,
        refractory_ms: int = 1500,
    ) -> None:
        self.state = State.LISTENING
        self.box = box
        self.hello: Hello | None = None  # of the terminal that is, or was last, welcomed
        self.refused: tuple[Refusal, Hello] | None = None  # while REFUSED: why, and whom
        self.status: Status | None = None
        self.totals: Totals | None = None  # None again as soon as any press came after them
        self.strange = 0  # presses that could not be taken: see Event.PRESS_STRANGE
        self.heard_s = now_s  # the last whole frame of a terminal
        self._new_epoch, self._drawn = new_epoch, 0
        self._wall_ms = wall_ms
        self._anchors = anchors or Anchors()
        self._buttons = buttons
        self._refractory_ms = refractory_ms
        self._decoder = Decoder()
        self._commands = Commands()
        self._marks: dict[int, Mark] = {}  # by boot
        self._now_s = now_s
        self._ping_s, self._pings = now_s, 0
        self._asked_s = now_s - ASK_AGAIN_S

    @property
    def bad_frames(self) -> int:
        return self._decoder.bad

    @property
    def wake_at_s(self) -> float:
        """When `step` must be called next even if nothing arrives."""
        return min(self._deadlines().values(), default=float("inf"))

    def step(self, now_s: float, data: bytes = b"") -> Step:
        """Take what arrived (perhaps nothing) and what became due."""
        self._now_s = now_s
        work = _Work()
        for message in self._decoder.feed(data):
            if isinstance(message, FromTerminal):  # our own words may come back; they prove nobody
                self.heard_s = now_s
                self._on(self._event_of(message), message, work)
        for event, due_s in self._deadlines().items():
            if now_s >= due_s:
                self._on(event, None, work)
        return work.done()

    def acknowledge(self, source: str) -> bytes:
        """The bytes that let the terminal forget this press; none when it cannot hear, it will then send it again."""
        epoch, seq, *_ = (int(part, 16) for part in source.split("-"))
        if self.state is not State.LINKED or self.hello is None or self.hello.epoch != epoch:
            return b""
        return encode(Ack(epoch, seq))

    def command(self, operation: int, a: int = 0, b: int = 0, c: int = 0) -> bytes:
        """The bytes of a technician's command; none when not linked. A later step has its outcome.

        Raises: struct.error when an argument does not fit a byte.
        """
        return self._commands.send(self._now_s, operation, a, b, c) if self.state is State.LINKED else b""

    def _on(self, event: Event, message: FromTerminal | None, work: _Work) -> None:
        action, self.state = TABLE.get((self.state, event), (Action.NOTHING, self.state))
        if self.state is not State.REFUSED:
            self.refused = None
        match action, message:
            case Action.WELCOME, Hello():
                work.outcomes += [given_up] if (given_up := self._commands.give_up()) else []
                work.send += self._welcome(message)
            case Action.PROVISION, _:
                work.send += self._provision()
            case Action.HAND_OVER, Press():
                work.presses.append(self._take(message))
            case Action.KEEP_STATUS, Status():
                self._keep_status(message)
            case Action.KEEP_TOTALS, Totals():
                self.totals = message
            case Action.KEEP_MARK, Mark():
                self._keep_mark(message)
            case Action.PASS_TOUCH, Touch():
                work.touches.append(message)
            case Action.PASS_RESULT, Result():
                work.outcomes += [answered] if (answered := self._commands.answered(message)) else []
            case Action.REPEAT_COMMAND, _:
                send, unanswered = self._commands.again(self._now_s)
                work.send += send
                work.outcomes += [unanswered] if unanswered else []
            case Action.PING, _:
                work.send += self._ping()
            case Action.ASK_HELLO, _:
                work.send += self._ask_hello()
            case Action.COUNT_STRANGE, _:
                self.strange += 1
                work.send += self._ask_hello()

    def _event_of(self, message: FromTerminal) -> Event:
        match message:
            case Hello():
                return self._event_of_hello(message)
            case Press():
                ours = self.hello is None or message.epoch == self.hello.epoch
                return Event.PRESS if ours and buttons_of(message.what) else Event.PRESS_STRANGE
            case Status():
                same = self.hello is not None and message.boot == self.hello.boot
                return Event.STATUS if same else Event.OTHER_START
            case Totals():
                same = self.hello is not None and (message.epoch, message.boot) == (self.hello.epoch, self.hello.boot)
                return Event.TOTALS if same else Event.OTHER_START
            case Mark():
                return Event.MARK
            case Result():
                return Event.RESULT
            case Touch():
                return Event.TOUCH

    def _event_of_hello(self, hello: Hello) -> Event:
        refusal = None
        if hello.protocol != PROTOCOL:
            refusal = Refusal.PROTOCOL
        elif self.box is not None and hello.epoch != self.box:
            refusal = Refusal.BOX
        elif self._buttons is not None and hello.buttons != self._buttons:
            refusal = Refusal.BUTTONS
        if refusal:
            self.refused = refusal, hello
            return Event.HELLO_REFUSED
        return Event.HELLO if hello.epoch else Event.HELLO_BLANK

    def _deadlines(self) -> dict[Event, float]:
        if self.state is State.LISTENING:
            return {Event.LISTENED_OUT: self.heard_s + LISTEN_S}
        if self.state is State.REFUSED:
            return {Event.SILENCE: self.heard_s + SILENCE_S}
        if self.state is State.LINKED:
            return {
                Event.SILENCE: self.heard_s + SILENCE_S,
                Event.PING_DUE: self._ping_s,
                Event.COMMAND_DUE: self._commands.due_s,
            }
        return {}

    def _welcome(self, hello: Hello) -> bytes:
        if self.hello is None or hello.epoch != self.hello.epoch:
            self._marks.clear()
        self.hello, self.status, self.totals, self.box = hello, None, None, hello.epoch
        self._ping_s, self._pings = self._now_s + PING_S, 0
        self._anchors.saw(hello.epoch, hello.boot, hello.now_ms, self._now_s)
        return encode(Welcome(PROTOCOL, hello.epoch)) + self._time_mark()

    def _provision(self) -> bytes:
        """The same identity each time: the terminal may have taken it, and its answer got lost."""
        self._drawn = self._drawn or self._new_epoch()
        return encode(Provision(0, self._drawn, self._refractory_ms))

    def _ping(self) -> bytes:
        """With TOTALS comes the time as well: our clock may be set later than the link, or TIME_MARK got lost."""
        wanted = self._pings % TOTALS_EVERY == 0
        self._ping_s, self._pings = self._now_s + PING_S, self._pings + 1
        return encode(Ping(TOTALS)) + self._time_mark() if wanted else encode(Ping())

    def _time_mark(self) -> bytes:
        wall_ms = self._wall_ms()
        return b"" if wall_ms is None else encode(TimeMark(wall_ms // QUARTER_MS, wall_ms % QUARTER_MS))

    def _ask_hello(self) -> bytes:
        if self._now_s < self._asked_s + ASK_AGAIN_S:
            return b""
        self._asked_s = self._now_s
        return encode(HelloRequest())

    def _keep_status(self, status: Status) -> None:
        self.status = status
        if self.hello:
            self._anchors.saw(self.hello.epoch, status.boot, status.now_ms, self._now_s)

    def _keep_mark(self, mark: Mark) -> None:
        self._marks[mark.boot] = mark
        if self.hello:
            self._anchors.keep(self.hello.epoch, mark.boot)

    def _take(self, press: Press) -> Arrival:
        self.totals = None
        return arrival_of(press, self._age(press))

    def _age(self, press: Press) -> Age:
        if self.hello and press.boot == self.hello.boot:
            self._anchors.keep(press.epoch, press.boot)
            return Age((press.now_ms - press.t_ms) % WRAP_MS, AgeQuality.EXACT)
        age_ms = self._anchors.age_ms(press.epoch, press.boot, press.t_ms, self._now_s)
        if age_ms is not None:
            return Age(age_ms, AgeQuality.ANCHORED)
        mark, wall_ms = self._marks.get(press.boot), self._wall_ms()
        age_ms = marked_age_ms(mark, press.t_ms, wall_ms) if mark and wall_ms is not None else None
        return UNKNOWN if age_ms is None else Age(age_ms, AgeQuality.MARKED)
