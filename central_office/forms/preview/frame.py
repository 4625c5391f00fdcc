"""What every question has around it, as the kiosk draws it: how far along, the question, the buttons below."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from central_office.forms.preview.figures import COLOURS, SHARES, words_of
from central_office.forms.preview.page import Page, Plate, Rect, button_box, row, uneven_row
from survey.form import Answers, Form, Kind, Question, Role, Texts, text_in

Button: TypeAlias = tuple[str, str, bool]  # id, text, primary


@dataclass(frozen=True)
class Asked:
    """One question before somebody who has given a middling overall answer and nothing else, but for the first one."""

    form: Form
    question: Question
    language: str
    page: int = 0

    def text(self, texts: Texts) -> str:
        return text_in(texts, self.language)

    def say(self, name: str) -> str:
        return words_of(self.language)[name]

    @cached_property
    def answers(self) -> Answers:
        first = next(iter(self.form.asked({})), None)
        overall = self.form.overall
        if overall is None or overall.scale is None or (first and first.code == self.question.code):
            return {}
        return {overall.code: (len(overall.scale.levels) + 1) // 2}

    @property
    def has_later(self) -> bool:
        codes = [question.code for question in self.form.questions]
        here = codes.index(self.question.code)
        return any(codes.index(question.code) > here for question in self.form.asked(self.answers))


def counted(text: str, count: int, most: int) -> str:
    return text.replace("{count}", str(count)).replace("{most}", str(most))


def heading(page: Page, asked: Asked, until: float, share: float, below: float = 0.0, quiet: float = 0.0) -> Rect:
    """Progress and question; the area they take. `below`: what the answers cannot do without."""
    body = page.body
    top = progress_bar(page, asked).bottom + page.u(8)
    text, help_text = asked.text(asked.question.text), asked.text(asked.question.help)
    ask_h = page.height(text, body.w, "question", bold=True)
    needed = ask_h + page.height(help_text, body.w, "help")
    top += _section(page, asked, Rect(body.x, top, body.w, until - top - max(below, quiet) - needed))
    most = max(until - top - below, (until - top) * SHARES["heading"])
    room = min(max((until - top) * share, needed), most) + 1
    box = Rect(body.x, top, body.w, room * ask_h / needed if needed else 1)
    ink = page.write(text, box, "question", bold=True, valign="top" if help_text else "middle")
    bottom = box.bottom
    if help_text:
        under = Rect(body.x, ink.bottom, body.w, top + room - ink.bottom)
        bottom = page.write(help_text, under, "help", "muted", valign="top").bottom
    return Rect(body.x, body.y, body.w, bottom + page.u(6) - body.y)


def _section(page: Page, asked: Asked, room: Rect) -> float:
    """The part of the form, where there is room for it in one line."""
    section = asked.form.section(asked.question.section)
    text = asked.text(section.text) if section else ""
    h = page.height(text, max(room.w, 1), "note")
    if not text or h > room.h or h > 1.5 * page.least("note") * SHARES["leading"]:
        return 0.0
    page.write(text, Rect(room.x, room.y, room.w, h), "note", "muted", size=page.least("note"))
    return h


def navigation_area(page: Page) -> Rect:
    return Rect(page.body.x, page.body.bottom - page.button_h, page.body.w, page.button_h)


def navigation(page: Page, asked: Asked, area: Rect, onward: Button | None = None, *, narrow: bool = False) -> None:
    """Back at the left, out and on at the right; a place without use stays empty."""
    back: Button = ("back", asked.say("back"), False)
    finish: Button | None = ("finish", asked.say("finish"), False) if asked.answers and asked.has_later else None
    buttons: list[Button | None] = [back, _beside(asked), finish, onward or ("skip", asked.say("skip"), False)]
    if narrow:
        buttons = [buttons[0], *filter(None, buttons[1:3]), buttons[3]]
    elif buttons[1] is None:
        del buttons[1]
    places = _places(page, area, [button[1] if button else "" for button in buttons])
    shown = [(place, button) for place, button in zip(places, buttons, strict=True) if button is not None]
    boxes = [(button_box(page, place), button[1]) for place, button in shown]
    size = min(page.same_size((text,), box, "button", bold=True) for box, text in boxes)
    for place, (id, text, primary) in shown:
        page.button(id, place, text, primary=primary, size=size)


def _places(page: Page, area: Rect, texts: Sequence[str]) -> list[Rect]:
    """Equal columns where the words fit so; else each as wide as its words want."""
    even = row(area, len(texts), page.gap)
    box = button_box(page, even[0])
    words = [page.width(text, box.h, "button", bold=True) if text else 0 for text in texts]
    if max(words) <= box.w:
        return even
    padding = even[0].w - box.w
    return uneven_row(area, [width + padding + 1 for width in words], page.gap, page.target)


def _beside(asked: Asked) -> Button | None:
    """The scale's own «không áp dụng», for every rating but the overall one."""
    question = asked.question
    if question.kind is not Kind.SCALE or question.role is Role.OVERALL or question.scale is None:
        return None
    option = question.scale.not_applicable
    return ("not_applicable", asked.text(option.text), False) if option else None


def progress_bar(page: Page, asked: Asked) -> Rect:
    body = page.body
    rect = Rect(body.x, body.y, body.w, max(page.u(8), 4))
    codes = [question.code for question in asked.form.questions if not question.prefill]
    place, count = codes.index(asked.question.code) + 1, len(codes)
    for number, part in enumerate(row(rect, count, page.u(5) if count < 40 else page.u(2)), start=1):
        colour = COLOURS["accent"] if number <= place else COLOURS["track"]
        page.items.append(Plate(part, colour, part.h / 2))
    return rect
