"""What a kiosk tells of its button panels: written by the kiosk, carried by the agent, read by the centre.

Two parts, for they may leave at different times: a condition leaves with any heartbeat; counts leave only with what
the agent looked at each quarter of an hour, since a count that moves tells when somebody stood there (law 6).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from survey.canonical import LARGEST_INTEGER, Value, decode, encode
from survey.errors import BadMessage, NotCanonical

MOST_PANELS = 8
MOST_BUTTONS = 5
LONGEST_NAME = 40
CONDITION, COUNTS = "panel/", "counts/"  # names of the notes in the outbox, followed by the panel's name
TESTED = "tested"  # the outbox's tally of presses made while a technician tested the buttons: no answers


class Trouble(StrEnum):
    """Why a panel takes no presses, or must be looked at; NONE when all is well."""

    NONE = ""
    ABSENT = "absent"  # no such port, or unplugged
    SILENT = "silent"  # the port is there, no terminal answers
    OTHER_BOX = "other_box"  # not the box that belongs to this point
    OTHER_BUTTONS = "other_buttons"  # not as many buttons as this point's scale
    OTHER_PROTOCOL = "other_protocol"  # its firmware speaks another version
    STUCK = "stuck"  # a button has been down for more than 15 s
    STORE = "store"  # its memory fails, or is not its own
    SUPPLY = "supply"  # its supply voltage is low
    FULL = "full"  # its memory is full: presses are refused
    LAMP = "lamp"  # a lamp cannot be switched


@dataclass(frozen=True, slots=True)
class Condition:
    """`box`: eight hexadecimal digits, "" while unknown or without identity. `stuck`: buttons, the first is 0.

    `reset_cause`: of the box's last start, as in PROTOCOL.md; `bad_slots`: places of its memory that it gave up."""

    panel: str
    trouble: Trouble = Trouble.NONE
    box: str = ""
    version: str = ""
    buttons: int = 0
    stuck: tuple[int, ...] = ()
    supply_mv: int = 0
    reset_cause: int = 0
    bad_slots: int = 0

    def fields(self) -> dict[str, Value]:
        return {
            "panel": self.panel,
            "trouble": str(self.trouble),
            "box": self.box,
            "version": self.version,
            "buttons": self.buttons,
            "stuck": list(self.stuck),
            "supply_mv": self.supply_mv,
            "reset_cause": self.reset_cause,
            "bad_slots": self.bad_slots,
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """Presses and bursts that the box says it recorded since it came to this point, and those that the kiosk holds or
    delivered; `refused`: presses that the box could not record. `differ`: compared when nothing was under way."""

    panel: str
    told: int
    held: int
    refused: int
    differ: bool

    def fields(self) -> dict[str, Value]:
        return {
            "panel": self.panel,
            "told": self.told,
            "held": self.held,
            "refused": self.refused,
            "differ": int(self.differ),
        }


def write_note(part: Condition | Counts) -> tuple[str, str]:
    """Name and text of the note in which the kiosk leaves it for the agent."""
    return (CONDITION if isinstance(part, Condition) else COUNTS) + part.panel, encode(part.fields()).decode()


def notes_of(notes: Mapping[str, str], prefix: str) -> list[Value]:
    """The fields of every note of that kind, in the order of the panels' names; an unreadable one is left out."""
    found: list[Value] = []
    for name in sorted(notes):
        if name.startswith(prefix):
            try:
                found.append(decode(notes[name].encode()))
            except NotCanonical:
                continue
    return found[:MOST_PANELS]


def read_conditions(value: object) -> tuple[Condition, ...]:
    """The conditions in a heartbeat. Raises: BadMessage. An unknown trouble is kept as SILENT."""
    return tuple(_condition(each) for each in _objects(value))


def read_counts(value: object) -> tuple[Counts, ...]:
    """The counts in a heartbeat. Raises: BadMessage."""
    return tuple(_counts(each) for each in _objects(value))


def _objects(value: object) -> Iterable[dict[str, object]]:
    if not isinstance(value, list) or len(value) > MOST_PANELS or not all(isinstance(each, dict) for each in value):
        raise BadMessage(f"panels are a list of at most {MOST_PANELS} objects")
    return cast("list[dict[str, object]]", value)


def _condition(fields: dict[str, object]) -> Condition:
    trouble = _text(fields, "trouble")
    stuck = fields.get("stuck", [])
    if not isinstance(stuck, list) or len(stuck) > MOST_BUTTONS or any(type(each) is not int for each in stuck):
        raise BadMessage("stuck is no list of buttons")
    return Condition(
        panel=_text(fields, "panel"),
        trouble=Trouble(trouble) if trouble in set(Trouble) else Trouble.SILENT,
        box=_text(fields, "box"),
        version=_text(fields, "version"),
        buttons=_whole(fields, "buttons"),
        stuck=tuple(stuck),
        supply_mv=_whole(fields, "supply_mv"),
        reset_cause=_whole(fields, "reset_cause"),
        bad_slots=_whole(fields, "bad_slots"),
    )


def _counts(fields: dict[str, object]) -> Counts:
    return Counts(
        panel=_text(fields, "panel"),
        told=_whole(fields, "told"),
        held=_whole(fields, "held"),
        refused=_whole(fields, "refused"),
        differ=bool(_whole(fields, "differ")),
    )


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_NAME or any(letter < " " for letter in value):
        raise BadMessage(f"{name} is no short text")
    return value


def _whole(fields: dict[str, object], name: str) -> int:
    value = fields.get(name, 0)
    if type(value) is not int or not 0 <= value <= LARGEST_INTEGER:
        raise BadMessage(f"{name} is no count")
    return value
