"""Frozen rounds, what a council said of them, and where they were published. Rows are added, never changed."""

from typing import Any, ClassVar

from django.db import models


class Unchangeable(Exception):
    """Something tried to change what is kept for ever."""

    code = "frozen"
    hint = "Freeze the round again: that makes a new version beside the old one."


class Kept(models.Model):
    """A row that can only be added."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable(f"{self} is kept as it is")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Unchangeable(f"{self} is kept for ever")


class Frozen(Kept):
    """A round at one instant. `version`: names the data everywhere («krong-no-2023-1»); `analysis`, `inputs`,
    `manifest`: canonical bytes (results.analysis_file, publication.inputs, publication.manifest); `signature`: the
    centre's over the manifest; `count`: records that went in; `by`: who froze it."""

    version = models.CharField(max_length=60, unique=True)
    plan = models.CharField(max_length=40, db_index=True)
    number = models.IntegerField()
    as_of = models.DateTimeField()
    frozen_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    interim = models.BooleanField()
    count = models.BigIntegerField()
    analysis = models.BinaryField()
    inputs = models.BinaryField()
    manifest = models.BinaryField()
    signature = models.BinaryField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="frozen_number_once")]

    def __str__(self) -> str:
        return self.version


class Acceptance(Kept):
    """Minutes of the council that accepted frozen data (R-087). `day`: when it met; `by`: who wrote it down."""

    frozen = models.ForeignKey(Frozen, on_delete=models.PROTECT)
    day = models.DateField()
    council = models.CharField(max_length=200)
    note = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.day}"


class HandedOut(Kept):
    """That a version left the office. `how`: in a word (publication.handing); `by`: who took it."""

    frozen = models.ForeignKey(Frozen, on_delete=models.PROTECT)
    how = models.CharField(max_length=10)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.how}"


class Where(models.TextChoices):
    WEBSITE = "website", "Trang thông tin điện tử"
    CONFERENCE = "conference", "Hội nghị"
    PRESS = "press", "Báo chí"
    REQUEST = "request", "Cung cấp theo yêu cầu"


class Publication(Kept):
    """When and where a frozen round was published (R-101). `place`: the address, the meeting, the paper, the asker."""

    frozen = models.ForeignKey(Frozen, on_delete=models.PROTECT)
    day = models.DateField()
    where = models.CharField(max_length=10, choices=Where.choices)
    place = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.where} {self.day}"
