"""What a plan says besides its window and quotas: who is asked, about what, by whom it is signed. Values only.

Each part has a default that says nothing, so a plan that is silent about it reads as silent, never as guessed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey.form import Texts

LINES = " / "  # parts the lines of a heading or of a signer's title, which stand under each other on paper


class PopulationKind(StrEnum):
    CLIENTS = "clients"  # carried out a procedure and received its result
    VISITORS = "visitors"  # came to the one-stop section
    HOUSEHOLDS = "households"  # one person speaks for a household


class SubjectKind(StrEnum):
    """What is rated (R-014): a post, never a person's name."""

    SERVICE = "service"
    TOPICS = "topics"
    POST_HOLDER = "post_holder"


class HeadingKind(StrEnum):
    """Whose heading stands on the plan and its reports: the State's, or the Party's (facts §3.7)."""

    STATE = "state"
    PARTY = "party"


class ReadingState(StrEnum):
    """How surely something was read from the plan's document."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    DOUBTFUL = "doubtful"
    ILLEGIBLE = "illegible"


@dataclass(frozen=True, slots=True)
class Population:
    """Who may answer. `min_age`: in years, None where the plan names none; `capable`: of full legal capacity."""

    kind: PopulationKind = PopulationKind.CLIENTS
    min_age: int | None = None
    capable: bool = False
    literate: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """What is rated. `text` in Vietnamese; `topics`: the topics, where there are several."""

    kind: SubjectKind = SubjectKind.SERVICE
    text: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Commune:
    """A chosen commune of a household plan. `name` is empty where it could not be read: it is never guessed."""

    name: str
    state: ReadingState = ReadingState.CERTAIN


@dataclass(frozen=True, slots=True)
class Area:
    """A household plan's quota for one district-level unit.

    `communes`: how many; `named`: those that the plan names, none where a rule chooses them later. `villages`: in
    all of its communes; `forms_per_village`: households asked in each.
    """

    unit: str
    communes: int
    villages: int
    forms_per_village: int
    named: tuple[Commune, ...] = ()

    @property
    def forms(self) -> int:
        return self.villages * self.forms_per_village


@dataclass(frozen=True, slots=True)
class Milestone:
    """`due`: the last day in time; `said`: the deadline in the plan's words; `body`: who answers for it."""

    task: str
    body: str
    due: date
    said: str


@dataclass(frozen=True, slots=True)
class Target:
    """A share of satisfied answers to be reached in `year`, in hundredths of a percent.

    `fields`: codes of the procedure fields that it is about; none: overall.
    """

    name: str
    year: int
    hundredths: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """The name of a procedure field's code (lĩnh vực)."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Heading:
    """Head and foot of the plan's papers (NĐ 30/2020). Several lines of one part are parted by LINES."""

    kind: HeadingKind = HeadingKind.STATE
    upper: str = ""
    body: str = ""
    place: str = ""
    signer_title: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mark on something that could not be read for certain. `place`: a field of the plan, or a unit's name."""

    place: str
    state: ReadingState
    note: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of the plan after it was accepted: when, by whose paper, what for."""

    day: date
    by: str
    text: str
