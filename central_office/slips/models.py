"""What the centre keeps of slips: points' numbers, and what counters told. Which are used is the intake's to keep.

Never a code, never a dossier: a slip is its token (survey.invitation). docs/slips.md says for how long each row stays.
"""

from typing import ClassVar

from django.db import models


class SlipPoint(models.Model):
    """The number by which codes name a plan, point and form version together.

    `salt`: with the office's slip key it makes the point's key; empty once that is destroyed. `last_day`: the plan's.
    """

    number = models.IntegerField(primary_key=True)
    plan = models.CharField(max_length=40)
    point = models.CharField(max_length=40)
    form = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    salt = models.BinaryField(max_length=32)
    last_day = models.DateField()
    destroyed_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "point", "digest"], name="slip_point_once")]


class Slip(models.Model):
    """What a counter told of one slip (survey.slip_notes). `state`: "printed" or "void"; `day`: of its issue.

    `dossier`: whether it was printed for one; which, nobody tells.
    """

    token = models.CharField(primary_key=True, max_length=32)
    number = models.IntegerField()
    day = models.DateField()
    state = models.CharField(max_length=10)
    facts = models.JSONField(default=dict)
    dossier = models.BooleanField(default=False)
    agency = models.CharField(max_length=40, default="")
    late = models.BooleanField(null=True)
    notice = models.BooleanField(null=True)
    apology = models.BooleanField(null=True)
    kiosk = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["number", "day"], name="slip_number_day")]
