"""The menu's screens behind the code, from a `Showing` to a scene: one row per place. Pure but for the measure."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from kiosk.service.flow import ALLOWED, Act, Chose, Place, Went
from kiosk.service.service import Showing
from kiosk.service.status import rows
from kiosk.texts import Words
from kiosk.ui import theme
from kiosk.ui.page import Glass, Page
from kiosk.ui.scene import Rect, Scene
from kiosk.ui.service_pad import pad
from kiosk.ui.service_parts import column_of, footer, framed, grid, message, warned
from kiosk.ui.service_tests import buttons, printer, sound, touch, touch_done
from kiosk.ui.typeset import Typesetter
from survey.form import text_in
from survey.pause import Reason

ROW = (30.0, 14.0)
LINE_UNITS, UPRIGHT_LINE_UNITS = 48.0, 62.0  # an upright glass has less room beside: more words need a second line


def compose_service(showing: Showing, words: Words, language: str, glass: Glass, typesetter: Typesetter) -> Scene:
    """The scene of `showing` on `glass`, in the kiosk's own `language`."""
    page = Page(glass, typesetter)
    _SCREENS[showing.place](page, showing, words, language)
    return page.scene(str(showing.place), "", language)


def menu(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """One tile for each place that the role may enter."""
    frame = framed(page, words[f"service_menu_{showing.role}"], words["service_failed"] if showing.failed else "")
    places = ALLOWED[showing.role] if showing.role else ()
    tiles: list[tuple[str, str, Hashable]] = []
    for place in places:
        if place is Place.REASONS and showing.halted:
            tiles.append(("resume", words["service_resume"], Act.RESUMED))
        else:
            tiles.append((place.removeprefix("service_"), words[place], Went(place)))
    grid(page, frame.content, tiles)
    footer(page, frame, ("close", words["service_close"], Act.BACK, False))


def status(page: Page, showing: Showing, words: Words, language: str) -> None:
    """As many lines at once as can be read; the rest by turning."""
    frame = framed(page, words["service_status"])
    every = rows(showing.status, words, language) if showing.status else ()
    line_h = page.u(UPRIGHT_LINE_UNITS if page.portrait else LINE_UNITS)
    room = max(int(frame.content.h // line_h), 1)
    count = max(math.ceil(len(every) / room), 1)
    room = max(math.ceil(len(every) / count), 1)  # as many on each
    shown = every[showing.page % count * room :][:room]
    for line, row in zip(column_of(page, frame.content, room), shown, strict=False):
        label, value = Rect(line.x, line.y, line.w * 0.42, line.h), Rect(line.x + line.w * 0.44, line.y, 0, line.h)
        page.write(row.label, label, ROW, theme.MUTED, align="left")
        value = Rect(value.x, value.y, line.right - value.x, line.h)
        warned(page, row.text, value, ROW, row.well)
    onward = ("more", words["service_next"], Act.TURNED, True) if count > 1 else None
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), onward)


def reasons(page: Page, showing: Showing, words: Words, language: str) -> None:
    note = words["service_failed"] if showing.failed else words["service_reasons_note"]
    frame = framed(page, words["service_reasons_title"], note)
    grid(page, frame.content, [(f"reason:{r.code}", text_in(r.text, language), Chose(r.code)) for r in showing.reasons])
    footer(page, frame, ("back", words["service_back"], Act.BACK, False))


def cleaning(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """Nothing on it can be touched."""
    note = words["service_cleaning_note"]
    message(page, page.body, str(showing.seconds_left), words["service_cleaning_title"], note)


def halted(page: Page, showing: Showing, words: Words, language: str) -> None:
    """What a citizen sees while the survey is paused by hand, with the reason: a pause is nobody's secret."""
    reason = words["service_halted_reason"].replace("{name}", _name(showing.halted, showing.reasons, language))
    emblem = message(page, page.body, "", words["paused_title"], f"{words['service_halted_note']} {reason}")
    page.glyph(emblem.inset(emblem.w * 0.27), "pause", theme.TEAL)


def _name(code: str, known: Sequence[Reason], language: str) -> str:
    return next((text_in(reason.text, language) for reason in known if reason.code == code), code)


_SCREENS: Mapping[Place, Any] = {
    Place.HALTED: halted,
    Place.PAD: pad,
    Place.MENU: menu,
    Place.STATUS: status,
    Place.TOUCH: touch,
    Place.TOUCH_DONE: touch_done,
    Place.BUTTONS: buttons,
    Place.SOUND: sound,
    Place.PRINTER: printer,
    Place.REASONS: reasons,
    Place.CLEANING: cleaning,
}
