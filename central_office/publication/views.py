"""The office's pages of frozen rounds: what is frozen, whether it is intact, minutes, publications, downloads."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from central_office.keys import read_centre_key, sign_with
from central_office.people.access import Right, needs, scope_of
from central_office.publication import editing, freezing, members, recording, words
from central_office.publication.files import sha256, zipped
from central_office.publication.handing import TooNear, hand_out
from central_office.publication.inputs import read_inputs
from central_office.publication.models import Acceptance, Frozen, Publication, Where
from central_office.publication.site import site as site_files
from central_office.results.analysis_file import read_analysis
from survey.form import text_in


@require_safe
@needs(Right.PUBLISH)
def frozen_page(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request.user)
    rounds = [_summary(each) for each in Frozen.objects.order_by("-frozen_at") if scope.has_whole(each.plan)]
    told = Publication.objects.select_related("frozen").order_by("-day", "-pk")
    published = [(each, Where(each.where).label) for each in told if scope.has_whole(each.frozen.plan)]
    return render(request, "office/frozen.html", {"page": "publication", "rounds": rounds, "published": published})


@require_safe
@needs(Right.PUBLISH)
def one_page(request: HttpRequest, version: str) -> HttpResponse:
    return _one(request, _seen(request, version))


@require_safe
@needs(Right.PUBLISH)
def site_zip(request: HttpRequest, version: str) -> HttpResponse:
    frozen = _seen(request, version)
    try:
        hand_out(frozen, "site", request.user.get_username(), timezone.now())
    except TooNear as error:
        return _one(request, frozen, "site", str(error))
    body = zipped(site_files(editing.edition_of(frozen, _key()), _sign), frozen.version)
    disposition = f'attachment; filename="{frozen.version}.zip"'
    return HttpResponse(body, content_type="application/zip", headers={"Content-Disposition": disposition})


@require_POST
@needs(Right.PUBLISH)
def accept(request: HttpRequest, version: str) -> HttpResponseBase:
    return _record(request, version, "accept", recording.accept)


@require_POST
@needs(Right.PUBLISH)
def publish(request: HttpRequest, version: str) -> HttpResponseBase:
    return _record(request, version, "publish", recording.publish)


def _seen(request: HttpRequest, version: str) -> Frozen:
    """The frozen round, if the person has the whole of its plan: it shows every point. Raises: Http404."""
    frozen = get_object_or_404(Frozen, version=version)
    if not scope_of(request.user).has_whole(frozen.plan):
        raise Http404
    return frozen


def _record(request: HttpRequest, version: str, form: str, write: Callable[..., Any]) -> HttpResponseBase:
    """Write what was entered; when something is wrong, the page again with everything typed, as 422."""
    frozen = _seen(request, version)
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return _one(request, frozen, form, "Nhập ngày theo mẫu năm-tháng-ngày.")
    fields = (request.POST.get(name, "") for name in ("what", "note", "where"))
    try:
        write(frozen, recording.Entry(day, *fields), request.user.get_username(), timezone.now())
    except recording.NotRecorded as error:
        return _one(request, frozen, form, str(error))
    return redirect("frozen_one", version=frozen.version)


def _one(request: HttpRequest, frozen: Frozen, form: str = "", wrong: str = "") -> HttpResponse:
    typed = {form: {name: request.POST.get(name, "") for name in ("day", "what", "note", "where")}} if form else {}
    context = {
        "page": "publication",
        "it": _summary(frozen),
        "manifest": sha256(bytes(frozen.manifest)),
        "key": _key().hex(),
        "minutes": Acceptance.objects.filter(frozen=frozen).order_by("day", "pk"),
        "published": [
            (each, Where(each.where).label) for each in Publication.objects.filter(frozen=frozen).order_by("day", "pk")
        ],
        "choices": Where.choices,
        "typed": typed,
        "wrong": {form: wrong} if wrong else {},
        "today": timezone.localdate().isoformat(),
    }
    return render(request, "office/frozen_one.html", context, status=422 if wrong else 200)


def _summary(frozen: Frozen) -> dict[str, Any]:
    """What the pages tell of a frozen round; `late`: records that came since, which are in none of its figures."""
    analysis, _ = read_analysis(bytes(frozen.analysis))
    since = freezing.withdrawn_since(frozen.plan, read_inputs(bytes(frozen.inputs)))
    overall = analysis.overall
    return {
        "frozen": frozen,
        "title": text_in(analysis.plan.title, "vi"),
        "index": words.measured(overall) if overall else words.DASH,
        "n": words.answered(overall) if overall else words.DASH,
        "interval": words.interval(overall) if overall else words.DASH,
        "genuine": freezing.is_genuine(frozen, _key()),
        "late": members.count_of(frozen.plan) - (frozen.count - since),
        "withdrawn": since,
        "accepted": Acceptance.objects.filter(frozen=frozen).exists(),
        "told": Publication.objects.filter(frozen=frozen).count(),
    }


def _key() -> bytes:
    return bytes(read_centre_key(settings.CENTRE_KEY_PATH).verify_key)


def _sign(message: bytes) -> bytes:
    return sign_with(read_centre_key(settings.CENTRE_KEY_PATH), message)
