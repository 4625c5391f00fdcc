"""Which ring a kiosk belongs to, and how far a release has come in each. Pure but for the rows it reads.

A kiosk has taken a release when it tells that it runs it; proved, when it has run for a day since and is still heard
of. A failure is what the kiosk itself tells: its new system did not prove itself, and it went back.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from central_office.fleet.models import Kiosk
from central_office.units.tree import Tree, tree
from central_office.updates.models import KioskSystem, Opening, Release, Ring
from survey.updates import version_key

PROVED_AFTER = timedelta(hours=24)
HEARD_WITHIN = timedelta(hours=24)
MOST_FAILED = 0.02  # of those that have tried
ENOUGH_PROVED = 0.9  # of those that are heard of


def belongs(ring: Ring, kiosk: str, point: str, units: Tree) -> bool:
    bucket = int(hashlib.sha256(kiosk.encode()).hexdigest()[:8], 16) % 100
    return bucket < ring.percent and (not ring.units or bool(set(ring.units) & set(units.path(units.home(point)))))


def ring_of(rings: Sequence[Ring], kiosk: str, point: str, units: Tree) -> Ring | None:
    """The first of `rings`, in their order; None for a kiosk that is in none and takes no system."""
    return next((ring for ring in rings if belongs(ring, kiosk, point, units)), None)


@dataclass
class Progress:
    """Kiosks of one ring and a release's kind of machine, by where they stand. `overlooked`: of those that failed, how
    many a person has looked at before the release went on."""

    ring: Ring
    opening: Opening | None = None
    members: int = 0
    heard: int = 0
    fetching: int = 0
    took: int = 0
    proved: int = 0
    failed: int = 0
    overlooked: int = 0
    failures: list[tuple[Kiosk, str]] = field(default_factory=list)

    @property
    def failed_share(self) -> float:
        """Of those that tried, what nobody has looked at yet."""
        tried = self.took + self.failed
        return (self.failed - self.overlooked) / tried if tried else 0.0

    @property
    def is_proved(self) -> bool:
        """Whether the next ring may be opened."""
        return bool(self.proved) and self.failed_share <= MOST_FAILED and self.proved >= ENOUGH_PROVED * self.heard

    @property
    def is_failing(self) -> bool:
        return self.failed_share > MOST_FAILED


def all_rings() -> list[Ring]:
    return list(Ring.objects.order_by("order"))


def progress(release: Release, now: datetime) -> list[Progress]:
    """Of every ring, in order."""
    rings, units = all_rings(), tree(timezone.localdate(now))
    openings = {opening.ring_id: opening for opening in Opening.objects.filter(release=release)}
    found = {ring.name: Progress(ring, openings.get(ring.name)) for ring in rings}
    for row in _standing().filter(compatible=release.compatible):
        ring = ring_of(rings, row.kiosk_id, row.kiosk.point, units)
        if ring is not None:
            _count(found[ring.name], row, release, now)
    return [found[ring.name] for ring in rings]


def without_ring(now: datetime) -> int:
    """How many kiosks no ring takes: they are told of no release."""
    rings, units = all_rings(), tree(timezone.localdate(now))
    rows = _standing().exclude(compatible="")
    return sum(ring_of(rings, row.kiosk_id, row.kiosk.point, units) is None for row in rows)


def _standing() -> QuerySet[KioskSystem]:
    serving = KioskSystem.objects.filter(kiosk__revoked_at=None, kiosk__retired_at=None, kiosk__kind="")
    return serving.select_related("kiosk")


def _count(found: Progress, row: KioskSystem, release: Release, now: datetime) -> None:
    heard = now - row.told_at <= HEARD_WITHIN
    found.members += 1
    found.heard += heard
    if version_key(row.version) >= version_key(release.version):
        found.took += 1
        found.proved += heard and row.phase in ("", "idle") and now - row.since >= PROVED_AFTER
    elif row.failed == release.version:
        found.failed += 1
        found.overlooked += row.kiosk_id in release.overlooked
        found.failures.append((row.kiosk, row.why))
    elif row.percent or row.target == release.version:
        found.fetching += 1


def wanted(row: KioskSystem, kiosk: Kiosk, now: datetime) -> Release | None:
    """The newest release that is opened to this kiosk and is news to it."""
    open_ = Release.objects.filter(compatible=row.compatible, halted_at=None, opening__isnull=False).distinct()
    news = [
        each for each in open_ if version_key(each.version) > version_key(row.version) and each.version != row.failed
    ]
    if not row.compatible or not news:
        return None
    ring = ring_of(all_rings(), kiosk.kiosk, kiosk.point, tree(timezone.localdate(now)))
    mine = set(Opening.objects.filter(ring=ring).values_list("release_id", flat=True)) if ring else set()
    return max((each for each in news if each.target in mine), key=lambda each: version_key(each.version), default=None)


def next_ring(found: Sequence[Progress]) -> Mapping[str, Progress]:
    """`before` and `next`: the last opened ring, and the first that is not; fewer keys where there is none."""
    opened = [each for each in found if each.opening]
    closed = [each for each in found if not each.opening]
    return ({"before": opened[-1]} if opened else {}) | ({"next": closed[0]} if closed else {})
