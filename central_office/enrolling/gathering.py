"""What the enrolling pages show: points to choose from, kiosks that wait, codes and batches. Knows no HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Count, Q
from django.utils import timezone
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from central_office.fleet.listing import point_names
from central_office.fleet.models import EnrolmentBatch, EnrolmentCode, Kiosk
from central_office.people.access import Scope
from central_office.people.second_factor import QUIET, Drawing
from central_office.rounds.catalogue import plan_of
from central_office.rounds.models import PlanFile
from central_office.units.tree import UNPLACED, tree
from survey.enrolment import fingerprint
from survey.form import text_in
from survey.vietnamese import sort_key

CODES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """A point that may get a kiosk; `kiosks`: how many serve there now."""

    code: str
    name: str
    unit: str
    kiosks: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kiosk whose fingerprint an officer is to compare."""

    kiosk: str
    plan: str
    point_name: str
    unit: str
    since: datetime
    groups: tuple[str, ...]
    pending: int


def choices(row: PlanFile, scope: Scope, wanted: str) -> list[Choice]:
    """The plan's points in the scope under their unit; `wanted`: part of a name, a code or a unit's name."""
    places, counts = _units(), _counts(row.plan)
    found = []
    for allocation in plan_of(row.text).allocations:
        code, name = allocation.point.code, text_in(allocation.point.name, "vi")
        unit = places(code)
        if scope.holds(code, row.plan) and wanted.casefold() in f"{name} {code} {unit}".casefold():
            found.append(Choice(code, name, unit, counts.get(code, 0)))
    return sorted(found, key=lambda choice: (sort_key(choice.unit), sort_key(choice.name), choice.code))


def waiting(scope: Scope) -> list[Waiting]:
    """The kiosks in the scope that wait, unit by unit."""
    names, places = point_names(), _units()
    rows = Kiosk.objects.filter(revoked_at=None, retired_at=None).exclude(waits_since=None)
    found = [
        Waiting(
            row.kiosk,
            row.plan,
            names.get((row.plan, row.point), row.point),
            places(row.point),
            timezone.localtime(row.waits_since),
            groups_of(bytes(row.public_key)),
            row.pending,
        )
        for row in rows
        if scope.holds(row.point, row.plan)
    ]
    return sorted(found, key=lambda each: (sort_key(each.unit), sort_key(each.point_name), each.kiosk))


def by_unit(waits: list[Waiting]) -> list[tuple[str, list[Waiting]]]:
    """Those that wait, under the name of their unit, in their order."""
    return [(unit, list(own)) for unit, own in groupby(waits, key=lambda each: each.unit)]


def groups_of(public_key: bytes) -> tuple[str, ...]:
    """A fingerprint in its eight groups, as the kiosk's screen shows them."""
    return tuple(fingerprint(public_key).split(" "))


def codes(scope: Scope) -> list[tuple[EnrolmentCode, str]]:
    """The last single codes in the scope, with the names of their points."""
    names = point_names()
    rows = EnrolmentCode.objects.filter(batch=None).order_by("-expires_at")[: 4 * CODES_SHOWN]
    mine = [row for row in rows if scope.holds(row.point, row.plan)]
    return [(row, names.get((row.plan, row.point), row.point)) for row in mine[:CODES_SHOWN]]


def batches(scope: Scope) -> list[EnrolmentBatch]:
    """Batches of plans that are wholly in the scope; `total`, `used`, `waits`: of their codes and kiosks."""
    used = Count("enrolmentcode", filter=Q(enrolmentcode__used_at__isnull=False))
    rows = EnrolmentBatch.objects.annotate(total=Count("enrolmentcode"), used=used).order_by("-pk")
    return [row for row in rows if scope.has_whole(row.plan)]


def drawing(text: str) -> Drawing:
    """The QR code of an enrolment code, letters alone: a scanner with its own keyboard changes no dash."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    modules = code.get_matrix()
    marks = [f"M{x} {y}h1v1h-1z" for y, line in enumerate(modules) for x, dark in enumerate(line) if dark]
    return Drawing(len(modules), "".join(marks))


def _counts(plan: str) -> dict[str, int]:
    rows = Kiosk.objects.filter(plan=plan, kind="", revoked_at=None, retired_at=None)
    return dict(rows.values_list("point").annotate(count=Count("kiosk")))


def _units() -> Callable[[str], str]:
    """The name of the unit above a point today."""
    units = tree(timezone.localdate())

    def above(code: str) -> str:
        path = units.path(units.home(code))[:-1]
        return units.name(path[-1]) if path else UNPLACED

    return above
