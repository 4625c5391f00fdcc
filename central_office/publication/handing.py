"""Lets frozen rounds out of the office, and remembers which were let out: two of one round may not stand side by side
where the difference tells what a few said.
"""

from datetime import datetime

from django.db import transaction

from central_office.people import audit
from central_office.publication.differing import near
from central_office.publication.models import Frozen, HandedOut, Publication
from central_office.results.analysis import Analysis
from central_office.results.analysis_file import read_analysis

MOST_NAMED = 5


class TooNear(Exception):
    """Beside a version that was handed out, this one would tell what a few said."""

    code = "too_near"
    hint = "Dùng tiếp phiên bản đã đưa ra. / Go on with the version that was handed out."


def hand_out(frozen: Frozen, how: str, by: str, at: datetime) -> None:
    """Enter that the version leaves the office; `how`: "site", "package", "published", "notice". Raises: TooNear."""
    with transaction.atomic():
        audit.alone()
        mine = _analysis(frozen)
        for other in _out_already(frozen):
            if found := sorted(set(near(mine, _analysis(other)))):
                raise TooNear(_said(frozen, other, mine.floor, found))
        HandedOut.objects.create(frozen=frozen, how=how, by=by, at=at)
        audit.note(by, "round.handed_out", frozen.version, {"how": how})


def to_tell(plan: str) -> Frozen | None:
    """The newest version of the ended round that people outside may have; if none left, the newest there is."""
    ended = Frozen.objects.filter(plan=plan, interim=False).order_by("-number")
    out = HandedOut.objects.filter(frozen__plan=plan).values("frozen")
    return ended.filter(pk__in=out).first() or ended.first()


def _out_already(frozen: Frozen) -> list[Frozen]:
    """Other versions of the round that people outside may have."""
    others = Frozen.objects.filter(plan=frozen.plan).exclude(pk=frozen.pk)
    handed = HandedOut.objects.filter(frozen__plan=frozen.plan).values_list("frozen", flat=True)
    told = Publication.objects.filter(frozen__plan=frozen.plan).values_list("frozen", flat=True)
    return list(others.filter(pk__in={*handed, *told}).order_by("number"))


def _said(frozen: Frozen, other: Frozen, floor: int, found: list[str]) -> str:
    more = "…" if len(found) > MOST_NAMED else ""
    return (
        f"Phiên bản {other.version} đã được đưa ra ngoài; đặt cạnh {frozen.version} thì suy ra được câu trả lời của "
        f"dưới {floor} người ({', '.join(found[:MOST_NAMED])}{more})."
    )


def _analysis(frozen: Frozen) -> Analysis:
    return read_analysis(bytes(frozen.analysis))[0]
