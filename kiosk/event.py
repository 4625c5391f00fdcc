"""What may happen at one counter, as values: a touch understood, time run out, the store broken or mended."""

from dataclasses import dataclass
from typing import TypeAlias

from kiosk.scanning import Refusal, Slip
from survey.form import AnswerValue


@dataclass(frozen=True, slots=True)
class Answered:
    question: str
    value: AnswerValue


@dataclass(frozen=True, slots=True)
class Toggled:
    """One of several choices was ticked or unticked."""

    question: str
    option: str


@dataclass(frozen=True, slots=True)
class ChoseLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class ChoseComfort:
    """A help with the screen was turned on or off, by its name in `kiosk.comfort`."""

    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The citizen wants one of the screens beside the invitation."""

    screen: str


@dataclass(frozen=True, slots=True)
class SlipShown:
    """A slip that may be used was shown to the scanner."""

    slip: Slip


@dataclass(frozen=True, slots=True)
class SlipRefused:
    """A code was shown for which no form starts."""

    why: Refusal


class Bare:
    """An event that carries nothing; equal to every other of its class. A dozen dataclasses cost 10 ms of the start."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Started(Bare):
    """The citizen touched the invitation's start, or the thanks."""

    __slots__ = ()


class Skipped(Bare):
    """The citizen goes on without changing the answer to this question."""

    __slots__ = ()


class WentBack(Bare):
    """The citizen wants the question before this one."""

    __slots__ = ()


class Doubted(Bare):
    """The citizen wants to send a text that looks as if it told who wrote it."""

    __slots__ = ()


class Finished(Bare):
    """The citizen wants to stop here."""

    __slots__ = ()


class Idled(Bare):
    """Nobody has touched the screen for the idle time."""

    __slots__ = ()


class Stayed(Bare):
    """The citizen is still there."""

    __slots__ = ()


class RanOut(Bare):
    """The time of a warning or of the thanks is over."""

    __slots__ = ()


class Broke(Bare):
    """The store cannot keep a promise now."""

    __slots__ = ()


class Mended(Bare):
    """The store can keep its promises again."""

    __slots__ = ()


class Assigned(Bare):
    """The kiosk has a point and a form."""

    __slots__ = ()


class Unassigned(Bare):
    """The kiosk has neither any more."""

    __slots__ = ()


Event: TypeAlias = (
    "Started | Answered | Toggled | Skipped | WentBack | Doubted | Finished | ChoseLanguage | ChoseComfort | Opened"
    " | SlipShown | SlipRefused | Idled | Stayed | RanOut | Broke | Mended | Assigned | Unassigned"
)
