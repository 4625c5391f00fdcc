"""What the citizens of a point are told: its figure out of a frozen round or typed with its source, kept, and handed
to the point's kiosks. Knows no HTTP and no clock: instants are handed in.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from central_office.publication.handing import hand_out, to_tell
from central_office.results.analysis import Analysis, By
from central_office.results.analysis_file import read_analysis
from central_office.rounds.catalogue import Refusal, plan_of
from central_office.rounds.models import Notice as Kept
from central_office.rounds.models import PlanFile
from survey.canonical import Value, decode, digest
from survey.errors import BadFile, Problem
from survey.notice import LEAST_ANSWERS, LONGEST_SOURCE, Notice, Result, read_notice
from survey.notice_file import NoticeFile, read_notice_file

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """One point and what its citizens are told from now on; None where neither a figure nor a line was left.

    `too_few`: the figure was left out, because it is not public or too few answered; `unknown`: because the round has
    no such point.
    """

    point: str
    notice: Notice | None
    too_few: bool
    unknown: bool = False


def load_notices(data: bytes, source: str, now: datetime, by: str = "cli:?") -> list[Told]:
    """Set the notice of every point that the file names; it replaces the one that was there.

    Raises: BadFile with every problem; PlanFile.DoesNotExist; Refusal if the round is not closed and frozen; TooNear.
    """
    asked = read_notice_file(data, source)
    plan = plan_of(PlanFile.objects.get(plan=asked.plan).text)
    points = asked.points or tuple(allocation.point.code for allocation in plan.allocations)
    if unknown := [point for point in points if plan.allocation(point) is None]:
        raise BadFile(source, [Problem("/points", f"plan {plan.id} has no point {point!r}") for point in unknown])
    results = _closed(asked.round, now, by) if asked.round else None
    told = [_told(asked, point, results) for point in points]
    with transaction.atomic():
        for each in told:
            _keep(plan.id, each, now)
    return told


def news(held: str | None, plan: str, point: str, day: date) -> dict[str, Value]:
    """The part of a heartbeat's reply that changes the kiosk's notice; `held`: digest of the one it has.

    Nothing for a kiosk that has the present one, or knows of none. A notice that begins later is handed over now.
    """
    if held is None:
        return {}
    kept = Kept.objects.filter(plan=plan, point=point, last_day__gte=day).values_list("text", "digest").first()
    text, present = kept or ("{}", "")
    return {} if held == present else {"notice": decode(text.encode())}


def checked(plan: str, now: datetime) -> list[tuple[Notice, bool]]:
    """The notices of a plan, or with "" of all; and whether each figure is still the one that is published.

    A round that late answers changed may be frozen and published again.
    """
    kept = Kept.objects.filter(plan=plan) if plan else Kept.objects.all()
    texts = kept.order_by("plan", "point").values_list("text", flat=True)
    notices = [read_notice(text.encode()) for text in texts]
    rounds = {notice.result.round for notice in notices if notice.result and notice.result.round}
    results = {name: _closed(name, now) for name in rounds}
    return [(notice, _is_right(notice, results)) for notice in notices]


def remove(plan: str, point: str) -> int:
    """Take back the notice of a point, or with "" of all the plan's points; how many there were."""
    kept = Kept.objects.filter(plan=plan)
    return (kept.filter(point=point) if point else kept).delete()[0]


def _is_right(notice: Notice, results: dict[str, Analysis]) -> bool:
    said = notice.result
    return said is None or not said.round or said == _computed(notice.point, results[said.round])


def _told(asked: NoticeFile, point: str, results: Analysis | None) -> Told:
    result = _computed(point, results) if results else asked.typed
    words = (asked.period, result, asked.done, asked.first_day, asked.last_day)
    notice = Notice(asked.plan, point, *words) if result or asked.done else None
    unknown = results is not None and results.plan.allocation(point) is None
    return Told(point, notice, results is not None and result is None and not unknown, unknown)


def _keep(plan: str, told: Told, now: datetime) -> None:
    if told.notice is None:
        remove(plan, told.point)
        return
    data = told.notice.encode()
    read_notice(data)  # the kiosk's own rules: what it would refuse is not sent
    row = {"text": data.decode(), "digest": digest(data), "last_day": told.notice.last_day, "loaded_at": now}
    Kept.objects.update_or_create(plan_id=plan, point=told.point, defaults=row)
    n = told.notice.result.n if told.notice.result else 0
    log.info("notice.loaded", extra={"fields": {"plan": plan, "point": told.point, "n": n}})


def _closed(name: str, now: datetime, by: str = "") -> Analysis:
    """The public figures of the round that citizens may know already, or else of its newest frozen version, which is
    handed out hereby if `by` names who does it. Raises: PlanFile.DoesNotExist, Refusal, TooNear."""
    last_day = plan_of(PlanFile.objects.get(plan=name).text).last_day
    if last_day >= timezone.localdate(now):
        hint = f"Wait until it ends on {last_day:%d/%m/%Y}, or type the figure with its source."
        raise Refusal(f"round {name} is not closed", hint)
    frozen = to_tell(name)
    if frozen is None:
        raise Refusal(f"round {name} is not frozen", f"Freeze it (freeze --plan {name}), or type the figure.")
    if by:
        hand_out(frozen, "notice", by, now)
    return read_analysis(bytes(frozen.analysis))[0]


def _computed(point: str, round_: Analysis) -> Result | None:
    """The point's overall index as the public site tells it; None where that hides it, or below the least number."""
    found = round_.breakdowns.get(By.POINT)
    row = next((each for each in found.rows if each.code == point), None) if found else None
    if row is None or row.overall.hidden:
        return None
    share = row.overall.share
    if share.tenths is None or share.n < LEAST_ANSWERS:
        return None
    title = {language: text[:LONGEST_SOURCE].strip() for language, text in round_.plan.title.items()}
    return Result(share.tenths, share.n, title, round_.plan.id)
