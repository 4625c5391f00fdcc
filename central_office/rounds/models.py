"""Plans and forms as loaded, and what is told at each point.

A loaded form never changes: answers already counted were judged by it. A plan changes only by an event that keeps what
it said before. A notice changes, and goes.
"""

from typing import Any, ClassVar, NoReturn

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
    """`text`: the plan as it stands now, a file's or one made here.

    `form`: the form version that kiosks enrolled for it are given. `restricted`: its answers are for the people
    assigned to it alone (R-112); once a kiosk stands or an answer has come, no amendment takes that away.
    """

    plan = models.CharField(primary_key=True, max_length=40)
    text = models.TextField()
    form = models.ForeignKey(FormFile, on_delete=models.PROTECT)
    loaded_at = models.DateTimeField()
    restricted = models.BooleanField(default=False)


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


class PlanEvent(models.Model):
    """Who did what to a plan, and when: rows are added, never changed.

    `kind`: a word of rounds.history.Kind. `about`: the stage reached, or the task of the milestone met. `day`: on which
    that happened, or which an amendment bears. `replaced`: the plan's text before the event, where it changed that.
    """

    plan = models.ForeignKey(PlanFile, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    about = models.TextField(default="")
    note = models.TextField(default="")
    day = models.DateField(null=True)
    replaced = models.TextField(default="")

    def save(self, *arguments: Any, **named: Any) -> None:
        """Only a new row. Raises: TypeError."""
        if self.pk is not None:
            raise TypeError("a plan's history is added to, never changed")
        super().save(*arguments, **named)

    def delete(self, *_arguments: Any, **_named: Any) -> NoReturn:
        raise TypeError("a plan's history is added to, never changed")
