"""From a view to a scene: one row per screen and kind of question. Pure but for the typesetter's measure."""

from kiosk.flow import Screen
from kiosk.ui import notices
from kiosk.ui.about import about
from kiosk.ui.choices import choices, yes_no
from kiosk.ui.comforts import comforts
from kiosk.ui.comment import comment
from kiosk.ui.invitation import invitation
from kiosk.ui.languages import add_foot, languages, page_for
from kiosk.ui.page import Glass
from kiosk.ui.rating import rating
from kiosk.ui.review import review
from kiosk.ui.scene import Scene
from kiosk.ui.typeset import Typesetter
from kiosk.ui.view import View
from survey.form import Kind

PLAIN = {
    Screen.INVITATION: invitation,
    Screen.ABOUT: about,
    Screen.COMFORTS: comforts,
    Screen.LANGUAGES: languages,
    Screen.THANKS: notices.thanks,
    Screen.PAUSED: notices.paused,
    Screen.UNASSIGNED: notices.unassigned,
    Screen.SLIP_REFUSED: notices.slip_refused,
    Screen.IDLE_WARNING: notices.idle_warning,
}
ASKING = {
    Kind.SCALE: rating,
    Kind.YES_NO: yes_no,
    Kind.SINGLE: choices,
    Kind.MULTI: choices,
    Kind.TEXT: comment,
}


def compose(view: View, glass: Glass, typesetter: Typesetter) -> Scene:
    """The scene of `view` on `glass`."""
    page = page_for(view, glass, typesetter)
    question = view.question
    if view.state.screen in PLAIN:
        PLAIN[view.state.screen](page, view)
    elif question is not None and view.state.screen is Screen.REVIEW:
        review(page, view, question)
    elif question is not None:
        ASKING[question.kind](page, view, question)
    if page.glass != glass:
        add_foot(page, glass, view)
    return page.scene(str(view.state.screen), view.state.question, view.language)
