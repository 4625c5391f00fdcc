"""The optional comment: what has been typed, how much more may be, and a keyboard that knows Vietnamese letters."""

from collections.abc import Sequence

from kiosk import keyboard
from kiosk.event import Answered
from kiosk.texts import counted
from kiosk.ui import theme
from kiosk.ui.frame import Button, heading, navigation, navigation_area
from kiosk.ui.page import Page, column
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import Key, Shift, Signs, View
from survey.form import Question

LETTERS_IN_A_ROW = 10
Cap = tuple[str, str, object, float]  # id, label, event, width in letters


def comment(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page, theme.DENSE_TARGET_MM)
    top = heading(page, view, question, nav.y, 0.13)
    area = Rect(top.x, top.bottom, top.w, nav.y - page.gap * 0.7 - top.bottom)
    paper_h = area.h * (0.36 if page.portrait else 0.27)
    _paper(page, view, question, Rect(area.x, area.y, area.w, paper_h))
    keys = Rect(area.x, area.y + paper_h + page.u(12), area.w, area.h - paper_h - page.u(12))
    _keys(page, view, keys)
    text = view.typing.text.strip()
    onward: Button | None = ("send", view.words["send"], Answered(question.code, text), True) if text else None
    navigation(page, view, nav, onward)


def _paper(page: Page, view: View, question: Question, rect: Rect) -> None:
    page.add(Plate(rect, theme.CARD, page.u(14), theme.TEAL, max(page.u(2), 1)))
    inner = rect.inset(page.u(16), page.u(8))
    foot_h = page.u(26)
    text, words = view.typing.text, view.words
    shown = f"{text}|" if text else words["comment_empty"]
    colour = theme.INK if text else theme.MUTED
    box = Rect(inner.x, inner.y, inner.w, inner.h - foot_h)
    page.write(shown, box, (28, 11), colour, align="left", valign="top")
    foot = Rect(inner.x, inner.bottom - foot_h, inner.w * 0.8, foot_h)
    page.write(words["comment_note"], foot, (19, 12), theme.MUTED, align="left")
    count = counted(words["comment_count"], len(text), question.longest)
    page.write(
        count, Rect(inner.x + inner.w * 0.8, foot.y, inner.w * 0.2, foot_h), (19, 12), theme.MUTED, align="right"
    )


def _keys(page: Page, view: View, area: Rect) -> None:
    lines = _layout(page, view)
    gap = page.close_gap * 0.7
    for place, line in zip(column(area, len(lines), gap), lines, strict=True):
        total = sum(cap[3] for cap in line)
        widest = max(total, LETTERS_IN_A_ROW)
        w = (area.w - gap * (widest - 1)) / widest
        x = place.x + (area.w - (w * total + gap * (total - 1))) / 2
        for id, label, event, letters in line:
            rect = Rect(x, place.y, w * letters + gap * (letters - 1), place.h)
            _cap(page, rect, id, label, event)
            x = rect.right + gap


def _cap(page: Page, rect: Rect, id: str, label: str, event: object) -> None:
    plain = len(label) == 1
    fill = theme.CARD if plain else theme.TEAL_SOFT
    page.add(Plate(rect, fill, min(page.u(10), rect.h / 3), theme.EDGE, max(page.u(1.2), 1)))
    page.write(label, rect.inset(page.u(4), page.u(2)), theme.KEY if plain else (21, 11), theme.INK)
    page.touch(f"key:{id}", rect, event, typing=True)


def _layout(page: Page, view: View) -> Sequence[Sequence[Cap]]:
    typing = view.typing
    tones: list[Cap] = [(name, name, Key(name), 1.4) for name in keyboard.TONES]
    vowels = [_letter(name, typing.shift) for name in keyboard.VIETNAMESE]
    body = keyboard.SIGNS if typing.signs else keyboard.LETTERS
    first, second, third = ([_letter(name, typing.shift and not typing.signs) for name in line] for line in body)
    shift: Cap = ("shift", view.words["shift"], Shift(), 1.4)
    delete: Cap = ("backspace", view.words["delete"], Key(keyboard.BACKSPACE), 1.4)
    signs: Cap = ("signs", view.words["letters" if typing.signs else "signs"], Signs(), 1.9)
    space: Cap = ("space", view.words["space"], Key(" "), 5.0)
    last = [signs, _letter(",", False), space, _letter(".", False)]
    middle = [second, [shift, *third, delete]]
    upper = [vowels, tones] if page.portrait else [[*vowels, *tones]]
    return [*upper, first, *middle, last]


def _letter(name: str, shift: bool) -> Cap:
    label = name.upper() if shift else name
    return label, label, Key(label), 1.0
