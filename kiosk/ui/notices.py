"""Screens that tell and hardly ask: thanks (the same whatever was answered), pause, no point yet, idle warning."""

from kiosk.event import Finished, Started, Stayed
from kiosk.ui import theme
from kiosk.ui.page import Page, column, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View


def thanks(page: Page, view: View) -> None:
    title = view.text(view.form.thanks)
    _notice(page, "tick", title, view.words["thanks_kept"], buttons=1)
    h = max(page.mm(theme.TARGET_MM), page.u(72))
    w = min(page.body.w, page.u(420))
    rect = Rect((page.glass.w - w) / 2, page.body.bottom - h, w, h)
    page.button("done", rect, view.words["thanks_done"], Started())


def paused(page: Page, view: View) -> None:
    _notice(page, "pause", view.words["paused_title"], view.words["paused_note"], buttons=0)


def unassigned(page: Page, view: View) -> None:
    _notice(page, "link", view.words["unassigned_title"], view.words["unassigned_note"], buttons=0)


def idle_warning(page: Page, view: View) -> None:
    """One touch to stay; the other button for the next citizen, who finds a stranger's answer open."""
    emblem = _notice(page, "", view.words["warning_title"], view.words["warning_note"], 2 if page.portrait else 1)
    page.write(str(view.seconds_left), emblem.inset(emblem.w * 0.14), (70, 24), theme.TEAL, bold=True)
    h = max(page.mm(theme.TARGET_MM), page.u(94))
    body = page.body
    if page.portrait:
        area = Rect(body.x, body.bottom - 2 * h - page.gap, body.w, 2 * h + page.gap)
        stay, finish = column(area, 2, page.gap)
    else:
        area = Rect(body.x + body.w * 0.08, body.bottom - h, body.w * 0.84, h)
        finish, stay = row(area, 2, page.gap)
    page.button("finish", finish, view.words["finish"], Finished())
    page.button("stay", stay, view.words["stay"], Stayed(), primary=True)


def _notice(page: Page, glyph: str, title: str, note: str, buttons: int) -> Rect:
    """Emblem, title and note, centred in the room above the buttons; the emblem's rectangle."""
    body = page.body
    taken = buttons * (max(page.mm(theme.TARGET_MM), page.u(94)) + page.gap)
    room = Rect(body.x, body.y, body.w, body.h - taken)
    side = min(page.u(180 if page.portrait else 150), room.h * 0.36)
    width = body.w * 0.9
    tall = Rect(0, 0, width, max(room.h - side, 1) * 0.45)
    title_h = page.type.fit(title, tall, page.u(theme.TITLE[0]), page.u(theme.TITLE[1]), theme.INK, True).ink.h
    note_h = page.type.fit(note, tall, page.u(theme.HELP[0]), page.u(theme.HELP[1]), theme.MUTED).ink.h
    space = page.u(26 if page.portrait else 20)
    y = room.y + max((room.h - side - title_h - note_h - 2 * space) / 2, 0)
    emblem = Rect(body.x + (body.w - side) / 2, y, side, side)
    page.add(Plate(emblem, theme.TEAL_SOFT, side / 2))
    if glyph:
        page.glyph(emblem.inset(side * 0.27), glyph, theme.TEAL)
    x = body.x + (body.w - width) / 2
    words = Rect(x, emblem.bottom + space, width, title_h + 1)
    page.write(title, words, theme.TITLE, bold=True)
    page.write(note, Rect(x, words.bottom + space, width, note_h + 1), theme.HELP, theme.MUTED)
    return emblem
