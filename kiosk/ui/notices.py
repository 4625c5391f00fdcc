"""Screens that tell and hardly ask: thanks (the same for all), pause, a refused slip, no point yet, idle warning."""

from kiosk.event import Finished, Started, Stayed
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View


def thanks(page: Page, view: View) -> None:
    title = view.text(view.form.thanks)
    _notice(page, "tick", title, view.words["thanks_kept"], buttons=1)
    h = page.button_h
    w = min(page.body.w, max(page.u(420), page.width(view.words["thanks_done"], 1, theme.BUTTON, bold=True) * 1.2))
    rect = Rect((page.glass.w - w) / 2, page.body.bottom - h, w, h)
    page.button("done", rect, view.words["thanks_done"], Started())


def paused(page: Page, view: View) -> None:
    _notice(page, "pause", view.words["paused_title"], view.words["paused_note"], buttons=0)


def unassigned(page: Page, view: View) -> None:
    _notice(page, "link", view.words["unassigned_title"], view.words["unassigned_note"], buttons=0)


def idle_warning(page: Page, view: View) -> None:
    """One touch to stay; the other button for the next citizen, who finds a stranger's answer open."""
    emblem = _notice(page, "", view.words["warning_title"], view.words["warning_note"], 2 if page.portrait else 1)
    page.write(str(view.seconds_left), emblem.inset(emblem.w * 0.14), theme.WORD, page.palette.emblem, bold=True)
    h = page.button_h
    body = page.body
    if page.portrait:
        area = Rect(body.x, body.bottom - 2 * h - page.gap, body.w, 2 * h + page.gap)
        stay, finish = column(area, 2, page.gap)
    else:
        area = Rect(body.x + body.w * 0.08, body.bottom - h, body.w * 0.84, h)
        finish, stay = row(area, 2, page.gap)
    page.button("stay", stay, view.words["stay"], Stayed(), primary=True)  # the first that three keys reach
    page.button("finish", finish, view.words["finish"], Finished())


def slip_refused(page: Page, view: View) -> None:
    """What is the matter with the code that was shown, and that it goes without."""
    title, *notes = (view.words[name] for name in view.refusal_words)
    _notice(page, "slip", title, " ".join(notes), buttons=1)
    h = page.button_h
    w = min(page.body.w, max(page.u(420), page.width(view.words["next"], 1, theme.BUTTON, bold=True) * 1.2))
    rect = Rect((page.glass.w - w) / 2, page.body.bottom - h, w, h)
    page.button("go_on", rect, view.words["next"], Stayed(), primary=True)


def _notice(page: Page, glyph: str, title: str, note: str, buttons: int) -> Rect:
    """Emblem, title and note, centred in the room above the buttons; the emblem's rectangle.

    The emblem takes what the words leave.
    """
    body = page.body
    page.say = f"{title}. {note}"
    room = Rect(body.x, body.y, body.w, body.h - buttons * (page.button_h + page.gap))
    space = page.u(20 if page.portrait else 12)
    title_h = page.height(title, body.w, theme.TITLE, bold=True)
    note_h = page.height(note, body.w, theme.HELP)
    side = max(min(page.u(180 if page.portrait else 150), room.h - title_h - note_h - 2 * space), page.u(60))
    grown = max(room.h - side - 2 * space, 1) / (title_h + note_h)
    title_h, note_h = title_h * min(grown, 1.25), note_h * min(grown, 1.25)
    y = room.y + max((room.h - side - title_h - note_h - 2 * space) / 2, 0)
    emblem = Rect(body.x + (body.w - side) / 2, y, side, side)
    page.add(Plate(emblem, page.palette.soft, side / 2))
    if glyph:
        page.glyph(emblem.inset(side * 0.27), glyph, page.palette.emblem)
    words = Rect(body.x, emblem.bottom + space, body.w, title_h + 1)
    page.write(title, words, theme.TITLE, bold=True)
    page.write(note, Rect(body.x, words.bottom + space, body.w, note_h + 1), theme.HELP, page.palette.muted)
    return emblem
