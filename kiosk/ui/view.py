"""Everything that a screen needs to be composed, as one value; and what a touch may mean to the screen alone."""

from dataclasses import dataclass

from kiosk.flow import State
from kiosk.keyboard import NOTHING, Writing
from kiosk.scanning import Refusal
from kiosk.standing import Standing
from kiosk.texts import Words
from kiosk.vietnamese.word import Method
from survey.form import Form, Question, Texts, text_in


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the screen's keyboard: a character, a tone's name, or "backspace"."""

    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    pass


@dataclass(frozen=True, slots=True)
class Signs:
    """Letters to signs and back."""


@dataclass(frozen=True, slots=True)
class OtherMethod:
    """To the next way of typing."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Shows another page of a list of choices."""

    page: int


@dataclass(frozen=True, slots=True)
class Typing:
    """What stands in the comment's box, not yet an answer; and the keyboard's state."""

    writing: Writing = NOTHING
    method: Method = Method.TELEX
    shift: bool = False
    signs: bool = False

    @property
    def text(self) -> str:
        return self.writing.text


@dataclass(frozen=True)
class View:
    """`seconds_left` counts on a warning; `page` of a long list of choices; `speaks`: whether there is a voice.

    `takes_slips`: whether a slip may be shown to a scanner now.
    `halted`: the reason why the survey is paused by hand; None if it is not.
    """

    state: State
    standing: Standing | None
    language: str
    languages: tuple[str, ...]
    words: Words
    form: Form
    typing: Typing = Typing()
    seconds_left: int = 0
    page: int = 0
    speaks: bool = False
    takes_slips: bool = False
    halted: Texts | None = None

    def text(self, texts: Texts) -> str:
        return text_in(texts, self.language)

    @property
    def question(self) -> Question | None:
        return self.form.question(self.state.question)

    @property
    def is_for_slip(self) -> bool:
        """Whether to say that the slip was received: before the first answer."""
        return self.state.slip is not None and not self.state.answers

    @property
    def refusal_words(self) -> tuple[str, ...]:
        """Names of what is said of a code that is not taken: a title, a note, and mostly that it goes without."""
        why = self.state.refusal
        name = Refusal.NOT_OURS if why is Refusal.FORGED else why  # nobody need be told how that was found out
        rest = () if why is Refusal.FINISH_FIRST else ("slip_without",)
        return f"slip_{name}_title", f"slip_{name}_note", *rest

    @property
    def turned_back(self) -> Turn | None:
        """The way back on a later page of a list leads to the page before."""
        return Turn(self.page - 1) if self.page else None

    @property
    def section_text(self) -> str:
        """The heading of the part that the question stands in; empty where it has none."""
        section = self.form.section(self.question.section) if self.question else None
        return self.text(section.text) if section else ""
