"""A table of units from the page: shown first, written when a person says so. HTTP only.

What was shown travels in the page itself, signed by the office: exactly that is written, nothing waits on the server.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from central_office.csv_in import MOST_BYTES
from central_office.people.access import Right, needs
from central_office.units.preview import Preview
from central_office.units.reading import LIST
from central_office.units.storing import ListFacts, Stale, preview_now, store
from central_office.units.table_file import Line, read_table
from survey.errors import BadFile

SALT = "central_office.units.importing"
GOOD_FOR_S = 3600
MOST_SHOWN = 300
MOST_IN_PAGE = 2_000_000  # characters; a larger table is for the command
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_UNITS)
def preview_units(request: HttpRequest) -> HttpResponse:
    """What a file would do. Nothing is written."""
    if request.method != "POST":
        return _answer(request, {})
    file, code_list = request.FILES.get("file"), request.POST.get("list", "").strip()
    if file is None or (file.size or 0) > MOST_BYTES:
        why = "Xin chọn một tệp CSV hoặc XLSX." if file is None else f"Tệp lớn hơn {MOST_BYTES // 1_000_000} MB."
        return _answer(request, {"problem": why}, UNPROCESSABLE)
    if code_list and not LIST.fullmatch(code_list):
        why = "Mã danh mục chỉ gồm chữ thường không dấu, số và gạch nối, như hc-2025."
        return _answer(request, {"problem": why}, UNPROCESSABLE)
    name = str(file.name)[:80]
    try:
        table = read_table(file.read(), name)
    except BadFile as error:
        why = "; ".join(f"{each.place}: {each.reason}" if each.place else each.reason for each in error.problems)
        return _answer(request, {"problem": why}, UNPROCESSABLE)
    facts = (request.POST.get("list_name", "").strip()[:200], request.POST.get("list_version", "").strip()[:40])
    shown = _shown(table.lines, code_list, name, facts, preview_now(table.lines, code_list))
    return _answer(request, shown | {"unused": table.unused})


@require_POST
@needs(Right.EDIT_UNITS)
def confirm_units(request: HttpRequest) -> HttpResponse:
    """Write what was shown; if the units have changed since, show what it would do now."""
    try:
        said = signing.loads(request.POST.get("rows", ""), salt=SALT, max_age=GOOD_FOR_S)
    except signing.BadSignature:
        return _answer(request, {"problem": "Bản xem trước đã hết hạn; xin chọn lại tệp."}, UNPROCESSABLE)
    lines, code_list, name, facts, shown = said
    lines = tuple(Line(number, cells) for number, cells in lines)
    try:
        done = store(lines, code_list, shown, request.user.get_username(), name, ListFacts(*facts))
    except Stale:
        why = "Đơn vị đã thay đổi sau khi xem trước; đây là bản xem trước mới."
        again = _shown(lines, code_list, name, tuple(facts), preview_now(lines, code_list))
        return _answer(request, again | {"problem": why}, UNPROCESSABLE)
    return redirect(f"{reverse('units')}?da-ghi={len(done.changes)}")


def _shown(
    lines: tuple[Line, ...], code_list: str, name: str, facts: tuple[str, str], result: Preview
) -> dict[str, Any]:
    said = ([(line.number, dict(line.cells)) for line in lines], code_list, name, facts, result.digest)
    rows = signing.dumps(said, salt=SALT, compress=True) if result.changes and not result.refused else ""
    return {
        "file": name,
        "result": result,
        "refused": result.refused[:MOST_SHOWN],
        "new": result.new[:MOST_SHOWN],
        "changed": result.changed[:MOST_SHOWN],
        "rows": rows if len(rows) <= MOST_IN_PAGE else "",
        "too_large": len(rows) > MOST_IN_PAGE,
    }


def _answer(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "units/import.html", {"page": "units", "typed": request.POST} | context, status=status)
