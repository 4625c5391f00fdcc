"""What the office makes of a year that was taken in: analyses, pages through the WSGI app, reports, a freeze."""

import io
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

SHEETS = 209  # as many as Bắc Giang's plan has points
year = import_module("year")


def timed(work: Callable[[], Any], times: int = 2) -> float:
    """The best of `times`, in seconds."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return round(best, 3)


def peak_mb() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def figures(frozen_too: bool = True) -> dict[str, Any]:
    """Seconds for everything that shows them; `frozen_too`: there are records, which a freeze walks."""
    from django.utils import timezone

    from central_office.intake import sums
    from central_office.results.analysing import analyse
    from central_office.results.keeping import stamp_of
    from central_office.rounds.models import PlanFile

    plan, now = PlanFile.objects.select_related("form").get(plan=year.PLAN), timezone.now()
    made: list[Any] = []
    found: dict[str, Any] = {"analyse_s": timed(lambda: made.append(analyse(plan, now)))}
    found["analyse_one_by_one_s"] = timed(lambda: made.append(analyse(plan, now, source=sums)), 1)
    assert made[0] == made[1] == made[2]
    one = frozenset({year.point_of(7)})
    found["analyse_one_commune_s"] = timed(lambda: analyse(plan, now, one))
    found["stamp_s"] = timed(lambda: stamp_of(plan))
    found |= pages() | reports(analyse(plan, now, floor=10))
    found["before_freeze_peak_mb"] = peak_mb()
    if not frozen_too:
        return found
    started = time.perf_counter()
    frozen = freeze()
    found["freeze_s"] = round(time.perf_counter() - started, 2)
    found |= {"frozen_records": frozen.count, "freeze_peak_mb": peak_mb()}
    return found


def pages() -> dict[str, float]:
    """The results page through the real WSGI app: nobody looked before; again; in another process; one commune's."""
    from django.contrib.auth.models import User
    from django.test import Client

    from central_office.results import keeping

    client = Client()
    client.force_login(User.objects.create_superuser("bench", password="x" * 16))
    cookie = client.cookies["sessionid"].value
    page(cookie, "/ki-ot/")  # templates and URLs are read
    found = {"page_first_s": timed(lambda: page(cookie), 1), "page_again_s": timed(lambda: page(cookie))}
    keeping._memory.clear()
    found["page_of_another_worker_s"] = timed(lambda: page(cookie), 1)
    return found | {"json_again_s": timed(lambda: page(cookie, "/ket-qua.json"))}


def page(cookie: str, path: str = "/ket-qua/") -> bytes:
    from central_office.wsgi import application

    told: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "HTTP_COOKIE": f"sessionid={cookie}",
        "HTTP_HOST": "localhost",
    }
    environ |= {
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    environ |= {"wsgi.input": io.BytesIO()}
    reply = application(environ, lambda status, _headers: told.append(status))
    body = b"".join(reply)
    reply.close()
    assert told[0].startswith("200"), (path, told)
    return body


def reports(analysis: Any) -> dict[str, Any]:
    """The public report as DOCX and PDF, and sheets of the first points."""
    from central_office.reports.drawing import ready
    from central_office.reports.making import MAKERS
    from central_office.reports.standing import UNSAID
    from central_office.results.analysis import By

    ready()
    points = analysis.breakdowns[By.POINT]
    few = replace(analysis, breakdowns={By.POINT: replace(points, rows=points.rows[:SHEETS])})
    found: dict[str, Any] = {
        f"report_{name}_s": timed(lambda name=name: list(MAKERS[name](analysis, None, UNSAID)), 1)
        for name in ("docx", "pdf")
    }
    made: list[Any] = []
    found["sheets_s"] = timed(lambda: made.extend(MAKERS["sheets"](few, None, UNSAID)), 1)
    return found | {"sheets": len(made)}


def freeze() -> Any:
    from django.conf import settings
    from django.utils import timezone

    from central_office.keys import read_centre_key, sign_with
    from central_office.publication import freezing
    from central_office.publication.figures import figures as public_figures
    from central_office.rounds import history

    key, now = read_centre_key(settings.CENTRE_KEY_PATH), timezone.now()
    history.add(year.PLAN, history.Kind.STAGE, "bench", now, about=history.Stage.APPROVED)
    request = freezing.Request(year.PLAN, now, now, "bench")
    return freezing.freeze(request, public_figures, lambda message: sign_with(key, message))
