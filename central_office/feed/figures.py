"""A plan's figures as they stand, for the holder of a token. Small cells are masked as for everybody; computes none."""

import json
from datetime import datetime

from central_office.feed.holder import Holder
from central_office.results.analysis_json import as_json
from central_office.results.keeping import current
from central_office.rounds.models import PlanFile
from survey.identifier import quarter_of
from survey.masking import PUBLIC_FLOOR


def figures(plan: PlanFile, holder: Holder, now: datetime) -> bytes:
    """JSON as of the quarter-hour: asked again within it, an unchanged figure is the same bytes."""
    found = as_json(current(plan, quarter_of(now), holder.points, PUBLIC_FLOOR))
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
