"""The page from which reports are taken, and the files: one, or several as a ZIP that is sent while it is made."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from central_office.people.access import Right, needs, scope_of, visible
from central_office.publication.models import Frozen
from central_office.reports.archive import FIRST
from central_office.reports.making import MAKERS, Files
from central_office.reports.sources import Source, from_frozen, frozen_of, live, newest
from central_office.reports.standing import LIVE
from central_office.rounds.catalogue import choose, plan_of
from central_office.rounds.models import PlanFile


class Kind(NamedTuple):
    """`type`: of one file; several go as a ZIP."""

    label: str
    text: str
    type: str = ""


KINDS = {
    "docx": Kind(
        "Word (DOCX)",
        "Báo cáo để cán bộ viết tiếp: kiến nghị, số, chữ ký.",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "pdf": Kind("PDF", "Cùng nội dung, để in và gửi đi.", "application/pdf"),
    "sheets": Kind("Từng đơn vị (ZIP)", "Mỗi điểm khảo sát một trang PDF, đặt cạnh số liệu toàn đợt."),
    "xlsx": Kind(
        "Excel (XLSX)",
        "Bảng tính có công thức: mỗi chỉ số tính lại được từ số đếm.",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": Kind("CSV (ZIP)", "Bảng số liệu mở bằng Excel tiếng Việt."),
    "json": Kind("JSON", "Số liệu cho phần mềm khác.", "application/json"),
    "parquet": Kind("Parquet (ZIP)", "Số liệu có kiểu, cho công cụ phân tích."),
}


@require_safe
@needs(Right.SEE_FIGURES)
def report_page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_safe
@needs(Right.SEE_FIGURES)
def download(request: HttpRequest) -> HttpResponseBase:
    """`dang`: the format; `so-lieu`: a frozen version, or `live`; `ngay`: day of signing, empty to be written by hand.
    422 for a day that is none."""
    kind, said = request.GET.get("dang", ""), request.GET.get("ngay", "").strip()
    if kind not in MAKERS:
        raise Http404
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError:
        return _page(request, "Ngày ký không đúng. Nhập theo dạng năm-tháng-ngày, hoặc để trống.", 422)
    plan_file = _chosen(request)
    if plan_file is None:
        raise Http404
    source = _source(request, plan_file, kind)
    name = source.standing.code if source.standing.code != LIVE.code else plan_file.plan
    return _answer(name, kind, source.files([kind], day))


def _source(request: HttpRequest, plan_file: PlanFile, kind: str) -> Source:
    """The frozen round that was asked for, or else the newest; live figures where there is none, or they were asked
    for. Whoever sees some points only has these points' live figures. Raises: Http404."""
    wanted, points = request.GET.get("so-lieu", ""), scope_of(request.user).points_of(plan_file.plan)
    kept = {each.version: each for each in _frozen(request, plan_file.plan)}
    if wanted and wanted != LIVE.code and wanted not in kept:
        raise Http404
    frozen = kept.get(wanted) or (None if wanted or points is not None else newest(plan_file.plan))
    return from_frozen(frozen) if frozen else live(plan_file, timezone.now(), [kind], points, kept=True)


def _frozen(request: HttpRequest, plan: str) -> list[Frozen]:
    """Of a plan of which the person sees every point."""
    return frozen_of(plan) if scope_of(request.user).points_of(plan) is None else []


def _answer(of: str, kind: str, made: Files) -> HttpResponseBase:
    if KINDS[kind].type:
        name, data = next(made)
        return _attached(HttpResponse(data, content_type=KINDS[kind].type), f"{of}-{name}")
    return _attached(StreamingHttpResponse(_zipped(made), content_type="application/zip"), f"{of}-{kind}.zip")


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Pipe(io.RawIOBase):
    """Keeps what was written until it is taken; a ZIP needs nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def _zipped(made: Files) -> Iterator[bytes]:
    """Each file as soon as it is made, so that 209 sheets are seen to come."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made:
            archive.writestr(zipfile.ZipInfo(name, FIRST), data, zipfile.ZIP_DEFLATED)
            yield pipe.taken()
    yield pipe.taken()


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    chosen = _chosen(request)
    kept = _frozen(request, chosen.plan) if chosen else []
    context = {
        "page": "reports",
        "plans": [plan_of(each.text) for each in _plans(request)],
        "plan": plan_of(chosen.text) if chosen else None,
        "kinds": KINDS,
        "frozen": kept,
        "wanted": request.GET.get("so-lieu") or next((each.version for each in kept if not each.interim), LIVE.code),
        "live": LIVE,
        "day": request.GET.get("ngay", ""),
        "problem": problem,
    }
    return render(request, "office/report.html", context, status=status)


def _plans(request: HttpRequest) -> list[PlanFile]:
    return visible(request.user, PlanFile.objects.select_related("form").order_by("loaded_at"))


def _chosen(request: HttpRequest) -> PlanFile | None:
    try:
        return choose(_plans(request), request.GET.get("plan"), timezone.localdate())
    except PlanFile.DoesNotExist:
        raise Http404 from None
