"""The optional comment: what has been typed, how much more may be, the way on, and the keyboard below.

A lying screen has its buttons beside the paper, not below the keys: the row that this saves makes the keys larger.
"""

import re
from collections.abc import Hashable

from kiosk.event import Answered, Doubted, Skipped, WentBack
from kiosk.texts import counted
from kiosk.ui import theme
from kiosk.ui.frame import Button, navigation, navigation_area, progress_bar
from kiosk.ui.keys import keys
from kiosk.ui.page import Page, column
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey import personal
from survey.form import Question

KEYS_SHARE = 0.645  # of a lying screen's height: five rows of 15 mm on the 10 inch reference
CARET = "|"


def comment(page: Page, view: View, question: Question) -> None:
    page.say = f"{view.text(question.text)}. {view.words['comment_note']}"
    (_upright if page.portrait else _lying)(page, view, question)


def _upright(page: Page, view: View, question: Question) -> None:
    nav = navigation_area(page)
    body = page.body
    keys_y = max(body.y + body.h * 0.42, page.reach)
    y = progress_bar(page, view).bottom + page.u(8)
    ask_h = _ask_height(page, view, question, body.w)
    page.write(view.text(question.text), Rect(body.x, y, body.w, ask_h), theme.QUESTION, bold=True)
    note_h = page.height(view.words["comment_note"], body.w, theme.HELP) + 1
    note = Rect(body.x, y + ask_h, body.w, note_h)
    page.write(view.words["comment_note"], note, theme.HELP, page.palette.muted)
    line = page.least(theme.NOTE) * theme.LEADING + 1
    foot = Rect(body.x, keys_y - page.u(10) - line, body.w, line)
    _count(page, view, question, foot)
    paper = Rect(body.x, note.bottom + page.u(8), body.w, foot.y - page.u(6) - note.bottom - page.u(8))
    _paper(page, view, paper)
    keys(page, view, Rect(body.x, keys_y, body.w, nav.y - page.gap - keys_y))
    navigation(page, view, nav, _onward(view, question))


def _lying(page: Page, view: View, question: Question) -> None:
    """In the low mode the buttons stand beside the keys, within the same reach."""
    body = page.body
    bottom = page.glass.h - page.u(10)
    y = progress_bar(page, view).bottom + page.u(2)
    ask_h = _ask_height(page, view, question, body.w * 0.8)
    ask = Rect(body.x, y, body.w * 0.8, ask_h)
    h = bottom - page.reach if page.comfort.low else page.glass.h * KEYS_SHARE
    h = min(h, bottom - ask.bottom - page.u(12) - page.button_h)
    low = Rect(body.x, bottom - h, body.w, h)
    page.write(view.text(question.text), ask, theme.QUESTION, bold=True, align="left")
    _count(page, view, question, Rect(ask.right, y, body.w * 0.2, ask.h))
    paper_h = low.y - page.u(10) - ask.bottom - page.u(2)
    buttons_w = body.w * (0.42 if not page.comfort.low else 0.2)
    if page.comfort.low:
        _paper(page, view, Rect(body.x, ask.bottom + page.u(2), body.w, paper_h))
        keys(page, view, Rect(low.x, low.y, low.w - buttons_w - page.gap, low.h))
        _beside_keys(page, view, question, Rect(low.right - buttons_w, low.y, buttons_w, low.h))
        return
    _paper(page, view, Rect(body.x, ask.bottom + page.u(2), body.w - buttons_w - page.gap, paper_h))
    nav = Rect(body.right - buttons_w, ask.bottom + page.u(2), buttons_w, paper_h)
    navigation(page, view, nav, _onward(view, question), narrow=True)
    keys(page, view, low)


def _ask_height(page: Page, view: View, question: Question, width: float) -> float:
    """What the question takes; no more than a sixth of the glass, whatever a form brings."""
    return min(page.height(view.text(question.text), width, theme.QUESTION, bold=True) + 1, page.glass.h / 6)


def _beside_keys(page: Page, view: View, question: Question, area: Rect) -> None:
    back, forth = column(area, 2, page.gap)
    onward = _onward(view, question) or ("skip", view.words["skip"], Skipped(), False)
    page.button("back", back, view.words["back"], WentBack())
    page.button(onward[0], forth, onward[1], onward[2], primary=onward[3])


def _onward(view: View, question: Question) -> Button | None:
    """What is sent is what is seen, to the letter."""
    text = view.typing.text.strip()
    if not text:
        return None
    event: Hashable = Doubted() if personal.found(text) else Answered(question.code, text)
    return "send", view.words["send"], event, True


def _count(page: Page, view: View, question: Question, box: Rect) -> None:
    count, most = len(view.typing.text), question.longest
    words = view.words["comment_full" if count >= most and page.portrait else "comment_count"]
    page.write(counted(words, count, most), box, theme.NOTE, page.palette.muted, align="right")


def _paper(page: Page, view: View, rect: Rect) -> None:
    """The end of the text, for that is where the next letter comes; while it is empty, what not to write."""
    palette = page.palette
    page.add(Plate(rect, palette.card, min(page.u(14), rect.h / 3), palette.accent, page.edge_w))
    box = rect.inset(page.u(14), page.u(4))
    text = view.typing.text
    if not text:
        empty = view.words["comment_empty" if page.portrait else "comment_note"]
        page.write(empty, box, theme.TYPED, palette.muted, align="left", even=False)
        return
    shown = _last_words(page, text + CARET, box)
    page.write(shown, box, theme.TYPED, align="left", valign="top", even=False)


def _last_words(page: Page, text: str, box: Rect) -> str:
    """As many words from the end as fit the box at the least size that eyes can do with."""
    starts = [0, *(match.end() for match in re.finditer(r"\s+", text))]
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _fits(page, _from(text, starts[middle]), box) else (middle + 1, high)
    return _from(text, starts[low])


def _from(text: str, start: int) -> str:
    return f"… {text[start:]}" if start else text


def _fits(page: Page, text: str, box: Rect) -> bool:
    return page.height(text, box.w, theme.TYPED) <= box.h
