"""How a simulated citizen answers: dice and a mood, question by question. Knows no store and no clock.

The dice are seeded: the same script gives the same answers. Nobody is any real person's likeness.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.event import Answered, Event, Finished, Skipped, Toggled
from kiosk.flow import Screen
from kiosk.state import State
from survey.form import NO, YES, Form, Kind, Question, text_in

WORDS_A_SECOND = (2.0, 4.5)
NOT_APPLICABLE = 0.03
LEAVES_EARLY = 0.1
SKIPS = 0.04
SAYS_SOMETHING = 0.06
TELLS_OF_HARM = 0.06  # of those who are not satisfied
COMMENTS = (
    "Nên có thêm ghế ngồi chờ.",
    "Cán bộ hướng dẫn nhiệt tình, xin cảm ơn.",
    "Mong rút ngắn thời gian giải quyết.",
    "Biểu mẫu nên in chữ to hơn cho người già.",
    "Đi lại nhiều lần quá, đề nghị hướng dẫn một lần cho đủ.",
)


@dataclass
class Citizen:
    """`level`: of the overall question, 1 to 5. `weak`: the factor that this citizen likes less."""

    level: int
    weak: str
    dice: random.Random
    early: bool = False

    @classmethod
    def met(cls, satisfied: int, weak: str, dice: random.Random) -> "Citizen":
        """Somebody out of a public of whom `satisfied` in a hundred are."""
        content = dice.random() * 100 < satisfied
        level = dice.choices((4, 5), (5, 4))[0] if content else dice.choices((1, 2, 3), (2, 3, 5))[0]
        return cls(level, weak, dice, dice.random() < LEAVES_EARLY)

    def reads_for_s(self, question: Question) -> float:
        """Seconds that this question stands before the finger moves."""
        words = len(text_in(question.text, "vi").split()) + len(text_in(question.help, "vi").split())
        return 1.2 + words / self.dice.uniform(*WORDS_A_SECOND)

    def answers(self, form: Form, state: State) -> Sequence[Event]:
        """What the citizen does at this question, touch by touch."""
        question = form.question(state.question)
        if question is None or (self.early and state.answers and not question.required):
            return [Finished()]
        if state.screen is Screen.COMMENT:
            talks = self.dice.random() < SAYS_SOMETHING
            return [Answered(question.code, self.dice.choice(COMMENTS)) if talks else Skipped()]
        if not question.required and self.dice.random() < SKIPS:
            return [Skipped()]
        return self._choice(question)

    def _choice(self, question: Question) -> Sequence[Event]:
        match question.kind:
            case Kind.SCALE:
                return [Answered(question.code, self._rating(question))]
            case Kind.YES_NO:
                return [Answered(question.code, self._yes_no(question))]
            case Kind.MULTI:
                ticked = self._some(question)
                return [*(Toggled(question.code, code) for code in ticked), Skipped()]
            case _:
                return [Answered(question.code, self.dice.choice([option.code for option in question.options]))]

    def _rating(self, question: Question) -> int | str:
        assert question.scale is not None
        absent = question.scale.not_applicable
        if absent is not None and self.dice.random() < NOT_APPLICABLE:
            return absent.code
        worse = 1 if question.factor and question.factor == self.weak and self.dice.random() < 0.5 else 0
        level = self.level - worse + self.dice.choices((-1, 0, 1), (1, 6, 1))[0]
        return max(1, min(level, len(question.scale.levels)))

    def _yes_no(self, question: Question) -> str:
        likely = TELLS_OF_HARM * (self.level <= 3) if question.sensitive else 0.25
        return YES if self.dice.random() < likely else NO

    def _some(self, question: Question) -> list[str]:
        plain = [option.code for option in question.options if not option.signal]
        harms = [option.code for option in question.options if option.signal]
        chosen = self.dice.sample(plain, min(len(plain), self.dice.choice((1, 1, 2, 3))))
        if harms and self.dice.random() < TELLS_OF_HARM:
            chosen.append(self.dice.choice(harms))
        return chosen
