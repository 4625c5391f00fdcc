"""Counts that stand beside a round's figures: what is in none of them and why, what came today, incidents unseen."""

from datetime import datetime

from django.db.models import Count, Sum

from central_office.intake.models import Batch, Incident
from central_office.intake.single_use import USED, VOID

UNCOUNTED = {USED: "phiếu mời đã dùng", VOID: "phiếu mời đã hủy"}


def unseen_incidents() -> dict[str, int]:
    """How many incidents of each kind nobody has acknowledged."""
    kinds = Incident.objects.filter(seen_at=None).values_list("kind").annotate(total=Count("pk")).order_by("kind")
    return dict(kinds)


def received_since(instant: datetime) -> int:
    """Answers of every plan that came since then."""
    found = Batch.objects.filter(received_at__gte=instant).aggregate(total=Sum("accepted"))
    return found["total"] or 0
