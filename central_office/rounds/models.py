"""Plans and forms as loaded. A loaded file never changes: answers already counted were judged by it."""

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
