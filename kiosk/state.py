"""Where one counter stands, as a value, and what must be done before it may stand there. Knows no event and no rule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeAlias

from kiosk.comfort import PLAIN, Comfort
from kiosk.scanning import Refusal, Slip
from survey.form import Answers, Form, Kind, Question


class Screen(StrEnum):
    INVITATION = "invitation"
    ABOUT = "about"  # why we ask, and what came of the last time
    COMFORTS = "comforts"  # larger, plainer, lower, aloud
    LANGUAGES = "languages"
    QUESTION = "question"
    COMMENT = "comment"
    REVIEW = "review"  # a comment that looks personal, before it is sent
    THANKS = "thanks"
    PAUSED = "paused"
    UNASSIGNED = "unassigned"
    SLIP_REFUSED = "slip_refused"  # why a slip starts nothing, and that it goes without
    IDLE_WARNING = "idle_warning"


@dataclass(frozen=True, slots=True)
class Save:
    """The answers so far must be on the disk."""

    answers: Answers
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The answers must be sealed into the chain."""

    answers: Answers
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class State:
    """`question`: the code asked on QUESTION, COMMENT and REVIEW. `language`: empty for the kiosk's own.

    `comfort`: as this citizen asked for it; like the language it goes when he goes.
    `behind`: what IDLE_WARNING, SLIP_REFUSED and PAUSED cover and give back. `slip`: the one that this sitting is for.
    `refusal`: on SLIP_REFUSED.
    """

    screen: Screen
    question: str = ""
    answers: Answers = field(default_factory=dict)
    language: str = ""
    comfort: Comfort = PLAIN
    behind: "State | None" = None
    slip: Slip | None = None
    refusal: Refusal | None = None

    @property
    def known(self) -> Answers:
        """All that conditions may look at: what the slip says of the dossier, and what was answered."""
        return {**self.slip.facts, **self.answers} if self.slip else self.answers

    def at(self, screen: Screen) -> "State":
        """Another screen for the same citizen, without a question or an answer."""
        return State(screen, language=self.language, comfort=self.comfort)


Effects: TypeAlias = "tuple[Save | Finish, ...]"
Step: TypeAlias = tuple[State, Effects]
Rule: TypeAlias = Callable[[Form, State, Any], Step]

AT_REST = State(Screen.INVITATION)
NO_FORM = Form("", "", "", {}, {}, {}, (), (), ())


def asking(state: State, question: Question) -> State:
    """`state`, with `question` asked of its citizen."""
    screen = Screen.COMMENT if question.kind is Kind.TEXT else Screen.QUESTION
    return replace(state, screen=screen, question=question.code)
