"""What the office counts beside a round's figures: incidents that nobody has seen."""

from django.db.models import Count

from central_office.intake.models import Incident


def unseen_incidents() -> dict[str, int]:
    """How many incidents of each kind nobody has acknowledged."""
    kinds = Incident.objects.filter(seen_at=None).values_list("kind").annotate(total=Count("pk")).order_by("kind")
    return dict(kinds)
