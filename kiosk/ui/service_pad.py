"""The code pad: ten digits in the order of a telephone. What is typed is shown as dots, and never which digits."""

from kiosk.service.flow import Act, Digit
from kiosk.service.service import Showing
from kiosk.texts import Words
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.service_parts import WARN, finger

KEYS = ("123", "456", "789")
DOT = 20.0


def pad(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """A locked pad has no keys at all: nothing that is typed then could count."""
    side, gap = finger(page)
    body = page.body
    if page.portrait:
        upper = Rect(body.x, body.y, body.w, body.h * 0.26)
        back = Rect(body.x, body.bottom - max(side, page.u(78)), body.w * 0.5, max(side, page.u(78)))
        keys = Rect(body.x, upper.bottom, body.w, back.y - gap - upper.bottom)
    else:
        upper = Rect(body.x, body.y, body.w * 0.44, body.h * 0.7)
        back = Rect(body.x, body.bottom - max(side, page.u(78)), upper.w * 0.7, max(side, page.u(78)))
        x = upper.right + gap
        keys = Rect(x, body.y, body.right - x, body.h)
    _said(page, showing, words, upper)
    page.button("close", back, words["service_close"], Act.BACK)
    if not showing.seconds_left:
        _keys(page, words, keys, gap)


def _said(page: Page, showing: Showing, words: Words, area: Rect) -> None:
    title = Rect(area.x, area.y, area.w, area.h * 0.34)
    page.write(words["service_pad_title"], title, theme.TITLE, bold=True, align="left")
    dots = Rect(area.x, title.bottom, area.w, area.h * 0.26)
    side = page.u(DOT)
    for number in range(showing.digits):
        place = Rect(dots.x + number * side * 1.5, dots.y + (dots.h - side) / 2, side, side)
        page.add(Plate(place, theme.TEAL, side / 2))
    note = Rect(area.x, dots.bottom, area.w, area.bottom - dots.bottom)
    text, colour = words["service_pad_note"], theme.MUTED
    if showing.seconds_left:
        minutes, seconds = divmod(showing.seconds_left, 60)
        text, colour = words["service_pad_locked"].replace("{time}", f"{minutes}:{seconds:02}"), WARN
    elif showing.wrong:
        text, colour = words["service_pad_wrong"], WARN
    page.write(text, note, theme.HELP, colour, align="left", valign="top")


def _keys(page: Page, words: Words, area: Rect, gap: float) -> None:
    lines = column(area, 4, gap)
    for digits, line in zip(KEYS, lines, strict=False):
        for digit, place in zip(digits, row(line, 3, gap), strict=True):
            _key(page, place, digit)
    erase, zero, enter = row(lines[3], 3, gap)
    page.button("erase", erase, words["delete"], Act.ERASED)
    _key(page, zero, "0")
    page.button("enter", enter, words["service_pad_enter"], Act.ENTERED, primary=True)


def _key(page: Page, place: Rect, digit: str) -> None:
    page.card(place)
    page.write(digit, place.inset(page.u(8)), (46, 24), bold=True)
    page.touch(f"digit:{digit}", place, Digit(digit), typing=True)
