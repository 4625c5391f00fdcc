"""The enrolment's screens, from a `Showing` to a scene: one row per place. Pure but for the measure."""

from collections.abc import Mapping
from typing import Any

from kiosk.card import Faults
from kiosk.enrolling import Do, Letter, Place, Showing
from kiosk.texts import Words, filled
from kiosk.ui import theme
from kiosk.ui.page import Glass, Page, column, row
from kiosk.ui.scene import Plate, Rect, Scene
from kiosk.ui.service_parts import WARN, footer, framed, message
from kiosk.ui.typeset import Typesetter
from survey.enrolment import ALPHABET, CODE_LETTERS

GROUP = 5
NEAR_MM = {True: 3.0, False: 2.0}  # capitals, as in print; False: on a glass of 7 inches or less
BELOW = 48  # from the one button to the glass's lower edge
LYING, UPRIGHT = 8, 6  # keys in a row


def compose_enrolling(showing: Showing, words: Words, language: str, glass: Glass, typesetter: Typesetter) -> Scene:
    """The scene of `showing` on `glass`, in the kiosk's own `language`."""
    page = Page(glass, typesetter)
    _SCREENS[showing.place](page, showing, words)
    return page.scene(str(showing.place), "", language)


def offer(page: Page, showing: Showing, words: Words) -> None:
    if showing.faults is not None:
        faulty(page, showing.faults, words)
        return
    note = words["enrol_offer_scan" if showing.scans else "enrol_offer_note"]
    _told(page, "link", words["unassigned_title"], note, ("begin", words["enrol_begin"], Do.BEGIN))


def faulty(page: Page, faults: Faults, words: Words) -> None:
    """Why the technician's file was not used, as much of it as can be read, and what to do; enrolling goes on below.

    It is read by one who works at the machine, from near: letters may be smaller here than a citizen's.
    """
    body, foot = page.body, _one_button(page, words["enrol_begin"])
    room, space = foot.y - page.gap - body.y, page.u(9)
    least, most = round(page.mm(NEAR_MM[page.figures is theme.COUNTER]) / theme.CAP), round(page.u(theme.HELP.units))
    page.say = words["card_title"]
    for size, count in [(size, 3) for size in range(max(most, least), least, -1)] + [(least, n) for n in (3, 2, 1)]:
        parts = _parts(faults, count, words)
        heights = [page.type.height(text, body.w, size, bold) + 1 for text, _, bold in parts]
        if sum(heights) + space * (len(parts) - 1) <= room:
            break
    y, spare = body.y, room - sum(heights) - space * (len(parts) - 1)
    heights[1] += min(spare, 0)  # one long line on the least glass is cut
    y += max(spare, 0) / 3
    for (text, colour, bold), h in zip(parts, heights, strict=True):
        ink = page.palette.ink if colour is None else colour
        page.add(page.type.fit(text, Rect(body.x, y, body.w, h), size, size, ink, bold, "left", "top", False))
        y += h + space
    page.button("begin", foot, words["enrol_begin"], Do.BEGIN)


def _parts(faults: Faults, count: int, words: Words) -> list[tuple[str, theme.Colour | None, bool]]:
    """Text, colour and weight: title, each of the first `count` places, how many more, what to do."""
    more = faults.beyond(count)
    tail = [(filled(words["card_more"], count=str(more)), WARN, False)] if more else []
    listed = [(f"• {text}", WARN, False) for text in faults.shown[:count]]
    return [(words["card_title"], None, True), *listed, *tail, (words["card_do"], None, False)]


def stopped(page: Page, _showing: Showing, words: Words) -> None:
    """Neutral: a citizen need not know why; nothing on it can be touched."""
    _told(page, "pause", words["enrol_stopped_title"], words["enrol_stopped_note"])


def asking(page: Page, showing: Showing, words: Words) -> None:
    note = words["enrol_asking_note"]
    if showing.why is not None:
        note = f"{words[f'enrol_why_{showing.why}']} {words['enrol_again_itself']}"
    _told(page, "link", words["enrol_asking_title"], note)


def refused(page: Page, showing: Showing, words: Words) -> None:
    why = words[f"enrol_why_{showing.why}" if showing.why else "enrol_why_silent"]
    frame = framed(page, words["enrol_refused_title"])
    page.say += f" {why}"
    page.write(why, frame.content, theme.HELP, WARN, bold=True, align="left", valign="top", even=False)
    again = (
        None
        if showing.why is not None and str(showing.why) in _SPOKEN
        else ("again", words["enrol_again"], Do.AGAIN, True)
    )
    other = ("begin", words["enrol_other"], Do.BEGIN, again is None)
    footer(page, frame, ("back", words["service_back"], Do.BACK, False) if again is None else other, again or other)


_SPOKEN = frozenset({"no_code", "wrong", "expired", "used", "cancelled"})  # another try would end the same


def done(page: Page, showing: Showing, words: Words) -> None:
    """Both fingerprints, as large as they go: eight groups, as on the office's page."""
    frame = framed(page, words["enrol_done_title"], filled(words["enrol_done_note"], point=showing.point))
    halves = column(frame.content, 2, page.gap) if page.portrait else row(frame.content, 2, page.gap)
    for area, label, text in zip(
        halves, (words["enrol_own"], words["enrol_centre"]), (showing.own, showing.centre), strict=True
    ):
        _print(page, area, label, text.split(" "))
    footer(page, frame, ("finish", words["enrol_finish"], Do.FINISH, True))


def _print(page: Page, area: Rect, label: str, groups: list[str]) -> None:
    head = Rect(area.x, area.y, area.w, page.height(label, area.w, theme.HELP) + 1)
    page.write(label, head, theme.HELP, page.palette.muted, align="left")
    rest = Rect(area.x, head.bottom + page.u(4), area.w, area.bottom - head.bottom - page.u(4))
    columns = 4 if page.portrait else 2
    lines = column(rest, -(-len(groups) // columns), page.u(4))
    places = [place for line in lines for place in row(line, columns, page.u(10))]
    size = page.same_size(groups, places[0], theme.QUESTION, bold=True) if places else 0.0
    for group, place in zip(groups, places, strict=False):
        page.write(group, place, theme.QUESTION, bold=True, size=size)


def typing(page: Page, showing: Showing, words: Words) -> None:
    """What was typed, in its groups, above the code's 32 letters and digits."""
    body, gap = page.body, max(page.mm(theme.KEY_GAP_MM), page.u(6))
    title = words["enrol_typing_title"]
    page.say = title
    head = Rect(body.x, body.y, body.w, page.height(title, body.w, theme.HELP, bold=True) + 1)
    page.write(title, head, theme.HELP, bold=True, align="left")
    box_h = page.least(theme.QUESTION) * (3.0 if page.portrait else 1.6)
    box = Rect(body.x, head.bottom + page.u(6), body.w, box_h)
    _typed(page, box, showing.typed)
    foot = Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)
    keys = Rect(body.x, box.bottom + page.gap, body.w, foot.y - page.gap - box.bottom - page.gap)
    columns = UPRIGHT if page.portrait else LYING
    lines = column(keys, -(-len(ALPHABET) // columns), gap)
    for number, letter in enumerate(ALPHABET):
        place = row(lines[number // columns], columns, gap)[number % columns]
        page.card(place)
        page.write(letter, place.inset(page.u(4), page.u(1)), theme.QUESTION, bold=True)
        page.touch(f"letter:{letter}", place, Letter(letter), typing=True)
    back, erase, send = row(foot, 3, page.gap)
    page.button("back", back, words["service_back"], Do.BACK)
    page.button("erase", erase, words["delete"], Do.ERASE)
    if len(showing.typed) == CODE_LETTERS:
        page.button("send", send, words["enrol_send"], Do.SEND, primary=True)


def _typed(page: Page, box: Rect, typed: str) -> None:
    """Four groups of five; in two lines where the glass is upright. What is missing shows as a dot."""
    letters = typed.ljust(CODE_LETTERS, "·")
    groups = [letters[i : i + GROUP] for i in range(0, CODE_LETTERS, GROUP)]
    page.add(Plate(box, page.palette.card, page.radius(box), page.palette.edge, page.edge_w))
    inner = box.inset(page.u(12), page.u(4))
    texts = ["  ".join(groups[:2]), "  ".join(groups[2:])] if page.portrait else ["  ".join(groups)]
    for text, line in zip(texts, column(inner, len(texts), page.u(2)), strict=True):
        page.write(text, line, theme.QUESTION, bold=True)


def _told(page: Page, glyph: str, title: str, note: str, button: tuple[str, str, Do] | None = None) -> None:
    """An emblem with words, and at most one thing to do, below."""
    whole = page.glass
    if button is not None:
        page.glass = Glass(whole.w, int(whole.h - page.button_h - page.u(BELOW)), whole.dpi)
    emblem = message(page, "", title, note)
    page.glass = whole
    page.glyph(emblem.inset(emblem.w * 0.27), glyph, page.palette.emblem)
    if button is not None:
        id, text, event = button
        page.button(id, _one_button(page, text), text, event, primary=True)


def _one_button(page: Page, text: str) -> Rect:
    """Where the only thing to do stands."""
    w = min(page.body.w, max(page.u(420), page.width(text, 1, theme.BUTTON, bold=True) * 1.2))
    return Rect((page.glass.w - w) / 2, page.glass.h - page.button_h - page.u(BELOW), w, page.button_h)


_SCREENS: Mapping[Place, Any] = {
    Place.OFFER: offer,
    Place.TYPING: typing,
    Place.ASKING: asking,
    Place.REFUSED: refused,
    Place.DONE: done,
    Place.STOPPED: stopped,
}
