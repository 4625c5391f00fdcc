"""The coverage page's few queries: answers, slips and visits of a plan, each summed by the database. Judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import Count, QuerySet

from central_office.coverage.visits import latest
from central_office.intake.models import Redemption
from central_office.intake.sums import day_counts
from central_office.rounds.models import FormFile
from central_office.slips.models import Slip, SlipPoint
from survey.plan import Plan
from survey.record import Channel
from survey.slip_notes import SlipState


class Way(Enum):
    """How an answer came; paper is one way, whether its form was numbered or not."""

    SCREEN_SLIP = "screen_slip", "Màn hình, phiếu mời"
    SCREEN = "screen", "Màn hình"
    BUTTON = "button", "Nút bấm"
    PHONE_SLIP = "phone_slip", "Điện thoại, phiếu mời"
    PHONE = "phone", "Điện thoại, mã điểm"
    PAPER = "paper", "Phiếu giấy"

    def __init__(self, code: str, label: str) -> None:
        self.code = code
        self.label = label


WAYS = {
    (Channel.SCREEN, True): Way.SCREEN_SLIP,
    (Channel.SCREEN, False): Way.SCREEN,
    (Channel.QR, True): Way.PHONE_SLIP,
    (Channel.QR, False): Way.PHONE,
    (Channel.BUTTON, True): Way.BUTTON,
    (Channel.BUTTON, False): Way.BUTTON,
    (Channel.PAPER, True): Way.PAPER,
    (Channel.PAPER, False): Way.PAPER,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """`counted`: False for those that came with a slip already used or taken back."""

    point: str
    day: date
    way: Way
    agency: str
    flagged: bool
    counted: bool
    count: int


@dataclass(frozen=True, slots=True)
class Slips:
    """`used`: of `printed`, how many an answer came with; `withdrawn`: taken back with the code before any came;
    `no_dossier`: printed for no dossier. Void slips are in none of these."""

    point: str
    day: date
    printed: int = 0
    void: int = 0
    used: int = 0
    withdrawn: int = 0
    no_dossier: int = 0


@dataclass(frozen=True, slots=True)
class Late:
    """Printed slips of late results. `known`: slips for which the counter said whether the result was late."""

    point: str
    agency: str
    known: int
    late: int
    no_notice: int
    no_apology: int
    unsaid: int


def answers_of(plan: Plan) -> Iterator[Answers]:
    """Every answer to the plan's form, also those outside the window."""
    forms = list(FormFile.objects.filter(form=plan.form).values_list("digest", flat=True))
    for row in day_counts(plan.id, forms):
        way = WAYS[Channel(row.channel), row.by_slip]
        yield Answers(row.point, row.day, way, row.agency, row.flagged, not row.why, row.count)


def slips_of(plan: Plan) -> Iterator[Slips]:
    """The counters' slips by day of issue. Two form versions give one point two numbers."""
    places, slips = _places(plan), _slips(plan)
    used, withdrawn = (
        dict(_by_day(slips.filter(token__in=Redemption.objects.filter(answered=answered).values("token"))))
        for answered in (True, False)
    )
    no_dossier = dict(_by_day(slips.filter(dossier=False)))
    for key, total in _by_day(slips):
        number, day, state = key
        if state == SlipState.VOID:
            yield Slips(places[number], day, void=total)
        else:
            parts = {"used": used, "withdrawn": withdrawn, "no_dossier": no_dossier}
            yield Slips(places[number], day, printed=total, **{name: part.get(key, 0) for name, part in parts.items()})


def late_of(plan: Plan) -> Iterator[Late]:
    """How late results were told of, by point and competent agency (R-068)."""
    places = _places(plan)
    columns = ("number", "agency", "late", "notice", "apology")
    printed = _slips(plan).filter(state=SlipState.PRINTED.value, late__isnull=False)
    for number, agency, late, notice, apology, total in printed.values_list(*columns).annotate(Count("pk")).order_by():
        yield Late(
            point=places[number],
            agency=agency,
            known=total,
            late=total * late,
            no_notice=total * (late and notice is False),
            no_apology=total * (late and apology is False),
            unsaid=total * (late and None in (notice, apology)),
        )


def visits_of(plan: Plan) -> dict[tuple[str, date], tuple[int, str]]:
    """Count and source of each point and day that somebody counted."""
    return {key: (row.count, row.source) for key, row in latest(plan.id).items() if row.count is not None}


def _places(plan: Plan) -> dict[int, str]:
    return dict(SlipPoint.objects.filter(plan=plan.id).values_list("number", "point"))


def _slips(plan: Plan) -> QuerySet[Slip]:
    return Slip.objects.filter(number__in=SlipPoint.objects.filter(plan=plan.id).values("number"))


def _by_day(slips: QuerySet[Slip]) -> list[tuple[tuple[int, date, str], int]]:
    rows = slips.values_list("number", "day", "state").annotate(total=Count("pk")).order_by()
    return [((number, day, state), total) for number, day, state, total in rows]
