"""Before a comment is sent that looks as if it told who wrote it: the citizen sees what, and mends it or sends it."""

from kiosk.event import Answered, WentBack
from kiosk.ui import theme
from kiosk.ui.page import Page, row
from kiosk.ui.scene import Plate, Rect
from kiosk.ui.view import View
from survey import personal
from survey.form import Question

MOST_SHOWN = 3


def review(page: Page, view: View, question: Question) -> None:
    """Mending is the filled button: it is what the citizen is advised to do."""
    text = view.typing.text.strip()
    body = page.body
    foot = Rect(body.x, body.bottom - page.button_h, body.w, page.button_h)
    words = view.words
    page.say = f"{words['review_title']} {words['review_note']}"
    title_h = page.height(words["review_title"], body.w, theme.TITLE, bold=True) + 1
    note_h = page.height(words["review_note"], body.w, theme.HELP) + 1
    title = Rect(body.x, body.y, body.w, title_h)
    page.write(words["review_title"], title, theme.TITLE, bold=True)
    note = Rect(body.x, foot.y - page.gap - note_h, body.w, note_h)
    page.write(words["review_note"], note, theme.HELP, page.palette.muted)
    shown = Rect(body.x, title.bottom + page.u(8), body.w, note.y - title.bottom - page.u(16))
    room = (shown.h + page.u(10)) / (2 * page.least(theme.NOTE) * theme.LEADING + page.u(18))
    finds = personal.found(text)[: max(min(MOST_SHOWN, int(room)), 1)]
    h = min((shown.h + page.u(10)) / max(len(finds), 1), page.u(140))
    top = shown.y + (shown.h - h * len(finds)) / 2
    for n, finding in enumerate(finds):
        _find(page, view, finding, Rect(shown.x, top + n * h, shown.w, h - page.u(10)))
    send, mend = row(foot.inset(0 if page.portrait else body.w * 0.08, 0), 2, page.gap)
    page.button("send_anyway", send, words["review_send"], Answered(question.code, text))
    page.button("mend", mend, words["review_mend"], WentBack(), primary=True)


def _find(page: Page, view: View, finding: personal.Finding, card: Rect) -> None:
    page.add(Plate(card, page.palette.card, min(page.u(14), card.h / 3), page.palette.accent, page.edge_w))
    inner = card.inset(page.u(18), page.u(4))
    kind = Rect(inner.x, inner.y, inner.w, inner.h * 0.48)
    page.write(view.words[f"review_{finding.kind}"], kind, theme.NOTE, page.palette.muted)
    page.write(finding.text, Rect(inner.x, kind.bottom, inner.w, inner.bottom - kind.bottom), theme.LABEL, bold=True)
