"""Plans and forms as loaded, and what is told at each point.

A loaded plan or form never changes: answers already counted were judged by it. A notice does, and goes.
"""

from typing import ClassVar

from django.db import models


class FormFile(models.Model):
    """`text`: the file, NFC; `digest`: the content digest that every record names."""

    digest = models.CharField(primary_key=True, max_length=64)
    form = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    text = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "version"], name="form_version_once")]


class PlanFile(models.Model):
    """`text`: the plan file, or a clone's made one; `form`: the form version that kiosks enrolled for it are given."""

    plan = models.CharField(primary_key=True, max_length=40)
    text = models.TextField()
    form = models.ForeignKey(FormFile, on_delete=models.PROTECT)
    loaded_at = models.DateTimeField()


class Notice(models.Model):
    """What the citizens of a plan's point are told now. `text`: canonical bytes of survey.notice, `digest` theirs.

    `last_day`: the last on which it is shown; the kiosks give it up after that.
    """

    plan = models.ForeignKey(PlanFile, on_delete=models.CASCADE)
    point = models.CharField(max_length=40)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    last_day = models.DateField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "point"], name="notice_once")]
