"""Before a comment is sent that looks as if it told who wrote it: the citizen sees what, and mends it or sends it."""

from kiosk import personal
from kiosk.event import Answered, WentBack
from kiosk.ui import theme
from kiosk.ui.page import Page, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey.form import Question

MOST_SHOWN = 3


def review(page: Page, view: View, question: Question) -> None:
    """Mending is the filled button: it is what the citizen is advised to do."""
    text = view.typing.text.strip()
    body, h = page.body, max(page.mm(theme.TARGET_MM), page.u(94))
    foot = Rect(body.x, body.bottom - h, body.w, h)
    room = Rect(body.x, body.y, body.w, foot.y - page.gap - body.y)
    title = Rect(room.x, room.y, room.w, room.h * 0.2)
    page.write(view.words["review_title"], title, theme.TITLE, bold=True)
    finds = personal.found(text)[:MOST_SHOWN]
    shown = Rect(room.x, title.bottom + page.u(14), room.w, room.h * 0.48)
    h = min((shown.h + page.u(12)) / max(len(finds), 1), page.u(128))
    top = shown.y + (shown.h - h * len(finds)) / 2
    for n, finding in enumerate(finds):
        _find(page, view, finding, Rect(shown.x, top + n * h, shown.w, h - page.u(12)))
    note = Rect(room.x, shown.bottom + page.u(12), room.w, room.bottom - shown.bottom - page.u(12))
    page.write(view.words["review_note"], note, theme.HELP, theme.MUTED)
    send, mend = row(foot.inset(0 if page.portrait else body.w * 0.08, 0), 2, page.gap)
    page.button("send_anyway", send, view.words["review_send"], Answered(question.code, text))
    page.button("mend", mend, view.words["review_mend"], WentBack(), primary=True)


def _find(page: Page, view: View, finding: personal.Finding, card: Rect) -> None:
    page.add(Plate(card, theme.CARD, min(page.u(14), card.h / 3), theme.TEAL, max(page.u(2), 1)))
    inner = card.inset(page.u(18), page.u(6))
    kind = Rect(inner.x, inner.y, inner.w, inner.h * 0.38)
    page.write(view.words[f"review_{finding.kind}"], kind, theme.SMALL, theme.MUTED)
    page.write(finding.text, Rect(inner.x, kind.bottom, inner.w, inner.bottom - kind.bottom), (38, 16), bold=True)
