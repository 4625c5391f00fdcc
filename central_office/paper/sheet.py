"""A form as what stands on paper, in order: headings, grids of ratings, choices, lines to write on. Draws nothing.

Questions are numbered as they are printed, because a condition on paper («chỉ trả lời nếu…») must name another one.
What the counter fills in stands apart as the office's; what only a box of buttons asks is left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from central_office.paper.texts import FormTexts
from survey.form import (
    BOX,
    NO,
    YES,
    AnswerHas,
    AnswerIs,
    AnyRatingAtMost,
    Condition,
    Form,
    Kind,
    Question,
    Scale,
    Texts,
    text_in,
)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A question in a grid. `note`: when to answer it; empty for always."""

    number: int
    text: str
    help: str
    note: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Questions on one scale, its levels as columns, worst first. `lead`: the help that rows share."""

    levels: tuple[str, ...]
    not_applicable: str
    lead: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Boxes to tick. `several`: any number of them."""

    number: int
    text: str
    help: str
    note: str
    boxes: tuple[str, ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """Lines to write on, for at most `letters` letters."""

    number: int
    text: str
    help: str
    note: str
    letters: int


@dataclass(frozen=True, slots=True)
class Office:
    """What the counter fills in: label and boxes, or a line where there are none."""

    label: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


Block: TypeAlias = Heading | Grid | Choice | Writing | Office


def blocks_of(form: Form, words: FormTexts, language: str) -> list[Block]:
    """Everything that is printed of the form, in its order; the office's part comes first."""
    maker = _Maker(form, words, language)
    return [*maker.office(), *maker.asked()]


class _Maker:
    def __init__(self, form: Form, words: FormTexts, language: str) -> None:
        self.form, self.words, self.language = form, words, language
        self.printed = [q for q in form.questions if not q.prefill]
        self.numbers: Mapping[str, int] = {q.code: place for place, q in enumerate(self.printed, 1)}

    def say(self, texts: Texts) -> str:
        return text_in(texts, self.language)

    def office(self) -> list[Block]:
        filled = [q for q in self.form.questions if q.prefill and not q.prefill.startswith(BOX)]
        rows = tuple((self.say(q.text), tuple(self.say(option.text) for option in q.options)) for q in filled)
        return [Office(self.say(self.words.office), rows)] if rows else []

    def asked(self) -> list[Block]:
        blocks: list[Block] = []
        section, start = "", 0
        while start < len(self.printed):
            question = self.printed[start]
            if question.section != section:
                section = question.section
                found = self.form.section(section)
                blocks += [Heading(self.say(found.text))] if found else []
            end = self._end_of_grid(start)
            blocks.append(self._grid(self.printed[start:end]) if question.scale else self._single(question))
            start = end
        return blocks

    def _end_of_grid(self, start: int) -> int:
        """Where the run of questions on one scale ends."""
        first, end = self.printed[start], start + 1
        while end < len(self.printed) and first.scale is not None:
            other = self.printed[end]
            if (other.scale, other.section) != (first.scale, first.section):
                break
            end += 1
        return end

    def _grid(self, questions: Sequence[Question]) -> Grid:
        scale = questions[0].scale
        assert scale is not None
        helps = [self.say(q.help) for q in questions]
        shared = max(set(helps), key=helps.count)
        lead = shared if shared and helps.count(shared) > 1 else ""
        rows = tuple(
            Row(self.numbers[q.code], self.say(q.text), "" if text == lead else text, self._note(q))
            for q, text in zip(questions, helps, strict=True)
        )
        absent = self.say(scale.not_applicable.text) if scale.not_applicable else ""
        return Grid(tuple(self.say(level.text) for level in scale.levels), absent, lead, rows)

    def _single(self, question: Question) -> Block:
        number, text = self.numbers[question.code], self.say(question.text)
        help_, note = self._help(question), self._note(question)
        if question.kind is Kind.TEXT:
            return Writing(number, text, help_, note, question.longest)
        boxes = [self.say(option.text) for option in question.options]
        if question.kind is Kind.YES_NO:
            boxes = [self.say(self.words.yes), self.say(self.words.no)]
        return Choice(number, text, help_, note, tuple(boxes), question.kind is Kind.MULTI)

    def _help(self, question: Question) -> str:
        """The form's own help; who is asked of harassment is told that the question may be left out."""
        said = [self.say(question.help), self.say(self.words.skip) if question.sensitive else ""]
        return "; ".join(text for text in said if text)

    def _note(self, question: Question) -> str:
        """Which questions are answered only when: «Câu 18–21: chỉ trả lời nếu …». It must be plain where it ends."""
        condition = question.condition
        if condition is None:
            return ""
        first = last = self.numbers[question.code]
        while first > 1 and self.printed[first - 2].condition == condition:
            first -= 1
        while last < len(self.printed) and self.printed[last].condition == condition:
            last += 1
        named = f"{first}" if first == last else f"{first}–{last}"
        return f"{self.say(self.words.question)} {named}: {self._when(condition)}"

    def _when(self, condition: Condition) -> str:
        if isinstance(condition, AnyRatingAtMost):
            return f"{self.say(self.words.any_at)} «{self._level(condition.level)}» {self.say(self.words.or_lower)}"
        return self._after(condition)

    def _after(self, condition: AnswerIs | AnswerHas) -> str:
        """«Chỉ trả lời nếu ở câu 9 chọn «Có»»; a question of the office's has a text instead of a number."""
        before = self.form.question(condition.question)
        assert before is not None  # form_file refuses a condition without its question
        number = self.numbers.get(before.code)
        named = str(number) if number else f"«{self.say(before.text)}»"
        wanted = condition.code if isinstance(condition, AnswerHas) else condition.value
        chosen = f"{self.say(self.words.chosen)} «{self._answer(before, wanted)}»"
        return f"{self.say(self.words.only_if)} {named} {chosen}"

    def _answer(self, question: Question, wanted: int | str) -> str:
        known: dict[int | str, str] = {YES: self.say(self.words.yes), NO: self.say(self.words.no)}
        if question.scale is not None:
            known = _of_scale(question.scale, self.language)
        if question.options:
            known = {option.code: self.say(option.text) for option in question.options}
        return known.get(wanted, str(wanted))

    def _level(self, level: int) -> str:
        """The words of a level on the first scale that is printed."""
        scale = next((q.scale for q in self.printed if q.scale is not None), None)
        return _of_scale(scale, self.language).get(level, str(level)) if scale else str(level)


def _of_scale(scale: Scale, language: str) -> dict[int | str, str]:
    known: dict[int | str, str] = {level.value: text_in(level.text, language) for level in scale.levels}
    if scale.not_applicable is not None:
        known[scale.not_applicable.code] = text_in(scale.not_applicable.text, language)
    return known
