"""The host's side of the terminal link (PROTOCOL.md §4): bytes and time in, presses and bytes out.

Everything that decides when the host may speak is in `TABLE`. Knows no port, no disk and no clock: the caller reads,
writes, says what time it is, and says which press is safe.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from firmware_bridge.frames import (
    BURST,
    BUTTONS,
    PROTOCOL,
    Ack,
    Decoder,
    Hello,
    HelloRequest,
    Message,
    Ping,
    Press,
    Provision,
    Status,
    Welcome,
    encode,
)

LISTEN_S = 2.5  # a terminal says HELLO each second; another device on this port must not be spoken to
PING_S = 3.0
SILENCE_S = 8.0  # two answers to PING missed
ASK_AGAIN_S = 1.0


class State(StrEnum):
    LISTENING = "listening"  # nothing heard yet, nothing said
    SILENT = "silent"  # listened in vain, or an answer is overdue; still listening, saying nothing
    LINKED = "linked"
    REFUSED = "refused"  # a terminal of another protocol version


class Event(Enum):
    HELLO = auto()
    HELLO_BLANK = auto()  # a terminal without identity
    HELLO_OTHER_PROTOCOL = auto()
    PRESS = auto()
    PRESS_STRANGE = auto()  # of another epoch than HELLO's, or of a kind that version 1 does not have
    STATUS = auto()
    STATUS_OTHER_BOOT = auto()
    OTHER = auto()
    LISTENED_OUT = auto()
    PING_DUE = auto()
    SILENCE = auto()


class Action(Enum):
    WELCOME = auto()
    PROVISION = auto()
    HAND_OVER = auto()
    ASK_HELLO = auto()
    KEEP_STATUS = auto()
    PING = auto()
    NOTHING = auto()


def _until_hello(here: State) -> dict[tuple[State, Event], tuple[Action, State]]:
    """What a state without a link does. A frame with a good CRC-32 proves the device: its name may then be asked."""
    return {
        (here, Event.HELLO): (Action.WELCOME, State.LINKED),
        (here, Event.HELLO_BLANK): (Action.PROVISION, here),
        (here, Event.HELLO_OTHER_PROTOCOL): (Action.NOTHING, State.REFUSED),
        (here, Event.PRESS): (Action.ASK_HELLO, here),
        (here, Event.PRESS_STRANGE): (Action.ASK_HELLO, here),
        (here, Event.STATUS): (Action.ASK_HELLO, here),
        (here, Event.STATUS_OTHER_BOOT): (Action.ASK_HELLO, here),
    }


TABLE: Mapping[tuple[State, Event], tuple[Action, State]] = {  # a pair that is not here changes nothing
    **_until_hello(State.LISTENING),
    (State.LISTENING, Event.LISTENED_OUT): (Action.NOTHING, State.SILENT),
    **_until_hello(State.SILENT),
    (State.LINKED, Event.HELLO): (Action.WELCOME, State.LINKED),  # it restarted, or is another one
    (State.LINKED, Event.HELLO_BLANK): (Action.PROVISION, State.LISTENING),
    (State.LINKED, Event.HELLO_OTHER_PROTOCOL): (Action.NOTHING, State.REFUSED),
    (State.LINKED, Event.PRESS): (Action.HAND_OVER, State.LINKED),
    (State.LINKED, Event.PRESS_STRANGE): (Action.ASK_HELLO, State.LINKED),
    (State.LINKED, Event.STATUS): (Action.KEEP_STATUS, State.LINKED),
    (State.LINKED, Event.STATUS_OTHER_BOOT): (Action.ASK_HELLO, State.LINKED),
    (State.LINKED, Event.PING_DUE): (Action.PING, State.LINKED),
    (State.LINKED, Event.SILENCE): (Action.NOTHING, State.SILENT),
    (State.REFUSED, Event.HELLO): (Action.WELCOME, State.LINKED),
    (State.REFUSED, Event.HELLO_BLANK): (Action.PROVISION, State.LISTENING),
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A press as the terminal reported it; a repetition has the same `source`.

    `source`: epoch-seq-boot-t_ms in hexadecimal, of 8, 8, 4 and 8 digits. `buttons`: one button, or, lowest first, all
    that a burst of `hits` further hits touched. `age_ms`: None for a press from an earlier start of the terminal.
    """

    source: str
    buttons: tuple[int, ...]
    burst: bool
    hits: int
    age_ms: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """What the caller does next: hand over `presses`, write `send` to the port."""

    presses: tuple[Arrival, ...] = ()
    send: bytes = b""


class HostLink:
    """One open port's link. Times are seconds of any monotonic clock; `new_epoch` draws 1 … 2³²-1 at random."""

    def __init__(self, now_s: float, *, new_epoch: Callable[[], int], refractory_ms: int = 1500) -> None:
        self.state = State.LISTENING
        self.hello: Hello | None = None
        self.status: Status | None = None
        self.strange = 0  # presses that could not be taken: see Event.PRESS_STRANGE
        self._new_epoch = new_epoch
        self._refractory_ms = refractory_ms
        self._decoder = Decoder()
        self._heard_s = now_s
        self._ping_s = now_s
        self._asked_s = now_s - ASK_AGAIN_S

    @property
    def bad_frames(self) -> int:
        return self._decoder.bad

    @property
    def wake_at_s(self) -> float:
        """When `step` must be called next even if nothing arrives."""
        if self.state is State.LISTENING:
            return self._heard_s + LISTEN_S
        if self.state is State.LINKED:
            return min(self._ping_s, self._heard_s + SILENCE_S)
        return float("inf")

    def step(self, now_s: float, data: bytes = b"") -> Step:
        """Take what arrived (perhaps nothing) and what became due."""
        presses: list[Arrival] = []
        send = bytearray()
        for message in self._decoder.feed(data):
            self._heard_s = now_s
            send += self._on(self._event_of(message), now_s, message, presses)
        for event in self._due(now_s):
            send += self._on(event, now_s, None, presses)
        return Step(tuple(presses), bytes(send))

    def acknowledge(self, source: str) -> bytes:
        """The bytes that let the terminal forget this press; none when it cannot hear, it will then send it again."""
        epoch, seq, *_ = (int(part, 16) for part in source.split("-"))
        if self.state is not State.LINKED or self.hello is None or self.hello.epoch != epoch:
            return b""
        return encode(Ack(epoch, seq))

    def _on(self, event: Event, now_s: float, message: Message | None, presses: list[Arrival]) -> bytes:
        self.strange += event is Event.PRESS_STRANGE
        action, self.state = TABLE.get((self.state, event), (Action.NOTHING, self.state))
        if isinstance(message, Hello) and action is Action.WELCOME:
            self.hello, self.status, self._ping_s = message, None, now_s + PING_S
            return encode(Welcome(PROTOCOL, message.epoch))
        if action is Action.PROVISION:
            return encode(Provision(0, self._new_epoch(), self._refractory_ms))
        if isinstance(message, Press) and action is Action.HAND_OVER:
            presses.append(self._arrival(message))
        elif isinstance(message, Status) and action is Action.KEEP_STATUS:
            self.status = message
        elif action is Action.PING:
            self._ping_s = now_s + PING_S
            return encode(Ping())
        elif action is Action.ASK_HELLO and now_s >= self._asked_s + ASK_AGAIN_S:
            self._asked_s = now_s
            return encode(HelloRequest())
        return b""

    def _event_of(self, message: Message) -> Event:
        if isinstance(message, Hello):
            if message.protocol != PROTOCOL:
                return Event.HELLO_OTHER_PROTOCOL
            return Event.HELLO if message.epoch else Event.HELLO_BLANK
        if isinstance(message, Press):
            ours = self.hello is None or message.epoch == self.hello.epoch
            return Event.PRESS if ours and _buttons(message.what) else Event.PRESS_STRANGE
        if isinstance(message, Status):
            same = self.hello is not None and message.boot == self.hello.boot
            return Event.STATUS if same else Event.STATUS_OTHER_BOOT
        return Event.OTHER

    def _due(self, now_s: float) -> tuple[Event, ...]:
        if self.state is State.LISTENING and now_s >= self._heard_s + LISTEN_S:
            return (Event.LISTENED_OUT,)
        if self.state is State.LINKED and now_s >= self._heard_s + SILENCE_S:
            return (Event.SILENCE,)
        if self.state is State.LINKED and now_s >= self._ping_s:
            return (Event.PING_DUE,)
        return ()

    def _arrival(self, press: Press) -> Arrival:
        source = f"{press.epoch:08x}-{press.seq:08x}-{press.boot:04x}-{press.t_ms:08x}"
        same_start = self.hello is not None and self.hello.boot == press.boot
        age_ms = (press.now_ms - press.t_ms) % 2**32 if same_start else None  # the terminal's clock wraps at 49.7 days
        burst = press.what >= BURST
        return Arrival(source, _buttons(press.what), burst, press.aux if burst else 1, age_ms)


def _buttons(what: int) -> tuple[int, ...]:
    """The buttons that `Press.what` names; none when version 1 has no such value."""
    if what < BUTTONS:
        return (what,)
    mask = what - BURST
    return tuple(b for b in range(BUTTONS) if mask >> b & 1) if 0 < mask < 1 << BUTTONS else ()
