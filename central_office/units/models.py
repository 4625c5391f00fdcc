"""Units as the office keeps them: rows that begin and end, and what came after them. Nothing is ever deleted.

A unit is named everywhere by "LIST:CODE": a code alone says nothing, for codes are used again (15 was Yên Bái and is
Lào Cai now).
"""

from typing import ClassVar

from django.db import models


class CodeList(models.Model):
    """One version of one list of codes: that of the statistics office of 2023 and that of 2025 are two."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=40, blank=True)
    issued = models.DateField(null=True)


class Unit(models.Model):
    """A place, an agency or a one-stop point; a point's `code` is the `Point.code` of plans and records.

    `fold`, `weak`: forms of the name without its kind's word, for looking it up; `commune_class`: loại 1–3; `seat`:
    the seat of its parent stands here; `order_no`: STT of the submitted list; `valid_to`: the last day; `agency`: it
    decides dossiers, wherever they were received.
    """

    code_list = models.ForeignKey(CodeList, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    fold = models.CharField(max_length=200, db_index=True)
    weak = models.CharField(max_length=200, db_index=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    commune_class = models.SmallIntegerField(null=True)
    seat = models.BooleanField(default=False)
    order_no = models.IntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    agency = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code_list", "code"], name="unit_code_once")]


class Succession(models.Model):
    """From `day` on, `after` stands in the place of `before`, wholly or with others (`kind`: merge, split, rename)."""

    before = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="later")
    after = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="earlier")
    kind = models.CharField(max_length=10)
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["before", "after"], name="succession_once")]
