"""The code pad: ten digits in the order of a telephone. What is typed is shown as dots, and never which digits."""

from kiosk.service.flow import Act, Digit
from kiosk.service.service import Showing
from kiosk.texts import Words, filled
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.service_parts import WARN

KEYS = ("123", "456", "789")
DOT = 20.0


def pad(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """A locked pad has no keys at all: nothing that is typed then could count."""
    body, gap, h = page.body, page.gap, page.button_h
    if page.portrait:
        back = Rect(body.x, body.bottom - h, body.w * 0.5, h)
        upper = Rect(body.x, body.y, body.w, (back.y - body.y) * 0.34)
        keys = Rect(body.x, upper.bottom + gap, body.w, back.y - 2 * gap - upper.bottom)
    else:
        upper = Rect(body.x, body.y, body.w * 0.44, body.h - h - gap)
        back = Rect(body.x, body.bottom - h, upper.w * 0.7, h)
        keys = Rect(upper.right + gap, body.y, body.right - upper.right - gap, body.h)
    _said(page, showing, words, upper)
    page.button("close", back, words["service_close"], Act.BACK)
    if not showing.seconds_left:
        _keys(page, words, keys)


def _said(page: Page, showing: Showing, words: Words, area: Rect) -> None:
    title = words["service_pad_title"]
    head = Rect(area.x, area.y, area.w, page.height(title, area.w, theme.TITLE, bold=True) + 1)
    page.write(title, head, theme.TITLE, bold=True, align="left")
    side, y = page.u(DOT), head.bottom + page.u(14)
    for number in range(showing.digits):
        page.add(Plate(Rect(area.x + number * side * 1.5, y, side, side), page.palette.accent, side / 2))
    y += side + page.u(14)
    text, colour = words["service_pad_note"], page.palette.muted
    if showing.seconds_left:
        minutes, seconds = divmod(showing.seconds_left, 60)
        text, colour = filled(words["service_pad_locked"], time=f"{minutes}:{seconds:02}"), WARN
    elif showing.wrong:
        text, colour = words["service_pad_wrong"], WARN
    page.say = f"{title}. {text}"
    note = Rect(area.x, y, area.w, area.bottom - y)
    page.write(text, note, theme.HELP, colour, bold=colour == WARN, align="left", valign="top")


def _keys(page: Page, words: Words, area: Rect) -> None:
    lines = column(area, 4, page.gap)
    for digits, line in zip(KEYS, lines, strict=False):
        for digit, place in zip(digits, row(line, 3, page.gap), strict=True):
            _key(page, place, digit)
    erase, zero, enter = row(lines[3], 3, page.gap)
    page.button("erase", erase, words["delete"], Act.ERASED)
    _key(page, zero, "0")
    page.button("enter", enter, words["service_pad_enter"], Act.ENTERED, primary=True)


def _key(page: Page, place: Rect, digit: str) -> None:
    page.card(place)
    page.write(digit, place.inset(page.u(8), page.u(2)), theme.QUESTION, bold=True)
    page.touch(f"digit:{digit}", place, Digit(digit), typing=True)
