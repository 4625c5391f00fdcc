"""Rings of kiosks, releases and how far each is opened, and what each kiosk tells of its system. Rows only."""

from typing import ClassVar

from django.db import models

from central_office.fleet.models import Kiosk


class Ring(models.Model):
    """Kiosks that take a release at the same time; a kiosk belongs to the first that takes it, by `order`.

    `units`: refs of units below which a point must stand, none for anywhere; `percent`: share of those, by its id.
    `automatic`: it is opened by itself when the ring before it has proved the release.
    """

    name = models.CharField(primary_key=True, max_length=40)
    order = models.IntegerField(unique=True)
    units = models.JSONField(default=list)
    percent = models.IntegerField(default=100)
    automatic = models.BooleanField(default=False)


class Release(models.Model):
    """A system in the trusted repository. `halted_why`: "" while it goes on. `overlooked`: kiosks whose failure was
    looked at by a person who then let it go on."""

    target = models.CharField(primary_key=True, max_length=120)
    compatible = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=160)
    halted_at = models.DateTimeField(null=True)
    halted_why = models.CharField(max_length=200, default="")
    overlooked = models.JSONField(default=list)


class Opening(models.Model):
    """A ring to which a release was opened."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE)
    ring = models.ForeignKey(Ring, on_delete=models.CASCADE)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=160)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["release", "ring"], name="opening_once")]


class KioskSystem(models.Model):
    """survey.updates.System as last told. `since`: when this version was first told."""

    kiosk = models.OneToOneField(Kiosk, on_delete=models.CASCADE, primary_key=True)
    compatible = models.CharField(max_length=60, default="")
    slot = models.CharField(max_length=60, default="")
    version = models.CharField(max_length=60, default="")
    phase = models.CharField(max_length=60, default="")
    target = models.CharField(max_length=60, default="")
    failed = models.CharField(max_length=60, default="")
    why = models.CharField(max_length=60, default="")
    root = models.BigIntegerField(default=0)
    trouble = models.CharField(max_length=60, default="")
    percent = models.BigIntegerField(default=0)
    since = models.DateTimeField()
    told_at = models.DateTimeField()
