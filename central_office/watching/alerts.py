"""Looks at every running round, keeps what is new as rows, hands them to the post. Never tells the same thing twice.

Silence is judged each time; quotas, visits and clocks once a day, after offices have closed; ratings once a week, so
that the day on which an alert appears says nothing of who answered.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models.functions import Coalesce

from central_office.fleet.models import Pause
from central_office.intake.lines import PLAN_ZONE
from central_office.intake.sums import month_sums
from central_office.outgoing import post
from central_office.people import audit
from central_office.people.access import Right, Scope, may, scope_of
from central_office.people.grants import restricted_plans
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import PlanFile
from central_office.watching import judging, silence
from central_office.watching.gathering import forms_of, kiosks_of, status_of
from central_office.watching.hours import office_hours
from central_office.watching.judging import Found
from central_office.watching.limits import LIMITS
from central_office.watching.models import Alert, Judgement, Kind, Silence, State
from survey.canonical import Value
from survey.plan import Plan

log = logging.getLogger(__name__)
AFTER_CLOSE = timedelta(days=10)  # late answers may still come, and the last week is still to be judged
MOST_TOLD = 50  # of one message
AT_ONCE = (Kind.SILENCE, Kind.PAUSE)
BACK, BACK_LABEL = "alert.back", "Ki-ốt đã liên lạc lại"
OF_RATINGS = (Kind.LOW_SCORE, Kind.SIGNAL)


def run(now: datetime) -> list[Alert]:
    """Judge every round that runs or has just ended; the alerts that are new."""
    new: list[Alert] = []
    for row in PlanFile.objects.select_related("form").order_by("plan"):
        plan, today = plan_of(row.text), now.astimezone(PLAN_ZONE).date()
        if plan.first_day <= today <= plan.last_day + AFTER_CLOSE and plan.allocations:
            new += _judge(row, now)
    log.info("alerts.judged", extra={"fields": {"new": len(new)}})
    return new


def seen_by(user: object) -> "models.QuerySet[Alert]":
    """The alerts that a person may see: those of ratings by the right to figures, the others by that to counts."""
    seen = models.Q(pk__in=())
    for plan in Alert.objects.values_list("plan", flat=True).distinct().order_by():
        seen |= models.Q(kind__in=OF_RATINGS) & _within(user, Right.SEE_FIGURES, plan)
        seen |= ~models.Q(kind__in=OF_RATINGS) & _within(user, Right.SEE_COUNTS, plan)
    return Alert.objects.filter(seen)


def may_handle(user: object, alert: Alert) -> bool:
    scope = scope_of(user, Right.HANDLE_INCIDENTS, alert.plan)
    about = [alert.point] if alert.point else Silence.objects.filter(alert=alert).values_list("point", flat=True)
    return may(user, Right.HANDLE_INCIDENTS) and all(scope.holds(point, alert.plan) for point in about)


def set_state(alert: Alert, state: State, note: str, actor: str, now: datetime) -> None:
    """Note what a person did about it, and who. HANDLED wants a note."""
    with transaction.atomic():
        before = alert.state
        alert.state, alert.note, alert.changed_by, alert.changed_at = state, note, actor, now
        alert.save(update_fields=["state", "note", "changed_by", "changed_at"])
        detail: dict[str, Value] = {"kind": alert.kind, "from": before, "to": str(state), "plan": alert.plan}
        audit.note(actor, "alert.state", f"alert/{alert.pk}", detail)


def _within(user: object, right: Right, plan: str) -> models.Q:
    """Those of one plan, of the points for which the person has the right."""
    scope = scope_of(user, right, plan)
    if not may(user, right) or not scope.sees(plan):
        return models.Q(pk__in=())
    points = scope.points_of(plan)
    if points is None:
        return models.Q(plan=plan)
    return models.Q(plan=plan) & (models.Q(point__in=points) | models.Q(pk__in=_of_districts(plan, points)))


def _of_districts(plan: str, points: frozenset[str]) -> list[int]:
    """Alerts of a whole district, for whoever sees each point of it that is silent."""
    own: dict[int, set[str]] = {}
    for alert, point in Silence.objects.filter(plan=plan, alert__point="").values_list("alert", "point"):
        own.setdefault(alert, set()).add(point)
    return [alert for alert, silent in own.items() if silent <= points]


def _judge(row: PlanFile, now: datetime) -> list[Alert]:
    """Figures are taken before the transaction, not to hold up the intake; its lock lets one judge at a time."""
    plan, day = plan_of(row.text), _judged_day(now)
    kiosks = kiosks_of(plan, now)
    found = list(_pauses(plan, now))
    once = _due(row, kiosks, day, now)
    with transaction.atomic():
        PlanFile.objects.select_for_update().get(plan=plan.id)
        back = silence.returned(plan, now)
        silent = silence.judge(plan, kiosks, now)
        found += [told.found for told in silent]
        for (what, when), more in once.items():
            if Judgement.objects.get_or_create(plan=plan.id, what=what, day=when, defaults={"at": now})[1]:
                found += more
        new = _keep(plan.id, found, day, now.astimezone(PLAN_ZONE).date())
        silence.keep(plan.id, silent, _by_key(told.found.key for told in silent))
        _post(plan.id, new, now)
        _post_back(plan.id, back, now)
    return new


def _by_key(keys: Iterable[str]) -> dict[str, Alert]:
    return {alert.key: alert for alert in Alert.objects.filter(key__in=set(keys))}


def _post_back(plan: str, lines: Sequence[str], now: datetime) -> None:
    """That kiosks speak again; there is nothing to handle about it."""
    if lines:
        text = "\n".join(lines[:MOST_TOLD])
        subject = f"{BACK_LABEL}: {len(lines)} nơi ({plan})"
        post.queue(BACK, subject, {"plan": plan, "code": "back", "count": len(lines), "text": text}, now)


def _due(row: PlanFile, kiosks: judging.Kiosks, day: date, now: datetime) -> dict[tuple[str, date], list[Found]]:
    """What is judged once a day and once a week, where it has not been yet: only then is the whole round summed."""
    plan, monday = plan_of(row.text), day - timedelta(days=day.weekday())
    found: dict[tuple[str, date], list[Found]] = {}
    if not _is_judged(plan.id, "day", day):
        status = status_of(plan, now, Scope())
        told = () if status.calendar.closed else judging.clocks(judging.names_of(plan), kiosks, day)
        found["day", day] = [*told, *judging.visits(status), *judging.quotas(status, LIMITS)]
    if not _is_judged(plan.id, "week", monday):
        found["week", monday] = list(_ratings(row, monday))
    return found


def _judged_day(now: datetime) -> date:
    """The last day on which offices have closed."""
    local = now.astimezone(PLAN_ZONE)
    return local.date() if local.time() >= LIMITS.hours.closing else local.date() - timedelta(days=1)


def _is_judged(plan: str, what: str, day: date) -> bool:
    return Judgement.objects.filter(plan=plan, what=what, day=day).exists()


def _ratings(row: PlanFile, monday: date) -> Iterator[Found]:
    """Of the month in which the last week ended, and of the one in which it began."""
    plan, form = plan_of(row.text), form_of(row.form.text)
    months = {(monday - timedelta(days=days)).replace(day=1) for days in (1, 7)}
    return judging.ratings(plan, form, month_sums(plan.id, forms_of(plan), judging.asked(form), months), LIMITS)


def _pauses(plan: Plan, now: datetime) -> Iterator[Found]:
    """Surveys stopped by hand for longer than limits.toml allows of open hours, while the round runs."""
    if not plan.holds(now.astimezone(PLAN_ZONE).date()):
        return
    names = judging.names_of(plan)
    lasting = Pause.objects.annotate(end=Coalesce("until", "kiosk__revoked_at", "kiosk__retired_at"))
    lasting = lasting.filter(end=None, kiosk__plan=plan.id, since__lte=now)
    for pause, kiosk, point, since in lasting.values_list("pause", "kiosk_id", "kiosk__point", "since"):
        if office_hours().open_between(since, now, PLAN_ZONE) > LIMITS.longest_pause and point in names:
            begun = since.astimezone(PLAN_ZONE)
            text = f"{names[point]}: ki-ốt tạm ngừng từ {begun:%H:%M ngày %d/%m/%Y}"
            yield Found(f"{Kind.PAUSE}|{kiosk}|{pause}", Kind.PAUSE, point, text, kiosk)


def _keep(plan: str, found: Iterable[Found], day: date, today: date) -> list[Alert]:
    """Store those that were never told. `day`: the last one that is over; what is judged at once is of `today`."""
    by_key = {each.key: each for each in found}
    known = set(Alert.objects.filter(key__in=by_key).values_list("key", flat=True))
    rows = [
        Alert(
            key=each.key,
            kind=each.kind.value,
            plan=plan,
            point=each.point,
            kiosk=each.kiosk,
            about=each.about,
            text=each.text,
            day=today if each.kind in AT_ONCE else day,
        )
        for key, each in by_key.items()
        if key not in known
    ]
    return Alert.objects.bulk_create(rows)


def _post(plan: str, new: Iterable[Alert], now: datetime) -> None:
    """One message for each kind, however many points it is about; of a plan about a post-holder, which few may see,
    none of ratings."""
    told_of = [alert for alert in new if alert.kind not in OF_RATINGS or plan not in restricted_plans()]
    by_kind: defaultdict[str, list[Alert]] = defaultdict(list)
    for alert in told_of:
        by_kind[alert.kind].append(alert)
    for kind, alerts in by_kind.items():
        subject = f"{Kind(kind).label}: {len(alerts)} điểm ({plan})"
        lines = "\n".join(f"{a.point}: {a.text}" if a.point else a.text for a in alerts[:MOST_TOLD])
        post.queue(f"alert.{kind}", subject, {"plan": plan, "code": kind, "count": len(alerts), "text": lines}, now)
