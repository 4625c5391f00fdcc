"""Opens a release ring by ring, and stops it where it fails. Every change is a line in the log of who did what."""

import logging
from datetime import datetime

from django.db import transaction

from central_office.outgoing import post
from central_office.people import audit
from central_office.updates.models import Opening, Release, Ring
from central_office.updates.rings import next_ring, progress
from survey.updates import version_key

log = logging.getLogger(__name__)
BY_ITSELF = "office"


class NotOpened(Exception):
    """A ring cannot be opened now; the text says why, in Vietnamese."""

    code = "ring_not_opened"
    hint = "Xem trang «Bản cập nhật»: vòng trước phải chạy tốt, và bản này không bị dừng."


def open_ring(release: Release, ring: Ring, actor: str, now: datetime, anyway: bool = False) -> None:
    """Let this ring's kiosks take the release. Raises: NotOpened.

    `anyway`: a person takes it upon themselves that the ring before has not proved it yet.
    """
    found = progress(release, now)
    ways = next_ring(found)
    if release.halted_at is not None:
        raise NotOpened(f"bản {release.version} đã bị dừng: {release.halted_why}")
    if "next" not in ways or ways["next"].ring.name != ring.name:
        raise NotOpened(f"vòng {ring.name} đã mở, hoặc chưa đến lượt")
    if "before" in ways and not ways["before"].is_proved and not anyway:
        raise NotOpened(f"vòng {ways['before'].ring.name} chưa chứng minh được bản này")
    with transaction.atomic():
        _, made = Opening.objects.get_or_create(
            release=release, ring=ring, defaults={"opened_at": now, "opened_by": actor}
        )
        if made:
            audit.note(actor, "release.opened", release.target, {"ring": ring.name, "anyway": int(anyway)})
    if made:
        log.info("release.opened", extra={"fields": {"version": release.version, "ring": ring.name}})


def halt(release: Release, why: str, actor: str, now: datetime) -> bool:
    """No kiosk is told to take it any more; those that did keep it. Whether it went on until now."""
    with transaction.atomic():
        if not Release.objects.filter(pk=release.pk, halted_at=None).update(halted_at=now, halted_why=why[:200]):
            return False
        audit.note(actor, "release.halted", release.target, {"why": why[:200]})
        text = f"Đã dừng bản cập nhật {release.version} ({release.compatible}): {why}"
        post.queue("alert.update", text, {"code": "update", "text": text}, now)
    log.error("release.halted", extra={"fields": {"version": release.version, "why": why[:200]}})
    return True


def resume(release: Release, actor: str, now: datetime) -> None:
    """A person has looked at what failed until now: that alone does not stop it again."""
    seen = {kiosk.kiosk for each in progress(release, now) for kiosk, _ in each.failures}
    with transaction.atomic():
        held = Release.objects.select_for_update().get(pk=release.pk)
        if held.halted_at is None:
            return
        held.halted_at, held.halted_why, held.overlooked = None, "", sorted(seen.union(held.overlooked))
        held.save(update_fields=["halted_at", "halted_why", "overlooked"])
        audit.note(actor, "release.resumed", release.target, {"overlooked": len(seen)})


def turn(now: datetime) -> None:
    """Stop what fails, and open what is proved where the next ring opens by itself. Safe in several processes."""
    for release in _live():
        _halt_failing(release, now)
    newest: dict[str, Release] = {}
    for release in Release.objects.filter(halted_at=None):
        newest[release.compatible] = max(newest.get(release.compatible, release), release, key=_version)
    for release in newest.values():
        ways = next_ring(progress(release, now))
        if "before" in ways and "next" in ways and ways["next"].ring.automatic and ways["before"].is_proved:
            open_ring(release, ways["next"].ring, BY_ITSELF, now)


def _version(release: Release) -> tuple[int, ...]:
    return version_key(release.version)


def _live() -> list[Release]:
    """The newest that each ring takes: where the newest of all is not opened yet, an older one goes on."""
    found: dict[tuple[str, str], Release] = {}
    for opening in Opening.objects.filter(release__halted_at=None).select_related("release"):
        place, release = (opening.release.compatible, opening.ring_id), opening.release
        found[place] = max(found.get(place, release), release, key=_version)
    return list({release.target: release for release in found.values()}.values())


def _halt_failing(release: Release, now: datetime) -> None:
    failing = next((each for each in progress(release, now) if each.is_failing), None)
    if failing is not None:
        tried, ring = failing.took + failing.failed, failing.ring.name
        halt(release, f"{failing.failed} trên {tried} ki-ốt của vòng {ring} hỏng", BY_ITSELF, now)
