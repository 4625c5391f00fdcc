"""The first screen: who asks, the first question or a start, that no name is asked. The office's name is a stand-in."""

from central_office.forms.preview.answers import faces, least_height
from central_office.forms.preview.figures import COLOURS
from central_office.forms.preview.frame import Asked
from central_office.forms.preview.page import Page, Plate, Rect, Sign
from survey.form import Form, Question, Role, text_in

OFFICE, POINT = "Tên cơ quan", "Tên điểm khảo sát"


def opening(form: Form) -> Question | None:
    """The first question, if the invitation itself asks it."""
    first = next(iter(form.asked({})), None)
    return first if first is not None and first.role is Role.OVERALL else None


def invitation(page: Page, form: Form, language: str, first: Question) -> None:
    """`first`: the form's first question."""
    asked = Asked(form, first, language)
    band, foot, body = _band(page), _foot(page, asked), page.body
    area = Rect(body.x, band.bottom + page.u(6), body.w, foot.y - page.gap - band.bottom - page.u(6))
    if opening(form) is None:
        _start(page, asked, area)
        return
    text = asked.text(first.text)
    needed = page.height(text, area.w, "question", bold=True)
    room = max(area.h - least_height(page, asked) - page.u(10), area.h * 0.2)
    ask = Rect(area.x, area.y, area.w, max(min(needed, room), area.h * (0.2 if page.portrait else 0.3)))
    page.write(text, ask, "question", bold=True)
    y = ask.bottom + page.u(8)
    faces(page, asked, Rect(area.x, y, area.w, area.bottom - y))


def _start(page: Page, asked: Asked, area: Rect) -> None:
    h = page.target * 1.3
    w = min(area.w, max(page.u(460), page.target * 3))
    bottom = area.bottom - page.u(4)
    room = Rect(area.x, area.y, area.w, bottom - h - page.gap - area.y)
    page.write(asked.text(asked.form.title), room, "title", bold=True)
    page.button("start", Rect(area.x + (area.w - w) / 2, bottom - h, w, h), asked.say("start"), primary=True)


def _band(page: Page) -> Rect:
    body, h = page.body, page.button_h + page.u(8)
    band = Rect(0, 0, page.glass.w, h)
    page.items.append(Plate(band, COLOURS["accent"]))
    upper = Rect(body.x, page.u(4), body.w, (h - page.u(8)) / 2)
    page.write(OFFICE, upper, "label", "on_accent", bold=True, align="left")
    lower = Rect(body.x, upper.bottom, body.w, upper.h)
    page.write(POINT, lower, "note", "on_band_muted", align="left")
    return band


def _foot(page: Page, asked: Asked) -> Rect:
    body = page.body
    rect = Rect(body.x, body.bottom - page.target, body.w, page.target)
    page.items.append(Plate(rect, COLOURS["soft"], page.radius(rect)))
    side = min(rect.h * 0.5, page.least("note") * 1.2)
    sign = Rect(rect.x + page.u(14), rect.y + (rect.h - side) / 2, side, side)
    page.items.append(Sign(sign, "info", COLOURS["accent"]))
    left = side + page.u(26)
    inner = Rect(rect.x + left, rect.y + page.u(4), rect.w - left - page.u(12), rect.h - page.u(8))
    texts = [asked.say("invitation_promise"), asked.say("invitation_short")]
    text = next((t for t in texts if page.height(t, inner.w, "note") <= inner.h), texts[-1])
    page.write(text, inner, "note", align="left")
    return rect


def thanks(page: Page, form: Form, language: str) -> None:
    """The last screen, the same for everybody."""
    body = page.body
    side = min(body.w, body.h) * 0.3
    sign = Rect(body.x + (body.w - side) / 2, body.y + body.h * 0.16, side, side)
    page.items.append(Plate(sign, COLOURS["soft"], side / 2))
    page.items.append(Sign(sign.inset(side * 0.26), "tick", COLOURS["accent"]))
    box = Rect(body.x, sign.bottom + page.u(20), body.w, body.h * 0.3)
    page.write(text_in(form.thanks, language), box, "title", bold=True)
