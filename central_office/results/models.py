"""Figures that others computed, as the office was given them. Never mixed into one of ours."""

from typing import ClassVar

from django.db import models

from central_office.rounds.models import PlanFile


class GivenFigure(models.Model):
    """`hundredths` of a percent; `source`: a document or site; `method`: its formula in words."""

    plan = models.ForeignKey(PlanFile, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    hundredths = models.IntegerField()
    source = models.CharField(max_length=300)
    period = models.CharField(max_length=100)
    method = models.CharField(max_length=500)
    entered_by = models.CharField(max_length=150)
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "name", "period"], name="given_figure_once")]
