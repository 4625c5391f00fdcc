"""The phone's pages: HTTP in, HTTP out. Who may answer is `entry`'s, what is kept `drafts`', the words `pages`'."""

import secrets
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from central_office.border import address_of
from central_office.phone import drafts, fields, pages, stamp, tries, walk
from central_office.phone.border import manner, page
from central_office.phone.drafts import End, Held
from central_office.phone.entry import Entry, Opened, Turned, Why, open_slip, open_unit, today
from central_office.phone.fields import Doubt, given
from central_office.phone.limits import LIMITS
from central_office.phone.pages import linked
from central_office.slips.withdrawal import Outcome, is_open, withdraw
from survey.form import Answers, Kind, Question
from survey.invitation import SLIP_PATH, UNIT_PATH, BadCode, Wrong, read_code, read_unit_code, unit_code

ADDRESS_BYTES = 16
WRONG_CODES = (Why.UNKNOWN, Why.WRONG_CHECK)
ANSWERABLE = (Why.USED, Why.EXPIRED, Why.OVER)  # with these an answer may have come, or may still come from a counter
OUTCOMES = {
    Outcome.DONE: "withdraw_done",
    Outcome.NOT_USED: "not_used",
    Outcome.ALREADY: "withdrawn",
    Outcome.TOO_LATE: "too_late",
    Outcome.UNKNOWN: "unknown",
}


@page
def slip(request: HttpRequest, letters: str, address: str = "", question: str = "") -> HttpResponse:
    """The form of a slip: with the bare code its first question and a new address, with that where it was left."""
    now = timezone.now()
    address = address or secrets.token_hex(ADDRESS_BYTES)
    opened = _opened(request, now, lambda: open_slip(letters, address, now))
    if isinstance(opened, Turned):
        withdraw = _withdrawal(letters, now) if opened.why is Why.USED else ""
        return pages.told(
            opened,
            manner(request),
            wait_s=_wait_s(opened, now),
            withdraw=withdraw,
            entered=letters[: fields.MOST_TYPED],
        )
    return _asked(request, opened, question, now)


@page
def slip_sent(request: HttpRequest, letters: str, address: str) -> HttpResponse:
    """Thanks, shown only for what is stored."""
    now = timezone.now()
    opened = _opened(request, now, lambda: open_slip(letters, address, now))
    if isinstance(opened, Entry):
        return _go(opened.path, request)
    if opened.why is Why.USED and opened.form is not None:
        return pages.thanks(manner(request), opened.form, _withdrawal(letters, now))
    return pages.told(opened, manner(request), wait_s=_wait_s(opened, now))


@page
def slip_withdrawn(request: HttpRequest, letters: str) -> HttpResponse:
    """Asks whether the answer shall be erased, and erases it; also one that a counter has still to send."""
    now = timezone.now()
    opened = _opened(request, now, lambda: open_slip(letters, "", now))
    if isinstance(opened, Turned) and opened.why not in ANSWERABLE:
        return pages.told(opened, manner(request), wait_s=_wait_s(opened, now))
    code = read_code(letters)
    if request.method != "POST":
        return pages.withdrawing(manner(request), opened.form, f"/{SLIP_PATH}/{code.letters}")
    outcome = withdraw(code, now)
    drafts.drop(code)
    return pages.message(OUTCOMES[outcome], manner(request), opened.form)


@page
def unit(request: HttpRequest, letters: str, address: str = "", question: str = "") -> HttpResponse:
    """The form of a unit's permanent code; each opening of the bare code is a new answer with an address of its own."""
    now = timezone.now()
    address = address or secrets.token_hex(ADDRESS_BYTES)
    opened = _opened(request, now, lambda: open_unit(letters, address, now))
    if isinstance(opened, Turned):
        return pages.told(opened, manner(request), wait_s=_wait_s(opened, now))
    return _asked(request, opened, question, now)


@page
def unit_sent(request: HttpRequest, letters: str, address: str) -> HttpResponse:
    now = timezone.now()
    opened = _opened(request, now, lambda: open_unit(letters, address, now))
    if isinstance(opened, Turned):
        return pages.told(opened, manner(request), wait_s=_wait_s(opened, now))
    if not drafts.look(opened).sent:
        return _go(opened.path, request)
    return pages.thanks(manner(request), opened.form)


@page
def typed(request: HttpRequest) -> HttpResponse:
    """The box for a code, for those who cannot scan it."""
    if request.method != "POST":
        return pages.typing(manner(request))
    shown = request.POST.get("c", "")
    try:
        return _go(f"/{SLIP_PATH}/{read_code(shown).letters}", request)
    except BadCode as error:
        wrong = error
    try:
        return _go(f"/{UNIT_PATH}/{unit_code(read_unit_code(shown))}", request)
    except BadCode as error:
        kind = Wrong.WRONG_CHECK if Wrong.WRONG_CHECK in (wrong.kind, error.kind) else Wrong.NOT_A_CODE
    return pages.told(Turned(Why(kind.value)), manner(request), entered=shown[: fields.MOST_TYPED])


@page
def lost(request: HttpRequest) -> HttpResponse:
    return pages.told(Turned(Why.LOST), manner(request))


def _opened(request: HttpRequest, now: datetime, opening: Callable[[], Opened]) -> Opened:
    """What the code opens. A wrong one is no more than told to wait when its address has just tried too many.

    A good one is never refused for its neighbours' wrong ones: a whole town may stand behind one address (law 2).
    """
    opened = opening()
    if not isinstance(opened, Turned) or opened.why not in WRONG_CODES:
        return opened
    address = address_of(request)
    if tries.over(address, tries.WRONG, LIMITS.wrong, now):
        return Turned(Why.TOO_MANY)
    tries.count(address, tries.WRONG, now)
    return opened


def _wait_s(turned: Turned, now: datetime) -> int:
    return tries.wait_s(now) if turned.why is Why.TOO_MANY else 0


def _withdrawal(letters: str, now: datetime) -> str:
    """Where the answer of this used slip is taken back; "" once that is over."""
    code = read_code(letters)
    return f"/{SLIP_PATH}/{code.letters}/rut-lai" if is_open(code, today(now)) else ""


def _go(path: str, request: HttpRequest) -> HttpResponse:
    """On to a page of ours, in the same language; with GET, so that going back sends nothing again."""
    location = linked(path, manner(request).asked)
    return HttpResponse(status=303, headers={**pages.HEADERS, "Location": location})


def _asked(request: HttpRequest, entry: Entry, code: str, now: datetime) -> HttpResponse:
    held = drafts.look(entry)
    if held.sent:
        return _go(f"{entry.path}/xong", request)
    if held.is_elsewhere:  # nothing of it, and nothing more: the code alone says neither who asks nor who began
        return pages.told(Turned(Why.ELSEWHERE, entry.form), manner(request), withdraw=entry.withdraw)
    question = entry.form.question(code) if code else walk.resumed(entry.form, held.answers)
    if question is None or question not in entry.form.asked(held.answers):
        return _go(entry.path, request) if code else pages.told(Turned(Why.BROKEN), manner(request))
    if request.method == "POST" and code:
        return _answered(request, entry, question, held, now)
    return pages.question(entry, question, held, manner(request), now, resumed=not code)


def _answered(request: HttpRequest, entry: Entry, question: Question, held: Held, now: datetime) -> HttpResponse:
    """Keep what was sent, then show what follows (law 1: in this order)."""
    act, answers = request.POST.get("do", ""), held.answers
    if act != "skip":
        kept = _kept(request, entry, question, held, now)
        if isinstance(kept, HttpResponse):
            return kept
        answers = kept
    following = walk.after(entry.form, answers, question.code)
    if following is not None and act != "finish":
        return _go(pages.address(entry, following), request)
    return _finished(request, entry, now)


def _kept(request: HttpRequest, entry: Entry, question: Question, held: Held, now: datetime) -> Answers | HttpResponse:
    """The answers with the one sent, which is on the disk; or the page that says why it is not."""
    act = request.POST.get("do", "")
    value = given(question, request.POST.getlist("a"), sure=act == "sure")
    if isinstance(value, Doubt):
        return pages.question(entry, question, held, manner(request), now, value)
    if value is None and question.code not in held.answers:
        may_be_empty = question.kind in (Kind.TEXT, Kind.MULTI) or act == "finish"
        return held.answers if may_be_empty else _go(pages.address(entry, question), request)
    if value is None and question.kind not in (Kind.TEXT, Kind.MULTI):
        return held.answers  # a rating is changed by another one only
    if not held.answers and _crowds(request, entry, now):
        return pages.told(Turned(Why.TOO_MANY, entry.form), manner(request), wait_s=tries.wait_s(now))
    stood_s = stamp.stood_s(request.POST.get("t", ""), entry.name, question.code, now) if held.answers else 0
    if not drafts.save(entry, question.code, value, stood_s, now):
        return _go(entry.path, request)  # which tells that it was used or begun elsewhere, or thanks
    others = {code: answer for code, answer in held.answers.items() if code != question.code}
    return others if value is None else {**others, question.code: value}


def _finished(request: HttpRequest, entry: Entry, now: datetime) -> HttpResponse:
    """Thanks after the record is stored, and only then; who has skipped everything begins anew."""
    end = drafts.finish(entry.name, now, entry.proof)
    return _go(f"{entry.path}/xong" if end is End.SENT else entry.path, request)


def _crowds(request: HttpRequest, entry: Entry, now: datetime) -> bool:
    """Whether an address begins more answers at units' codes than a whole network of people does."""
    if entry.token:
        return False
    address = address_of(request)
    if tries.over(address, tries.BEGUN, LIMITS.begun, now):
        return True
    tries.count(address, tries.BEGUN, now)
    return False
