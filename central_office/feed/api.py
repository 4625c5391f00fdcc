"""The feed over HTTP: reads what is asked, hands on what `answers`, `lists` and `figures` give. Stores no answer."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from central_office import problem
from central_office.feed import answers, document, figures, lists, writing
from central_office.feed.admission import FeedToken
from central_office.feed.cursor import LONGEST, BadCursor, read_cursor
from central_office.feed.holder import Holder
from central_office.feed.numbering import number
from central_office.feed.replies import reply
from central_office.rounds.models import PlanFile

MOST_ITEMS = 1_000
USUAL_ITEMS = 500

router = Router(auth=FeedToken())


@router.get("/answers", url_name="feed_answers", openapi_extra=document.ANSWERS, summary="Answers, in one order")
def answers_feed(request: HttpRequest) -> HttpResponse:
    """What happened to answers after the cursor: stored, withdrawn, counted anew; each once, nothing left out."""
    kind, limit = _format(request), _limit(request)
    try:
        after = read_cursor(_asked(request, "cursor", LONGEST))
        number(timezone.now())
        page = answers.page(after, limit, _holder(request))
    except BadCursor as error:
        raise problem.Refused(problem.BAD_CURSOR, error.hint) from None
    except answers.CursorAhead as error:
        raise problem.Refused(problem.CURSOR_AHEAD, error.hint) from None
    cursor = page.cursor.write()
    body = writing.write_page(page.items, {"cursor": cursor, "more": page.more}, kind, writing.COLUMNS["answers"])
    asked = urlencode({"cursor": cursor, "limit": limit, "format": kind})
    headers = {"Hailong-Cursor": cursor, "Hailong-More": str(int(page.more)), "Link": f'<?{asked}>; rel="next"'}
    return reply(request, body, writing.MEDIA[kind], headers)


@router.get("/plans", url_name="feed_plans", openapi_extra=document.PLANS, summary="Plans, as they are now")
def plans_feed(request: HttpRequest) -> HttpResponse:
    """Each plan with its stage and its file."""
    return _list(request, "plans", lists.plans)


@router.get("/forms", url_name="feed_forms", openapi_extra=document.FORMS, summary="Every version of the forms")
def forms_feed(request: HttpRequest) -> HttpResponse:
    """Each form version with its file: what the questions and values of answers mean."""
    return _list(request, "forms", lists.forms)


@router.get("/units", url_name="feed_units", openapi_extra=document.UNITS, summary="The tree of units")
def units_feed(request: HttpRequest) -> HttpResponse:
    """Units of all times with their successors."""
    return _list(request, "units", lists.units)


@router.get("/kiosks", url_name="feed_kiosks", openapi_extra=document.KIOSKS, summary="Kiosks and where they stand")
def kiosks_feed(request: HttpRequest) -> HttpResponse:
    """Each kiosk with what it last told of itself."""
    return _list(request, "kiosks", lists.kiosks)


@router.get("/figures", url_name="feed_figures", openapi_extra=document.FIGURES, summary="A plan's figures, masked")
def figures_feed(request: HttpRequest) -> HttpResponse:
    """Every figure of the plan as it stands now; small cells are masked."""
    holder = _holder(request)
    plan = PlanFile.objects.filter(plan=_asked(request, "plan", 40)).select_related("form").first()
    if plan is None or not holder.sees(plan.plan):
        raise problem.Refused(problem.NO_SUCH_PLAN)
    return reply(request, figures.figures(plan, holder, timezone.now()), writing.MEDIA[writing.JSON], {})


def _list(request: HttpRequest, name: str, read: Callable[[Holder], list[dict[str, Any]]]) -> HttpResponse:
    kind = _format(request)
    body = writing.write_page(read(_holder(request)), {}, kind, writing.COLUMNS[name])
    return reply(request, body, writing.MEDIA[kind], {})


def _holder(request: HttpRequest) -> Holder:
    """Whom the door let in."""
    holder: Holder = request.auth  # type: ignore[attr-defined]
    return holder


def _asked(request: HttpRequest, name: str, longest: int) -> str:
    """Raises: Refused for a name that stands twice, or a value that is too long or holds what no database keeps."""
    given = request.GET.getlist(name)
    if len(given) > 1 or any(len(text) > longest or "\0" in text for text in given):
        raise problem.Refused(problem.WRONG_FIELDS, f"{name}: once, at most {longest} characters")
    return given[0] if given else ""


def _format(request: HttpRequest) -> str:
    kind = _asked(request, "format", 10) or writing.JSON
    if kind not in writing.MEDIA:
        raise problem.Refused(problem.WRONG_FIELDS, f"format is one of {', '.join(writing.MEDIA)}")
    return kind


def _limit(request: HttpRequest) -> int:
    text = _asked(request, "limit", 10)
    if text and not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MOST_ITEMS):
        raise problem.Refused(problem.WRONG_FIELDS, f"limit is a number from 1 to {MOST_ITEMS}")
    return int(text) if text else USUAL_ITEMS
