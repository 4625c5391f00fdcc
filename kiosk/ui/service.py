"""The menu's screens behind the code, from a `Showing` to a scene: one row per place. Pure but for the measure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.flow import Screen, State
from kiosk.service.flow import ALLOWED, Act, Chose, Place, Went
from kiosk.service.service import Showing
from kiosk.service.status import rows
from kiosk.texts import Words, filled
from kiosk.ui import theme
from kiosk.ui.page import Glass, Page
from kiosk.ui.scene import Rect, Scene
from kiosk.ui.service_pad import pad
from kiosk.ui.service_parts import Line, Tile, footer, framed, line_h, message, table, tiles
from kiosk.ui.service_stick import stick
from kiosk.ui.service_tests import buttons, printer, sound, touch, touch_done
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import View
from survey.form import text_in
from survey.pause import Reason


def compose_service(showing: Showing, words: Words, language: str, glass: Glass, typesetter: Typesetter) -> Scene:
    """The scene of `showing` on `glass`, in the kiosk's own `language`."""
    page = Page(glass, typesetter)
    _SCREENS[showing.place](page, showing, words, language)
    return page.scene(str(showing.place), "", language)


def halted_view(view: View, showing: Showing, words: Words, language: str) -> View:
    """A pause by hand as the three keys are told of it, in the kiosk's own `language`."""
    reason = next((each.text for each in showing.reasons if each.code == showing.halted), {"vi": showing.halted})
    return replace(view, state=State(Screen.PAUSED), language=language, words=words, halted=reason)


def menu(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """One tile for each place that the role may enter."""
    frame = framed(page, words[f"service_menu_{showing.role}"], words["service_failed"] if showing.failed else "")
    every: list[Tile] = []
    for place in ALLOWED[showing.role] if showing.role else ():
        if place is Place.MACHINE and not showing.moved:
            continue  # hardly any kiosk ever needs it
        if place is Place.REASONS and showing.halted:
            every.append(("resume", words["service_resume"], Act.RESUMED))
        else:
            every.append((place.removeprefix("service_"), words[place], Went(place)))
    tiles(page, frame.content, every)
    footer(page, frame, ("close", words["service_close"], Act.BACK, False))


def status(page: Page, showing: Showing, words: Words, language: str) -> None:
    """As many lines at once as can be read; the rest by turning."""
    frame = framed(page, words["service_status"])
    every = rows(showing.status, words, language) if showing.status else ()
    parts = _parted(page, frame.content, [(row.label, row.text, row.well) for row in every])
    table(page, frame.content, parts[showing.page % len(parts)])
    onward = ("more", words["service_next"], Act.TURNED, True) if len(parts) > 1 else None
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), onward)


def _parted(page: Page, area: Rect, lines: Sequence[Line]) -> list[list[Line]]:
    """`lines` in as many parts as are needed for each to fit `area`."""
    parts: list[list[Line]] = [[]]
    room = area.h
    for line in lines:
        h = line_h(page, line, area.w)
        if h > room and parts[-1]:
            parts.append([])
            room = area.h
        parts[-1].append(line)
        room -= h
    return parts


def machine(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """A copied card looks the same as a moved one: only the person who stands here knows."""
    frame = framed(page, words["service_machine"])
    text = words["machine_failed" if showing.failed else "machine_asked" if showing.asked else "machine_question"]
    page.say += f" {text}"
    page.write(text, frame.content, theme.HELP, align="left", valign="top", even=False)
    accept = None if showing.asked else ("moved", words["machine_accept"], Act.MOVED, True)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False), accept)


def reasons(page: Page, showing: Showing, words: Words, language: str) -> None:
    note = words["service_failed"] if showing.failed else words["service_reasons_note"]
    frame = framed(page, words["service_reasons_title"], note)
    every = [(f"reason:{each.code}", text_in(each.text, language), Chose(each.code)) for each in showing.reasons]
    tiles(page, frame.content, every)
    footer(page, frame, ("back", words["service_back"], Act.BACK, False))


def cleaning(page: Page, showing: Showing, words: Words, _language: str) -> None:
    """Nothing on it can be touched."""
    message(page, str(showing.seconds_left), words["service_cleaning_title"], words["service_cleaning_note"])


def halted(page: Page, showing: Showing, words: Words, language: str) -> None:
    """What a citizen sees while the survey is paused by hand, with the reason: a pause is nobody's secret."""
    reason = filled(words["service_halted_reason"], name=_name(showing.halted, showing.reasons, language))
    emblem = message(page, "", words["paused_title"], f"{words['service_halted_note']} {reason}")
    page.glyph(emblem.inset(emblem.w * 0.27), "pause", page.palette.emblem)


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
    Place.USB: stick,
    Place.MACHINE: machine,
    Place.REASONS: reasons,
    Place.CLEANING: cleaning,
}
