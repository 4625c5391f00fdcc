"""What a heartbeat tells of a kiosk's system, and what the reply says to it. Nothing here stops a heartbeat."""

import logging
from datetime import datetime

from django.conf import settings

from central_office.fleet.models import Kiosk
from central_office.updates.models import KioskSystem
from central_office.updates.place import repository
from central_office.updates.repository import RepositoryTrouble
from central_office.updates.rings import wanted
from survey import updates as shared
from survey.canonical import Value
from survey.errors import BadMessage

log = logging.getLogger(__name__)
TOLD_EVERY_S = 300  # a row that says nothing new is written so often


def news(told: object, kiosk: Kiosk, now: datetime) -> dict[str, Value]:
    """The reply's `root` and `update`; empty for an agent that tells of no system, and where anything fails."""
    if told is None:
        return {}
    try:
        system = shared.read_system(told)
        row = _keep(system, kiosk, now)
        found: dict[str, Value] = {}
        if not system.root and (office := repository(settings.UPDATES_DIRECTORY)).exists:
            found["root"] = office.root_text()
        release = wanted(row, kiosk, now)
        return found | ({"update": shared.Release(release.target, release.version).fields()} if release else {})
    except (BadMessage, RepositoryTrouble, OSError) as error:
        log.warning("updates.left_out", extra={"fields": {"kiosk": kiosk.kiosk, "why": str(error)[:300]}})
        return {}


def _keep(system: shared.System, kiosk: Kiosk, now: datetime) -> KioskSystem:
    values = {name: value for name, value in system.fields().items() if name != "v"}
    row, made = KioskSystem.objects.get_or_create(kiosk=kiosk, defaults={**values, "since": now, "told_at": now})
    if made:
        return row
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if changed or (now - row.told_at).total_seconds() >= TOLD_EVERY_S:
        row.since = now if "version" in changed or "slot" in changed else row.since
        row.told_at = now
        for name in changed:
            setattr(row, name, values[name])
        row.save()
    return row
