"""The screen on which a comment is typed: question, paper, buttons, and the keyboard as the kiosk has it for Telex."""

from central_office.forms.preview.figures import COLOURS, MM, SHARES
from central_office.forms.preview.frame import Asked, counted, navigation, navigation_area, progress_bar
from central_office.forms.preview.page import Page, Plate, Rect, column

VOWELS, TONES = "ăâđêôơư", ("á", "à", "ả", "ã", "ạ")
LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def comment(page: Page, asked: Asked) -> None:
    (_upright if page.portrait else _lying)(page, asked)


def _ask_height(page: Page, asked: Asked, width: float) -> float:
    text = asked.text(asked.question.text)
    return min(page.height(text, width, "question", bold=True) + 1, page.glass.h / 6)


def _upright(page: Page, asked: Asked) -> None:
    nav, body = navigation_area(page), page.body
    keys_y = body.y + body.h * 0.42
    y = progress_bar(page, asked).bottom + page.u(8)
    ask_h = _ask_height(page, asked, body.w)
    page.write(asked.text(asked.question.text), Rect(body.x, y, body.w, ask_h), "question", bold=True)
    note_h = page.height(asked.say("comment_note"), body.w, "help") + 1
    note = Rect(body.x, y + ask_h, body.w, note_h)
    page.write(asked.say("comment_note"), note, "help", "muted")
    line = page.least("note") * SHARES["leading"] + 1
    foot = Rect(body.x, keys_y - page.u(10) - line, body.w, line)
    _count(page, asked, foot)
    _paper(
        page, Rect(body.x, note.bottom + page.u(8), body.w, foot.y - note.bottom - page.u(14)), "comment_empty", asked
    )
    _keys(page, asked, Rect(body.x, keys_y, body.w, nav.y - page.gap - keys_y))
    navigation(page, asked, nav)


def _lying(page: Page, asked: Asked) -> None:
    body = page.body
    bottom = page.glass.h - page.u(10)
    y = progress_bar(page, asked).bottom + page.u(2)
    ask = Rect(body.x, y, body.w * 0.8, _ask_height(page, asked, body.w * 0.8))
    h = min(page.glass.h * SHARES["keys"], bottom - ask.bottom - page.u(12) - page.button_h)
    low = Rect(body.x, bottom - h, body.w, h)
    page.write(asked.text(asked.question.text), ask, "question", bold=True, align="left")
    _count(page, asked, Rect(ask.right, y, body.w * 0.2, ask.h))
    paper_h = low.y - page.u(10) - ask.bottom - page.u(2)
    buttons_w = body.w * 0.42
    _paper(page, Rect(body.x, ask.bottom + page.u(2), body.w - buttons_w - page.gap, paper_h), "comment_note", asked)
    nav = Rect(body.right - buttons_w, ask.bottom + page.u(2), buttons_w, paper_h)
    navigation(page, asked, nav, narrow=True)
    _keys(page, asked, low)


def _count(page: Page, asked: Asked, box: Rect) -> None:
    words = counted(asked.say("comment_count"), 0, asked.question.longest)
    page.write(words, box, "note", "muted", align="right")


def _paper(page: Page, rect: Rect, empty: str, asked: Asked) -> None:
    plate = Plate(rect, COLOURS["card"], min(page.u(14), rect.h / 3), COLOURS["accent"], page.edge_w)
    page.items.append(plate)
    page.write(asked.say(empty), rect.inset(page.u(14), page.u(4)), "typed", "muted", align="left")


def _keys(page: Page, asked: Asked, area: Rect) -> None:
    gap = max(page.mm(MM["key_gap"]), page.u(6))
    lines = _layout(page, asked)
    for place, line in zip(column(area, len(lines), gap), lines, strict=True):
        total = sum(letters for _, letters in line)
        widest = max(total, 10)
        w = (area.w - gap * (widest - 1)) / widest
        x = place.x + (area.w - (w * total + gap * (total - 1))) / 2
        for label, letters in line:
            rect = Rect(x, place.y, w * letters + gap * (letters - 1), place.h)
            fill = COLOURS["card" if len(label) == 1 else "soft"]
            page.items.append(Plate(rect, fill, min(page.u(10), rect.h / 3), COLOURS["edge"], max(page.u(1.2), 1)))
            page.write(label, rect.inset(page.u(3), page.u(1)), "key")
            x = rect.right + gap


def _layout(page: Page, asked: Asked) -> list[list[tuple[str, float]]]:
    vowels, tones = [(letter, 1.0) for letter in VOWELS], [(letter, 1.4 if page.portrait else 1.0) for letter in TONES]
    first, second, third = ([(letter, 1.0) for letter in line] for line in LETTERS)
    last = [(asked.say("signs"), 1.5), ("Telex", 1.5), (",", 1.0), (asked.say("space"), 4.0), (".", 1.0)]
    upper = [vowels, tones] if page.portrait else [[*vowels, *tones]]
    return [*upper, first, second, [(asked.say("shift"), 1.4), *third, (asked.say("delete"), 1.4)], last]
