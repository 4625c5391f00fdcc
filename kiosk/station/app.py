"""The counter's pages over HTTP: what may be asked, by whom, and what is done then. Decides nothing about slips."""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bottle import Bottle, HTTPResponse, SimpleTemplate, request, static_file

from hardware.errors import HardwareError
from hardware.ports import CodeScanner
from kiosk.station import texts
from kiosk.station.desk import Desk
from kiosk.station.doors import COOKIE, Refused, Wsgi, guarded, read_form, read_query, session_of
from kiosk.station.entrance import Entrance, Entry
from kiosk.station.errors import NotReady
from kiosk.station.late import late_dossiers
from kiosk.station.lists import Lists
from kiosk.station.standing import CounterFiles
from kiosk.station.views import SlipView, late_period, view_counts, view_fields, view_late, view_printer, view_slip
from kiosk.station.wish import Wish, read_wish
from sync_agent.outbox import OutboxError, Slip, SlipBook

log = logging.getLogger(__name__)
PAGES = Path(__file__).with_name("pages")
ASSETS = "kieu.css", "may-quet.js"
REQUEST = re.compile(r"[0-9a-f]{32}")
NUMBER = "<n:re:[0-9]{1,9}>"
MOST_RECENT, MOST_OF_DAY = 20, 2000
REQUEST_BYTES = 16
Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages are made of. `https`: a proxy in front speaks TLS. `randomness`: the system's. `scanner`: on a
    cable of this machine, if any; what it reads goes to the session that took it last, to begin with the first."""

    desk: Desk
    book: SlipBook
    files: CounterFiles
    entrance: Entrance
    lists: Lists
    today: Callable[[], date]
    randomness: Callable[[int], bytes]
    known_hosts: frozenset[str]
    https: bool = False
    scanner: CodeScanner | None = None


def make_app(site: Site) -> Wsgi:
    """The WSGI application."""
    app = Bottle()
    pages = _Pages(site)
    app.route("/", "GET", pages.shown(pages.slips))
    app.route("/tre-hen", "GET", pages.shown(pages.late))
    app.route("/dang-nhap", "GET", pages.shown(pages.enter, for_all=True))
    app.route("/dang-nhap", "POST", pages.posted(pages.try_code, for_all=True))
    app.route("/dang-xuat", "POST", pages.posted(pages.leave))
    app.route("/phieu", "POST", pages.posted(pages.issue))
    for path, done in pages.orders.items():
        app.route(f"/phieu/{NUMBER}/{path}", "POST", pages.posted(done))
    app.route("/ngay", "POST", pages.posted(pages.confirm_day))
    app.route("/may-quet", "POST", pages.posted(pages.take_scanner))
    app.route("/vua-quet", "POST", pages.posted(pages.scanned))
    for name in ASSETS:
        app.route(f"/{name}", "GET", lambda name=name: static_file(name, root=str(PAGES)))
    app.default_error_handler = pages.trouble
    return guarded(app, site.known_hosts)


class _Pages:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._templates = {
            name: SimpleTemplate(name=f"{name}.html", lookup=[str(PAGES)])
            for name in ("slips", "late", "enter", "trouble")
        }
        desk = site.desk
        self._at_scanner = ""  # the session whose page gets what the scanner reads
        self.orders: dict[str, Callable[..., Any]] = {
            "in-tiep": lambda form, n: self._done(desk.go_on(int(n), form.get("seen", ""), _before(form))),
            "in-lai": lambda form, n: self._done(desk.print_again(int(n), _before(form))),
            "da-ra": lambda _form, n: self._done(desk.confirm(int(n))),
            "huy": self._make_void,
        }

    # what every request goes through

    def shown(self, page: Callable[[], Any], for_all: bool = False) -> Callable[[], Any]:
        """`page` for those who may see it; the others are sent to the entrance."""

        def run() -> Any:
            session = session_of(request.environ)
            if not for_all and self._site.entrance.needs_code and not self._site.entrance.is_open(session):
                return _sent_to("/dang-nhap")
            if session:
                return self._safely(page)
            session = self._site.entrance.visitor()
            request.environ["HTTP_COOKIE"] = f"{COOKIE}={session}"  # its own forms are stamped for it
            made = self._safely(page)
            return self._with_session(made if isinstance(made, HTTPResponse) else HTTPResponse(made), session)

        return run

    def posted(self, order: Callable[..., Any], for_all: bool = False) -> Callable[..., Any]:
        """`order` for who may give it, from a form of ours."""

        def run(**arguments: str) -> Any:
            session = session_of(request.environ)
            if not for_all and not self._site.entrance.is_open(session):
                return _sent_to("/dang-nhap" if self._site.entrance.needs_code else "/")
            try:
                form = read_form(request.environ)
            except Refused as error:
                return self._trouble_page(texts.BAD_REQUEST, error.status)
            if not session or not self._site.entrance.is_stamped(session, form.get("stamp", "")):
                return self._trouble_page(texts.OLD_PAGE, 403)
            return self._safely(lambda: order(form, **arguments))

        return run

    def _safely(self, work: Callable[[], Any]) -> Any:
        """The one border of the pages: expected trouble in words, the rest in the log."""
        try:
            return work()
        except HTTPResponse:
            raise
        except NotReady as error:
            return self._trouble_page(error.text, 503)
        except HardwareError as error:
            log.error("station.failed", extra={"fields": {"code": error.code, "why": str(error)}})
            return self._trouble_page(texts.NO_FONT, 503)
        except (OutboxError, OSError) as error:
            code = getattr(error, "code", "io_error")
            log.error("station.failed", extra={"fields": {"code": code, "why": str(error)}})
            return self._trouble_page(texts.DISK_FAILED.format(code=code), 503)
        except Exception:
            log.exception("request.failed")
            return self._trouble_page(texts.FAILED, 500)

    def trouble(self, error: Any) -> str:
        """Bottle's own errors: no such page, another method."""
        if error.status_code >= 500:
            log.error("station.failed", extra={"fields": {"code": "http", "why": str(error.body)[:200]}})
        return self._render("trouble", title=texts.NOT_FOUND, problem=texts.NOT_FOUND)

    # pages

    def slips(self) -> str:
        return self._slips_page()

    def late(self) -> str:
        dossiers = late_dossiers(self._site.book.late(), self._site.desk.letters)
        counts, rows = view_late(dossiers)
        period = late_period(self._site.book.days())
        return self._render("late", title=texts.NAV_LATE, here="late", counts=counts, rows=rows, period=period)

    def enter(self) -> Any:
        if not self._site.entrance.needs_code:
            return _sent_to("/")
        return self._render("enter", title=texts.ENTER_TITLE)

    # orders

    def try_code(self, form: Form) -> Any:
        entry, session = self._site.entrance.try_code(form.get("code", ""))
        if entry is Entry.OPENED:
            return self._with_session(_sent_to("/"), session)
        seconds = int(self._site.entrance.left_s()) + 1
        problem = texts.WRONG_CODE if entry is Entry.WRONG else texts.LOCKED.format(seconds=seconds)
        page = self._render("enter", title=texts.ENTER_TITLE, problem=problem)
        return HTTPResponse(page, 403 if entry is Entry.WRONG else 429)

    def scanned(self, _form: Form) -> Any:
        """What the scanner has read since the page last asked, for its script; "" for nothing whole. `scanner`: whether
        it is this session's; the first that asks has it until another takes it."""
        session = session_of(request.environ)
        self._at_scanner = self._at_scanner or session
        here = self._site.scanner is not None and self._at_scanner == session
        scans = self._site.scanner.take() if here and self._site.scanner else ()
        body = json.dumps({"scanner": here, "text": scans[-1].text if scans else ""})
        return HTTPResponse(body, 200, {"Content-Type": "application/json", "Cache-Control": "no-store"})

    def take_scanner(self, _form: Form) -> Any:
        """From now on the scanner's codes go to this session; what was shown before was meant for another."""
        self._at_scanner = session_of(request.environ)
        if self._site.scanner:
            self._site.scanner.take()
        return _sent_to("/")

    def confirm_day(self, form: Form) -> Any:
        day = texts.read_day(form.get("day", ""))
        if day is not None:
            self._site.desk.confirm_day(day)
        return _sent_to("/")

    def leave(self, _form: Form) -> Any:
        session = session_of(request.environ)
        self._site.entrance.leave(session)
        if self._at_scanner == session:
            self._at_scanner = ""
        return _sent_to("/dang-nhap")

    def issue(self, form: Form) -> Any:
        name = form.get("request", "")
        if not REQUEST.fullmatch(name):
            return self._trouble_page(texts.BAD_REQUEST, 400)
        if "step" not in form:  # the one button: no dossier at all
            return self._done(self._site.desk.issue(name, Wish()))
        questions = self._site.files.read().questions
        wish, problems = read_wish(form, self._site.lists, questions, self._site.today())
        if problems or form["step"] != "print":
            return HTTPResponse(self._slips_page(form, wish, problems), 422 if problems else 200)
        return self._done(self._site.desk.issue(name, wish))

    def _make_void(self, form: Form, n: str) -> Any:
        reason = form.get("reason", "")
        if reason not in self._site.lists.void_reasons:
            return HTTPResponse(self._slips_page(problem=texts.NO_REASON), 422)
        return self._done(self._site.desk.make_void(int(n), reason))

    def _done(self, slip: Slip | None) -> Any:
        return self._trouble_page(texts.NO_SLIP, 404) if slip is None else _sent_to(f"/?phieu={slip.n}")

    # drawing

    def _slips_page(
        self, typed: Form | None = None, wish: Wish | None = None, problems: Form | None = None, problem: str = ""
    ) -> str:
        site, today = self._site, self._site.today()
        limit = MOST_OF_DAY if "tat-ca" in read_query(request.environ) else MOST_RECENT
        recent = site.book.recent(today, limit + 1)
        not_ready, fields = "", []
        try:
            questions = site.files.read().questions
            fields = view_fields(questions, site.lists, typed or {}, wish or Wish(), problems or {}, today)
        except NotReady as error:
            not_ready = error.text
        return self._render(
            "slips",
            title=texts.NAV_SLIPS,
            here="slips",
            problem=problem,
            not_ready=not_ready,
            requests=[site.randomness(REQUEST_BYTES).hex() for _ in range(2)],
            typed=typed is not None,
            listens=site.scanner is not None,
            has_scanner=self._at_scanner in ("", session_of(request.environ)),
            asked_day=texts.day(today) if site.desk.asks_day() else "",
            fields=fields,
            printer=view_printer(site.desk.printer_status()),
            cards=self._cards(),
            counts=view_counts(site.book.counts(today)),
            recent=[self._view(slip) for slip in recent[:limit]],
            has_more=len(recent) > limit,
            reasons=site.lists.void_reasons,
        )

    def _cards(self) -> list[SlipView]:
        """The slip just asked for, and those of which somebody must say what became of them."""
        last = self._site.book.slip(_whole(read_query(request.environ).get("phieu", "")))
        others = [slip for slip in self._site.book.unsettled() if last is None or slip.n != last.n]
        shown = [] if last is None else [self._view(last, is_last=True)]
        return shown + [self._view(slip) for slip in others[:MOST_RECENT]]

    def _view(self, slip: Slip, is_last: bool = False) -> SlipView:
        desk = self._site.desk
        return view_slip(slip, desk.letters(slip), desk.said(slip.n), self._site.lists, is_last)

    def _trouble_page(self, problem: str, status: int) -> HTTPResponse:
        return HTTPResponse(self._render("trouble", title=texts.CANNOT, problem=problem), status)

    def _render(self, name: str, **values: Any) -> str:
        session = session_of(request.environ)
        standing = self._site.files.standing()
        place = {
            "office": standing.assignment.office.get("vi", "") if standing else "",
            "point": standing.assignment.point_name.get("vi", "") if standing else "",
            "today": texts.TODAY_IS.format(day=texts.day(self._site.today())),
        }
        common = {
            "t": texts,
            "place": _Named(place),
            "session": self._site.entrance.is_open(session),
            "needs_code": self._site.entrance.needs_code,
            "stamp": self._site.entrance.stamp(session),
            "here": "",
            "problem": "",
        }
        page: str = self._templates[name].render(common | values)
        return page

    def _with_session(self, response: HTTPResponse, session: str) -> HTTPResponse:
        response.set_cookie(COOKIE, session, path="/", httponly=True, samesite="strict", secure=self._site.https)
        return response


class _Named:
    """A mapping whose keys are read as attributes, as the templates do."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.__dict__.update(values)


def _sent_to(path: str) -> HTTPResponse:
    return HTTPResponse("", 303, {"Location": path})


def _before(form: Form) -> int:
    """How often the slip had been printed again when the page was made."""
    return _whole(form.get("before", ""))


def _whole(text: str) -> int:
    """The number in `text`; -1 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
