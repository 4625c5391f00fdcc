"""Who has which role where, changed roles, and the lines of the log.

The log's table refuses UPDATE and DELETE by triggers (migration 0002). SQLite forgets a table's triggers when Django
remakes it: a later migration that alters the table must make them anew.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Person(models.Model):
    """What the office knows of a user beside Django's own. `must_change`: the password is a one-time one, good until
    `one_time_until`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    must_change = models.BooleanField(default=False)
    one_time_until = models.DateTimeField(null=True)


class RoleChange(models.Model):
    """The rights of a shipped role as the administrator set them."""

    code = models.CharField(primary_key=True, max_length=40)
    rights = models.JSONField()


class Assignment(models.Model):
    """A role of a user. `plan` "": in every plan. `unit`: "LIST:CODE", all points under it; `points`: codes of points;
    with neither: everywhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=40)
    plan = models.CharField(max_length=40, default="")
    unit = models.CharField(max_length=80, default="")
    points = models.JSONField(default=list)
    since = models.DateTimeField()


class AuditLine(models.Model):
    """`line`: canonical bytes naming the digest of the line before; `signature`: the centre's over it, empty without a
    key. The other columns repeat what the line says, to be searched."""

    number = models.BigIntegerField(primary_key=True)
    line = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=160, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    target = models.CharField(max_length=200)


class AuditHead(models.Model):
    """One row: the last line's number and digest, signed. Writers of the log follow each other on its lock."""

    id = models.IntegerField(primary_key=True)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_alone")]
