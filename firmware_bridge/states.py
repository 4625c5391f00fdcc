"""When the host may speak on a terminal's line, as one table (PROTOCOL.md §4). Knows no byte, no clock and no press."""

from collections.abc import Mapping
from enum import Enum, StrEnum, auto


class State(StrEnum):
    LISTENING = "listening"  # nothing heard yet, nothing said
    SILENT = "silent"  # listened in vain, or an answer is overdue; still listening, saying nothing
    LINKED = "linked"
    REFUSED = "refused"  # a terminal that this host must not take; see Refusal


class Refusal(StrEnum):
    """Why a terminal is not welcomed."""

    PROTOCOL = "protocol"  # it speaks another version
    BOX = "box"  # another box than the one bound to this point, or one that lost its identity
    BUTTONS = "buttons"  # another number of buttons than this point asks for


class Event(Enum):
    HELLO = auto()
    HELLO_BLANK = auto()  # a terminal without identity, where any may be taken
    HELLO_REFUSED = auto()
    PRESS = auto()
    PRESS_STRANGE = auto()  # of another epoch than HELLO's, or of a kind that version 1 does not have
    STATUS = auto()
    TOTALS = auto()
    OTHER_START = auto()  # STATUS or TOTALS of a start that did not say HELLO to us
    MARK = auto()
    RESULT = auto()
    TOUCH = auto()
    LISTENED_OUT = auto()
    PING_DUE = auto()
    COMMAND_DUE = auto()
    SILENCE = auto()


class Action(Enum):
    WELCOME = auto()
    PROVISION = auto()
    HAND_OVER = auto()
    COUNT_STRANGE = auto()
    ASK_HELLO = auto()
    KEEP_STATUS = auto()
    KEEP_TOTALS = auto()
    KEEP_MARK = auto()
    PASS_RESULT = auto()
    PASS_TOUCH = auto()
    PING = auto()
    REPEAT_COMMAND = auto()
    NOTHING = auto()


_Rules = Mapping[tuple[State, Event], tuple[Action, State]]


def _until_hello(here: State) -> _Rules:
    """What a state without a link does. A frame with a good CRC-32 proves the device: its name may then be asked."""
    believers = (Event.PRESS, Event.STATUS, Event.TOTALS, Event.MARK, Event.RESULT, Event.TOUCH, Event.OTHER_START)
    return {
        (here, Event.HELLO): (Action.WELCOME, State.LINKED),
        (here, Event.HELLO_BLANK): (Action.PROVISION, here),
        (here, Event.HELLO_REFUSED): (Action.NOTHING, State.REFUSED),
        (here, Event.PRESS_STRANGE): (Action.COUNT_STRANGE, here),
        **{(here, event): (Action.ASK_HELLO, here) for event in believers},
    }


TABLE: _Rules = {  # a pair that is not here changes nothing
    **_until_hello(State.LISTENING),
    (State.LISTENING, Event.LISTENED_OUT): (Action.NOTHING, State.SILENT),
    **_until_hello(State.SILENT),
    (State.LINKED, Event.HELLO): (Action.WELCOME, State.LINKED),  # it restarted, or did not hear our WELCOME
    (State.LINKED, Event.HELLO_REFUSED): (Action.NOTHING, State.REFUSED),
    (State.LINKED, Event.PRESS): (Action.HAND_OVER, State.LINKED),
    (State.LINKED, Event.PRESS_STRANGE): (Action.COUNT_STRANGE, State.LINKED),
    (State.LINKED, Event.STATUS): (Action.KEEP_STATUS, State.LINKED),
    (State.LINKED, Event.TOTALS): (Action.KEEP_TOTALS, State.LINKED),
    (State.LINKED, Event.OTHER_START): (Action.ASK_HELLO, State.LINKED),
    (State.LINKED, Event.MARK): (Action.KEEP_MARK, State.LINKED),
    (State.LINKED, Event.RESULT): (Action.PASS_RESULT, State.LINKED),
    (State.LINKED, Event.TOUCH): (Action.PASS_TOUCH, State.LINKED),
    (State.LINKED, Event.PING_DUE): (Action.PING, State.LINKED),
    (State.LINKED, Event.COMMAND_DUE): (Action.REPEAT_COMMAND, State.LINKED),
    (State.LINKED, Event.SILENCE): (Action.NOTHING, State.SILENT),
    (State.REFUSED, Event.HELLO): (Action.WELCOME, State.LINKED),
    (State.REFUSED, Event.HELLO_BLANK): (Action.PROVISION, State.LISTENING),
    (State.REFUSED, Event.SILENCE): (Action.NOTHING, State.SILENT),
}
