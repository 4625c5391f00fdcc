"""Where the menu is and what follows: a pure table Place x Event -> State. No clock, device, store or window.

Rule 1: nothing here reads, holds or shows an answer. Rule 2: a place that a role may not enter has no way in. Rule 3:
what touches the world is returned as an effect; its outcome comes back as an event.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

from kiosk.service.code import MOST_DIGITS

MOST_SHOWN = 40  # different buttons in a test: eight panels of five


class Role(StrEnum):
    STAFF = "staff"
    TECHNICIAN = "technician"


class Place(StrEnum):
    """The values name the screens in reports."""

    CLOSED = ""
    HALTED = "service_halted"  # the survey is paused by hand; shown while the menu is closed
    PAD = "service_pad"
    MENU = "service_menu"
    STATUS = "service_status"
    TOUCH = "service_touch"
    TOUCH_DONE = "service_touch_done"
    BUTTONS = "service_buttons"
    SOUND = "service_sound"
    PRINTER = "service_printer"
    REASONS = "service_reasons"
    CLEANING = "service_cleaning"
    USB = "service_usb"
    MACHINE = "service_machine"


STAFF_PLACES = (Place.STATUS, Place.CLEANING, Place.REASONS)
ALL_PLACES = (
    *(Place.STATUS, Place.TOUCH, Place.BUTTONS, Place.SOUND, Place.PRINTER, Place.USB, Place.MACHINE),
    *(Place.CLEANING, Place.REASONS),
)
ALLOWED: Mapping[Role, tuple[Place, ...]] = {Role.STAFF: STAFF_PLACES, Role.TECHNICIAN: ALL_PLACES}
CROSSES = 4


@dataclass(frozen=True, slots=True)
class State:
    """`code`: typed so far, never shown and never logged. `hits`: millimetres on the glass. `pressed`: panel, button,
    how often. `ready`: the button test runs. `failed`: the disk did not take the last order. `asked`: it took the
    wish that this machine be accepted."""

    place: Place = Place.CLOSED
    role: Role | None = None
    code: str = field(default="", repr=False)
    wrong: bool = False
    page: int = 0
    hits: tuple[tuple[float, float], ...] = ()
    pressed: tuple[tuple[str, int, int], ...] = ()
    ready: bool = False
    failed: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Digit:
    digit: str


@dataclass(frozen=True, slots=True)
class Right:
    """The code was that of `role`."""

    role: Role


@dataclass(frozen=True, slots=True)
class Went:
    place: Place


@dataclass(frozen=True, slots=True)
class Touched:
    """Anywhere on the glass; the window fills in where, in millimetres from the upper left."""

    x_mm: float = 0.0
    y_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Pressed:
    panel: str
    button: int
    hits: int = 1


@dataclass(frozen=True, slots=True)
class Chose:
    """Stop the survey for this reason (also an effect)."""

    reason: str


class Act(StrEnum):
    """Events and effects that carry nothing."""

    OPENED = "opened"
    ERASED = "erased"
    ENTERED = "entered"
    WRONG = "wrong"
    TURNED = "turned"
    QUIET = "quiet"
    PLAYED = "played"
    STICK = "stick"
    MOVED = "moved"
    RESUMED = "resumed"
    KEPT = "kept"
    FAILED = "failed"
    BACK = "back"
    RAN_OUT = "ran_out"


@dataclass(frozen=True, slots=True)
class Compare:
    """Effect: is this the code of anybody?"""

    code: str = field(repr=False)


Event: TypeAlias = Digit | Right | Went | Touched | Pressed | Chose | Act
Effect: TypeAlias = Compare | Chose | Act
Step: TypeAlias = tuple[State, Effect | None]
CLOSED = State()


def step(state: State, event: Event) -> Step:
    """The state after `event`, and what must be done; a pair without a row changes nothing."""
    key = event if isinstance(event, Act) else type(event)
    rule = TABLE.get((state.place, key))
    return rule(state, event) if rule else (state, None)


def _digit(state: State, event: Digit) -> Step:
    if len(event.digit) != 1 or event.digit not in "0123456789":
        return state, None
    return replace(state, code=(state.code + event.digit)[:MOST_DIGITS], wrong=False), None


def _entered(state: State, _event: Act) -> Step:
    return (replace(state, code=""), Compare(state.code)) if state.code else (state, None)


def _right(_state: State, event: Right) -> Step:
    return State(Place.MENU, event.role), None


def _went(state: State, event: Went) -> Step:
    if state.role is None or event.place not in ALLOWED[state.role]:
        return state, None
    return State(event.place, state.role), Act.STICK if event.place is Place.USB else None


def _menu(state: State, _event: Any) -> Step:
    return State(Place.MENU, state.role), None


def _touched(state: State, event: Touched) -> Step:
    hits = (*state.hits, (event.x_mm, event.y_mm))
    place = Place.TOUCH_DONE if len(hits) >= CROSSES else Place.TOUCH
    return replace(state, place=place, hits=hits), None


def _pressed(state: State, event: Pressed) -> Step:
    before = {(panel, button): count for panel, button, count in state.pressed}
    key = (event.panel, event.button)
    before[key] = before.get(key, 0) + event.hits
    return replace(state, pressed=tuple((*k, n) for k, n in sorted(before.items()))[:MOST_SHOWN]), None


def _order(state: State, event: Any) -> Step:
    """The menu follows only when the disk has it (law 1)."""
    return replace(state, failed=False), event


def _set(**values: Any) -> "Rule":
    return lambda state, _event: (replace(state, **values), None)


def _closed(_state: State, _event: Any) -> Step:
    return CLOSED, None


Rule: TypeAlias = Callable[[State, Any], Step]
_OPEN = [place for place in Place if place not in (Place.CLOSED, Place.HALTED)]
_INNER = [place for place in _OPEN if place not in (Place.PAD, Place.MENU, Place.CLEANING)]
TABLE: Mapping[tuple[Place, object], Rule] = {
    (Place.CLOSED, Act.OPENED): lambda _state, _event: (State(Place.PAD), None),
    **{(place, Act.RAN_OUT): _closed for place in _OPEN},
    **{(place, Act.BACK): _menu for place in _INNER},
    (Place.PAD, Act.BACK): _closed,
    (Place.PAD, Digit): _digit,
    (Place.PAD, Act.ERASED): lambda state, _event: (replace(state, code=state.code[:-1], wrong=False), None),
    (Place.PAD, Act.ENTERED): _entered,
    (Place.PAD, Act.WRONG): _set(wrong=True, code=""),
    (Place.PAD, Right): _right,
    (Place.MENU, Act.BACK): _closed,
    (Place.MENU, Went): _went,
    (Place.MENU, Act.RESUMED): _order,
    (Place.MENU, Act.KEPT): _closed,
    (Place.MENU, Act.FAILED): _set(failed=True),
    (Place.STATUS, Act.TURNED): lambda state, _event: (replace(state, page=state.page + 1), None),
    (Place.TOUCH, Touched): _touched,
    (Place.TOUCH_DONE, Went): _went,
    (Place.BUTTONS, Act.QUIET): _set(ready=True),
    (Place.BUTTONS, Pressed): _pressed,
    (Place.SOUND, Act.PLAYED): lambda state, event: (state, event),
    (Place.USB, Act.FAILED): _set(failed=True),
    (Place.MACHINE, Act.MOVED): _order,
    (Place.MACHINE, Act.KEPT): _set(asked=True),
    (Place.MACHINE, Act.FAILED): _set(failed=True),
    (Place.REASONS, Chose): _order,
    (Place.REASONS, Act.KEPT): _closed,
    (Place.REASONS, Act.FAILED): _set(failed=True),
}
